"""Goals are short, in the speaker's words, and what is asked of somebody in the room is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.wording import restated
from discovery_agent.domain.findings import FindingKind, ProposedFinding
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from tests.analysts.rules.talk import conversation, texts

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"
GOALS = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL)


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(KNOWLEDGE, embeddings)


def goals(analyst: RulesAnalyst, *lines: str) -> list[ProposedFinding]:
    return [one for one in analyst.propose(conversation("\n".join(lines))) if one.kind in GOALS]


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("Fewer late trains, that is what it is about", "Fewer late trains"),
        ("Guests are served at the first table, whatever we use for it", "Guests are served at the first table"),
        ("We have to answer every tenant on the same day", "Answer every tenant on the same day"),
        ("Answer within a day, but never without a nurse looking", "Answer within a day, but never without a nurse looking"),
        (
            "Answer every claim on the same day because tenants leave us and the council asked twice in writing",
            "Answer every claim on the same day",
        ),
        ("If the card told me the part, that is my wish", "If the card told me the part, that is my wish"),
        ("The board was blunt: four thousand new members next year", "The board was blunt: four thousand new members next year"),
        ("Stop renting the hall, well, that is all", "Stop renting the hall"),
    ],
)
def test_a_goal_is_restated_without_its_frame_and_its_asides(said: str, short: str) -> None:
    assert restated(said) == short


def test_the_figures_of_a_wish_stay_in_its_kpi_and_its_quote_stays_whole(analyst: RulesAnalyst) -> None:
    said = "We have to bring down the handling time of loan-renewal letters from twelve minutes to five minutes by the end of May."
    (goal,) = goals(analyst, f"Omar (business): {said}")
    assert goal.statement == "Bring down the handling time of loan-renewal letters"
    assert texts(goal.quotes, "text") == [said]


def test_of_what_is_counted_there_should_be_fewer_and_both_sayings_are_one_kind_of_goal(analyst: RulesAnalyst) -> None:
    found = goals(
        analyst,
        "Kai (sponsor): We want fewer second deliveries, that is what it is about.",
        "Ann (business): We had 80 second deliveries in March.",
        "Ann (business): Second deliveries should go down from 80 a month to 15 a month by the end of June.",
    )
    assert {one.statement for one in found} == {"Fewer second deliveries"}
    assert len({one.kind for one in found}) == 1


def test_a_complaint_with_a_figure_and_that_it_cannot_go_on_is_a_short_goal(analyst: RulesAnalyst) -> None:
    (goal,) = goals(
        analyst,
        "Kai (sponsor): We lost nine percent of our season-ticket holders last year, and when we asked them they all said the same: "
        "the gates are too slow. That can't go on.",
    )
    assert goal.statement == "Reduce the share of season-ticket holders lost"
    assert len(goal.quotes) == 2


@pytest.mark.parametrize(
    "said",
    [
        "The rota already says what I need.",
        "The patient file already shows what we need.",
        "What I need from you, Ida, is an hour for each team in which the labels are printed together.",
        "I need you to free two people for the trial.",
        "Show me that the first one works before we talk of the second.",
        "I want to see by Easter what it brought.",
        "We would like to know whether the pilot paid off.",
    ],
)
def test_what_is_asked_of_the_room_or_is_there_already_is_no_goal(analyst: RulesAnalyst, said: str) -> None:
    assert goals(analyst, f"Kai (sponsor): {said}") == []


@pytest.mark.parametrize(
    "said",
    [
        "What I need is fewer wrong labels on the blood samples.",
        "I want to see at a glance which samples are late.",
        "We need the results from the lab within the same day.",
    ],
)
def test_a_wish_for_the_work_itself_stays_a_goal(analyst: RulesAnalyst, said: str) -> None:
    assert len(goals(analyst, f"Kai (business): {said}")) == 1


def test_what_is_asked_of_somebody_shows_nothing_of_how_work_runs(analyst: RulesAnalyst) -> None:
    asked = "Kai (business): What I need from you, Ida, is half an hour for each shift in which the bags are packed together."
    shown = analyst.propose_ratings(conversation(asked), load_tables(KNOWLEDGE))
    assert [one for one in shown if one.criterion] == []
