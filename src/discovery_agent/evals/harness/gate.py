"""Whether a change may pass: the ruling on each primary metric, on a suite and on the whole, and why, in sentences.

The rule for a primary metric with margin d, the least loss that matters:

1. Fewer units than the test needs to find anything (six): INCONCLUSIVE. What cannot fail cannot pass either.
2. The 95 % interval of the gain lies above -d: NOT WORSE. A loss that matters is excluded. A smaller one that is more than chance
   passes, and is reported.
3. The gain is negative, and the sign-flip p-value, after Holm's correction over the primary metrics of all suites, is below 0.05:
   REGRESSION. A loss is shown, and that it is too small to matter is not. The permutation test decides here and not the interval,
   because it keeps its level under skewed scores as well, where the interval is too wide and would let losses through.
4. Otherwise INCONCLUSIVE, with the number of units that would decide it.

Non-inferiority at the lower end of a two-sided 95 % interval is what clinical trials use (ICH E9, section 3.3.2). A change passes only if
each metric does, which needs no correction (Berger 1982, "Multiparameter Hypothesis Testing": intersection-union); a regression
needs a loss on any, which does. A suite gets the worst ruling of its primary metrics, the whole the worst of its suites.

A failed run counts as the worst score. That makes failures of `head` a loss by themselves, but failures of `base` hide one: where more
than `MOST_FAILED` of its runs failed, a suite cannot be NOT WORSE.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import IntEnum

from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import ConfigurationError, HarnessError
from discovery_agent.evals.harness.comparison import ArmSummary, Comparison, Difference, Ruling, SuiteComparison
from discovery_agent.evals.harness.metrics import Better, Metric, SuiteTable
from discovery_agent.evals.harness.statistics import LEVEL, holm, least_units, spread_within, units_needed

MOST_FAILED = 0.1
"""Share of the runs of `base` that may fail before nothing can be measured against it."""

_SEVERITY = (Ruling.REGRESSION, Ruling.INCONCLUSIVE, Ruling.NOT_WORSE)


class GateExit(IntEnum):
    """Exit codes of `discovery-agent eval gate`."""

    NOT_WORSE = 0
    REGRESSION = 1
    HARNESS_ERROR = 2
    """Nothing could be measured: a recording is missing, a case file is wrong. Raised, never computed."""
    INCONCLUSIVE = 3


def exit_code(comparison: Comparison) -> GateExit:
    """What the gate ends with.

    Raises:
        ConfigurationError: there are no two arms to compare.
        HarnessError: base failed too often to measure anything against it, or the cases were chosen by their result.
    """
    if comparison.ruling is None and comparison.base and comparison.head:
        raise HarnessError(
            " ".join(comparison.reasons) or "The comparison has no ruling.", remedy="Rule on the comparison of all cases instead."
        )
    if comparison.ruling is Ruling.INCONCLUSIVE and (broken := [_base_failure(one) for one in comparison.suites if _base_fails(one)]):
        raise HarnessError(f"Nothing could be measured. {' '.join(broken)}", remedy="Correct that, and run the same command again.")
    match comparison.ruling:
        case Ruling.NOT_WORSE:
            return GateExit.NOT_WORSE
        case Ruling.REGRESSION:
            return GateExit.REGRESSION
        case Ruling.INCONCLUSIVE:
            return GateExit.INCONCLUSIVE
        case None:
            raise ConfigurationError(
                "There is nothing to rule on: the experiment does not have two arms.",
                remedy="Run `discovery-agent eval compare BASE HEAD`.",
            )


def worst(rulings: Iterable[Ruling | None]) -> Ruling | None:
    """The ruling that decides; None if there is none."""
    return min((one for one in rulings if one is not None), key=_SEVERITY.index, default=None)


def rule(suites: Sequence[SuiteComparison]) -> tuple[SuiteComparison, ...]:
    """The suites with their rulings. Needs all of a comparison at once: Holm's correction is over the primary metrics of all."""
    compared = [suite for suite in suites if suite.base and suite.head]
    # A declared metric that no case measures stays in the family: what was tested is settled before looking.
    family = [(suite.suite, metric.name) for suite in compared for metric in suite.table.primary]
    measured = {(suite.suite, one.metric): one.p for suite in compared for one in suite.differences}
    corrected = dict(zip(family, holm([measured.get(key, 1.0) for key in family]), strict=True))

    def ruled(suite: SuiteComparison) -> SuiteComparison:
        if _base_fails(suite):
            return suite.model_copy(update={"ruling": Ruling.INCONCLUSIVE})
        differences = tuple(
            _ruled(one, suite.table.metric(one.metric), corrected[suite.suite, one.metric], len(family))
            if (suite.suite, one.metric) in corrected
            else one
            for one in suite.differences
        )
        rulings = [one.ruling for one in differences]
        if _unmeasured(suite):
            rulings.append(Ruling.INCONCLUSIVE)
        return suite.model_copy(update={"differences": differences, "ruling": worst(rulings)})

    return tuple(ruled(suite) if suite.base and suite.head else suite for suite in suites)


def _ruled(difference: Difference, metric: Metric, p_holm: float, family: int) -> Difference:
    corrected = difference.model_copy(update={"p_holm": p_holm})
    ruling = ruling_on(corrected, _margin(metric))
    needed = _units_to_decide(corrected, _margin(metric), family) if ruling is Ruling.INCONCLUSIVE else None
    return corrected.model_copy(update={"ruling": ruling, "units_needed": needed})


def ruling_on(difference: Difference, margin: float) -> Ruling:
    """The rule at the top of this file, for one primary metric whose p-value is corrected."""
    if difference.units < least_units():
        return Ruling.INCONCLUSIVE
    if difference.low > -margin:
        return Ruling.NOT_WORSE
    return Ruling.REGRESSION if _shown(difference) and difference.gain < 0 else Ruling.INCONCLUSIVE


def _shown(difference: Difference) -> bool:
    """Whether there is a difference at all, in either direction."""
    return _corrected(difference) < LEVEL


def _corrected(difference: Difference) -> float:
    return difference.p if difference.p_holm is None else difference.p_holm


def _units_to_decide(difference: Difference, margin: float, family: int) -> int:
    """Units that would show either that no loss of the margin is there or that a loss is, whichever takes fewer.

    As if the true difference were the one seen. A gain is not counted on, though: it counts as none. For a loss the strictest step of
    Holm's correction is assumed. Where there are fewer units than the test needs, what they show is no ground for an estimate.
    """
    if difference.units < least_units():
        return least_units()
    spread = spread_within(difference.low, difference.high, difference.units)
    clear_of_margin, loss = min(difference.gain, 0.0) + margin, -difference.gain
    choices = [units_needed(spread, clear_of_margin)] if clear_of_margin > 0 else []
    choices += [units_needed(spread, loss, LEVEL / family)] if loss > 0 else []
    return max(difference.units + 1, min(choices))


def _margin(metric: Metric) -> float:
    if metric.margin is None:
        raise ConfigurationError(f"The primary metric {metric.name} has no margin.")
    return metric.margin


def _summary(suite: SuiteComparison, arm: str | None) -> ArmSummary:
    return next(one for one in suite.arms if one.arm.name == arm)


def _base_fails(suite: SuiteComparison) -> bool:
    if not (suite.base and suite.head):
        return False
    base = _summary(suite, suite.base)
    return base.errors > MOST_FAILED * base.runs


def _base_failure(suite: SuiteComparison) -> str:
    base = _summary(suite, suite.base)
    return (
        f"{suite.table.title}: {suite.base} failed on {base.errors} of {plural(base.runs, 'run')}, "
        "so that nothing can be measured against it."
    )


def _unmeasured(suite: SuiteComparison) -> list[Metric]:
    measured = {one.metric for one in suite.differences}
    return [metric for metric in suite.table.primary if metric.name not in measured]


def reasons(suites: Sequence[SuiteComparison]) -> tuple[str, ...]:
    """Why the whole is ruled as it is, for a reader who knows the product and no statistics; what decides comes first."""
    found: list[tuple[Ruling, str]] = []
    for suite in suites:
        if suite.ruling is None:
            continue
        title = suite.table.title
        if _base_fails(suite):
            found.append((Ruling.INCONCLUSIVE, f"{_base_failure(suite)} Correct that first."))
            continue
        found += [
            (Ruling.INCONCLUSIVE, f"{title}: {metric.title} was not measured; no {suite.table.unit} has a score for it.")
            for metric in _unmeasured(suite)
        ]
        for one in suite.differences:
            if one.ruling is not None:
                found.append((one.ruling, f"{title}: {_sentence(one, suite.table.metric(one.metric), suite.table)}"))
        if failures := _failures(suite):
            found.append((suite.ruling, f"{title}: {failures}"))
    return tuple(text for _, text in sorted(found, key=lambda one: _SEVERITY.index(one[0])))


def _failures(suite: SuiteComparison) -> str:
    base, head = _summary(suite, suite.base), _summary(suite, suite.head)
    if head.errors <= base.errors:
        return ""
    before = str(base.errors) if base.errors else "none"
    return f"{suite.head} failed on {head.errors} of {plural(head.runs, 'run')}, {suite.base} on {before}; a failed run counts as the worst score."


def _sentence(one: Difference, metric: Metric, table: SuiteTable) -> str:
    margin, units = _margin(metric), plural(one.units, table.unit)

    def figure(value: float) -> str:
        return f"{value:.{_decimals(margin)}f}"

    def side(gain: float) -> str:
        shown = figure(abs(gain))
        return "no change" if float(shown) == 0 else f"{shown} {'better' if gain > 0 else 'worse'}"

    interval = f"95 % interval: {side(one.low)} to {side(one.high)}, {units}" if one.units > 1 else f"{units}, which gives no interval"
    values = f"from {figure(one.base)} to {figure(one.head)}"
    corrected = _corrected(one)
    test = f"{'p < 0.001' if corrected < 0.001 else f'p = {corrected:.3f}'} after Holm's correction"
    match one.ruling:
        case Ruling.REGRESSION:
            verb = "fell" if metric.better is Better.HIGHER else "rose"
            return (
                f"{metric.title} {verb} by {figure(abs(one.gain))}, {values} ({interval}, {test}). "
                f"A loss is shown, and that it stays within the margin of {figure(margin)} is not."
            )
        case Ruling.NOT_WORSE if one.low == one.high == 0:
            return f"{metric.title} is not worse: all {units} scored the same in both arms, {figure(one.head)} on average."
        case Ruling.NOT_WORSE:
            text = f"{metric.title} is not worse, {values} ({interval}): a loss of the margin of {figure(margin)} is excluded."
            if not _shown(one):
                return text
            return f"{text} {'It got better' if one.gain > 0 else 'A smaller loss is shown'} ({test})."
        case _ if one.units < least_units():
            # Not even an interval: what so few units have in common says nothing of others.
            return f"{metric.title} is undecided, {values} ({units}). At least {least_units()} are needed to show anything."
        case _:
            more = plural((one.units_needed or one.units + 1) - one.units, f"more {table.unit}")
            return (
                f"{metric.title} is undecided, {values} ({interval}; margin {figure(margin)}). "
                f"{more} would decide it, with a chance of 80 % if the difference is as seen."
            )


def _decimals(margin: float) -> int:
    """One digit more than the margin has: a difference that matters is told from one that does not."""
    return min(6, max(0, 1 - math.floor(math.log10(margin))))
