"""Small interviews to test with, and a model server that plays interviewer and reader."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.interviews import (
    EventKind,
    InterviewView,
    TurnEvent,
    answer,
    open_interview,
    start_interview,
    view_interview,
)
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import StoredUtterance
from discovery_agent.storage.records import ExtractionRecord
from tests import fake_model_server as fake

WISH = "Claims wait too long: about nine days until they are paid, and we want four days by June."
PAIN = "Last Tuesday a customer called three times because nobody had scanned her letter."
QUESTION = "Nine days is long. What takes most of them?"

_keys = count(1)


@dataclass
class Interview:
    """One interview in a workspace."""

    ws: Workspace
    engagement_id: str
    stakeholder_id: str
    id: str

    async def say(self, text: str, key: str | None = None, *, question: int | None = None) -> list[TurnEvent]:
        """Answer, and hear the whole turn."""
        return await heard(answer(self.ws, self.id, text, key or f"key-{next(_keys)}", question=question))

    async def view(self) -> InterviewView:
        return await view_interview(self.ws, self.id)

    async def texts(self) -> list[str]:
        return [one.text for one in (await self.view()).utterances]

    async def readings(self) -> list[ExtractionRecord]:
        async with self.ws.database.reading() as unit:
            return await unit.extractions.list(self.engagement_id, self.id)

    async def audit(self) -> list[str]:
        """What was done, the latest first."""
        async with self.ws.database.reading() as unit:
            entries, _ = await unit.audit.list(self.engagement_id)
        return [entry.action for entry in entries]

    def seen_by(self, ws: Workspace) -> Interview:
        """The same interview, from another process."""
        return Interview(ws, self.engagement_id, self.stakeholder_id, self.id)


async def begin(ws: Workspace, *, budget: int | None = None, opens: bool = True, private: bool = True) -> Interview:
    """An interview with Ada Berg on claims."""
    engagement = await create_engagement(ws, "Claims", organisation="Borealis", purpose="Pay claims faster", private_until_release=private)
    person = await add_stakeholder(ws, engagement.id, "Ada Berg", role=Role.BUSINESS, department="Claims")
    record = await start_interview(ws, engagement.id, person.id, budget=budget)
    interview = Interview(ws, engagement.id, person.id, record.id)
    if opens:
        await heard(open_interview(ws, record.id))
    return interview


async def heard(events: AsyncIterator[TurnEvent]) -> list[TurnEvent]:
    """All that is said."""
    return [event async for event in events]


def kinds(events: Sequence[TurnEvent]) -> list[EventKind]:
    """What happened, with pieces in a row as one."""
    found: list[EventKind] = []
    for event in events:
        if not (event.kind is EventKind.DELTA and found and found[-1] is EventKind.DELTA):
            found.append(event.kind)
    return found


def only(events: Sequence[TurnEvent], kind: EventKind) -> TurnEvent:
    """The one event of a kind."""
    (event,) = (one for one in events if one.kind is kind)
    return event


def said(events: Sequence[TurnEvent]) -> StoredUtterance:
    """The reply as it was stored."""
    utterance = only(events, EventKind.SAID).utterance
    assert utterance is not None
    return utterance


def streamed(events: Sequence[TurnEvent]) -> str:
    """The pieces since the last new beginning."""
    text = ""
    for event in events:
        if event.kind is EventKind.RESTART:
            text = ""
        text += event.text or ""
    return text


def is_wording(exchange: fake.Exchange) -> bool:
    """Whether a request asks for the interviewer's words; the others ask for findings or ratings."""
    return "response_format" not in exchange.body and "tools" not in exchange.body


def plays(
    words: fake.Behaviour | str = QUESTION, findings: fake.Behaviour | Sequence[dict[str, Any]] = (), ratings: fake.Behaviour | None = None
) -> Any:
    """What a model server does: with requests for words, for findings, and for ratings."""

    def choose(exchange: fake.Exchange) -> fake.Behaviour:
        if is_wording(exchange):
            return fake.answer(words) if isinstance(words, str) else words
        if exchange.body["response_format"]["json_schema"]["name"] == "RatingsReply":
            return ratings or fake.answer({"ratings": [], "data": []})
        return findings if callable(findings) else fake.answer({"findings": list(findings)})

    return choose


def finding(kind: str, statement: str, *quotes: tuple[str, str]) -> dict[str, Any]:
    """A finding as a model replies it; quotes as (utterance, text)."""
    found = [{"utterance": utterance, "text": text} for utterance, text in quotes]
    return {"quotes": found, "kind": kind, "statement": statement, "confidence": 0.8, "stance": None, "kpi": None}
