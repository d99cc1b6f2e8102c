"""Money of a plan: every formula on a plan small enough to work by hand."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta
from tests.domain.planning.plans import benefit, days, inputs, networks, role, span, task, teams

from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.forecast import Forecast
from discovery_agent.domain.planning.simulation import OptionWork, forecast
from discovery_agent.domain.planning.work import BenefitPart, Driver, Stage, Task
from discovery_agent.errors import InvalidRequest

PLAN = [
    task("prepare", 10, stage=Stage.PREPARE),
    task("build", 30, "prepare"),
    task("pilot", 10, "build", stage=Stage.PILOT),
    task("roll_out", 10, "pilot", stage=Stage.ROLL_OUT),
]
"""60 working days of one developer at 1,000 a day: three months of 20 days."""


def months(found: Forecast, field: str, first: int) -> list[float]:
    return [getattr(month, field) for month in found.months[:first]]


def test_build_cost_falls_in_the_months_where_the_work_lies() -> None:
    found = forecast(PLAN, inputs(), benefit(12_000, 2_000))
    # Days 0-20 are month 1, and so on: 20 days x 1,000 each. Nothing is built after month 3.
    assert months(found, "build", 5) == [20_000, 20_000, 20_000, 0, 0]
    assert found.budget.likely == 60_000
    assert found.go_live_month == 3  # the roll-out ends on day 60, the last of month 3


def test_a_task_across_the_end_of_a_month_is_paid_in_both() -> None:
    tasks = [task("build", 25), task("roll_out", 10, "build", stage=Stage.ROLL_OUT)]
    found = forecast(tasks, inputs(role(rate=800)), benefit(1_000))
    # 35 days: 20 in month 1, 15 in month 2, at 800.
    assert months(found, "build", 3) == [16_000, 12_000, 0]


def test_payback_result_and_return_worked_by_hand() -> None:
    found = forecast(PLAN, inputs(), benefit(12_000, 2_000))
    # From month 4 on 12,000 - 2,000 = 10,000 a month: -60,000 after month 3, so 0 after month 9.
    assert months(found, "effect", 5) == [0, 0, 0, 12_000, 12_000]
    assert months(found, "run", 5) == [0, 0, 0, 2_000, 2_000]
    assert months(found, "total", 9) == [-20_000, -40_000, -60_000, -50_000, -40_000, -30_000, -20_000, -10_000, 0]
    assert found.payback_month == 9
    # 12 months: 9 x 12,000 - (60,000 + 9 x 2,000) = 108,000 - 78,000.
    assert found.twelve_month_result == 30_000
    assert found.twelve_month_return == pytest.approx(30_000 / 78_000, abs=1e-6)
    assert found.payback_p80 == 9  # nothing varies
    assert found.warnings == ()


def test_the_effect_grows_evenly_over_the_ramp() -> None:
    found = forecast(PLAN, inputs(), benefit(12_000, ramp=3))
    # A straight line over three months is on average 1/6, 3/6 and 5/6 of the whole; after that all of it.
    assert months(found, "effect", 8) == [0, 0, 0, 2_000, 6_000, 10_000, 12_000, 12_000]


def test_epics_that_go_live_one_by_one_bring_their_part_from_then_on() -> None:
    first = task("first", 20, stage=Stage.ROLL_OUT).model_copy(update={"epic_id": "e1"})
    second = task("second", 40, "first", stage=Stage.ROLL_OUT).model_copy(update={"epic_id": "e2"})
    parts = (BenefitPart(epic_id="e1", effect=9_000, run_cost=0), BenefitPart(epic_id="e2", effect=3_000, run_cost=1_000, ramp_months=2))
    brings = benefit(12_000, 1_000).model_copy(update={"parts": parts})
    found = forecast([first, second], inputs(role(rate=500)), brings)
    # e1 is live after month 1, e2 after month 3 and whole two months later: 1/4 and 3/4 of 3,000 before that.
    assert months(found, "effect", 6) == [0, 9_000, 9_000, 9_750, 11_250, 12_000]
    assert months(found, "run", 5) == [0, 0, 0, 1_000, 1_000]
    assert found.go_live_month == 3
    # 10,000 a month to build for three months: -10,000, -11,000, -12,000, then 8,750, 10,250 and 11,000 a month.
    assert months(found, "total", 5) == [-10_000, -11_000, -12_000, -3_250, 7_000]
    assert (found.payback_month, found.payback_p80) == (5, 5)


def test_what_is_spent_again_after_a_first_return_has_to_come_back_too() -> None:
    early = task("early", 5, stage=Stage.ROLL_OUT).model_copy(update={"epic_id": "e1"})
    wait = task("wait", 0, "early", role="analyst", lasts=40)
    large = task("large", 80, "wait").model_copy(update={"epic_id": "e2"})
    parts = (BenefitPart(epic_id="e1", effect=15_000, run_cost=0), BenefitPart(epic_id="e2", effect=5_000, run_cost=0))
    brings = benefit(20_000).model_copy(update={"parts": parts})
    found = forecast([early, wait, large], inputs(role(rate=2000), role("analyst")), brings)
    # 10,000 spent, then 15,000 a month: paid after month 2. From day 45 to 125 the large part costs 40,000 a month of 20 days.
    # Month 3: 5,000 + 15,000 - 15 x 2,000; months 4 to 6: -25,000 each; month 7: 15,000 - 5 x 2,000; then 20,000 a month.
    assert months(found, "total", 7) == [-10_000, 5_000, -10_000, -35_000, -60_000, -85_000, -80_000]
    assert months(found, "total", 11)[7:] == [-60_000, -40_000, -20_000, 0]
    assert (found.payback_month, found.payback_p80) == (11, 11)


def test_rates_of_several_roles_add_up() -> None:
    tasks = [task("ask", 4, role="analyst"), task("build", 10, "ask")]
    found = forecast(tasks, inputs(role("analyst", rate=500), role("developer", rate=900)), None)
    assert found.budget.likely == 4 * 500 + 10 * 900
    assert found.duration_days.likely == 14


def test_a_trial_that_lasts_longer_than_its_work_costs_its_work() -> None:
    found = forecast([task("pilot", 2, stage=Stage.PILOT, lasts=30)], inputs(), None)
    assert found.budget.likely == 2_000
    assert found.duration_days.likely == 30
    assert months(found, "build", 2) == [pytest.approx(1333.33), pytest.approx(666.67)]  # 20 and 10 of 30 days


def test_the_tornado_worked_by_hand() -> None:
    tasks = [task("build", days(40, 20, 60)), task("roll_out", 20, "build", stage=Stage.ROLL_OUT)]
    found = forecast(tasks, inputs(role(rate=span(1000, 900, 1200))), benefit(span(10_000, 5_000, 12_000), span(1_000, 1_000, 3_000)))
    # At the likeliest: 60 days = 3 months, 60,000; 9 months x (10,000 - 1,000) - 60,000 = 21,000.
    assert found.twelve_month_result == 21_000
    bars = {bar.name: (bar.at_low, bar.at_high) for bar in found.tornado}
    assert bars == {
        # 20 days less: live after 2 months, 10 x 9,000 - 40,000. 20 more: after 4 months, 8 x 9,000 - 80,000.
        "Days to build": (50_000, -8_000),
        # 9 x (5,000 - 1,000) - 60,000, and 9 x (12,000 - 1,000) - 60,000.
        "Effect a month": (-24_000, 39_000),
        # 60 days at 900 or at 1,200: 81,000 - 54,000, and 81,000 - 72,000.
        "Rate of Developer a day": (27_000, 9_000),
        # The low end is the likeliest value; 9 x (10,000 - 3,000) - 60,000.
        "Running cost a month": (21_000, 3_000),
    }
    assert [bar.name for bar in found.tornado] == ["Effect a month", "Days to build", "Rate of Developer a day", "Running cost a month"]
    rate = next(bar for bar in found.tornado if bar.name.startswith("Rate"))
    assert (rate.assumption, rate.low_input, rate.high_input, rate.unit) == ("rate.developer", 900, 1200, "EUR")


def test_assumptions_inside_the_benefit_have_bars_of_their_own() -> None:
    share = Driver(assumption="gap_closed.hybrid", name="Share", low=0.25, high=0.75, effect_at_low=5_000, effect_at_high=15_000)
    brings = benefit(10_000, 1_000).model_copy(update={"drivers": (share,)})
    found = forecast(PLAN, inputs(), brings)
    (bar,) = found.tornado
    # 9 x (5,000 - 1,000) - 60,000, and 9 x (15,000 - 1,000) - 60,000.
    assert (bar.assumption, bar.at_low, bar.at_high) == ("gap_closed.hybrid", -24_000, 66_000)


def test_without_a_known_effect_money_stays_open_and_says_what_is_missing() -> None:
    found = forecast(PLAN, inputs(), benefit(None, 500, missing=["how many cases there are a month"]))
    assert found.missing == ("how many cases there are a month",)
    assert found.payback_month is found.payback_p80 is found.twelve_month_result is found.twelve_month_return is None
    assert found.tornado == ()
    assert found.budget.likely == 60_000
    assert set(months(found, "effect", 36)) == {0}
    assert found.months[-1].total == -60_000 - 33 * 500
    assert any("how many cases there are a month" in one for one in found.warnings)
    assert forecast(PLAN, inputs(), None).missing


def test_an_effect_that_is_only_partly_known_says_what_it_leaves_out() -> None:
    found = forecast(PLAN, inputs(), benefit(12_000, missing=["what churn is worth in money"]))
    assert found.payback_month == 8 and not found.missing
    assert any("Left out" in one and "what churn is worth in money" in one for one in found.warnings)


def test_a_plan_without_work_costs_nothing_and_brings_nothing() -> None:
    found = forecast([], inputs(), benefit(12_000, 2_000))
    assert found.tasks == found.critical_path == found.tornado == ()
    assert (found.duration_days.likely, found.duration_days.p80, found.budget.p80) == (0, 0, 0)
    assert found.payback_month is None and found.twelve_month_result is None
    assert found.missing and "no work" in found.missing[0]
    assert {month.total for month in found.months} == {0}
    assert found.pilot_month is None


def test_a_plan_of_one_task() -> None:
    found = forecast([task("change", 5)], inputs(), benefit(2_000))
    assert found.critical_path == ("change",)
    (only,) = found.tasks
    assert (only.start, only.end, only.slack, only.critical_share) == (0, 5, 0, 1)
    # Without a roll-out the plan is live when it ends: month 1. 5,000 spent, 2,000 a month from month 2: paid after month 4.
    assert (found.go_live_month, found.payback_month) == (1, 4)


def test_work_beyond_the_horizon_is_left_out_of_the_cash_flow_and_told() -> None:
    found = forecast([task("build", 300)], inputs(horizon=12), benefit(50_000))
    assert len(found.months) == 12
    assert found.budget.likely == 300_000
    assert found.months[-1].total == -240_000  # 240 of 300 days
    assert found.go_live_month == 15
    assert found.payback_month is None
    assert any("month 15" in one and "12 months" in one for one in found.warnings)


def test_an_effect_below_the_running_cost_never_pays_back() -> None:
    found = forecast(PLAN, inputs(), benefit(1_000, 1_500))
    assert found.payback_month is None and found.payback_p80 is None
    assert found.twelve_month_result == -60_000 - 9 * 500
    assert any("never pays back" in one for one in found.warnings)


def test_a_pilot_that_is_proved_after_month_eight_is_warned_of() -> None:
    late = [task("build", 160), task("pilot", 10, "build", stage=Stage.PILOT), task("roll_out", 1, "pilot", stage=Stage.ROLL_OUT)]
    found = forecast(late, inputs(), benefit(500_000))
    assert found.pilot_month is not None and found.pilot_month.likely == 9  # day 170
    assert any("proved in month 9" in one for one in found.warnings)
    assert not forecast(late, inputs(), benefit(500_000), pilot_by=9).warnings
    unsure = [task("build", days(140, 100, 260)), task("pilot", 10, "build", stage=Stage.PILOT)]
    found = forecast(unsure, inputs(), benefit(500_000))
    assert found.pilot_month is not None and found.pilot_month.likely == 8 < found.pilot_month.p80
    assert any("may be proved only after month 8" in one for one in found.warnings)


def test_the_pilot_of_the_first_version_counts_and_not_that_of_a_later_one() -> None:
    tasks = [task("pilot", 20, stage=Stage.PILOT), task("second", 300, "pilot", stage=Stage.PILOT, mvp=False)]
    found = forecast(tasks, inputs(), None)
    assert found.pilot_month is not None and found.pilot_month.likely == 1


def test_payback_after_a_year_is_warned_of() -> None:
    found = forecast(PLAN, inputs(), benefit(5_000))
    assert found.payback_month == 15  # 60,000 / 5,000 = 12 months after month 3
    assert any("month 15" in one for one in found.warnings)
    assert found.twelve_month_result == 9 * 5_000 - 60_000


def test_payback_at_four_of_five_runs_is_not_before_that_of_half() -> None:
    found = forecast(PLAN, inputs(runs=4000), benefit(span(12_000, 4_000, 14_000), 1_000))
    assert found.payback_month == 9  # 60,000 / 11,000 = 5.5 months after month 3
    # Only the effect varies: four of five runs have at least what one of five stays below. PERT-beta with
    # alpha 1 + 4 x 8/10 = 4.2 and beta 1 + 4 x 2/10 = 1.8 between 4,000 and 14,000.
    effect = 4_000 + 10_000 * beta.ppf(0.2, 4.2, 1.8)
    assert found.payback_p80 == 3 + ceil(60_000 / (effect - 1_000)) == 11


def test_the_percentiles_of_one_task_are_those_of_its_distribution() -> None:
    found = forecast([task("build", days(5, 3, 13))], inputs(runs=20_000), None)
    for percentile, share in ((found.duration_days.p50, 0.5), (found.duration_days.p80, 0.8)):
        assert percentile == pytest.approx(3 + 10 * beta.ppf(share, 1.8, 4.2), abs=0.06)
    assert found.budget.p80 == pytest.approx(found.duration_days.p80 * 1000, abs=0.01)


def test_a_task_for_a_role_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(InvalidRequest, match="`build` is for `wizard`"):
        forecast([task("build", 1, role="wizard")], inputs(), None)


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    tasks = [task("build", days(10, 6, 20)), task("test", days(5, 2, 12), "build")]
    team = role(rate=span(1000, 800, 1400))
    first, again, other = (forecast(tasks, inputs(team, runs=500, seed=seed), benefit(span(9_000, 5_000, 12_000))) for seed in (1, 1, 2))
    assert first == again
    assert first.duration_days.p80 != other.duration_days.p80
    assert (first.duration_days.likely, first.budget.likely) == (other.duration_days.likely, other.budget.likely)
    # Figures of this very plan, so that a change of the random numbers, or another machine's, is seen.
    assert (first.duration_days.p50, first.duration_days.p80) == GOLDEN_DAYS
    assert (first.budget.p50, first.budget.p80) == GOLDEN_BUDGET


GOLDEN_DAYS = (16.595817, 19.528284)
GOLDEN_BUDGET = (16647.57, 20242.65)


def test_the_mean_of_the_runs_is_near_the_sum_of_the_pert_means() -> None:
    chain = [task(f"t{at}", days(4, 2, 12), *([f"t{at - 1}"] if at else [])) for at in range(20)]
    found = forecast(chain, inputs(runs=4000), None)
    # 20 x (2 + 4 x 4 + 12) / 6 = 100 days; a sum of twenty is nearly symmetric, so its middle is near its mean.
    assert found.duration_days.likely == 80
    assert found.duration_days.p50 == pytest.approx(100, rel=0.01)
    # Beta variance: alpha 1.8, beta 4.2 on a span of 10: 100 x 1.8 x 4.2 / (36 x 7) = 3; 20 x 3 = 60; P80 is 0.8416 deviations above.
    assert found.duration_days.p80 == pytest.approx(100 + 0.8416 * 60**0.5, rel=0.01)
    correlated = forecast(chain, inputs(runs=4000, correlation=0.3), None)
    assert correlated.duration_days.p80 > found.duration_days.p80 + 2


def test_options_stand_side_by_side_with_the_same_people_and_luck() -> None:
    rules = OptionWork(solution=SolutionClass.RULES_AUTOMATION, tasks=tuple(PLAN), benefit=benefit(12_000, 2_000))
    bigger = tuple(one.model_copy(update={"estimate": days(one.estimate.likely * 2)}) for one in PLAN)
    paid = benefit(18_000, 3_000).model_copy(update={"tokens_per_month": 150.0})
    hybrid = OptionWork(solution=SolutionClass.HYBRID, tasks=bigger, benefit=paid)
    unknown = OptionWork(solution=SolutionClass.ANALYTICS, tasks=tuple(PLAN), benefit=benefit(None, 100), tokens=0)
    options = (rules, hybrid, unknown)
    found = forecast(PLAN, inputs(), benefit(12_000, 2_000), options=options, chosen=SolutionClass.RULES_AUTOMATION)
    plain, ai, open_one = found.options
    assert (plain.chosen, ai.chosen) == (True, False)
    assert (plain.payback_month, plain.twelve_month_result) == (found.payback_month, found.twelve_month_result)
    # 120 days at 1,000 in 6 months, then 18,000 - 3,000 a month: 120,000 / 15,000 = 8 months more.
    assert (ai.build_cost.likely, ai.duration_months.likely, ai.payback_month) == (120_000, 6, 14)
    assert ai.twelve_month_result == 6 * 15_000 - 120_000
    assert (ai.tokens_per_month, ai.run_cost_per_month, plain.tokens_per_month) == (150, 3_000, None)
    assert open_one.effect_per_month is open_one.payback_month is open_one.twelve_month_result is None


@settings(deadline=None, max_examples=40)
@given(networks(), teams(), st.integers(0, 20_000), st.integers(0, 5_000), st.integers(0, 4))
def test_what_holds_for_any_plan(tasks: tuple[Task, ...], people: dict[str, float], effect: int, run: int, ramp: int) -> None:
    given_inputs = inputs(*(role(name, count, span(700, 500, 1000)) for name, count in people.items()), runs=100)
    found = forecast(tasks, given_inputs, benefit(span(effect, effect / 2, effect * 2), run, ramp))
    assert found.duration_days.p80 >= found.duration_days.p50
    assert found.budget.p80 >= found.budget.p50
    assert all(one.end_p80 >= one.end_p50 for one in found.tasks)
    spent = sum(month.build + month.run for month in found.months)
    brought = sum(month.effect for month in found.months)
    assert found.months[-1].total == pytest.approx(brought - spent, abs=1e-4)
    if found.duration_days.likely <= 36 * 20:
        assert sum(month.build for month in found.months) == pytest.approx(found.budget.likely, abs=0.006)
    if found.payback_month is not None:
        assert found.months[found.payback_month - 1].total >= 0
        assert all(month.total >= 0 for month in found.months[found.payback_month - 1 :])
        before = found.months[found.payback_month - 2]
        assert before.total < 0 or before.month <= found.go_live_month
    more = inputs(*(one.model_copy(update={"people": one.people * 2}) for one in given_inputs.roles), runs=100)
    faster = forecast(tasks, more, None)
    for percentile in ("likely", "p50", "p80"):
        assert getattr(faster.duration_days, percentile) <= getattr(found.duration_days, percentile) + 1e-5
    assert faster.budget == found.budget
