"""How the report puts figures and rulings in words."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.report.wording import plural
from discovery_agent.evals.harness.arms import AnalystKind, Arm
from discovery_agent.evals.harness.comparison import Comparison, Difference, Ruling, SuiteComparison
from discovery_agent.evals.harness.metrics import Metric
from discovery_agent.evals.harness.outcomes import Spent
from discovery_agent.evals.harness.statistics import LEVEL, least_units

HEADLINES = {
    Ruling.NOT_WORSE: "Head is not worse than base.",
    Ruling.REGRESSION: "Head is worse than base.",
    Ruling.INCONCLUSIVE: "It is open whether head is as good as base.",
    None: "One arm, nothing to compare.",
}
"""The answer, before any figure."""


CUT = "Intervals are shown within what a metric can be; the ruling is made on them uncut."
"""Footnote where an end was brought into the range."""


def shown_ends(metric: Metric, ends: tuple[float, float]) -> tuple[float, float]:
    """An interval of a mean as it is shown: a t-interval knows nothing of a range, and a reader knows that no share is above 1."""
    return metric.within(ends[0]), metric.within(ends[1])


def shown_gain_ends(metric: Metric, one: Difference) -> tuple[float, float]:
    """An interval of a gain as it is shown."""
    return metric.gain_within(one.low), metric.gain_within(one.high)


def is_cut(suite: SuiteComparison) -> bool:
    """Whether any interval is shown shorter than it is."""
    means = ((suite.table.metric(name), ends) for arm in suite.arms for name, ends in arm.intervals.items())
    gains = ((suite.table.metric(one.metric), one) for one in (*suite.differences, *suite.baseline))
    return any(shown_ends(metric, ends) != tuple(ends) for metric, ends in means) or any(
        shown_gain_ends(metric, one) != (one.low, one.high) for metric, one in gains
    )


def figure(value: float) -> str:
    """A figure with as many digits as a reader can use, and a true minus sign.

    >>> figure(0.41234), figure(-3.456), figure(1234.5), figure(0.0)
    ('0.412', '−3.46', '1,234', '0')
    """
    size = abs(value)
    digits = 3 if size < 1 else 2 if size < 10 else 1 if size < 100 else 0
    text = f"{size:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if value >= 0 or text == "0" else f"−{text}"


def signed(value: float) -> str:
    """A difference: its sign is always shown, unless it is nothing.

    >>> signed(0.05), signed(-0.05), signed(0.0)
    ('+0.05', '−0.05', '0')
    """
    text = figure(value)
    return text if text == "0" or value < 0 else f"+{text}"


def chance(p: float | None) -> str:
    """A p-value: `0.034`, `< 0.001`; a dash if there is none."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def money(spent: Spent) -> str:
    """What calls cost, in dollars: `cost unknown` where a price is not known, `USD 0` where nothing was called."""
    if spent.cost_usd is None:
        return "cost unknown"
    if spent.cost_usd == 0:
        return "USD 0"
    return f"USD {spent.cost_usd:.4f}" if spent.cost_usd < 1 else f"USD {spent.cost_usd:,.2f}"


def seconds(value: float | None) -> str:
    """A time: `0.4 s`, `12 s`, `3 min`; a dash if nothing was timed, as with replies that no model gave."""
    if not value:
        return "–"
    if value < 10:
        return f"{value:.1f} s"
    return f"{value:.0f} s" if value < 120 else f"{value / 60:.0f} min"


def arm_words(arm: Arm) -> str:
    """Who works in an arm: `rules analyst`, or the model with where its prompts come from."""
    if arm.kind is AnalystKind.RULES:
        return "rules analyst, no model"
    prompts = f", prompts of {arm.prompts.source}" if arm.prompts else ""
    return f"{arm.model or 'language model'}{prompts}"


def improved(suite: SuiteComparison) -> list[Difference]:
    """Primary metrics on which head is better beyond chance, after Holm's correction."""
    return [one for one in suite.differences if one.ruling is not None and one.gain > 0 and one.p_holm is not None and one.p_holm <= LEVEL]


def headline(comparison: Comparison) -> str:
    """The ruling in a sentence or two: not worse, and better where that is shown."""
    said = HEADLINES[comparison.ruling]
    if comparison.ruling is None and any(len(suite.arms) > 1 for suite in comparison.suites):
        said = "The arms side by side, without a ruling."
    if comparison.ruling is Ruling.INCONCLUSIVE and (more := _more_to_decide(comparison)):
        return f"{said[:-1]}: {more}."
    if comparison.ruling is not Ruling.NOT_WORSE:
        return said
    better = [f"{suite.table.metric(one.metric).title} ({signed(one.gain)})" for suite in comparison.suites for one in improved(suite)]
    return f"{said} It is better on {and_list(better)}." if better else said


def _more_to_decide(comparison: Comparison) -> str:
    """What the metric that lacks most would need; empty if no number of units is known to decide it."""
    lacking = [
        (one.units_needed - one.units, one, suite.table.unit)
        for suite in comparison.suites
        for one in suite.differences
        if one.ruling is Ruling.INCONCLUSIVE and one.units_needed is not None
    ]
    return needed_words(*max(lacking, key=lambda one: one[0])[1:]) if lacking else ""


def and_list(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def units_words(suite: SuiteComparison) -> str:
    """How many units a suite has: `12 transcripts`."""
    return plural(max((one.units for one in suite.arms), default=0), suite.table.unit)


def needed_words(difference: Difference, unit: str) -> str:
    """How many more units would decide, or show anything at all; empty if that is decided, or nobody knows."""
    if difference.units_needed is None or difference.units_needed <= difference.units:
        return ""
    more = plural(difference.units_needed - difference.units, f"more {unit}")
    return f"at least {more} to show anything" if difference.units < least_units() else f"{more} would decide"
