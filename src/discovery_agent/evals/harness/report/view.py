"""What the page shows, in order and in words: made from a comparison alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from discovery_agent.evals.harness.comparison import ArmSummary, Comparison, Difference, Ruling, SuiteComparison
from discovery_agent.evals.harness.metrics import Better, Metric
from discovery_agent.evals.harness.report.case_view import CaseView, case_views
from discovery_agent.evals.harness.report.intervals import Axis, Whisker, axis_around_zero, axis_over
from discovery_agent.evals.harness.report.prompt_changes import PromptChanges, prompt_changes
from discovery_agent.evals.harness.report.slice_view import SliceTable, slice_tables
from discovery_agent.evals.harness.report.wording import (
    CUT,
    and_list,
    chance,
    figure,
    headline,
    is_cut,
    money,
    needed_words,
    seconds,
    shown_ends,
    shown_gain_ends,
    signed,
    units_words,
)
from discovery_agent.evals.harness.statistics import LEVEL


@dataclass(frozen=True)
class ArmFigure:
    """An arm's mean on a metric, with its interval."""

    arm: str
    mean: str
    interval: str
    whisker: Whisker


@dataclass(frozen=True)
class GainView:
    """How much better one arm is than another, drawn and in words."""

    gain: str
    interval: str
    whisker: Whisker
    zero: float
    margin: float | None
    """Where the margin stands: left of it, a loss matters."""
    reach: str
    """The figure at both ends of the picture."""
    p: str
    p_holm: str
    least_detectable: str
    needed: str
    units: int
    ruling: Ruling | None
    surely: str
    """`better` or `worse` where the test finds a difference, else empty."""


@dataclass(frozen=True)
class MetricView:
    """A row: a metric under every arm, and head against base and against plain automation."""

    name: str
    title: str
    direction: str
    primary: bool
    margin: str
    arms: tuple[ArmFigure, ...]
    ends: tuple[str, str]
    """The figures at both ends of the picture of the arms."""
    gain: GainView | None
    baseline: GainView | None


@dataclass(frozen=True)
class ErrorView:
    """A case that raised under an arm."""

    case: str
    arm: str
    error: str
    anchor: str


@dataclass(frozen=True)
class SpentView:
    """Calls of one arm in one suite."""

    suite: str
    arm: str
    runs: int
    errors: int
    kinds: tuple[tuple[str, int, int, int, str, str], ...]
    """`billed` and `replayed`, each with calls, tokens in and out, cost, and time."""
    p50: str
    p95: str


@dataclass(frozen=True)
class SuiteView:
    """A suite's section."""

    name: str
    title: str
    units: str
    arms: tuple[str, ...]
    base: str | None
    head: str | None
    ruling: Ruling | None
    metrics: tuple[MetricView, ...]
    slices: tuple[SliceTable, ...]
    errors: tuple[ErrorView, ...]
    cases: tuple[CaseView, ...]
    spent: tuple[SpentView, ...]
    figures: tuple[tuple[str, str], ...]
    """The suite's customary pooled figures as JSON, by arm."""
    footnote: str
    """On intervals that are shown cut; empty where none is."""

    @property
    def worse(self) -> int:
        """Cases on which head lost."""
        return sum(case.direction == "worse" for case in self.cases)

    @property
    def better(self) -> int:
        """Cases on which head gained."""
        return sum(case.direction == "better" for case in self.cases)


@dataclass(frozen=True)
class ComparisonView:
    """The whole page."""

    headline: str
    ruling: Ruling | None
    reasons: tuple[str, ...]
    comparison: Comparison
    arms: tuple[ArmSummary, ...]
    """Each arm once, as it stands in the first suite that has it."""
    suites: tuple[SuiteView, ...]
    prompts: PromptChanges

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """What a reader should know, with the arms that it is about."""
        about: dict[str, list[str]] = {}
        for one in self.arms:
            if one.arm.label:
                about.setdefault(one.arm.label, []).append(one.arm.name)
        return tuple((and_list(names), label) for label, names in about.items())


def comparison_view(comparison: Comparison) -> ComparisonView:
    """Everything that the page shows."""
    arms: dict[str, ArmSummary] = {}
    for suite in comparison.suites:
        for one in suite.arms:
            arms.setdefault(one.arm.name, one)
    return ComparisonView(
        headline(comparison),
        comparison.ruling,
        comparison.reasons,
        comparison,
        tuple(arms.values()),
        tuple(suite_view(suite) for suite in comparison.suites),
        prompt_changes(comparison),
    )


def suite_view(suite: SuiteComparison) -> SuiteView:
    """One suite's section."""
    cases = case_views(suite)
    return SuiteView(
        name=suite.suite.value,
        title=suite.table.title,
        units=units_words(suite),
        arms=tuple(one.arm.name for one in suite.arms),
        base=suite.base,
        head=suite.head,
        ruling=suite.ruling,
        metrics=tuple(_metric(suite, metric) for metric in suite.table.metrics if any(metric.name in one.means for one in suite.arms)),
        slices=slice_tables(suite),
        errors=tuple(
            ErrorView(case.id, arm or "", error, case.anchor)
            for case in cases
            for arm, error in ((suite.base, case.base_error), (suite.head, case.head_error))
            if error
        ),
        cases=cases,
        spent=tuple(_spent(suite, one) for one in suite.arms),
        figures=tuple((one.arm.name, json.dumps(one.figures, indent=2, ensure_ascii=False)) for one in suite.arms if one.figures),
        footnote=CUT if is_cut(suite) else "",
    )


def _metric(suite: SuiteComparison, metric: Metric) -> MetricView:
    known = [one for one in suite.arms if metric.name in one.means]
    ranges = {
        one.arm.name: shown_ends(metric, one.intervals.get(metric.name, (one.means[metric.name], one.means[metric.name]))) for one in known
    }
    axis = axis_over([value for pair in ranges.values() for value in pair] + [one.means[metric.name] for one in known])
    return MetricView(
        name=metric.name,
        title=metric.title,
        direction="higher is better" if metric.better is Better.HIGHER else "lower is better",
        primary=metric.primary,
        margin="" if metric.margin is None else figure(metric.margin),
        arms=tuple(_arm_figure(one, metric.name, ranges[one.arm.name], axis) for one in known),
        ends=(figure(axis.first), figure(axis.last)),
        gain=_gain(suite.differences, metric, suite.table.unit),
        baseline=_gain(suite.baseline, metric, suite.table.unit),
    )


def _arm_figure(one: ArmSummary, metric: str, ends: tuple[float, float], axis: Axis) -> ArmFigure:
    mean = one.means[metric]
    return ArmFigure(one.arm.name, figure(mean), f"{figure(ends[0])} to {figure(ends[1])}", axis.whisker(ends[0], mean, ends[1]))


def _gain(differences: Sequence[Difference], metric: Metric, unit: str) -> GainView | None:
    one = next((one for one in differences if one.metric == metric.name), None)
    if one is None:
        return None
    low, high = shown_gain_ends(metric, one)
    axis = axis_around_zero([low, high, one.gain, metric.margin or 0.0])
    p = one.p if one.p_holm is None else one.p_holm
    return GainView(
        gain=signed(one.gain),
        interval=f"{signed(low)} to {signed(high)}",
        whisker=axis.whisker(low, one.gain, high),
        zero=axis.at(0.0),
        margin=None if metric.margin is None else axis.at(-metric.margin),
        reach=figure(axis.last),
        p=chance(one.p),
        p_holm=chance(one.p_holm),
        least_detectable="–" if one.least_detectable is None else figure(one.least_detectable),
        needed=needed_words(one, unit),
        units=one.units,
        ruling=one.ruling,
        surely="" if p > LEVEL or one.gain == 0 else "better" if one.gain > 0 else "worse",
    )


def _spent(suite: SuiteComparison, one: ArmSummary) -> SpentView:
    kinds = tuple(
        (kind, spent.calls, spent.input_tokens, spent.output_tokens, money(spent), seconds(spent.seconds))
        for kind, spent in (("billed", one.billed), ("replayed", one.replayed))
        if spent.calls
    )
    return SpentView(
        suite.table.title,
        one.arm.name,
        one.runs,
        one.errors,
        kinds,
        seconds(one.latency_p50),
        seconds(one.latency_p95),
    )


def counted(suite: SuiteView) -> str:
    """How the cases moved: `3 worse, 2 better, 7 equal`."""
    equal = len(suite.cases) - suite.worse - suite.better
    return ", ".join(f"{count:,} {word}" for count, word in ((suite.worse, "worse"), (suite.better, "better"), (equal, "equal")) if count)
