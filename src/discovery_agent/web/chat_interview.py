"""An interview behind an endpoint that knows only chats: which reply a request asks for.

Chat programs send the whole chat each time, and send it again when something broke or was edited. The record of the interview
counts, not what they send: of a request only the last message of the user matters, how many there were, and which question
stood before it. Only an answer to the question that is open now is stored.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from hashlib import sha256

from discovery_agent.discovery.access import link_renewed_at, name_of, renewal_notice
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
from discovery_agent.web.chat_tasks import is_task, one_line, quotes_chat
from discovery_agent.web.plain_text import plain

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
_STANDS_ALONE = (
    "This was not written down: the chat begins with it, and what you answered before stands. If it is your answer to the question "
    "below, please send it once more."
)
_ALONE = "web.chat_interview: sent alone"
_STANDS = (
    "This was not written down, since it does not answer the latest question. What you answered before stands, and you can correct "
    "it in the recap at the end. Here is where we are:"
)


async def reply(ws: Workspace, who: Principal, sent: Sequence[str], before: str = "") -> AsyncIterator[str]:
    """Pieces of the reply to a chat; `sent` are the messages of the user, oldest first, `before` what the chat shows before the last.

    Raises:
        DiscoveryError: there is no reply.
    """
    text = sent[-1].strip() if sent else ""
    if is_task(text):
        yield _NOT_AN_ANSWER
        return
    record = await _interview(ws, who)
    if record.state is ConversationState.CLOSED:
        yield CLOSED
        return
    view = await view_interview(ws, record.id)
    if quotes_chat(text, [plain(one.text) for one in view.utterances if one.move is not None], alone=len(sent) == 1):
        yield _NOT_AN_ANSWER
        return
    request = _Request(view, text, len(sent), before)
    if record.state is ConversationState.RECAP:
        again = request.again or is_greeting(text)
        if again or request.shows_older:
            yield f"{_STANDS if not again else view.utterances[-1].text}\n\n"
        yield await recap_reply(ws, record.id, "" if again or request.shows_older else text, actor=name_of(who))
        return
    async for piece in _asked(ws, who, request):
        yield piece


class _Request:
    """The last message of a chat, beside the interview as it stands."""

    def __init__(self, view: InterviewView, text: str, position: int, before: str) -> None:
        self.view = view
        self.text = text
        self.alone = position == 1
        self.answers = [one for one in view.utterances if one.move is None]
        asked = [one_line(plain(one.text)) for one in view.utterances if one.move is not None]
        shown = one_line(before)
        seen = [number for number, one in enumerate(asked) if one and one in shown]
        latest_shown = bool(seen) and seen[-1] == len(asked) - 1
        self.key = key_of(position, text, self.answers, fresh=latest_shown and not view.pending)
        self.again = self.key in {one.client_key for one in self.answers}
        """Whether this very answer was stored before."""
        self.shows_older = bool(seen) and not latest_shown and not self.again
        """Whether it was written to an older question: an edited message, or one whose chat has missed something."""
        self.falls_behind = bool(self.answers) and not seen and not self.again and self._behind(position)
        """Whether, by count alone, the chat has gone back behind the latest answer that it brought."""

    def _behind(self, position: int) -> bool:
        # Programs that send only the last message always send one.
        latest = next((place for one in reversed(self.answers) if (place := _place_in(one.client_key))), 0)
        return position <= latest and latest > 1


async def _asked(ws: Workspace, who: Principal, request: _Request) -> AsyncIterator[str]:
    """The reply while questions are asked."""
    view, text = request.view, request.text
    id_ = view.record.id
    begins = is_greeting(text) and (not request.answers or request.alone or not text)
    if begins:
        if (renewed := await link_renewed_at(ws, view.record)) is not None:
            yield f"{renewal_notice(renewed)}\n\n"
        async for piece in _pieces(ws, who, id_, open_interview(ws, id_)):
            yield piece
        return
    if not view.utterances:
        # The first words are worth keeping: the interview opens, and they are taken as the answer to its first question.
        async for _ in open_interview(ws, id_):
            pass
    late = _late(ws, request)
    if late is not None:
        yield f"{late}\n\n"
        async for piece in _pieces(ws, who, id_, resume(ws, id_)):
            yield piece
        return
    async for piece in _pieces(ws, who, id_, answer(ws, id_, text, request.key)):
        yield piece


def _late(ws: Workspace, request: _Request) -> str | None:
    """Why a message is not taken for an answer, in words; None if it is."""
    if request.shows_older:
        return _STANDS
    if request.falls_behind and not request.alone:
        return _STANDS
    if request.falls_behind:
        # A chat begun anew, its first message edited, or another program that sends single messages: only the sender can tell.
        alone: dict[str, str] = ws.live.setdefault(_ALONE, {})
        if alone.pop(request.view.record.id, None) != request.text:
            alone[request.view.record.id] = request.text
            return _STANDS_ALONE
    return _LATE_REPLY if request.answers and request.view.pending and not request.again else None


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


def key_of(position: int, text: str, answers: Sequence[StoredUtterance], *, fresh: bool = False) -> str:
    """The key of an answer: the same message at the same place in the chat is the same answer.

    A program that sends only the latest message always sends the first place, and one that drops old messages the same place again.
    There the same words may be said again, and are the same answer only if nothing else was said since; `fresh` tells that the
    message certainly answers the latest question.
    """
    plain_key = _key(position, text)
    keys = [one.client_key for one in answers]
    if not fresh and keys and keys[-1] == (repeated := _key(position, text, len(keys) - 1)):
        return repeated
    if plain_key in keys and (fresh or (position == 1 and keys[-1] != plain_key)):
        return _key(position, text, len(keys))
    return plain_key


def _key(position: int, text: str, *more: int) -> str:
    parts = (str(position), text, *map(str, more))
    return f"chat-{position}-" + sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:40]


def _place_in(key: str | None) -> int:
    """The place in its chat of the answer with a key; 0 if it came from elsewhere."""
    found = re.match(r"chat-(\d+)-", key or "")
    return int(found[1]) if found else 0
