"""Who was heard, who was not, and which conclusion rests on one voice."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Value, is_interviewer
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.goals import GoalTree

NEEDED_ROLES = (Role.SPONSOR, Role.BUSINESS, Role.TECHNICAL, Role.COMPLIANCE, Role.END_USER)


class Attendance(Value):
    """Who took part in a conversation and how often each spoke: all that coverage needs of it."""

    participants: tuple[Stakeholder, ...] = ()
    turns: dict[str, int] = Field(default_factory=dict[str, int], description="Speaker -> turns; interviewers are left out.")


def attendance_of(conversation: Conversation) -> Attendance:
    """Who took part in a conversation."""
    turns: dict[str, int] = {}
    for utterance in conversation.utterances:
        if utterance.speaker and not is_interviewer(utterance.speaker):
            turns[utterance.speaker] = turns.get(utterance.speaker, 0) + 1
    return Attendance(participants=conversation.participants, turns=turns)


class Voice(Value):
    """What one stakeholder contributed."""

    name: str
    role: Role
    turns: int = Field(ge=0)
    findings: int = Field(ge=0)


class SingleVoice(Value):
    """A conclusion that only one person's words support."""

    statement: str
    speaker: str


class Coverage(Value):
    """Who was heard."""

    voices: tuple[Voice, ...] = Field(description="Everybody known to take part; those who said nothing last.")
    missing_roles: tuple[Role, ...] = Field(description="Roles that nobody who spoke is known to have.")
    single_voices: tuple[SingleVoice, ...] = Field(description="Goals and KPIs that rest on one voice.")


def coverage_of(
    findings: Sequence[Finding], tree: GoalTree, conversations: Sequence[Conversation | Attendance], people: Sequence[Stakeholder]
) -> Coverage:
    """Coverage of an engagement."""
    turns: dict[str, int] = {}
    for one in conversations:
        attended = attendance_of(one) if isinstance(one, Conversation) else one
        for speaker, count in attended.turns.items():
            turns[speaker] = turns.get(speaker, 0) + count
    gave: dict[str, int] = {}
    for finding in findings:
        for speaker in finding.speakers:
            gave[speaker] = gave.get(speaker, 0) + 1
    roles = {person.name: person.role for person in people}
    names = [*turns, *(one.name for one in people if one.name not in turns and not is_interviewer(one.name))]
    voices = [Voice(name=name, role=roles.get(name, Role.UNKNOWN), turns=turns.get(name, 0), findings=gave.get(name, 0)) for name in names]
    heard = {voice.role for voice in voices if voice.turns}
    return Coverage(
        voices=tuple(sorted(voices, key=lambda voice: (voice.turns == 0, -voice.findings, -voice.turns))),
        missing_roles=tuple(role for role in NEEDED_ROLES if role not in heard),
        single_voices=tuple(_single_voices(tree, {finding.id: finding for finding in findings})),
    )


def _single_voices(tree: GoalTree, by_id: dict[str, Finding]) -> list[SingleVoice]:
    nodes: list[tuple[str, tuple[str, ...]]] = []
    for goal in tree.business_goals:
        nodes.append((goal.statement, goal.finding_ids))
        nodes += [(child.statement, child.finding_ids) for child in goal.operational_goals]
    nodes += [(goal.statement, goal.finding_ids) for goal in tree.unlinked_operational_goals]
    nodes += [(kpi.statement, kpi.finding_ids) for kpi in tree.kpis]
    found: list[SingleVoice] = []
    for statement, ids in nodes:
        speakers = {speaker for id_ in ids if id_ in by_id for speaker in by_id[id_].speakers}
        if len(speakers) == 1:
            found.append(SingleVoice(statement=statement, speaker=next(iter(speakers))))
    return found
