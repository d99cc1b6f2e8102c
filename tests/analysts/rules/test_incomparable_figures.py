"""Figures of different things never meet in one KPI, names with a number are no amounts, and no cost is to rise unless somebody says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.metric_traits import fits
from discovery_agent.analysts.rules.quantities import find_quantities
from discovery_agent.domain.findings import Direction, FindingKind, Kpi, ProposedFinding
from discovery_agent.domain.units import of_one_kind
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from tests.analysts.rules.talk import conversation

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(KNOWLEDGE, embeddings)


def found(analyst: RulesAnalyst, *lines: str) -> list[ProposedFinding]:
    return list(analyst.propose(conversation("\n".join(lines))))


def kpis(analyst: RulesAnalyst, *lines: str) -> list[Kpi]:
    return [one.kpi for one in found(analyst, *lines) if one.kpi]


REPAIRS = (
    "Ida (sponsor): What does a repeat visit of a fitter cost us?",
    "Ben (business): About 65 euros each, van and wages.",
    "Ben (business): We did 210 of them last month.",
    "Ben (business): I want that down to under 90 a month by the end of June.",
)


def test_a_number_of_visits_is_no_target_for_the_price_of_one(analyst: RulesAnalyst) -> None:
    for kpi in kpis(analyst, *REPAIRS):
        assert not (kpi.baseline and kpi.baseline.value == 65 and kpi.target)
        assert not (kpi.target and kpi.target.value == 90 and kpi.unit == "EUR")


def test_nobody_wants_a_cost_to_rise_who_does_not_say_so(analyst: RulesAnalyst) -> None:
    assert not [one.statement for one in found(analyst, *REPAIRS) if one.statement.lower().startswith(("raise", "more", "increase"))]


def test_a_loss_in_percent_and_a_time_in_minutes_are_two_things(analyst: RulesAnalyst) -> None:
    said = kpis(
        analyst,
        "Ida (business): It takes us five minutes to book a parcel in.",
        "Ida (business): I would like to book a parcel in under two minutes, and errors below 2 percent.",
    )
    assert said
    for kpi in said:
        assert all(of_one_kind(amount.unit, kpi.unit) for amount in (kpi.baseline, kpi.target) if amount)


def test_errors_and_complaints_are_counted_and_last_no_minutes() -> None:
    assert not fits("packing errors", "duration")
    assert fits("packing errors", "share")
    assert fits("time lost to errors", "duration")


def test_a_share_said_of_something_else_is_no_baseline_of_another_speakers_measure(analyst: RulesAnalyst) -> None:
    proposals = found(
        analyst,
        "Ida (business): Each tray takes us around 3 minutes. And roughly 8 percent end up dirty, dirty rims mostly, and then we pay twice.",
        "Ben (business): What does a second wash cost us?",
        "Cem (business): About 14 euros each, water and heat.",
        "Ada (sponsor): I want guest churn below 5 percent next year.",
    )
    (churn,) = [one for one in proposals if one.kpi and "churn" in one.kpi.metric]
    assert churn.kpi is not None
    assert churn.kpi.baseline is None
    assert {quote.speaker for quote in churn.quotes} == {"Ada"}


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("The cut-off is too late for tour 7 and 8.", []),
        ("The vans load at 3:30, so 4 pm is too late.", []),
        ("It happens in building 4 on line 3 of version 2.", []),
        ("Rooms 11, 12 and 14 wait 20 minutes.", [20]),
        ("That is 120 times 36, so 4,320 euros a month.", [4320]),
        ("We want to go from line 3 with 9 minutes to 6 minutes.", [9, 6]),
    ],
)
def test_a_number_that_says_which_one_is_no_amount(said: str, values: list[float]) -> None:
    assert [one.value for one in find_quantities(said)] == values


def test_from_one_number_to_another_a_month_is_a_rate_on_both_sides() -> None:
    assert [(one.value, one.per) for one in find_quantities("Repeat visits fall from 210 to 90 a month.")] == [
        (210, "month"),
        (90, "month"),
    ]


def test_a_time_to_keep_data_is_no_aim_of_a_measure(analyst: RulesAnalyst) -> None:
    said = kpis(
        analyst,
        "Ida (business): That's 7 percent wrong.",
        "Cem (business): We would be worse than now.",
        "Ben (business): Our privacy officer wants the photos deleted after 6 months.",
    )
    assert not [kpi for kpi in said if kpi.target]


def test_what_is_said_of_the_order_of_talk_takes_no_side(analyst: RulesAnalyst) -> None:
    proposals = found(
        analyst,
        "Ada (sponsor): I want a robot for the kitchen.",
        "Ida (business): Before we buy anything, let me say what hurts.",
        "Ida (business): The trays come back dirty and we wash them twice.",
    )
    assert not [one for one in proposals if one.kind is FindingKind.POSITION and "let me say" in one.quotes[0].text]


def test_who_is_against_something_and_says_so_first_is_still_against(analyst: RulesAnalyst) -> None:
    proposals = found(analyst, "Ben (business): Let me say first that I am against a robot in the kitchen.")
    assert [one.kind for one in proposals] == [FindingKind.POSITION]


def test_a_cost_that_is_raised_on_purpose_is_raised(analyst: RulesAnalyst) -> None:
    (kpi,) = kpis(analyst, "Ada (sponsor): We want to increase the training costs per driver from 200 euros to 400 euros by June.")
    assert kpi.direction is Direction.INCREASE
