"""From the outcomes of several arms to what they differ by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Protocol

import numpy as np

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.arms import RULES, Arm
from discovery_agent.evals.harness.comparison import ArmSummary, CaseDifference, Comparison, Difference, Slice, SuiteComparison
from discovery_agent.evals.harness.gate import reasons, rule, worst
from discovery_agent.evals.harness.metrics import SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Note, Outcome, Spent
from discovery_agent.evals.harness.runs import Cases, Runs, read_runs, scores_of
from discovery_agent.evals.harness.statistics import estimate, least_detectable, mean, paired_estimate, paired_gaps

WITH_NOTES = 25
"""Cases of a suite that are shown with notes and text: those that differ most."""

NOT_STATED = "not stated"
"""The value of a slice for a case that has none."""

Scores = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Arm -> metric -> case -> mean over repeats."""


class Measured(Protocol):
    """What is asked of a suite here."""

    @property
    def table(self) -> SuiteTable:
        """Its metrics."""
        ...

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Pooled figures of one arm. The outcomes come without notes."""
        ...


@dataclass(frozen=True)
class Experiment:
    """What is compared, and what the report says of how it came about."""

    arms: Sequence[Arm]
    base: str | None
    """Name of the arm that is measured against; None, as `head`, where nothing is."""
    head: str | None
    program: str
    split: str
    repeats: int
    seed: int = 0


def _no_text(suite: SuiteName, case: str) -> str:
    return ""


def compare(
    read: Callable[[], Iterable[Outcome]],
    suites: Sequence[Measured],
    experiment: Experiment,
    *,
    with_notes: int = WITH_NOTES,
    text: Callable[[SuiteName, str], str] = _no_text,
) -> Comparison:
    """The comparison of the arms on each suite, with rulings if there are two to rule on. The order of the outcomes does not matter.

    `read` gives the outcomes and is called twice: once for the scores, which are kept, and once for the notes of the few cases that
    differ most, which are not known before. `text` gives those cases' own words.

    Raises:
        ConfigurationError: base or head is no arm, or the arms did not do the same work (see `read_runs`, `scores_of`).
    """
    names = [arm.name for arm in experiment.arms]
    for name in (experiment.base, experiment.head):
        if name is not None and name not in names:
            raise ConfigurationError(f"There is no arm {name}.", remedy=f"The arms are {', '.join(names)}.")
    runs = read_runs(read(), [suite.table for suite in suites], names, experiment.repeats)
    compared = rule([_compare_suite(suite, runs[suite.table.suite], experiment) for suite in suites])
    return Comparison(
        base=experiment.base,
        head=experiment.head,
        suites=_with_notes(compared, read(), with_notes, text) if experiment.base and experiment.head else compared,
        ruling=worst(suite.ruling for suite in compared),
        reasons=reasons(compared),
        seed=experiment.seed,
        program=experiment.program,
        split=experiment.split,
        repeats=experiment.repeats,
    )


def _compare_suite(suite: Measured, runs: Runs, experiment: Experiment) -> SuiteComparison:
    table, base, head = suite.table, experiment.base, experiment.head
    scores = scores_of(table, runs)
    measured_by_rules = RULES in scores and RULES not in (base, head)
    return SuiteComparison(
        suite=table.suite,
        table=table,
        arms=tuple(_summary(arm, suite, runs[arm.name], scores[arm.name]) for arm in experiment.arms),
        base=base,
        head=head,
        differences=_differences(table, scores[base], scores[head], experiment.seed) if base and head else (),
        baseline=_differences(table, scores[RULES], scores[head], experiment.seed) if head and measured_by_rules else (),
        cases=_cases(table, runs, scores, base, head) if base and head else (),
        slices=_slices(table, runs, scores),
    )


def _differences(
    table: SuiteTable, base: Mapping[str, Mapping[str, float]], head: Mapping[str, Mapping[str, float]], seed: int
) -> tuple[Difference, ...]:
    """On each metric that any case has a score for."""
    found: list[Difference] = []
    for metric in table.metrics:
        before, after = base[metric.name], head[metric.name]
        if not before:
            continue
        gap = paired_estimate([metric.gain(0.0, one) for one in paired_gaps(after, before)], seed)
        found.append(
            Difference(
                metric=metric.name,
                units=gap.units,
                base=mean(list(before.values())),
                head=mean(list(after.values())),
                gain=gap.mean,
                low=gap.low,
                high=gap.high,
                p=gap.p,
                least_detectable=least_detectable(gap.spread, gap.units),
            )
        )
    return tuple(found)


def _summary(arm: Arm, suite: Measured, cases: Cases, scores: Mapping[str, Mapping[str, float]]) -> ArmSummary:
    runs = [run for repeats in cases.values() for run in repeats]
    estimates = {name: estimate(list(of_cases.values())) for name, of_cases in scores.items() if of_cases}
    # Replayed calls keep the time they took when made, so that an arm is as slow in a replay as it was.
    latencies = [run.billed.seconds + run.replayed.seconds for run in runs if run.billed.calls + run.replayed.calls]
    p50, p95 = np.percentile(latencies, (50, 95)).tolist() if latencies else (None, None)
    return ArmSummary(
        arm=arm,
        means={name: one.mean for name, one in estimates.items()},
        intervals={name: (one.low, one.high) for name, one in estimates.items()},
        units=len(cases),
        runs=len(runs),
        errors=sum(run.error is not None for run in runs),
        billed=reduce(add, (run.billed for run in runs), Spent()),
        replayed=reduce(add, (run.replayed for run in runs), Spent()),
        latency_p50=p50,
        latency_p95=p95,
        figures=suite.figures(runs),
    )


def _slices(table: SuiteTable, runs: Runs, scores: Scores) -> tuple[Slice, ...]:
    found: list[Slice] = []
    cases = next(iter(runs.values()))
    for name in table.slices:
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for case, repeats in cases.items():
            groups[repeats[0].slices.get(name, NOT_STATED)].append(case)
        for value in sorted(groups):
            for metric in table.metrics:
                scored = [case for case in groups[value] if case in scores[next(iter(runs))][metric.name]]
                if scored:
                    means = {arm: mean([of_arm[metric.name][case] for case in scored]) for arm, of_arm in scores.items()}
                    found.append(Slice(slice=name, value=value, metric=metric.name, units=len(scored), means=means))
    return tuple(found)


def _cases(table: SuiteTable, runs: Runs, scores: Scores, base: str, head: str) -> tuple[CaseDifference, ...]:
    """Every case, the ones that differ most first: by the largest gain or loss on any metric, counted in margins."""

    def of_case(arm: str, case: str) -> dict[str, float]:
        return {name: of_cases[case] for name, of_cases in scores[arm].items() if case in of_cases}

    def size(case: CaseDifference) -> float:
        margins = {metric.name: metric.margin for metric in table.metrics if metric.margin}
        return max((abs(case.head[name] - case.base[name]) / margins[name] for name in case.base if name in margins), default=0.0)

    cases = [
        CaseDifference(
            case=case,
            slices=runs[head][case][0].slices,
            base=of_case(base, case),
            head=of_case(head, case),
            base_error=_errors(runs[base][case]),
            head_error=_errors(runs[head][case]),
        )
        for case in runs[head]
    ]
    return tuple(sorted(cases, key=lambda one: (-size(one), one.case)))


def _errors(runs: Sequence[Outcome]) -> str | None:
    return "; ".join(dict.fromkeys(run.error for run in runs if run.error is not None)) or None


def _with_notes(
    suites: Sequence[SuiteComparison], outcomes: Iterable[Outcome], most: int, text: Callable[[SuiteName, str], str]
) -> tuple[SuiteComparison, ...]:
    """The suites with the notes and texts of the cases that differ most."""
    shown = {(suite.suite, case.case, arm) for suite in suites for case in suite.cases[:most] for arm in (suite.base, suite.head)}
    by_repeat: defaultdict[tuple[SuiteName, str, str | None], dict[int, Sequence[Note]]] = defaultdict(dict)
    for one in outcomes:
        if (key := (one.suite, one.case, one.arm)) in shown:
            by_repeat[key][one.repeat] = one.notes

    def noted(suite: SuiteComparison, case: CaseDifference) -> CaseDifference:
        base, head = (_distinct(by_repeat[suite.suite, case.case, arm]) for arm in (suite.base, suite.head))
        return case.model_copy(update={"base_notes": base, "head_notes": head, "text": text(suite.suite, case.case)})

    return tuple(
        suite.model_copy(update={"cases": (*(noted(suite, case) for case in suite.cases[:most]), *suite.cases[most:])}) for suite in suites
    )


def _distinct(by_repeat: Mapping[int, Sequence[Note]]) -> tuple[Note, ...]:
    """The notes of all repeats, what is said twice once."""
    found: list[Note] = []
    for repeat in sorted(by_repeat):
        found += [note for note in by_repeat[repeat] if note not in found]
    return tuple(found)
