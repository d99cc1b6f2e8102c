"""A live interview: begin, answer, stop, close with the recap, and release it later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Response
from pydantic import Field

from discovery_agent.discovery import interviews as use
from discovery_agent.discovery.access import link_renewed_at, may, name_of
from discovery_agent.discovery.interviewing.cleaning import answer_text
from discovery_agent.discovery.interviewing.events import EventKind, TurnEvent
from discovery_agent.domain.engagement import AccessRole, ConversationRecord
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Paced, Who, Ws, opened, problems
from discovery_agent.web.api.fields import Answer, Id, Statement, Truth, only_numbers
from discovery_agent.web.api.said import Event, Interview, event_of, interview_of
from discovery_agent.web.sse import event_stream, events_schema

router = APIRouter(tags=["Interviews"], responses=problems())

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, each named by its `kind`: `accepted`, `delta`, `restart`, `said`, `understood`, `recap`, `failed`.",
        "content": {"text/event-stream": {"schema": events_schema([kind.value for kind in EventKind], Event)}},
    },
    **problems(409),
}


class NewInterview(fields.Body):
    """An interview to begin. A stakeholder begins their own, and says nothing here."""

    stakeholder_id: Annotated[str | None, Field(max_length=80, description="Whom it is with; for leads.")] = None
    budget: Annotated[
        Annotated[int, Field(ge=1, le=60), only_numbers] | None,
        Field(description="Most questions; for leads. The engagement's budget without it."),
    ] = None


class NewAnswer(fields.Body):
    """An answer in an interview."""

    text: Answer
    client_key: Annotated[
        str,
        Field(min_length=1, max_length=80, pattern=r"^[!-~]+$", description="Made by the sender: sending twice under one key counts once."),
    ]
    question: Annotated[
        Annotated[int, Field(ge=0, le=fields.LARGEST_NUMBER), only_numbers] | None,
        Field(
            description="Index of the question that it answers. Always send it: an answer to an older question is then refused (409), where "
            "without it the answer is taken for one to the latest question."
        ),
    ] = None


class LineVerdict(fields.Body):
    """A line of the recap that is right, or wrong with nothing to take its place."""

    decision: Literal["confirm", "reject"]

    def meant(self) -> use.Decision:
        """The decision as the use case takes it."""
        return use.Confirm() if self.decision == "confirm" else use.Reject()


class LineCorrection(fields.Body):
    """A line of the recap that should say something else."""

    decision: Literal["correct"]
    text: Annotated[Statement, Field(description="What is right.")]

    def meant(self) -> use.Decision:
        """The decision as the use case takes it."""
        return use.Correct(text=self.text)


LineDecision = Annotated[LineVerdict | LineCorrection, Field(discriminator="decision")]


class Recap(fields.Body):
    """The stakeholder's last word."""

    decisions: Annotated[dict[str, LineDecision], Field(max_length=1000, description="By the id of the line; other lines stay proposed.")]
    rating: Annotated[
        int, Field(ge=1, le=4, description="How well the recap describes their view, from 1 (poorly) to 4 (very well)."), only_numbers
    ]
    release: Annotated[Truth, Field(description="Whether the lead may read the interview.")]


@router.post("/engagements/{engagement_id}/interviews", summary="Begin an interview", responses=problems(409))
async def start(
    ws: Ws,
    who: Who,
    engagement_id: Id,
    new: Annotated[NewInterview, Body(examples=[{}, {"stakeholder_id": "s_Zb3kQ0vP1sXy", "budget": 10}])],
) -> ConversationRecord:
    """The one of this stakeholder that is not closed yet, or a new one."""
    if who.role is not AccessRole.STAKEHOLDER:
        may(who, engagement_id, write=True)
        if new.stakeholder_id is None:
            raise NotFound("Say whom the interview is with.", where="stakeholder_id")
        return await use.start_interview(ws, engagement_id, new.stakeholder_id, budget=new.budget)
    if who.engagement_id != engagement_id or who.stakeholder_id is None:
        raise NotFound("There is no such engagement.", where=engagement_id)
    if new.stakeholder_id not in (None, who.stakeholder_id):
        raise NotFound("There is no such stakeholder.", where="stakeholder_id")
    if new.budget is not None:
        raise AccessDenied("The lead sets how many questions there are.", where="budget")
    return await use.start_interview(ws, engagement_id, who.stakeholder_id)


@router.get("/conversations/{conversation_id}", summary="Show an interview")
async def show(ws: Ws, who: Who, conversation_id: Id) -> Interview:
    """All of it, with progress and what was understood: for its stakeholder, and once it is released for others."""
    record = await opened(ws, who, conversation_id)
    return interview_of(await use.view_interview(ws, conversation_id), await link_renewed_at(ws, record))


@router.post("/conversations/{conversation_id}/opening", summary="Hear the first question", response_class=Response, responses=_STREAM)
async def opening(ws: Ws, who: Who, pace: Paced, conversation_id: Id) -> Response:
    """The greeting and the first question; later on, the latest question."""
    await opened(ws, who, conversation_id, speak=True)
    await pace.turn(who.key_id)
    return await _stream(use.open_interview(ws, conversation_id))


@router.post("/conversations/{conversation_id}/turns", summary="Answer", response_class=Response, responses=_STREAM)
async def turn(
    ws: Ws,
    who: Who,
    pace: Paced,
    conversation_id: Id,
    new: Annotated[NewAnswer, Body(examples=[{"text": "A claim takes nine days today.", "client_key": "a-17", "question": 4}])],
) -> Response:
    """The answer is stored, the reply streams, and what was understood follows. Whoever stops listening stops only the stream.

    Send `question`, the index of the question that is answered. The same `client_key` with the same words hears the same turn again;
    with other words it is refused.
    """
    record = await opened(ws, who, conversation_id, speak=True)
    await pace.turn(who.key_id)
    await _require_same_words(ws, record, new)
    return await _stream(use.answer(ws, conversation_id, new.text, new.client_key, question=new.question))


@router.post("/conversations/{conversation_id}/resume", summary="Take up a reply", response_class=Response, responses=_STREAM)
async def resume(ws: Ws, who: Who, pace: Paced, conversation_id: Id) -> Response:
    """Join the turn that is under way, or make the reply that a crash or a failed model left out."""
    await opened(ws, who, conversation_id, speak=True)
    await pace.turn(who.key_id)
    return await _stream(use.resume(ws, conversation_id))


@router.post("/conversations/{conversation_id}/stop", summary="Stop asking", responses=problems(409))
async def stop(ws: Ws, who: Who, pace: Paced, conversation_id: Id) -> ConversationRecord:
    """No more is asked; the recap is next."""
    await opened(ws, who, conversation_id, speak=True)
    await pace.turn(who.key_id)
    return await use.stop_interview(ws, conversation_id)


@router.post("/conversations/{conversation_id}/recap", summary="Close with the recap", responses=problems(409))
async def finish(
    ws: Ws,
    who: Who,
    conversation_id: Id,
    recap: Annotated[
        Recap,
        Body(
            examples=[
                {
                    "decisions": {
                        "r-1f0c2a9be341": {"decision": "confirm"},
                        "r-77d0ab12cd34": {"decision": "correct", "text": "Nine working days."},
                    },
                    "rating": 4,
                    "release": True,
                }
            ]
        ),
    ],
) -> ConversationRecord:
    """Each line confirmed, corrected or rejected; rated; and released or not. All of it is stored, or nothing."""
    await opened(ws, who, conversation_id, speak=True)
    decisions = {line: one.meant() for line, one in recap.decisions.items()}
    return await use.finish_recap(ws, conversation_id, decisions=decisions, rating=recap.rating, release=recap.release, actor=name_of(who))


@router.post("/conversations/{conversation_id}/release", summary="Release a finished interview", responses=problems(409))
async def release(ws: Ws, who: Who, conversation_id: Id) -> ConversationRecord:
    """Its stakeholder kept it private at the recap, and lets the lead read it after all. A released one stays as it is."""
    await opened(ws, who, conversation_id, speak=True)
    return await use.release_interview(ws, conversation_id, actor=name_of(who))


async def _require_same_words(ws: Ws, record: ConversationRecord, new: NewAnswer) -> None:
    async with ws.database.reading() as unit:
        said = await unit.conversations.utterances(record.engagement_id, record.id)
    before = next((one.text for one in said if one.client_key == new.client_key), None)
    if before is not None and before != answer_text(new.text):
        raise InvalidRequest(
            "Another answer was sent under this key.", where="client_key", remedy="Make a new key for each answer; what was said is kept."
        )


async def _stream(events: AsyncIterator[TurnEvent]) -> Response:
    return await event_stream(_shown(events), lambda event: event.kind.value)


async def _shown(events: AsyncIterator[TurnEvent]) -> AsyncIterator[Event]:
    async for event in events:
        yield event_of(event)
