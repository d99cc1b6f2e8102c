"""One turn of an interview: the answer stored, the reply streamed and stored, the answer read beside it.

The work belongs to the workspace: whoever listens may leave, and others may join. What is stored is stored whole or not at all,
and a turn that was cut off anywhere can be taken up again, here or in another process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from discovery_agent.analysts.protocol import QuestionBrief
from discovery_agent.discovery.interviewing.briefing import brief_of, understood_of
from discovery_agent.discovery.interviewing.cleaning import answer_text
from discovery_agent.discovery.interviewing.events import Broadcast, EventKind, TurnEvent
from discovery_agent.discovery.interviewing.floor import floor_of
from discovery_agent.discovery.interviewing.known import known_of
from discovery_agent.discovery.interviewing.reading import Reading, catch_up, read
from discovery_agent.discovery.interviewing.script import INTERVIEWER, Script, read_script, require_open
from discovery_agent.discovery.interviewing.view import lines_of
from discovery_agent.discovery.interviewing.wording import Worded, Wording, flaws_of
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AuditEntry, ConversationState, StoredFinding, StoredUtterance
from discovery_agent.domain.interview.answers import read_answer
from discovery_agent.domain.interview.moves import AnswerKind, AnswerReading, Move, MoveKind, Progress, Stop
from discovery_agent.errors import DiscoveryError, InvalidRequest, StaleVersion
from discovery_agent.models.usage import Usage
from discovery_agent.telemetry.context import about, also
from discovery_agent.telemetry.work import turn_begun, turn_taken

_log = logging.getLogger(__name__)
PURPOSE = "interview.wording"
_MOST_UNDERSTOOD = 200
"""Findings of an interview that are looked at for what a model is told of it."""
LONGEST_KEY = 80
"""Characters of the key of an answer."""


@dataclass(frozen=True)
class Sent:
    """An answer as it was sent."""

    text: str
    client_key: str
    question: int | None = None
    """Number of the utterance that it answers, if the sender says so."""


class Turn:
    """A turn under way: with an answer, without one (an opening, or a reply that is missing), or to stop."""

    def __init__(self, ws: Workspace, conversation_id: str, sent: Sent | None = None, *, stops: bool = False) -> None:
        self._ws = ws
        self._floor = floor_of(ws)
        self._id = conversation_id
        self._stops = stops
        self._sent = sent
        self._unread: tuple[Script, StoredUtterance] | None = None
        self._reading: Reading | None = None
        self._keys = {sent.client_key} if sent else set[str | None]()
        self.heard = Broadcast()
        self._replied = turn_begun()
        self._floor.turns[conversation_id] = self
        ws.spawn(self._run(), name=f"turn of {conversation_id}")

    def answers(self, client_key: str) -> bool:
        """Whether this turn is about the answer that was sent under that key."""
        return client_key in self._keys

    async def _run(self) -> None:
        try:
            with about(interview=self._id), turn_taken():
                await self._work()
            self.heard.end()
        except DiscoveryError as error:
            self._floor.forget(self._id)
            self._fail(error)
        except Exception as error:
            self._floor.forget(self._id)
            _log.error("A turn failed.", exc_info=error)
            self._fail(DiscoveryError("Something unforeseen went wrong.", remedy="Try again; what you said is kept."))
        except BaseException:
            self.heard.end(DiscoveryError("The program is closing.", remedy="Come back in a moment; what you said is kept."))
            raise
        finally:
            self._release()

    def _fail(self, error: DiscoveryError) -> None:
        """Before anything was said an error is the listener's; afterwards it is an event."""
        if not self.heard.begun:
            self.heard.end(error)
            return
        self.heard.say(TurnEvent(kind=EventKind.FAILED, what=error.what, remedy=error.remedy))
        self.heard.end()

    def _release(self) -> None:
        if self._floor.turns.get(self._id) is self:
            del self._floor.turns[self._id]

    async def _work(self) -> None:
        await self._ws.prepare()
        # Only storing an answer would find out that another process went on with the interview.
        script = self._floor.recall(self._id) if self._sent else None
        seen_here = script is not None
        if script is None:
            script = await read_script(self._ws, self._id)
        also(engagement=script.record.engagement_id)
        self._keys |= {one.client_key for one in script.said[-1:]} - {None}
        if self._sent is not None:
            try:
                script, wording = await self._take(script, self._sent)
            except StaleVersion:
                if not seen_here:
                    raise
                # Another process went on with it since: judge by what is stored now.
                self._floor.forget(self._id)
                seen_here, script = False, await read_script(self._ws, self._id)
                script, wording = await self._take(script, self._sent)
        elif self._stops:
            require_open(script)
            wording = await self._begin(script, self._recap(Stop.STAKEHOLDER))
        else:
            wording = await self._begin(script) if script.waits_for_reply else None
        if wording is not None:
            script = await self._reply(script, wording)
        else:
            await self._say_again(script)
        self._floor.remember(script)
        self._release()
        self._read()
        await self._understand(script, fresh=not seen_here, ended=wording is not None and wording.stop is not None)

    # The answer

    async def _take(self, script: Script, sent: Sent) -> tuple[Script, _Begun | None]:
        """Store the answer and begin the reply; one that was sent before is not stored again."""
        text = answer_text(sent.text)
        if (before := script.by_key(sent.client_key)) is not None:
            self.heard.say(TurnEvent(kind=EventKind.ACCEPTED, utterance=before))
            return script, await self._begin(script) if script.waits_for_reply else None
        require_open(script)
        if script.waits_for_reply or (sent.question is not None and sent.question != script.said[-1].index):
            raise StaleVersion("The interview has gone on meanwhile.", remedy="Load it again, and answer its latest question.")
        question = script.said[-1]
        assert question.move is not None
        answer = StoredUtterance(
            index=question.index + 1,
            speaker=script.person.name,
            text=text,
            reading=self._taken(text, question.move),
            client_key=sent.client_key,
            at=self._ws.now(),
        )
        heard = replace(script, said=[*script.said, answer])
        begun = await self._begin(heard)
        try:
            await self._store_answer(heard, answer)
        except BaseException:
            await self._book(script, await begun.wording.give_up())
            raise
        self._unread = heard, answer
        return heard, begun

    def _taken(self, text: str, move: Move) -> AnswerReading:
        """How the answer can be taken. Whatever rules stumble over in it, it is an answer, and is stored."""
        try:
            return read_answer(text, move, self._ws.bench.slots)
        except Exception as error:
            _log.error("An answer could not be taken apart.", exc_info=error)
            return AnswerReading(kind=AnswerKind.SUBSTANTIAL)

    async def _store_answer(self, script: Script, answer: StoredUtterance) -> None:
        async with self._ws.database.unit() as unit:
            stored = await unit.conversations.append(script.record.engagement_id, self._id, answer)
        if stored.index != answer.index:  # sent before, and stored by another process
            raise StaleVersion("The interview has gone on meanwhile.", remedy="Load it again.")
        self.heard.say(TurnEvent(kind=EventKind.ACCEPTED, utterance=stored))

    # The reply

    async def _begin(self, script: Script, ending: _Ending | None = None) -> _Begun:
        """Decide on the next move, and have it worded."""
        known = await known_of(self._ws, script.engagement)
        table = self._ws.bench.slots
        move = ending.move if ending else script.next_move(known, table)
        progress = script.progress(known, table, asking=move)
        stop = (ending.stop if ending else progress.stop or Stop.NOTHING_LEFT) if move.kind is MoveKind.RECAP else None
        progress = progress.model_copy(update={"stop": stop})
        before = progress if stop else progress.model_copy(update={"asked": max(0, progress.asked - 1)})
        model = await self._ws.model_for(script.record.engagement_id)
        brief = brief_of(script, move, before, await self._understood(script, known.subject) if model else ())
        return _Begun(brief, progress, stop, Wording(brief, self._ws.rules, model))

    async def _understood(self, script: Script, subject: str) -> tuple[str, ...]:
        """What this interview has brought so far, for a model that sees only its last turns."""
        async with self._ws.database.reading() as unit:
            found, _ = await unit.findings.list(script.record.engagement_id, conversation_id=self._id, limit=_MOST_UNDERSTOOD)
        return understood_of(script, subject, self._ws.bench.slots, found)

    @staticmethod
    def _recap(stop: Stop) -> _Ending:
        return _Ending(Move(kind=MoveKind.RECAP, slot=MoveKind.RECAP.value), stop)

    async def _reply(self, script: Script, begun: _Begun) -> Script:
        """Pass the reply on as it comes, and store it when it is whole."""
        begun.wording.tell(self._piece)
        worded = await begun.wording.whole()
        utterance = StoredUtterance(
            index=script.said[-1].index + 1 if script.said else 0,
            speaker=INTERVIEWER,
            text=worded.text,
            move=begun.brief.move,
            phrased_by=worded.by,
            flaws=flaws_of(worded.text, begun.brief),
            stop=begun.stop,
            at=self._ws.now(),
        )
        progress = begun.progress
        try:
            script = await self._store_reply(script, utterance, worded)
        except StaleVersion:
            script = await self._adopt(utterance, worded)
            progress = await self._progress(script)
        self._replied()
        self.heard.say(TurnEvent(kind=EventKind.SAID, utterance=script.said[-1], progress=progress))
        return script

    def _read(self) -> None:
        """Begin to read the answer: beside the reply, but not before its first words, which somebody waits for."""
        if self._unread is not None:
            self._reading, self._unread = read(self._ws, *self._unread), None

    def _piece(self, piece: str | None) -> None:
        self._read()
        if piece is None:
            self.heard.say(TurnEvent(kind=EventKind.RESTART))
        else:
            self.heard.say(TurnEvent(kind=EventKind.DELTA, text=piece))

    async def _store_reply(self, script: Script, utterance: StoredUtterance, worded: Worded) -> Script:
        engagement_id = script.record.engagement_id
        async with self._ws.database.unit() as unit:
            stored = await unit.conversations.append(engagement_id, self._id, utterance)
            record = script.record
            if stored.stop is not None:
                now = await unit.conversations.get(engagement_id, self._id)
                record = await unit.conversations.update(now.model_copy(update={"state": ConversationState.RECAP}))
            if worded.usage.calls:
                await unit.spending.add(engagement_id, self._id, PURPOSE, worded.usage, self._ws.now())
            if worded.trouble is not None:
                entry = AuditEntry(
                    at=self._ws.now(),
                    actor=worded.by,
                    action="interview.worded_without_model",
                    subject=self._id,
                    detail=str(worded.trouble),
                )
                await unit.audit.add(engagement_id, entry)
        return replace(script, record=record, said=[*script.said, stored])

    async def _adopt(self, utterance: StoredUtterance, worded: Worded) -> Script:
        """Another process was quicker with this reply: its words count, and ours are dropped."""
        script = await read_script(self._ws, self._id)
        if len(script.said) <= utterance.index or script.said[utterance.index].move is None:
            raise StaleVersion("The interview has gone on meanwhile.", remedy="Load it again.")
        script = replace(script, said=script.said[: utterance.index + 1])
        await self._book(script, worded.usage)
        self.heard.say(TurnEvent(kind=EventKind.RESTART))
        self.heard.say(TurnEvent(kind=EventKind.DELTA, text=script.said[-1].text))
        return script

    async def _book(self, script: Script, usage: Usage) -> None:
        """Words that nobody used are paid for all the same."""
        if usage.calls:
            async with self._ws.database.unit() as unit:
                await unit.spending.add(script.record.engagement_id, self._id, PURPOSE, usage, self._ws.now())

    async def _say_again(self, script: Script) -> None:
        """The reply is there already: say it whole."""
        latest = next((one for one in reversed(script.said) if one.move is not None), None)
        if latest is not None:
            self.heard.say(TurnEvent(kind=EventKind.SAID, utterance=latest, progress=await self._progress(script)))

    async def _progress(self, script: Script) -> Progress:
        return script.progress(await known_of(self._ws, script.engagement), self._ws.bench.slots)

    # What was understood

    async def _understand(self, script: Script, *, fresh: bool, ended: bool) -> None:
        """Tell what was found in the answer; read what an earlier process left unread; at the end, show the recap."""
        found: dict[str, StoredFinding] = {}
        try:
            if self._reading is not None:
                found = {one.finding.id: one for one in await asyncio.shield(self._reading)}
            if fresh or ended:
                found |= {one.finding.id: one for one in await catch_up(self._ws, script, again=ended)}
        except Exception as error:  # the reply stands; what is unread is read at the next occasion
            _log.error("Answers could not be read.", exc_info=error)
        if self._reading is not None or found:
            progress = await self._progress(script)
            self.heard.say(TurnEvent(kind=EventKind.UNDERSTOOD, findings=tuple(found.values()), progress=progress))
        if script.record.state is ConversationState.RECAP:
            self.heard.say(TurnEvent(kind=EventKind.RECAP, lines=await lines_of(self._ws, script)))


@dataclass(frozen=True)
class _Ending:
    """A recap that was decided on outside the policy."""

    move: Move
    stop: Stop


@dataclass(frozen=True)
class _Begun:
    """A reply that is being worded, and what it was decided on."""

    brief: QuestionBrief
    progress: Progress
    """Once it is said."""
    stop: Stop | None
    wording: Wording


async def take_part(ws: Workspace, conversation_id: str, sent: Sent | None = None) -> AsyncGenerator[TurnEvent, None]:
    """Events of the turn that is under way, or of a new one.

    Raises:
        InvalidRequest: the key of the answer has no right length.
        StaleVersion: another answer is being replied to.
    """
    if sent is not None and not 0 < len(sent.client_key) <= LONGEST_KEY:
        raise InvalidRequest(f"The key of an answer has 1 to {LONGEST_KEY} characters.", where="client_key")
    turn = floor_of(ws).turns.get(conversation_id)
    if turn is not None and sent is not None and not turn.answers(sent.client_key):
        raise StaleVersion("Another answer to this question is being replied to.", remedy="Load the interview again.")
    async with aclosing((turn or Turn(ws, conversation_id, sent)).heard.listen()) as events:
        async for event in events:
            yield event
