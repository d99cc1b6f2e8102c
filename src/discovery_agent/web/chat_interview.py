"""An interview behind an endpoint that knows only chats: which reply a request asks for.

Chat programs send the whole chat each time, and send it again when something broke. The record of the interview counts, not
what they send: of a request only the last message of the user matters, and how many there were.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from hashlib import sha256

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.interviews import (
    EventKind,
    InterviewView,
    TurnEvent,
    answer,
    open_interview,
    resume,
    start_interview,
    view_interview,
)
from discovery_agent.discovery.recap_in_text import CLOSED, recap_reply
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Principal, StoredUtterance
from discovery_agent.domain.interview.moves import MoveKind
from discovery_agent.errors import DiscoveryError, NotFound

_GREETING = re.compile(
    r"\W*(?:(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening|day)|greetings)(?: there)?|(?:please )?(?:start|begin)|"
    r"(?:i'?m |i am )?ready|let'?s (?:start|begin|go)|test|ping)?\W*",
    re.IGNORECASE,
)
_NOT_AN_ANSWER = (
    "This looks like a request about the chat, not an answer in the interview, so it was not written down. "
    "If your program makes titles or suggestions for chats, please switch that off for this one."
)
_LATE_REPLY = (
    "Your last message was still without a reply; here it is. If what you have just written is still of use, please send it again."
)
# A question shorter than this might stand in an answer by chance.
_TELLING = 30


async def reply(ws: Workspace, who: Principal, sent: Sequence[str]) -> AsyncIterator[str]:
    """Pieces of the reply to a chat; `sent` are the messages of the user, oldest first.

    Raises:
        DiscoveryError: there is no reply.
    """
    record = await _interview(ws, who)
    text = sent[-1].strip() if sent else ""
    if record.state is ConversationState.CLOSED:
        yield CLOSED
        return
    view = await view_interview(ws, record.id)
    answers = [one for one in view.utterances if one.move is None]
    key = key_of(len(sent), text, answers)
    if record.state is ConversationState.RECAP:
        again = bool(answers) and answers[-1].client_key == key
        if again or is_greeting(text):
            yield f"{view.utterances[-1].text}\n\n"
        yield await recap_reply(ws, record.id, "" if again or is_greeting(text) else text, actor=name_of(who))
        return
    async for piece in _asked(ws, who, view, answers, text, key, alone=len(sent) == 1):
        yield piece


async def _asked(
    ws: Workspace, who: Principal, view: InterviewView, answers: Sequence[StoredUtterance], text: str, key: str, *, alone: bool
) -> AsyncIterator[str]:
    """The reply while questions are asked."""
    id_ = view.record.id
    begins = is_greeting(text) and (not answers or alone or not text)
    if not view.utterances and not begins:
        # The first words are worth keeping: the interview opens, and they are taken as the answer to its first question.
        async for _ in open_interview(ws, id_):
            pass
    elif begins:
        async for piece in _pieces(ws, who, id_, open_interview(ws, id_)):
            yield piece
        return
    if alone and _repeats_question(text, view):
        yield _NOT_AN_ANSWER
        return
    if view.pending and answers and answers[-1].client_key != key:
        yield f"{_LATE_REPLY}\n\n"
        async for piece in _pieces(ws, who, id_, resume(ws, id_)):
            yield piece
        return
    async for piece in _pieces(ws, who, id_, answer(ws, id_, text, key)):
        yield piece


async def _pieces(ws: Workspace, who: Principal, conversation_id: str, events: AsyncIterator[TurnEvent]) -> AsyncIterator[str]:
    """The words of a turn; after the last question, the recap too. What was understood of other answers is not waited for."""
    spoken = False
    async with aclosing(events) as heard:  # pyright: ignore[reportArgumentType]
        async for event in heard:
            if event.kind is EventKind.FAILED:
                raise DiscoveryError(event.what or "There is no reply.", remedy=event.remedy)
            if event.kind is EventKind.DELTA and event.text:
                spoken = True
                yield event.text
            elif event.kind is EventKind.RESTART and spoken:
                yield "\n\n"
            elif event.kind is EventKind.SAID and event.utterance:
                if not spoken:
                    yield event.utterance.text
                if event.utterance.move is None or event.utterance.move.kind is not MoveKind.RECAP:
                    return
            elif event.kind is EventKind.RECAP:
                yield "\n\n" + await recap_reply(ws, conversation_id, "", actor=name_of(who))


async def _interview(ws: Workspace, who: Principal) -> ConversationRecord:
    """The interview of the key: the latest of its stakeholder, or a new one if there was none."""
    if who.engagement_id is None or who.stakeholder_id is None:
        raise NotFound("This key opens no interview.")
    async with ws.database.reading() as unit:
        records, _ = await unit.conversations.list(who.engagement_id, 0, 20, who.stakeholder_id)
    latest = next((one for one in records if one.kind is ConversationKind.INTERVIEW), None)
    return latest or await start_interview(ws, who.engagement_id, who.stakeholder_id)


def is_greeting(text: str) -> bool:
    """Whether a message says nothing but that somebody is there."""
    return _GREETING.fullmatch(text) is not None


def key_of(position: int, text: str, answers: Sequence[StoredUtterance]) -> str:
    """The key of an answer: the same message at the same place in the chat is the same answer.

    A program that sends only the latest message always sends the first place. There the same words may be said again, and are the
    same answer only if nothing else was said since.
    """
    plain = _hash(str(position), text)
    keys = [one.client_key for one in answers]
    if plain not in keys or keys[-1] == plain or position > 1:
        return plain
    latest = _hash(str(position), text, str(len(keys) - 1))
    return latest if keys[-1] == latest else _hash(str(position), text, str(len(keys)))


def _hash(*parts: str) -> str:
    return "chat-" + sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:40]


def _repeats_question(text: str, view: InterviewView) -> bool:
    """Whether a message holds what the interviewer said, word for word: programs send the chat so to have it titled or summed up."""
    latest = next((one.text for one in reversed(view.utterances) if one.move is not None), "")
    return len(latest) >= _TELLING and " ".join(latest.split()) in " ".join(text.split())
