"""Budgets, decisions and dates as people say them in passing; and what sounds like a goal, a limit or a figure of ours and is none."""

from __future__ import annotations

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.settled import decides
from discovery_agent.domain.findings import FindingKind, Kpi, ProposedFinding
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import data_folder
from tests.analysts.rules.talk import conversation

GOALS = {FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL}
BEFORE = "Nora (business): Parcels come back from the shops, and somebody checks each of them at the desk."


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(data_folder("knowledge"), embeddings)


def found(analyst: RulesAnalyst, *lines: str) -> list[ProposedFinding]:
    return list(analyst.propose(conversation("\n".join(lines))))


def kinds_of(analyst: RulesAnalyst, said: str, *, asked: str = "") -> set[FindingKind]:
    """The kinds of what quotes these words, said after something else."""
    lines = [BEFORE, *([f"Olaf (technical): {asked}"] if asked else []), f"Petra (sponsor): {said}"]
    return {one.kind for one in found(analyst, *lines) if any(quote.speaker == "Petra" for quote in one.quotes)}


def kpis(analyst: RulesAnalyst, *lines: str) -> dict[str, Kpi]:
    return {one.kpi.metric: one.kpi for one in found(analyst, *lines) if one.kpi}


@pytest.mark.parametrize(
    "said",
    [
        "The budget is EUR 150,000 this year.",
        "We have sixty thousand set aside.",
        "There are 40,000 euros earmarked for this.",
        "We can spend ninety thousand at most.",
        "I have 25k for it, that's all.",
        "Our ceiling is 30,000 pounds for the pilot.",
        "The board gave us two hundred thousand for the whole thing.",
        "It may not cost more than 80,000 euros.",
        "My budget for this is a hundred and twenty thousand.",
        "We put 70,000 pounds aside for it in the spring.",
    ],
)
def test_a_sum_that_is_there_for_the_work_is_a_limit(analyst: RulesAnalyst, said: str) -> None:
    kinds = kinds_of(analyst, said)
    assert FindingKind.CONSTRAINT in kinds and not kinds & {FindingKind.KPI, *GOALS}


@pytest.mark.parametrize(
    "said",
    [
        "They set 2,000 pallets aside for the harvest.",
        "We could pay 40 euros an hour for temps.",
        "A customer can spend 1,200 euros before we check.",
        "Last year we had a budget of 90,000 and spent half of it.",
        "We spend 90,000 euros a year on paper.",
        "A return costs us 12 euros.",
        "The shops set the parcels aside until Friday.",
        "It's sixty thousand parcels a year.",
        "Say, the budget went to 300 thousand.",
    ],
)
def test_money_that_is_spent_or_was_there_once_is_no_budget_of_this_work(analyst: RulesAnalyst, said: str) -> None:
    assert FindingKind.CONSTRAINT not in kinds_of(analyst, said)


@pytest.mark.parametrize(
    "said",
    [
        "The robot is off the table.",
        "Agreed, keep the mail address open.",
        "Then it's settled: the desk scans every parcel first.",
        "Okay, we go with the form.",
        "It's decided, the old scanner stays.",
        "So that's a deal: Petra's team starts in Lyon.",
        "We agreed that the shops pay the postage.",
        "Let's decide this: no returns without a receipt.",
        "Right, the portal is out.",
        "We've decided against the kiosk.",
        "Fine, let's do the web form and drop the app.",
        "Done, then Lyon goes first.",
        "Good, then it's decided: no second scanner.",
        "Deal, you get the two people from March.",
    ],
)
def test_what_is_settled_in_the_talk_is_a_decision(analyst: RulesAnalyst, said: str) -> None:
    kinds = kinds_of(analyst, said)
    assert FindingKind.DECISION in kinds and not kinds & GOALS


@pytest.mark.parametrize(
    "said",
    [
        "Agreed.",
        "Nothing is decided yet.",
        "We have to decide whether the robot stays.",
        "If the robot is off the table, who checks the parcels?",
        "They agreed to pay within thirty days, and then they paid in sixty.",
        "We don't settle that today.",
        "Who decided that the shops pay the postage?",
        "Agreed, that is a problem.",
        "Agreed, and it costs us a lot.",
        "Done, usually, by noon.",
        "That's agreed, Olaf and me.",
        "It's off the list, it went when she went.",
        "The desk decides which parcels go back to the shop.",
    ],
)
def test_what_is_not_settled_or_only_assented_to_is_no_decision(analyst: RulesAnalyst, said: str) -> None:
    assert FindingKind.DECISION not in kinds_of(analyst, said)


def test_how_a_day_begins_is_no_decision() -> None:
    assert not decides("so we start with the morning mail every day.") and decides("so we start with the morning mail.")


@pytest.mark.parametrize(
    "said",
    [
        "Hotels mail or phone us.",
        "Hotels mail or phone us to change their linen order for the next day.",
        "Shops send us a list to tell us what comes back.",
        "The drivers bring the parcels to the desk, and two people check them.",
        "Customers write to us when a parcel is late.",
        "Each shop fills in a form to get its money back.",
    ],
)
def test_how_things_run_today_is_no_goal(analyst: RulesAnalyst, said: str) -> None:
    assert not kinds_of(analyst, said) & GOALS
    before = f"Petra (sponsor): Before the robot, can I say what hurts? {said}"
    assert not {one.kind for one in found(analyst, before) if any(said[:12] in quote.text for quote in one.quotes)} & GOALS


@pytest.mark.parametrize(
    "said",
    [
        "We want to answer every shop on the same day.",
        "What I care about is that shops send us fewer parcels.",
        "Our goal is that customers send parcels back without calling us.",
    ],
)
def test_what_somebody_wants_stays_a_goal(analyst: RulesAnalyst, said: str) -> None:
    assert kinds_of(analyst, said) & {*GOALS, FindingKind.KPI}


@pytest.mark.parametrize(
    "said",
    [
        "Fifteen thousand a month.",
        "And that is what, fifteen thousand a month.",
        "About 260 a day.",
        "It's forty parcels an hour.",
        "Maybe ten a day, twenty before Christmas.",
    ],
)
def test_a_bare_volume_is_no_limit(analyst: RulesAnalyst, said: str) -> None:
    assert FindingKind.CONSTRAINT not in kinds_of(analyst, said, asked="How many is that?")


@pytest.mark.parametrize(
    "said",
    ["The desk may not check more than forty parcels an hour.", "The contract must not go above 500 parcels a day."],
)
def test_a_volume_that_must_not_be_passed_is_a_limit(analyst: RulesAnalyst, said: str) -> None:
    assert FindingKind.CONSTRAINT in kinds_of(analyst, said)


@pytest.mark.parametrize(
    "said",
    [
        "7 percent of the parcels are read wrong, says the vendor.",
        "The vendor's own slides give 7 percent read wrong.",
        "They read any label with 93 percent accuracy, it's in their own slides. That's 7 percent wrong.",
        "According to the supplier, 4 percent of the parcels are misread.",
        "The salesman told us 12 seconds a parcel.",
        "In the vendor's demo 2 percent of the parcels were wrong.",
    ],
)
def test_what_a_vendor_says_of_its_product_is_no_figure_of_ours(analyst: RulesAnalyst, said: str) -> None:
    assert kpis(analyst, BEFORE, f"Petra (technical): {said}") == {}


@pytest.mark.parametrize(
    "said",
    [
        "7 percent of the parcels are read wrong at our desk.",
        "7 percent of our supplier invoices are wrong.",
        "Handling time is 6 minutes, says the team.",
    ],
)
def test_a_figure_of_our_own_stays_one(analyst: RulesAnalyst, said: str) -> None:
    assert kpis(analyst, BEFORE, f"Petra (technical): {said}")


@pytest.mark.parametrize(
    "lines",
    [
        ("Nora (business): Late parcels are 410 a month today.", "Petra (sponsor): 240 by the end of June."),
        ("Nora (business): We have 410 late parcels a month.", "Petra (sponsor): I'd like 240.", "Nora (business): By the end of June."),
        ("Nora (business): We have 410 late parcels a month.", "Olaf (technical): And where should it be?", "Petra (sponsor): 240 by the end of June."),
        ("Nora (business): Today there are 410 late parcels a month. That has to come down.", "Petra (sponsor): Let's say 240 by the end of June."),
    ],
)  # fmt: skip
def test_a_target_with_its_date_in_the_next_turn_belongs_to_the_figure_before_it(analyst: RulesAnalyst, lines: tuple[str, ...]) -> None:
    (kpi,) = [one for one in kpis(analyst, *lines).values() if one.target]
    assert kpi.baseline and kpi.target
    assert (kpi.baseline.value, kpi.target.value, kpi.deadline) == (410, 240, "the end of June")


def test_a_date_with_a_number_of_something_else_is_no_target(analyst: RulesAnalyst) -> None:
    said = kpis(analyst, "Nora (business): Late parcels are 410 a month today.", "Petra (sponsor): We open 24 shops by the end of June.")
    assert all(one.target is None for one in said.values())
