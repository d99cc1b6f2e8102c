"""Economics: worked by hand, cited or listed as assumptions, and silent where nobody gave the figures."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.domain.said import amount, quote

from discovery_agent.domain.economics import Basis, EconomicsTable, Figure, SaidFigures, Span, TokenFigures, compare, plain_and_ai
from discovery_agent.domain.findings import Kpi
from discovery_agent.domain.ladder import SolutionClass

RULES, HYBRID = SolutionClass.RULES_AUTOMATION, SolutionClass.HYBRID


def span(value: float) -> Span:
    return Span(low=value, likely=value, high=value)


def every(value: float) -> dict[SolutionClass, Span]:
    return dict.fromkeys(SolutionClass, span(value))


TABLE = EconomicsTable(
    currency="EUR",
    day_rate=span(1000),
    hourly_cost=span(40),
    months_to_effect=dict.fromkeys(SolutionClass, 3),
    build_days=every(20) | {HYBRID: span(60)},
    run_per_month=every(500),
    gap_closed=every(0.5),
    tokens_per_case=TokenFigures(input=1000, output=100),
    price_per_million_tokens=TokenFigures(input=2, output=10),
)
EXPRESS = Kpi(metric="express shipments", unit="EUR", baseline=amount(180_000, "EUR"), target=amount(90_000, "EUR"))


def test_a_kpi_in_money_is_a_gap_a_year_and_the_payback_is_computed_from_it() -> None:
    plain, ai = compare(TABLE, [RULES, HYBRID], EXPRESS, [quote("We pay 180k.")]).options
    # Gap 90,000 a year = 7,500 a month; half of it is closed: 3,750. Built for 20 x 1,000 in 3 months, then 500 a month.
    assert plain.effect_per_month is not None
    assert plain.effect_per_month.likely == 3750
    assert plain.build_cost.likely == 20_000
    assert plain.payback_month == 3 + 7  # 20,000 / 3,250 = 6.2
    assert plain.twelve_month_result == 9 * 3250 - 20_000
    assert ai.payback_month == 3 + 19
    assert plain.effect_per_month.quotes[0].text == "We pay 180k."


def test_a_duration_needs_the_number_of_cases_and_says_so() -> None:
    handling = Kpi(metric="handling time", unit="minutes", baseline=amount(9, "minutes"), target=amount(3, "minutes"))
    comparison = compare(TABLE, [RULES], handling, [])
    assert comparison.options[0].effect_per_month is None
    assert comparison.options[0].payback_month is None
    assert comparison.missing == ("how many cases there are a month",)


@pytest.mark.parametrize(
    ("metric", "unit", "today", "wanted"),
    [
        ("e-mail waits", "hours", 6, 2),
        ("response time to tenants", "hours", 5, 1),
        ("lead time of a permit", "hours", 7, 3),
        ("handling of a claim", "hours", 60, 4),
        ("Durchlaufzeit einer Rechnung", "minutes", 400, 60),
    ],
)
def test_a_shorter_wait_saves_no_working_hours(metric: str, unit: str, today: float, wanted: float) -> None:
    wait = Kpi(metric=metric, unit=unit, baseline=amount(today, unit), target=amount(wanted, unit))
    cases = Figure(name="Cases a month", low=6000, likely=6000, high=6000, unit="", basis=Basis.SAID, how="said", quotes=(quote("6,000"),))
    comparison = compare(TABLE, [RULES], wait, [], SaidFigures(cases_per_month=cases))
    assert comparison.options[0].effect_per_month is None
    assert comparison.missing == (f"what a shorter {metric} is worth in money: time in which nobody works saves no wages",)


def test_with_the_number_of_cases_hours_become_money_and_tokens_are_paid_for() -> None:
    handling = Kpi(metric="handling time", unit="minutes", baseline=amount(9, "minutes"), target=amount(3, "minutes"))
    cases = Figure(name="Cases a month", low=6000, likely=6000, high=6000, unit="", basis=Basis.SAID, how="said", quotes=(quote("6,000"),))
    plain, ai = compare(TABLE, [RULES, HYBRID], handling, [], SaidFigures(cases_per_month=cases)).options
    assert plain.effect_per_month is not None
    assert plain.effect_per_month.likely == pytest.approx(0.1 * 6000 * 40 * 0.5)  # 6 minutes = 0.1 hours
    assert ai.run_cost_per_month.likely == pytest.approx(500 + 6000 * 0.003)  # 1,000 in at 2, 100 out at 10 a million
    assert plain.run_cost_per_month.likely == 500


@pytest.mark.parametrize(
    ("kpi", "missing"),
    [
        (None, "a KPI for this goal"),
        (Kpi(metric="churn", unit="%", baseline=amount(11, "%"), target=amount(6, "%")), "what churn is worth in money"),
        (Kpi(metric="fines", unit="EUR", baseline=amount(11, "EUR")), "the target of fines"),
        (Kpi(metric="fines", unit="EUR", target=amount(11, "EUR")), "today's value of fines"),
    ],
)
def test_nothing_is_invented_where_a_figure_is_missing(kpi: Kpi | None, missing: str) -> None:
    comparison = compare(TABLE, [RULES, HYBRID], kpi, [])
    assert comparison.missing == (missing,)
    assert all(option.effect_per_month is None and option.twelve_month_result is None for option in comparison.options)


def test_every_assumption_that_was_used_is_listed_and_no_other() -> None:
    comparison = compare(TABLE, [RULES], EXPRESS, [])
    assert {one.how for one in comparison.assumptions} == {
        "build_days.rules_automation",
        "day_rate",
        "run_per_month.rules_automation",
        "gap_closed.rules_automation",
    }
    assert all(one.basis is Basis.ASSUMED for one in comparison.assumptions)


def test_an_option_that_costs_more_to_run_than_it_brings_never_pays() -> None:
    small = Kpi(metric="fines", unit="EUR", baseline=amount(2000, "EUR"), target=amount(1000, "EUR"))
    (option,) = compare(TABLE, [RULES], small, []).options
    assert option.payback_month is None
    assert option.twelve_month_result is not None and option.twelve_month_result < -20_000


def test_the_two_options_are_the_verdict_and_the_likeliest_of_the_other_side() -> None:
    shares = {SolutionClass.GENERATIVE_AI: 0.3, HYBRID: 0.1, SolutionClass.ANALYTICS: 0.2}
    assert plain_and_ai(RULES, shares) == (RULES, SolutionClass.GENERATIVE_AI)
    assert plain_and_ai(HYBRID, shares) == (SolutionClass.ANALYTICS, HYBRID)
    assert plain_and_ai(None, {}) == (RULES, HYBRID)


def test_an_assumption_whose_ends_are_swapped_is_refused() -> None:
    with pytest.raises(ValidationError, match="must rise"):
        Span(low=3, likely=2, high=4)


def test_a_sum_for_each_case_is_no_sum_a_year() -> None:
    cost = Kpi(metric="cost per enquiry", unit="EUR", baseline=amount(6.8, "EUR"), target=amount(4, "EUR"))
    unknown = compare(TABLE, [RULES], cost, [])
    assert unknown.options[0].effect_per_month is None and unknown.missing == ("how many cases there are a month (enquiry)",)
    cases = Figure(name="Cases a month", low=1000, likely=1000, high=1000, unit="", basis=Basis.SAID, how="said", quotes=(quote("1,000"),))
    (option,) = compare(TABLE, [RULES], cost, [], SaidFigures(cases_per_month=cases)).options
    assert option.effect_per_month and option.effect_per_month.likely == pytest.approx(2.8 * 1000 * 0.5)


def test_a_sum_a_month_is_not_divided_by_twelve() -> None:
    rent = Kpi(metric="monthly cost of storage", unit="EUR", baseline=amount(9000, "EUR"), target=amount(5000, "EUR"))
    (option,) = compare(TABLE, [RULES], rent, []).options
    assert option.effect_per_month and option.effect_per_month.likely == 2000
