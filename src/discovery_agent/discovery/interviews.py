"""Interviews: the chat with one stakeholder, from its opening to its released recap.

    record = await start_interview(ws, engagement_id, stakeholder_id)
    async for event in open_interview(ws, record.id): ...
    async for event in answer(ws, record.id, "It takes nine days.", client_key="a1"): ...
    view = await view_interview(ws, record.id)      # from any device, at any time
    await finish_recap(ws, record.id, decisions={view.recap[0].id: Confirm()}, rating=4, release=True, actor="Ada")

Whoever listens to the events of a turn may leave: the turn goes on. What was cut off by a crash is taken up by `resume`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from discovery_agent.discovery.corrections import correct_finding
from discovery_agent.discovery.interviewing.closing import Confirm, Correct, Decision, Reject, finish_recap, release_interview
from discovery_agent.discovery.interviewing.events import EventKind, TurnEvent
from discovery_agent.discovery.interviewing.floor import floor_of
from discovery_agent.discovery.interviewing.reading import catch_up
from discovery_agent.discovery.interviewing.script import read_script
from discovery_agent.discovery.interviewing.turn import Sent, Turn, take_part
from discovery_agent.discovery.interviewing.view import InterviewView, view_interview
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind, Stakeholder, content_id
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, StoredFinding
from discovery_agent.errors import DiscoveryError, InvalidRequest

_UNFINISHED = (ConversationState.OPEN, ConversationState.RECAP)


async def start_interview(ws: Workspace, engagement_id: str, stakeholder_id: str, *, budget: int | None = None) -> ConversationRecord:
    """The interview of a stakeholder that is not closed yet, or a new one; `budget` is the most questions of a new one.

    Raises:
        NotFound: the engagement has no such stakeholder.
        InvalidRequest: the budget is not 1 to 60.
    """
    if budget is not None and not 1 <= budget <= 60:
        raise InvalidRequest("An interview has 1 to 60 questions.", where="budget")
    async with ws.database.unit() as unit:
        person = await unit.stakeholders.get(engagement_id, stakeholder_id)
        engagement = await unit.engagements.get(engagement_id)
        before, _ = await unit.conversations.list(engagement_id, limit=None, stakeholder_id=stakeholder_id)
        for record in before:
            if record.kind is ConversationKind.INTERVIEW and record.state in _UNFINISHED:
                return record
        taken = {record.id for record in before}
        # Two that start at once make the same id, so that they start one interview.
        number = next(n for n in range(len(before), 2 * len(before) + 1) if _interview_id(stakeholder_id, n) not in taken)
        record = ConversationRecord(
            id=_interview_id(stakeholder_id, number),
            engagement_id=engagement_id,
            kind=ConversationKind.INTERVIEW,
            title=f"Interview with {person.name}",
            held_on=ws.now().date(),
            stakeholder_id=stakeholder_id,
            state=ConversationState.OPEN,
            budget=budget or engagement.question_budget,
            created_at=ws.now(),
        )
        known = Stakeholder(name=person.name, role=person.role, department=person.department)
        try:
            await unit.conversations.add(record, participants=(known,))
        except InvalidRequest:
            return await unit.conversations.get(engagement_id, record.id)
    return record


async def open_interviews(ws: Workspace, engagement_id: str) -> list[ConversationRecord]:
    """The interviews of an engagement that are not closed yet, newest first.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        records, _ = await unit.conversations.list(engagement_id, limit=None)
    return [one for one in records if one.kind is ConversationKind.INTERVIEW and one.stakeholder_id and one.state in _UNFINISHED]


def _interview_id(stakeholder_id: str, number: int) -> str:
    return content_id("i", stakeholder_id, str(number))


def open_interview(ws: Workspace, conversation_id: str) -> AsyncGenerator[TurnEvent, None]:
    """The greeting and the first question; if they were said before, whatever the interviewer said last, whole.

    Raises:
        NotFound: there is no such interview.
        StorageError: the database failed before anything was said.
    """
    return take_part(ws, conversation_id)


def answer(
    ws: Workspace, conversation_id: str, text: str, client_key: str, *, question: int | None = None
) -> AsyncGenerator[TurnEvent, None]:
    """Send an answer, and hear the turn that it sets going: accepted, the reply in pieces, said, understood.

    `client_key` is made by the sender: the same one again is the same answer, and hears what became of it. With `question`,
    the index of the interviewer's utterance that it answers, an answer to anything but the latest question is refused.

    Raises:
        InvalidRequest: no words, too many, or the questions are over.
        NotFound: there is no such interview.
        StaleVersion: another answer came first; `view_interview` shows what is now.
        StorageError: the answer could not be stored.
    """
    return take_part(ws, conversation_id, Sent(text, client_key, question))


def resume(ws: Workspace, conversation_id: str) -> AsyncGenerator[TurnEvent, None]:
    """Join the turn that is under way; or make the reply that a crash or a failure left out, and read what was left unread.

    If nothing is missing, says again what the interviewer said last.

    Raises:
        NotFound: there is no such interview.
        StorageError: the database failed before anything was said.
    """
    return take_part(ws, conversation_id)


async def stop_interview(ws: Workspace, conversation_id: str) -> ConversationRecord:
    """The stakeholder wants to stop: no more is asked, and the recap is next. One that is over already stays as it is.

    Raises:
        NotFound: there is no such interview.
        StorageError: it could not be stored.
    """
    floor = floor_of(ws)
    while (running := floor.turns.get(conversation_id)) is not None:
        await _until_said(running)
    record = (await read_script(ws, conversation_id)).record
    if record.state is ConversationState.OPEN:
        await _until_said(floor.turns.get(conversation_id) or Turn(ws, conversation_id, stops=True))
        record = (await read_script(ws, conversation_id)).record
    return record


async def _until_said(turn: Turn) -> None:
    async with aclosing(turn.heard.listen()) as events:
        async for event in events:
            if event.kind is EventKind.SAID:
                return
            if event.kind is EventKind.FAILED:
                raise DiscoveryError(event.what or "The turn failed.", remedy=event.remedy)


async def read_again(ws: Workspace, conversation_id: str) -> tuple[StoredFinding, ...]:
    """Read the answers whose reading failed or was left undone; what was found now.

    Raises:
        NotFound: there is no such interview.
    """
    return await catch_up(ws, await read_script(ws, conversation_id), again=True)


__all__ = [
    "Confirm",
    "Correct",
    "Decision",
    "EventKind",
    "InterviewView",
    "Reject",
    "TurnEvent",
    "answer",
    "correct_finding",
    "finish_recap",
    "open_interview",
    "open_interviews",
    "read_again",
    "release_interview",
    "resume",
    "start_interview",
    "stop_interview",
    "view_interview",
]
