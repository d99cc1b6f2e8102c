"""Builders of small, realistic conversations, findings and analyses for the tests.

Quotes are given as text and located here, so that their offsets are always right:

    meeting = conversation([("Ada", "We want claims paid in 5 days.")])
    goal = finding(meeting, FindingKind.BUSINESS_GOAL, "Pay claims faster", [(0, "claims paid in 5 days")])

`tests/example.py` puts them together to a whole engagement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from discovery_agent.discovery.results import ConversationAnalysis, EngagementAnalysis
from discovery_agent.domain.conversation import (
    Conversation,
    ReadingNote,
    Stakeholder,
    Utterance,
    content_id,
)
from discovery_agent.domain.findings import (
    Amount,
    Finding,
    FindingKind,
    FindingStatus,
    Grounding,
    Kpi,
    ProposedFinding,
    ProposedQuote,
    Quote,
    Stance,
    UnverifiedFinding,
    finding_id,
)
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode

CREATED_AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def conversation(
    turns: Iterable[tuple[str | None, str]],
    *,
    title: str = "Claims weekly",
    source: str = "claims-weekly.vtt",
    participants: Sequence[Stakeholder] = (),
    notes: Sequence[ReadingNote] = (),
    held_on: date | None = date(2026, 3, 3),
    seconds_per_turn: float | None = 9.0,
) -> Conversation:
    """A meeting of the given (speaker, text) turns; without `seconds_per_turn` it has no times."""
    utterances = tuple(
        Utterance(
            index=index,
            speaker=speaker,
            text=text,
            start=None if seconds_per_turn is None else index * seconds_per_turn,
            end=None if seconds_per_turn is None else (index + 1) * seconds_per_turn,
            line=2 + 3 * index,
        )
        for index, (speaker, text) in enumerate(turns)
    )
    return Conversation(
        id=content_id("c", title, source, *(utterance.text for utterance in utterances)),
        title=title,
        source=source,
        format="webvtt",
        held_on=held_on,
        participants=tuple(participants),
        utterances=utterances,
        notes=tuple(notes),
    )


def quote(
    source: Conversation,
    index: int,
    text: str,
    *,
    grounding: Grounding = Grounding.EXACT,
    occurrence: int = 0,
) -> Quote:
    """The quote of `text` in the utterance at `index`; ValueError if it is not there."""
    utterance = source.utterances[index]
    start = -1
    for _ in range(occurrence + 1):
        start = utterance.text.index(text, start + 1)
    return Quote(
        conversation_id=source.id,
        utterance_id=utterance.id,
        speaker=utterance.speaker,
        start=start,
        end=start + len(text),
        text=text,
        grounding=grounding,
    )


def finding(
    source: Conversation,
    kind: FindingKind,
    statement: str,
    quotes: Sequence[tuple[int, str]],
    *,
    confidence: float = 0.8,
    kpi: Kpi | None = None,
    stance: Stance | None = None,
    note: str | None = None,
    status: FindingStatus = FindingStatus.PROPOSED,
    grounding: Grounding = Grounding.EXACT,
    proposed_by: str = "rules",
) -> Finding:
    """A finding on quotes given as (utterance index, text); its speakers are those of the quotes."""
    located = tuple(quote(source, index, text, grounding=grounding) for index, text in quotes)
    return Finding(
        id=finding_id(kind, source.id, located, statement),
        kind=kind,
        statement=statement,
        speakers=tuple(dict.fromkeys(item.speaker for item in located if item.speaker)),
        confidence=confidence,
        status=status,
        quotes=located,
        kpi=kpi,
        stance=stance,
        note=note,
        proposed_by=proposed_by,
    )


def amount(value: float, unit: str | None = None, *, upper: float | None = None, text: str | None = None) -> Amount:
    """A quantity; its words default to the number and the unit."""
    return Amount(value=value, upper=upper, unit=unit, text=text or f"{value:g} {unit or ''}".strip())


def kpi_node(statement: str, kpi: Kpi, findings: Sequence[Finding], *, disputed: Sequence[str] = ()) -> KpiNode:
    """A KPI of the goal tree that joins the given findings."""
    identifiers = tuple(item.id for item in findings)
    return KpiNode(
        id=content_id("k", *identifiers),
        statement=statement,
        kpi=kpi,
        finding_ids=identifiers,
        disputed=tuple(disputed),
    )


def operational_node(item: Finding, kpis: Sequence[KpiNode] = ()) -> OperationalGoalNode:
    """An operational goal that rests on one finding."""
    return OperationalGoalNode(id=content_id("o", item.id), statement=item.statement, finding_ids=(item.id,), kpis=tuple(kpis))


def business_node(
    findings: Sequence[Finding],
    operational_goals: Sequence[OperationalGoalNode] = (),
    kpis: Sequence[KpiNode] = (),
) -> BusinessGoalNode:
    """A business goal that joins findings; its statement is that of the first."""
    return BusinessGoalNode(
        id=content_id("b", *(item.id for item in findings)),
        statement=findings[0].statement,
        finding_ids=tuple(item.id for item in findings),
        operational_goals=tuple(operational_goals),
        kpis=tuple(kpis),
    )


def unverified(source: Conversation, kind: FindingKind, statement: str, quotes: Sequence[tuple[int, str, str]]) -> UnverifiedFinding:
    """A claim whose quotes, given as (utterance index, text, reason), are no evidence."""
    return UnverifiedFinding(
        proposal=ProposedFinding(
            kind=kind,
            statement=statement,
            confidence=0.6,
            quotes=tuple(ProposedQuote(utterance_id=f"u{index}", text=text) for index, text, _ in quotes),
        ),
        conversation_id=source.id,
        reasons=tuple(reason for _, _, reason in quotes),
        proposed_by="rules",
    )


def engagement_of(*conversations: ConversationAnalysis, title: str = "Engagement", goal_tree: GoalTree | None = None) -> EngagementAnalysis:
    """An engagement with just these conversations."""
    return EngagementAnalysis(
        title=title,
        created_at=CREATED_AT,
        analyst="rules",
        conversations=conversations,
        goal_tree=goal_tree or GoalTree(),
    )
