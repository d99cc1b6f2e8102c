"""Small things to store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from discovery_agent.domain.conversation import ConversationKind, Utterance
from discovery_agent.domain.engagement import (
    ConversationRecord,
    ConversationState,
    Engagement,
    StakeholderRecord,
    StoredUtterance,
)
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Grounding, Quote, finding_id
from discovery_agent.storage import Database, new_id

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def engagement(title: str = "Claims", *, minutes: int = 0) -> Engagement:
    """An engagement that began so many minutes after `START`."""
    return Engagement(id=new_id("e"), title=title, created_at=START + timedelta(minutes=minutes))


def person(of: str, name: str = "Ada Vogel") -> StakeholderRecord:
    """A stakeholder of an engagement."""
    return StakeholderRecord(id=new_id("s"), engagement_id=of, name=name)


def interview(of: str, *, minutes: int = 0, stakeholder_id: str | None = None, released: bool = False) -> ConversationRecord:
    """An open interview of an engagement."""
    return ConversationRecord(
        id=new_id("i"),
        engagement_id=of,
        kind=ConversationKind.INTERVIEW,
        title="Interview",
        stakeholder_id=stakeholder_id,
        state=ConversationState.OPEN,
        released_at=START if released else None,
        created_at=START + timedelta(minutes=minutes),
    )


def meeting(of: str, *, minutes: int = 0, conversation_id: str | None = None) -> ConversationRecord:
    """An analysed transcript of an engagement."""
    return ConversationRecord(
        id=conversation_id or new_id("c"),
        engagement_id=of,
        kind=ConversationKind.MEETING,
        title="Claims weekly",
        source="weekly.vtt",
        format="webvtt",
        state=ConversationState.ANALYSED,
        created_at=START + timedelta(minutes=minutes),
    )


def turns(*texts: str, speaker: str = "Ada Vogel") -> list[Utterance]:
    """Utterances of one speaker, numbered."""
    return [Utterance(index=index, speaker=speaker, text=text) for index, text in enumerate(texts)]


def answer(index: int, text: str = "Four days.", *, key: str | None = None) -> StoredUtterance:
    """What a stakeholder said next."""
    return StoredUtterance(index=index, speaker="Ada Vogel", text=text, client_key=key, at=START)


def finding(
    of: str,
    statement: str = "Claims are paid in five days.",
    *,
    kind: FindingKind = FindingKind.BUSINESS_GOAL,
    said: int = 0,
    speaker: str = "Ada Vogel",
    status: FindingStatus = FindingStatus.PROPOSED,
    confidence: float = 0.8,
) -> Finding:
    """A finding of a conversation whose quote is its statement, said in utterance number `said`."""
    quote = Quote(
        conversation_id=of,
        utterance_id=f"u{said}",
        speaker=speaker,
        start=0,
        end=len(statement),
        text=statement,
        grounding=Grounding.EXACT,
    )
    return Finding(
        id=finding_id(kind, of, (quote,), statement),
        kind=kind,
        statement=statement,
        speakers=(speaker,),
        confidence=confidence,
        status=status,
        quotes=(quote,),
        proposed_by="rules",
    )


async def started(database: Database) -> str:
    """The id of a new engagement."""
    new = engagement()
    async with database.unit() as unit:
        await unit.engagements.add(new)
    return new.id


async def interviewed(database: Database, *texts: str) -> tuple[str, str]:
    """The ids of a new engagement and of an interview in it, in which `texts` were said."""
    engagement_id = await started(database)
    record = interview(engagement_id)
    async with database.unit() as unit:
        await unit.conversations.add(record, turns(*texts))
    return engagement_id, record.id
