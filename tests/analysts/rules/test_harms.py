"""What would be bad if it happened is a risk; what would be good is a goal."""

from __future__ import annotations

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.harms import fears
from discovery_agent.domain.findings import FindingKind, Stance
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import data_folder
from tests.analysts.rules.talk import conversation

GOALS = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL)
FEARED = [
    "If a letter to someone on life support gets it wrong, that is a real harm, not a KPI.",
    "If a letter to a customer on life support is wrong, somebody can die.",
    "If we miss a deadline with the regulator, we get fined.",
    "When a dose is entered wrong, a patient could be harmed.",
    "If the invoice goes to the wrong address, we lose the customer.",
    "If the brakes are not checked, people get hurt.",
    "If that data leaks, we will be sued.",
    "When an answer is late, people complain to the ombudsman.",
    "Unless a nurse checks the label, someone could die.",
    "A child ends up in hospital if the allergy is missing from the card.",
    "If we send the wrong notice, that is a scandal, not a statistic.",
    "Once the seal is broken, the whole batch is lost.",
    "If a payment is late, we have to pay a penalty.",
]
WANTED = [
    "If we get this right, claims are paid in four days.",
    "If we answer within a week, fewer people complain.",
    "If this works, nobody is harmed by a wrong dose any more.",
    "We want to stop sending wrong letters, because people complain.",
    "We must make sure that nobody on life support gets a wrong letter.",
    "If we do not want to lose customers, we have to answer faster.",
    "Success means that patients are not hurt when a label is wrong.",
    "When a part is missing, the planner should know before the customer complains.",
    "We need to cut wrong deliveries, or we lose the big customers.",
    "If it were up to me, I'd love it if we never lost an order again.",
    "When the seal is checked twice, we don't lose a batch.",
    "We open the letter, and when it is a claim, we file it.",
]


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(data_folder("knowledge"), embeddings)


@pytest.mark.parametrize("said", FEARED)
def test_a_harm_under_a_condition_is_feared_and_no_goal(analyst: RulesAnalyst, said: str) -> None:
    assert fears(said.lower())
    found = analyst.propose(conversation(f"Kim: Tell me about the work.\nBen (business): {said}"))
    assert found and not [one.statement for one in found if one.kind in GOALS]


@pytest.mark.parametrize("said", WANTED)
def test_a_wish_that_names_a_harm_is_not_only_feared(said: str) -> None:
    assert not fears(said.lower())


@pytest.mark.parametrize(
    "said",
    [
        "We must make sure that nobody on life support gets a wrong letter.",
        "We need to cut wrong deliveries, or we lose the big customers.",
    ],
)
def test_a_goal_that_averts_a_harm_stays_a_goal(analyst: RulesAnalyst, said: str) -> None:
    found = analyst.propose(conversation(f"Kim: Tell me about the work.\nBen (business): {said}"))
    assert [one for one in found if one.kind in GOALS]


@pytest.mark.parametrize(
    "said",
    [
        "I want templates, I do not want a robot.",
        "We want standard letters, not a robot.",
        "I want a checklist, and I don't want a chatbot.",
        "I need a simple form, not another app.",
    ],
)
def test_something_wanted_in_place_of_a_technology_is_a_position_against_it(analyst: RulesAnalyst, said: str) -> None:
    found = analyst.propose(conversation(f"Kim: Tell me about the work.\nBen (business): {said}"))
    assert [(one.kind, one.stance) for one in found] == [(FindingKind.POSITION, Stance.AGAINST)]


def test_wanting_one_thing_and_not_another_that_is_no_technology_is_no_such_position(analyst: RulesAnalyst) -> None:
    found = analyst.propose(conversation("Kim: What now?\nBen (business): We want fewer wrong letters, not more checks."))
    assert all(one.stance is not Stance.AGAINST or one.confidence != 0.6 for one in found)
