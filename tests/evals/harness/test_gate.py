"""What the gate lets through, and what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.errors import ConfigurationError, HarnessError
from discovery_agent.evals.harness.comparison import Comparison, Difference, Ruling
from discovery_agent.evals.harness.gate import GateExit, exit_code, ruling_on, worst
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.outcomes import Outcome
from tests.evals.harness.scored_arms import EXTRACTION, F1, LEVELS, VERDICT, compared, experiment, extraction, failed, outcome, two_arms

NOISE = (0.01, -0.02, 0.0, 0.02, -0.01, 0.01, 0.0, -0.01, 0.02, 0.0, -0.02, 0.01)
"""Differences as they come about between two wordings that mean the same."""
SCATTER = (0.15, -0.2, 0.05, 0.2, -0.1, 0.1, 0.0, -0.15, 0.2, -0.05, -0.25, 0.05)


def lost(loss: float) -> Comparison:
    return two_arms(LEVELS, [one - loss for one in NOISE])


def difference(comparison: Comparison) -> Difference:
    return comparison.suites[0].differences[0]


def test_a_clear_loss_is_a_regression_and_the_reason_says_how_large_and_how_sure() -> None:
    comparison = lost(0.12)
    assert comparison.ruling is Ruling.REGRESSION and exit_code(comparison) is GateExit.REGRESSION
    assert comparison.reasons == (
        "Extraction: F1 of goals fell by 0.119, from 0.675 to 0.556 "
        "(95 % interval: 0.128 worse to 0.110 worse, 12 transcripts, p < 0.001 after Holm's correction). "
        "A loss is shown, and that it stays within the margin of 0.050 is not.",
    )


def test_a_rewording_that_changes_nothing_much_passes() -> None:
    comparison = lost(0.0)
    assert comparison.ruling is Ruling.NOT_WORSE and exit_code(comparison) is GateExit.NOT_WORSE
    assert comparison.reasons[0] == (
        "Extraction: F1 of goals is not worse, from 0.675 to 0.676 (95 % interval: 0.008 worse to 0.010 better, 12 transcripts): "
        "a loss of the margin of 0.050 is excluded."
    )
    assert difference(comparison).units_needed is None


def test_a_sure_loss_that_is_too_small_to_matter_passes_and_is_reported() -> None:
    comparison = lost(0.02)
    assert comparison.ruling is Ruling.NOT_WORSE
    assert comparison.reasons[0].endswith("A smaller loss is shown (p = 0.002 after Holm's correction).")


def test_a_sure_gain_is_reported() -> None:
    assert "It got better (p < 0.001" in lost(-0.1).reasons[0]


def test_equal_scores_pass_in_plain_words() -> None:
    comparison = two_arms(LEVELS, [0.0] * 12)
    assert comparison.reasons == (
        "Extraction: F1 of goals is not worse: all 12 transcripts scored the same in both arms, 0.675 on average.",
    )


def test_too_few_or_too_different_cases_are_inconclusive_and_say_how_many_more_would_decide() -> None:
    comparison = two_arms(LEVELS, SCATTER)
    found = difference(comparison)
    assert comparison.ruling is Ruling.INCONCLUSIVE and exit_code(comparison) is GateExit.INCONCLUSIVE
    assert found.units_needed == 75
    assert comparison.reasons == (
        "Extraction: F1 of goals is undecided, from 0.675 to 0.675 "
        "(95 % interval: 0.097 worse to 0.097 better, 12 transcripts; margin 0.050). "
        "63 more transcripts would decide it, with a chance of 80 % if the difference is as seen.",
    )


@pytest.mark.parametrize("gain", [0.0, -0.3])
@pytest.mark.parametrize("units", [1, 5])
def test_fewer_cases_than_can_show_a_loss_decide_nothing_even_where_all_agree(units: int, gain: float) -> None:
    comparison = two_arms(LEVELS[:units], [gain] * units)
    assert comparison.ruling is Ruling.INCONCLUSIVE
    assert difference(comparison).units_needed == 6
    assert comparison.reasons[0].endswith(f"({units} transcript{'s' if units > 1 else ''}). At least 6 are needed to show anything.")


def test_few_cases_are_no_ground_for_an_estimate_of_how_many_it_takes() -> None:
    comparison = two_arms(LEVELS[:4], SCATTER[:4])
    assert difference(comparison).units_needed == 6 and "80 %" not in comparison.reasons[0]


@given(st.integers(2, 60), st.floats(-0.4, 0.4), st.floats(0, 0.4), st.floats(0.001, 1), st.floats(0.01, 0.3))
def test_the_rule_is_as_written(units: int, gain: float, half: float, p: float, margin: float) -> None:
    found = Difference(metric="f1", units=units, base=0.5, head=0.5 + gain, gain=gain, low=gain - half, high=gain + half, p=p, p_holm=p)
    ruling = ruling_on(found, margin)
    assert (ruling is Ruling.NOT_WORSE) == (units >= 6 and gain - half > -margin)
    assert (ruling is Ruling.REGRESSION) == (units >= 6 and gain - half <= -margin and gain < 0 and p < 0.05)


@given(st.lists(st.integers(-20, 20).map(lambda count: count / 40), min_size=1, max_size=14))
def test_inconclusive_always_asks_for_more_than_there_is_and_nothing_else_asks(gains: list[float]) -> None:
    comparison = two_arms([0.5] * len(gains), gains)
    found = difference(comparison)
    if found.ruling is Ruling.INCONCLUSIVE:
        assert found.units_needed is not None and found.units_needed > found.units
    else:
        assert found.units_needed is None


def test_a_lucky_gain_in_few_cases_promises_no_earlier_decision() -> None:
    lucky = two_arms(LEVELS, [one + 0.03 for one in SCATTER])
    assert lucky.ruling is Ruling.INCONCLUSIVE and difference(lucky).units_needed == 75


def test_a_loss_as_large_as_it_should_be_for_the_cases_there_are_still_asks_for_one_more_if_the_test_does_not_show_it() -> None:
    comparison = two_arms([1.0] * 6, [0.05, -0.3, -0.95, -0.65, -1.0, -0.65])
    assert comparison.ruling is Ruling.INCONCLUSIVE and difference(comparison).units_needed == 7
    assert "1 more transcript would decide it" in comparison.reasons[0]


def costs(arm: str, values: list[float]) -> list[Outcome]:
    return [outcome(arm, f"v{at}", {"cost": value}, suite=SuiteName.VERDICT) for at, value in enumerate(values)]


def test_the_worst_suite_decides_its_reason_comes_first_and_a_cost_that_rises_is_a_loss() -> None:
    outcomes = [*extraction("base", LEVELS), *extraction("head", LEVELS), *costs("base", [1.0] * 10), *costs("head", [2.0, 3.0] * 5)]
    comparison = compared(outcomes, experiment(), EXTRACTION, VERDICT)
    assert [suite.ruling for suite in comparison.suites] == [Ruling.NOT_WORSE, Ruling.REGRESSION]
    assert comparison.ruling is Ruling.REGRESSION
    first, second = comparison.reasons
    assert first.startswith("Verdict: Expected cost rose by 1.50, from 1.00 to 2.50 (95 % interval: 1.88 worse to 1.12 worse, 10 cases")
    assert second.startswith("Extraction: ")


def test_each_further_primary_metric_asks_for_a_smaller_p_value() -> None:
    six = [*extraction("base", LEVELS[:6]), *extraction("head", [one - 0.2 for one in LEVELS[:6]])]
    alone = compared(six)
    assert difference(alone).p_holm == pytest.approx(2 / 2**6) and alone.ruling is Ruling.REGRESSION
    two = compared([*six, *costs("base", [1.0] * 6), *costs("head", [1.0] * 6)], experiment(), EXTRACTION, VERDICT)
    assert difference(two).p_holm == pytest.approx(2 * 2 / 2**6)
    assert two.ruling is Ruling.INCONCLUSIVE and difference(two).units_needed == 7
    assert two.suites[0].differences[1].p_holm is None and two.suites[0].differences[1].ruling is None


def test_showing_a_loss_takes_more_cases_where_more_metrics_are_primary() -> None:
    outcomes = [*extraction("base", LEVELS), *extraction("head", [one + gap - 0.08 for one, gap in zip(LEVELS, SCATTER, strict=True)])]
    alone = difference(compared(outcomes)).units_needed
    two = difference(
        compared([*outcomes, *costs("base", [1.0] * 9), *costs("head", [1.0] * 9)], experiment(), EXTRACTION, VERDICT)
    ).units_needed
    assert alone == 31 and two == 37


def test_cases_that_only_the_head_fails_on_count_against_it_and_are_named() -> None:
    outcomes = [*extraction("base", LEVELS), *extraction("head", LEVELS)[3:], *(failed("head", f"t{at:02}") for at in range(3))]
    comparison = compared(outcomes)
    assert comparison.ruling is Ruling.INCONCLUSIVE and difference(comparison).head == pytest.approx(sum(LEVELS[3:]) / 12)
    assert "Extraction: head failed on 3 of 12 runs, base on none; a failed run counts as the worst score." in comparison.reasons


def test_a_base_that_fails_lets_nothing_pass() -> None:
    broken = [failed(arm, f"t{at:02}") for arm in ("base", "head") for at in range(12)]
    comparison = compared(broken)
    assert comparison.ruling is Ruling.INCONCLUSIVE
    assert comparison.reasons == (
        "Extraction: base failed on 12 of 12 runs, so that nothing can be measured against it. Correct that first.",
    )
    with pytest.raises(HarnessError, match="Nothing could be measured"):
        exit_code(comparison)


def test_a_base_that_fails_often_makes_no_gain_of_it() -> None:
    broken = [failed("base", f"t{at:02}") for at in range(3)]
    comparison = compared([*extraction("head", LEVELS), *extraction("base", [one - 0.1 for one in LEVELS])[3:], *broken])
    assert comparison.ruling is Ruling.INCONCLUSIVE and difference(comparison).ruling is None
    assert "better" not in " ".join(comparison.reasons) and "more transcript" not in " ".join(comparison.reasons)


def test_a_primary_metric_that_no_case_measures_lets_nothing_pass() -> None:
    outcomes = [outcome(arm, f"t{at:02}", {"traps": 0.0}) for arm in ("base", "head") for at in range(12)]
    comparison = compared(outcomes)
    assert comparison.ruling is Ruling.INCONCLUSIVE
    assert comparison.reasons == ("Extraction: F1 of goals was not measured; no transcript has a score for it.",)


def test_a_primary_metric_that_is_not_measured_still_counts_among_those_that_were_declared() -> None:
    kpis = F1.model_copy(update={"name": "kpi_f1", "title": "F1 of KPIs"})
    table = EXTRACTION.model_copy(update={"metrics": (*EXTRACTION.metrics, kpis)})
    comparison = compared([*extraction("base", LEVELS), *extraction("head", [one - 0.2 for one in LEVELS])], experiment(), table)
    assert difference(comparison).p_holm == pytest.approx(2 * 2 / 2**12)
    assert comparison.ruling is Ruling.REGRESSION and "F1 of KPIs was not measured" in comparison.reasons[1]


def test_without_two_arms_there_is_no_ruling_and_the_gate_refuses() -> None:
    comparison = compared(extraction("head", LEVELS), experiment("head", base=None))
    assert comparison.ruling is None and comparison.reasons == ()
    with pytest.raises(ConfigurationError, match="nothing to rule on"):
        exit_code(comparison)


def test_a_regression_outweighs_what_is_open_and_that_outweighs_what_is_fine() -> None:
    assert worst([Ruling.NOT_WORSE, Ruling.INCONCLUSIVE, Ruling.REGRESSION, None]) is Ruling.REGRESSION
    assert worst([Ruling.NOT_WORSE, Ruling.INCONCLUSIVE]) is Ruling.INCONCLUSIVE
    assert worst([None]) is None
