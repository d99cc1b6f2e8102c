"""What the rules analyst reads of the criteria and of the data from plain speech."""

from __future__ import annotations

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.analysts.rules.criteria import CLEAREST, MORE_OFTEN_RIGHT, confidence
from discovery_agent.domain.findings import Finding, Proof, ProposedFinding
from discovery_agent.domain.grounding import ground_all
from discovery_agent.domain.necessity import FIRM
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests.analysts.rules.talk import conversation

TABLES = load_tables(data_folder("knowledge"))


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(data_folder("knowledge"), embeddings)


async def rated(analyst: RulesAnalyst, script: str) -> list[ProposedFinding]:
    source = conversation(script)
    found: list[ProposedFinding] = []
    for window in analyst.windows(source):
        found += (await analyst.rate(source, window, TABLES)).proposals
    for one in found:
        assert isinstance(ground_all(one, source, analyst.name), Finding), one
    return found


def firm(found: list[ProposedFinding]) -> set[tuple[str | None, str, str]]:
    return {
        (one.quotes[0].speaker, one.criterion.criterion, one.criterion.value) for one in found if one.criterion and one.confidence >= FIRM
    }


@pytest.mark.parametrize(
    ("said", "criterion", "value"),
    [
        ("Nobody really owns the mailbox, so each of us thinks that another one has answered.", "cause", "way_of_working"),
        ("Two of us do nothing but type those numbers from the portal into the ledger, it takes hours.", "cause", "effort"),
        ("Every carrier has a layout of its own, and half of it is scans and photos.", "input", "varied_documents"),
        ("All orders are in the database with number, date and amount in fixed fields.", "input", "fields"),
        ("The rules are all written down on one page and there are no exceptions.", "rules", "complete"),
        ("We need to know a week ahead how many patients will turn up.", "output", "forecast"),
        ("I just want one report a month that shows what each branch costs.", "output", "figure"),
        ("A doctor reads and signs every letter before it goes out.", "check", "checked"),
    ],
)
async def test_plain_words_show_a_value(analyst: RulesAnalyst, said: str, criterion: str, value: str) -> None:
    assert ("Ben", criterion, value) in firm(await rated(analyst, f"Ben (end_user): {said}"))


@pytest.mark.parametrize(
    "said",
    [
        "Do you type those numbers from the portal into the ledger by hand, for hours?",
        "At our competitor two people do nothing but type numbers from a portal into the ledger.",
        "Imagine that all orders were in the database with number, date and amount in fixed fields.",
        "We want a chatbot with machine learning.",
        "Thank you all for coming, shall we start?",
    ],
)
async def test_questions_others_and_wishes_show_nothing(analyst: RulesAnalyst, said: str) -> None:
    assert not firm(await rated(analyst, f"Ben (end_user): {said}"))


async def test_two_speakers_who_differ_are_both_kept_with_their_own_words(analyst: RulesAnalyst) -> None:
    found = firm(
        await rated(
            analyst,
            """Ann (business): The rules are all written down on one page and there are no exceptions.
            Ben (end_user): You can't write that down, nobody can put it into words, it takes twenty years of experience.""",
        )
    )
    assert {("Ann", "rules", "complete"), ("Ben", "rules", "none")} <= found


@pytest.mark.parametrize(
    ("said", "dimension", "level", "proof"),
    [
        ("A third of the records in that table has no date.", "quality", 1, Proof.HEARSAY),
        ("We counted, and a third of the records in that table has no date.", "quality", 1, Proof.TESTED),
        ("The claims go back to 2014.", "coverage", 3, Proof.HEARSAY),
        ("As you can see, the claims go back to 2014.", "coverage", 3, Proof.SHOWN),
        ("Nobody is in charge of the customer list.", "ownership", 0, Proof.HEARSAY),
        ("The orders leave the system as a CSV file every night.", "integration", 2, Proof.HEARSAY),
    ],
)
async def test_a_claim_about_data_says_how_well_it_is_known(
    analyst: RulesAnalyst, said: str, dimension: str, level: int, proof: Proof
) -> None:
    claims = [one.data for one in await rated(analyst, f"Ben (technical): {said}") if one.data]
    assert [(claim.dimension, claim.level, claim.proof) for claim in claims] == [(dimension, level, proof)]


def test_confidence_rises_with_probability_and_is_firm_where_more_often_right_than_not() -> None:
    steps = [confidence(at / 100) for at in range(101)]
    assert steps == sorted(steps)
    assert confidence(MORE_OFTEN_RIGHT) == FIRM and confidence(1.0) == CLEAREST and confidence(0.0) == 0
