"""What plain speech says about the state of data, side by side with speech that only sounds like it."""

from __future__ import annotations

import pytest

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests.analysts.rules.talk import conversation

TABLES = load_tables(data_folder("knowledge"))

# A talk, and what its last turn says of the data: dimensions with their levels. "|" parts turns of two people.
SAID: tuple[tuple[str, dict[str, int]], ...] = (
    # availability
    ("All delivery notes are stored in the warehouse system.", {"availability": 3}),
    ("Every repair is logged in SAP with the machine number.", {"availability": 3}),
    ("The till records each sale.", {"availability": 3}),
    ("The complaints sit in an Excel list on the shared drive.", {"availability": 2}),
    ("The quotes are PDFs in the sales mailbox.", {"availability": 2}),
    ("The inspection sheets are on paper, in binders next to the press.", {"availability": 1}),
    ("Most of that is in Gerda's head.", {"availability": 1}),
    ("Nobody writes down how long a changeover takes.", {"availability": 0}),
    ("The downtimes aren't recorded anywhere.", {"availability": 0}),
    ("Where do the readings end up? | In the historian.", {"availability": 3}),
    # access
    ("IT can give you read access to that table.", {"access": 2}),
    ("I could send you an extract of the bookings next week.", {"access": 2}),
    ("We already have a read-only login for the claims database.", {"access": 3}),
    ("The vendor won't let anybody read the database.", {"access": 0}),
    ("We have no access to the carrier's records.", {"access": 0}),
    ("I don't know who could approve access to the payroll data.", {"access": 1}),
    # quality
    ("About one in ten is missing the article number.", {"quality": 1}),
    ("Two percent of the records have the wrong postcode.", {"quality": 2}),
    ("The address field is blank in a third of the entries.", {"quality": 1}),
    ("There are lots of duplicates in the customer table.", {"quality": 1}),
    ("Some suppliers are in the list twice.", {"quality": 2}),
    ("You can't trust the stock figures at all.", {"quality": 0}),
    ("The meter data is accurate, the calibration office checks it every month.", {"quality": 3}),
    ("The item master is mostly clean.", {"quality": 2}),
    # coverage
    ("We have five years of it in the archive.", {"availability": 3, "coverage": 3}),
    ("The service records go back to 2011.", {"coverage": 3}),
    ("We keep the sensor logs for ninety days.", {"coverage": 1}),
    ("There are about eighteen months of tickets in there.", {"coverage": 2}),
    ("Everything before the migration is lost.", {"coverage": 1}),
    ("How far back does the order history go? | Four years.", {"coverage": 3}),
    # labels
    ("For every claim the final decision is on file.", {"labels": 3}),
    ("Nobody notes why a subscriber cancels.", {"labels": 0}),
    ("We tagged about two hundred photos by hand.", {"labels": 1}),
    ("Most tickets have a cause code, but everybody uses it differently.", {"labels": 2}),
    ("We never find out whether the alarm was real.", {"labels": 0}),
    # freshness
    ("The price list is updated every night.", {"freshness": 2}),
    ("The stock levels refresh in real time.", {"freshness": 3}),
    ("The figures are only updated at the end of the month.", {"freshness": 1}),
    ("That register is refreshed once a year.", {"freshness": 0}),
    ("How often is the catalogue updated? | Every morning.", {"freshness": 2}),
    # integration
    ("The booking system has a documented interface.", {"integration": 3}),
    ("The dispatch tool has no API.", {"integration": 0}),
    ("The lab system isn't connected to anything.", {"integration": 0}),
    ("You can export it as a CSV file.", {"integration": 2}),
    ("We have to copy the figures by hand from one screen to the other.", {"integration": 1}),
    # privacy
    ("The works council has to agree before we touch the call data.", {"privacy": 1}),
    ("Nobody has asked data protection yet.", {"privacy": 1}),
    ("The records must not leave the EU.", {"privacy": 2}),
    ("We may use it as long as the names are taken out.", {"privacy": 2}),
    ("Our data protection officer has signed it off.", {"privacy": 3}),
    ("There is no personal data in the machine logs.", {"privacy": 3}),
    ("We are not allowed to use the patient records for that.", {"privacy": 0}),
    # ownership
    ("Bernd looks after that table.", {"ownership": 3}),
    ("I maintain the price list.", {"ownership": 3}),
    ("The controlling team owns the cost figures.", {"ownership": 2}),
    ("Nobody feels responsible for the address data.", {"ownership": 0}),
    ("Sales thinks the customer list is IT's job, and IT thinks it is theirs.", {"ownership": 1}),
    ("Who maintains the article list? | That's me, sort of.", {"ownership": 3}),
    ("Who looks after the item master? | Petra Lang.", {"ownership": 3}),
    # several at once
    ("It's all in the ERP, and Maria maintains it.", {"availability": 3, "ownership": 3}),
    ("The orders are in the shop database, it goes back to 2014.", {"availability": 3, "coverage": 3}),
)

# What only sounds like it: questions, wishes, plans, what is imagined, what is past, and other subjects.
NOT_SAID = (
    "Is the price list updated every night?",
    "Who looks after that table?",
    "If IT gave us read access, we could start tomorrow.",
    "Suppose we had five years of it in the archive.",
    "We want the stock levels in real time.",
    "The new tool should have an interface.",
    "Every repair needs to be recorded in the system.",
    "I would like somebody to look after that list.",
    "I have twenty years of experience in the warehouse.",
    "We have five weeks of holiday in the summer.",
    "Bernd looks after the big customers.",
    "About one in ten is late.",
    "Our competitor has five years of data in a warehouse.",
    "The trucks are clean, we check them every month.",
    "The drivers are not connected with the office in any way.",
    "My team has to agree on the shift plan first.",
    "It used to be on paper.",
    "We might get access to the table one day.",
    "The cleaner comes every night.",
    "I keep the meeting short.",
    "The guests must not leave the building.",
    "She owns the restaurant next door.",
    "You can't trust the weather here.",
    "We lost two hotel groups this year.",
    "Once the list is clean, we can start.",
    "The vendor says their tool has an interface for everything.",
)


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(data_folder("knowledge"), embeddings)


def read(analyst: RulesAnalyst, talk: str) -> dict[str, int]:
    turns = talk.split("|")
    names = ["Ann (business)", "Ben (technical)"][-len(turns) :]
    script = "\n".join(f"{name}: {turn.strip()}" for name, turn in zip(names, turns, strict=True))
    return {one.data.dimension: one.data.level for one in analyst.propose_ratings(conversation(script), TABLES) if one.data}


def test_nearly_all_that_is_said_of_data_is_read_and_little_else(analyst: RulesAnalyst) -> None:
    found = missed = wrong = 0
    amiss: list[str] = []
    for talk, expected in (*SAID, *((talk, {}) for talk in NOT_SAID)):
        said = read(analyst, talk)
        right = said.items() & expected.items()
        found += len(right)
        missed += len(expected) - len(right)
        wrong += len(said) - len(right)
        if said != expected:
            amiss.append(f"{talk} {said}, not {expected}")
    recall, precision = found / (found + missed), found / (found + wrong)
    assert recall >= 0.95 and precision >= 0.95, f"recall {recall:.2f}, precision {precision:.2f}\n" + "\n".join(amiss)


@pytest.mark.parametrize("dimension", [dimension.id for dimension in TABLES.readiness.dimensions])
def test_no_dimension_is_left_unread(analyst: RulesAnalyst, dimension: str) -> None:
    told = [(talk, expected) for talk, expected in SAID if dimension in expected]
    heard = [talk for talk, expected in told if read(analyst, talk).get(dimension) == expected[dimension]]
    assert len(told) >= 5
    assert len(heard) >= 0.75 * len(told), {talk for talk, _ in told} - set(heard)


@pytest.mark.parametrize("talk", NOT_SAID)
def test_questions_wishes_and_other_subjects_say_nothing_of_the_data(analyst: RulesAnalyst, talk: str) -> None:
    assert read(analyst, talk) == {}


def test_what_it_is_that_was_meant_is_known_from_the_sentence_before(analyst: RulesAnalyst) -> None:
    assert read(analyst, "We keep all delivery notes in the archive. It is updated every night.")["freshness"] == 2
    assert read(analyst, "We like our coffee machine. It is cleaned every night.") == {}
