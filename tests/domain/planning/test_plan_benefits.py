"""What an option brings and costs to run: worked by hand, with a person's changes, and silent where nobody gave the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.domain.said import amount, quote

from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.economics import Basis, EconomicsComparison, EconomicsTable, Figure, SaidFigures, Span, TokenFigures, compare
from discovery_agent.domain.findings import Kpi
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.benefits import benefit_assumptions, benefit_from
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.domain.planning.tokens import PublishedPrice, token_assumptions, token_cost
from discovery_agent.errors import InvalidRequest
from discovery_agent.knowledge.tables import load_planning

RULES, HYBRID = SolutionClass.RULES_AUTOMATION, SolutionClass.HYBRID
PLANNING: PlanningTable = load_planning(Path(__file__).parents[3] / "knowledge").model_copy(
    update={"dollar": {"USD": Span(low=1, likely=1, high=1), "EUR": Span(low=0.8, likely=0.9, high=1.0)}}
)


def span(low: float, likely: float, high: float) -> Span:
    return Span(low=low, likely=likely, high=high)


ECONOMICS = EconomicsTable(
    currency="EUR",
    day_rate=span(1000, 1000, 1000),
    hourly_cost=span(30, 40, 60),
    months_to_effect=dict.fromkeys(SolutionClass, 3),
    build_days=dict.fromkeys(SolutionClass, span(20, 20, 20)),
    run_per_month=dict.fromkeys(SolutionClass, span(400, 500, 900)),
    gap_closed=dict.fromkeys(SolutionClass, span(0.2, 0.5, 0.8)),
    tokens_per_case=TokenFigures(input=3000, output=500),
    price_per_million_tokens=TokenFigures(input=2, output=8),
)
HANDLING = Kpi(metric="handling time", unit="minutes", baseline=amount(9, "minutes"), target=amount(3, "minutes"))
FINES = Kpi(metric="fines", unit="EUR", baseline=amount(180_000, "EUR"), target=amount(60_000, "EUR"))
CASES = Figure(name="Cases a month", low=6000, likely=6000, high=6000, unit="", basis=Basis.SAID, how="said", quotes=(quote("6,000"),))
PRICE = PublishedPrice(model="openai:a", read=0.5, written=4, source="published at https://example.org", as_of=date(2026, 9, 1))


def compared(solution: SolutionClass, kpi: Kpi | None, cases: Figure | None = None) -> EconomicsComparison:
    return compare(ECONOMICS, [solution], kpi, [], SaidFigures(cases_per_month=cases))


def of(comparison: EconomicsComparison, *changed: Assumption, price: PublishedPrice | None = None) -> tuple[Assumption, ...]:
    return benefit_assumptions(comparison.options[0], comparison, ECONOMICS, PLANNING, price=price, changed=changed)


def test_effect_and_running_cost_are_those_of_the_comparison() -> None:
    comparison = compared(RULES, HANDLING, CASES)
    found = benefit_from(comparison.options[0], comparison, of(comparison), "EUR", cases=CASES, findings=("f-1",))
    # 6 minutes = 0.1 hours x 6,000 cases x 40 an hour x half of the gap = 12,000; low 0.1 x 6,000 x 30 x 0.2; high 0.1 x 6,000 x 60 x 0.8.
    assert found.effect_per_month is not None
    assert found.effect_per_month.likely == pytest.approx(12_000)
    assert (found.effect_per_month.low, found.effect_per_month.high) == (pytest.approx(3_600), pytest.approx(28_800))
    assert found.run_cost_per_month == span(400, 500, 900)
    assert found.tokens_per_month is None
    assert found.ramp_months == PLANNING.ramp_months[RULES]
    assert set(found.assumptions) == {
        "gap_closed.rules_automation",
        "hourly_cost",
        "run_per_month.rules_automation",
        "ramp_months.rules_automation",
    }
    assert found.findings == ("f-1",)
    assert found.missing == ()


def test_what_a_person_changed_holds_in_the_effect_and_in_what_varies() -> None:
    comparison = compared(RULES, HANDLING, CASES)
    share = Assumption(id="gap_closed.rules_automation", text="Share", value=0.25, low=0.1, high=0.4, changed_by="Ada")
    hour = Assumption(id="hourly_cost", text="An hour", value=50)
    found = benefit_from(comparison.options[0], comparison, of(comparison, share, hour), "EUR", cases=CASES)
    # 0.1 x 6,000 x 50 x 0.25 = 7,500; low 0.1 x 6,000 x 50 x 0.1; high 0.1 x 6,000 x 50 x 0.4.
    assert found.effect_per_month is not None
    assert found.effect_per_month.likely == pytest.approx(7_500)
    assert (found.effect_per_month.low, found.effect_per_month.high) == (pytest.approx(3_000), pytest.approx(12_000))
    drivers = {one.assumption: one for one in found.drivers}
    assert drivers["gap_closed.rules_automation"].effect_at_low == pytest.approx(3_000)
    assert drivers["gap_closed.rules_automation"].effect_at_high == pytest.approx(12_000)
    assert drivers["hourly_cost"].effect_at_low == drivers["hourly_cost"].effect_at_high == pytest.approx(7_500)
    assert drivers["run_per_month.rules_automation"].run_cost_at_high == 900


@pytest.mark.parametrize("value", [-1, float("inf"), float("nan"), 1e300])
def test_a_change_that_cannot_be_computed_with_is_refused_by_name(value: float) -> None:
    with pytest.raises(InvalidRequest, match="hourly_cost"):
        of(compared(RULES, HANDLING, CASES), Assumption(id="hourly_cost", text="An hour", value=value))


def test_each_driver_varies_alone() -> None:
    comparison = compared(RULES, HANDLING, CASES)
    drivers = {one.assumption: one for one in benefit_from(comparison.options[0], comparison, of(comparison), "EUR", cases=CASES).drivers}
    # The share alone at 0.2: 0.1 x 6,000 x 40 x 0.2; the hour alone at 60: 0.1 x 6,000 x 60 x 0.5.
    assert drivers["gap_closed.rules_automation"].effect_at_low == pytest.approx(4_800)
    assert drivers["hourly_cost"].effect_at_high == pytest.approx(18_000)


def test_tokens_are_paid_at_the_published_price_in_the_plan_s_currency() -> None:
    comparison = compared(HYBRID, HANDLING, CASES)
    assumptions = of(comparison, price=PRICE)
    found = benefit_from(comparison.options[0], comparison, assumptions, "EUR", cases=CASES)
    # A case: (3,000 x 0.5 + 500 x 4) / 1,000,000 = 0.0035 USD; 6,000 cases = 21 USD = 18.90 EUR at 0.9.
    assert found.tokens_per_month == pytest.approx(18.9)
    assert found.run_cost_per_month.likely == pytest.approx(518.9)
    assert found.run_cost_per_month.low == pytest.approx(400 + 21 * 0.8)
    price = next(one for one in assumptions if one.id == "price_per_million_tokens.input")
    assert (price.value, price.unit) == (0.5, "USD")
    assert "openai:a" in price.source and "https://example.org" in price.source and "2026-09-01" in price.source
    dollar = next(one for one in found.drivers if one.assumption == "dollar.EUR")
    assert dollar.run_cost_at_high == pytest.approx(500 + 21)


def test_a_changed_number_of_tokens_changes_the_cost() -> None:
    comparison = compared(HYBRID, HANDLING, CASES)
    more = Assumption(id="tokens_per_case.input", text="Tokens", value=30_000, low=3_000, high=50_000)
    found = benefit_from(comparison.options[0], comparison, of(comparison, more, price=PRICE), "EUR", cases=CASES)
    # (30,000 x 0.5 + 500 x 4) / 1,000,000 = 0.017 USD a case: 102 USD = 91.80 EUR.
    assert found.tokens_per_month == pytest.approx(91.8)
    tokens = next(one for one in found.drivers if one.assumption == "tokens_per_case.input")
    assert tokens.run_cost_at_low == pytest.approx(500 + 18.9)


def test_without_a_published_price_the_table_s_order_of_magnitude_stands_in_and_says_so() -> None:
    comparison = compared(HYBRID, HANDLING, CASES)
    assumptions = of(comparison)
    # (3,000 x 2 + 500 x 8) / 1,000,000 = 0.01 EUR a case.
    assert benefit_from(comparison.options[0], comparison, assumptions, "EUR", cases=CASES).tokens_per_month == pytest.approx(60)
    assert "order of magnitude" in next(one for one in assumptions if one.id == "price_per_million_tokens.output").source


def test_without_the_number_of_cases_tokens_are_left_out_and_it_is_said() -> None:
    comparison = compared(HYBRID, FINES)
    found = benefit_from(comparison.options[0], comparison, of(comparison, price=PRICE), "EUR")
    assert found.tokens_per_month is None
    assert found.run_cost_per_month.likely == 500
    assert "how many cases" in found.how


def test_a_price_in_dollars_without_a_rate_is_no_cost() -> None:
    assumptions = token_assumptions(ECONOMICS, {}, PRICE, "JPY")
    assert token_cost(assumptions, CASES, "JPY") is None


def test_an_unknown_effect_stays_unknown_and_names_what_is_missing() -> None:
    comparison = compared(RULES, HANDLING)
    found = benefit_from(comparison.options[0], comparison, of(comparison), "EUR")
    assert found.effect_per_month is None
    assert found.missing == ("how many cases there are a month",)
    assert set(found.assumptions) == {"run_per_month.rules_automation"}
    assert all(one.effect_at_low is None for one in found.drivers)


def test_an_effect_in_another_currency_is_exchanged_or_else_unknown() -> None:
    dollars = Kpi(metric="fines", unit="USD", baseline=amount(180_000, "USD"), target=amount(60_000, "USD"))
    comparison = compared(RULES, dollars)
    found = benefit_from(comparison.options[0], comparison, of(comparison), "EUR")
    # 120,000 / 12 x 0.5 = 5,000 USD a month x 0.9.
    assert found.effect_per_month is not None and found.effect_per_month.likely == pytest.approx(4_500)
    assert "exchange.USD.EUR" in found.assumptions
    yen = compared(RULES, Kpi(metric="fines", unit="JPY", baseline=amount(9_000_000, "JPY"), target=amount(1, "JPY")))
    unknown = benefit_from(yen.options[0], yen, of(yen), "EUR")
    assert unknown.effect_per_month is None
    assert unknown.missing == ("what one JPY is worth in EUR",)
