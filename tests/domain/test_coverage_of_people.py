"""Who was heard, who was not, and what rests on one voice."""

from __future__ import annotations

from tests.domain.said import finding

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance
from discovery_agent.domain.coverage import coverage_of
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.merging import build_goal_tree

PEOPLE = (
    Stakeholder(name="Ada", role=Role.SPONSOR),
    Stakeholder(name="Ben", role=Role.TECHNICAL),
    Stakeholder(name="Cleo", role=Role.COMPLIANCE),
)
TALK = Conversation(
    id="c",
    title="Kick-off",
    source="a.txt",
    format="text",
    participants=PEOPLE,
    utterances=tuple(
        Utterance(index=at, speaker=speaker, text="Words.")
        for at, speaker in enumerate(["Interviewer", "Ada", "Ben", "Ada", "Interviewer"])
    ),
)


def same(left: str, right: str) -> float:
    return float(left == right)


def test_voices_are_counted_and_the_silent_come_last() -> None:
    found = [finding(FindingKind.BUSINESS_GOAL, "Grow", "Ada")]
    coverage = coverage_of(found, build_goal_tree(found, same), [TALK], PEOPLE)
    assert [(voice.name, voice.turns, voice.findings) for voice in coverage.voices] == [("Ada", 2, 1), ("Ben", 1, 0), ("Cleo", 0, 0)]


def test_a_role_counts_as_heard_only_if_somebody_who_has_it_spoke() -> None:
    coverage = coverage_of([], build_goal_tree([], same), [TALK], PEOPLE)
    assert Role.COMPLIANCE in coverage.missing_roles and Role.SPONSOR not in coverage.missing_roles


def test_a_goal_of_one_voice_is_listed_and_one_of_two_is_not() -> None:
    alone = finding(FindingKind.BUSINESS_GOAL, "Grow", "Ada")
    shared = [finding(FindingKind.BUSINESS_GOAL, "Keep customers", speaker, turn) for turn, speaker in enumerate(["Ada", "Ben"])]
    found = [alone, *shared]
    coverage = coverage_of(found, build_goal_tree(found, same), [TALK], PEOPLE)
    assert [(one.statement, one.speaker) for one in coverage.single_voices] == [("Grow", "Ada")]
