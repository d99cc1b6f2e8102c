"""The interview table that ships: every wording is one short, open, plain question, and every decision has its slots."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from tests.domain.interview.talks import ROLES, TABLE

from discovery_agent.domain.agenda import Feeds
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.interview.slots import KPI_FIELDS, METRIC, MoveWordings
from discovery_agent.domain.interview.wording import needs_thing
from discovery_agent.errors import ConfigurationError
from discovery_agent.knowledge.tables import load_interview, load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))
WORDINGS = [
    (slot.id, wording)
    for slot in TABLE.slots
    for wording in (
        *slot.questions,
        *slot.named,
        *slot.more,
        *slot.clarify,
        *(one for wordings in slot.by_role.values() for one in wordings),
    )
]
WORDINGS += [
    (name, wording)
    for name, wordings in TABLE.moves
    for wording in (
        wordings.questions
        if isinstance(wordings, MoveWordings)
        else [ask for one in wordings for ask in getattr(one, "ask", getattr(one, "questions", (one,)))]
    )
]
TECHNICAL_WORDS = re.compile(r"\b(?:interface|api|database|schema|integration|export|server|latency|field|migrat\w+)s?\b", re.IGNORECASE)
CLOSED = re.compile(r"^(?:is|are|do|does|did|can|could|would|will|has|have|should|may|was|were)\b", re.IGNORECASE)
LEADING = re.compile(r"\b(?:surely|don't you|wouldn't|isn't it|obviously|of course|as we know|agree that)\b", re.IGNORECASE)
COMPOUND = re.compile(r"\band (?:who|what|how|where|which|why|when|whom|do|does|is|are)\b", re.IGNORECASE)


def test_every_wording_is_one_short_open_question_that_does_not_lead() -> None:
    for slot, wording in WORDINGS:
        last = re.split(r"(?<=[.!])\s", wording)[-1]
        assert wording.count("?") == 1 and wording.endswith("?"), (slot, wording)
        assert len(wording.split()) <= 25, (slot, wording)
        assert not CLOSED.match(last), (slot, wording)
        assert not LEADING.search(wording), (slot, wording)
        assert not COMPOUND.search(wording), (slot, wording)


def test_nobody_but_technical_people_is_asked_in_technical_words() -> None:
    for slot in TABLE.slots:
        for role in (Role.SPONSOR, Role.BUSINESS, Role.END_USER):
            if slot.worth_for(role):
                for wording in slot.wordings_for(role):
                    assert not TECHNICAL_WORDS.search(wording), (slot.id, wording)


def test_reasons_are_short_sentences_and_each_is_given_for_one_slot_only() -> None:
    reasons = [reason for slot in TABLE.slots for reason in slot.why]
    assert all(reason.endswith(".") and "?" not in reason and len(reason.split()) <= 15 for reason in reasons)
    assert [reason for reason, count in Counter(reasons).items() if count > 1] == []


def test_every_criterion_dimension_and_field_of_a_kpi_has_a_slot() -> None:
    by_ask = TABLE.by_ask
    assert all((Feeds.VERDICT, criterion.id) in by_ask for criterion in TABLES.ladder.criteria)
    assert all((Feeds.READINESS, dimension.id) in by_ask for dimension in TABLES.readiness.dimensions)
    assert all((Feeds.KPI, field) in by_ask for field in (*KPI_FIELDS, METRIC))


def test_a_slot_asks_only_roles_that_can_know_its_criterion_or_more() -> None:
    for criterion in TABLES.ladder.criteria:
        slot = TABLE.by_ask[Feeds.VERDICT, criterion.id]
        assert all(slot.worth_for(role) for role in criterion.roles), criterion.id


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_more_to_tell_than_a_long_interview_can_ask(role: Role) -> None:
    assert sum(slot.worth_for(role) > 0 for slot in TABLE.slots) > 30
    assert any(role in slot.opens for slot in TABLE.slots) or role is Role.UNKNOWN


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    topic: goal\n", "    topic: weather\n", "topic"),
        ("feeds: goal", "feeds: fish", "feeds"),
        ("sponsor: 1.0", "emperor: 1.0", "roles"),
        ("What would you call a success here?", "What would you call a success? And when?", "more than one question"),
        ("What would you call a success here?", "What would {whom} call a success?", "whom"),
        ("after: [event]", "after: [evnt]", "evnt"),
        ("kpi: [baseline]", "kpi: [bottomline]", "bottomline"),
        ("<period>", "<moment>", "moment"),
        ("  - id: trigger\n", "  - id: outcome\n", "twice"),
        ("things:\n", "things: [\n", "YAML"),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_file(tmp_path: Path, old: str, new: str, words: str) -> None:
    head, things, rest = (data_folder("knowledge") / "interview.yaml").read_text(encoding="utf-8").partition("\nthings:\n")
    assert old in things + rest
    (tmp_path / "interview.yaml").write_text(head + (things + rest).replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_interview(tmp_path)
    assert words in caught.value.what and "interview.yaml" in (caught.value.where or "")


# Relative clauses ("the ones that ...") are left aside, and moves whose turn holds what they point at.
POINTS_ELSEWHERE = re.compile(
    r"\b(?:this(?! week| month| year)|these|those|such|it|its|they|them|which one|the (?:last|latest|new|old|hard|other) ones?(?=[\s?,]))\b"
    r"|\b(?:about|at|by|did|does|for|has|how|in|is|know|mean|of|on|to|was|when|will|with|would) that\b",
    re.IGNORECASE,
)
NAMES_IT_IN_THE_TURN = ("contradiction", "heard", "offer", "follow_up")


def test_no_wording_points_at_something_that_it_does_not_name() -> None:
    for name, wording in WORDINGS:
        assert name in NAMES_IT_IN_THE_TURN or not POINTS_ELSEWHERE.search(wording), (name, wording)


def test_every_slot_can_be_asked_before_a_noun_for_the_work_stands_out() -> None:
    for slot in TABLE.slots:
        for wordings in (slot.questions, *slot.by_role.values()):
            assert not all(needs_thing(wording) for wording in wordings), (slot.id, wordings)
