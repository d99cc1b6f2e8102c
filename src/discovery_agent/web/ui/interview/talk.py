"""The talk: questions as they are being written, answers, and the ways out."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from nicegui import background_tasks

from discovery_agent.discovery.interviewing.cleaning import LONGEST_ANSWER
from discovery_agent.discovery.interviews import EventKind, InterviewView, TurnEvent, answer, resume, stop_interview
from discovery_agent.domain.engagement import StoredUtterance
from discovery_agent.domain.interview.moves import MoveKind
from discovery_agent.errors import DiscoveryError, StaleVersion
from discovery_agent.web.ui.controls import button, closer, dialog, local_button, opener
from discovery_agent.web.ui.elements import Piece, div, heading, p, span, trouble, words_of
from discovery_agent.web.ui.interview.understood import Understood
from discovery_agent.web.ui.interview.way import Way
from discovery_agent.web.ui.visit import Visit, unforeseen_words, what_and_remedy

_log = logging.getLogger(__name__)

_SEND = "const sent = discovery.take(field); if (sent) emit(sent.text, sent.key);"
_ENTER = f'(e) => {{ if (e.key !== "Enter" || e.shiftKey || e.isComposing) return; e.preventDefault(); const field = e.target; {_SEND} }}'


def waiting() -> None:
    """What stands where the recap will be."""
    with p("", "line"):
        with div("typing", aria_hidden="true"):
            for _ in range(3):
                Piece("i")
        span("I am putting together what I understood. This takes a moment.", "quiet")


class Talk:
    """The talk on one open page. What it shows comes as events; the work behind them goes on if the page is left."""

    def __init__(self, visit: Visit, view: InterviewView, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._id = view.record.id
        self._again = again
        self._awaiting: object | None = None
        self._latest = -1
        with div("talk-page"):
            with div("talk-head"):
                heading(1, view.title)
                if view.purpose:
                    words_of(view.purpose, classes="purpose")
            self._way = Way(view.progress)
            with Piece("section", "", "talk", aria_label="Conversation"):
                self._turns = Piece("ol", "", "turns", data_follow="")
                self._trouble = div()
                self._compose()
            self._understood = Understood(visit, view.record.engagement_id, view.understood)
            self._aloud = p("", "sr", aria_live="polite")
        self._way.count(self._understood.count)
        with self._turns:
            for utterance in view.utterances:
                self._turn(utterance)
        self._coming: Piece | None = None
        self._words = ""
        visit.run("follow", True)
        visit.run("awaitWords", self._field.html_id)

    def _compose(self) -> None:
        leave = self._leaving()
        with div("compose") as self._composer:
            with div("frame"):
                self._field = Piece(
                    "textarea",
                    "",
                    "input grow",
                    rows=1,
                    maxlength=LONGEST_ANSWER,
                    placeholder="Your answer",
                    aria_label="Your answer",
                    aria_describedby="keys",
                    data_draft=f"answer-{self._id}",
                )
                self._field.on("keydown", self._visit.acting(self._send), js_handler=_ENTER)
                self._button = Piece("button", "Send", "button main", type="button").on(
                    "click",
                    self._visit.acting(self._send),
                    js_handler=f"() => {{ const field = getHtmlElement({self._field.id}); {_SEND} }}",
                )
            with div("ways-out"):
                self._quick("I don't know", "I don't know.")
                self._quick("Later", "I would have to look that up; later, please.")
                local_button("Stop here", opener(leave), "slim")
                span("Enter sends, Shift+Enter starts a new line", "keys", id="keys")

    def _quick(self, words: str, text: str) -> None:
        found = Piece("button", words, "button slim", type="button")
        found.on("click", self._visit.acting(self._send), js_handler=f'() => emit("{text}", createRandomUUID())')

    def _leaving(self) -> Piece:
        with dialog("Stop here?") as found:
            p("You can go to the summary of what I understood and finish there.")
            p("Or just close this page: the same link brings you back to this point.", "quiet")
            with div("actions"):
                closer(found, "Keep going")
                button(self._visit, "Go to the summary", self._stop, "main")
        return found

    async def _stop(self) -> None:
        await stop_interview(self._visit.workspace, self._id)
        await self._again()

    async def _send(self, sent: Any) -> None:
        if self._awaiting is not None or not (isinstance(sent, list) and len(sent) == 2):
            return
        text, key = str(sent[0]).strip(), str(sent[1])
        if text:
            await self._visit.pace_of_turns()
            events = answer(self._visit.workspace, self._id, text, key, question=self._latest)
            background_tasks.create(self._follow(events), name=f"answer in {self._id}")

    async def go_on(self) -> None:
        """Begin, or finish a reply that is still owed, or hear what else was understood."""
        await self._follow(resume(self._visit.workspace, self._id))

    async def _retry(self) -> None:
        self._trouble.clear()
        await self.go_on()

    async def _follow(self, events: AsyncIterator[TurnEvent]) -> None:
        """Show what happens, as it happens. Once the reply stands the next answer may be given, while this one is still being read."""
        if self._awaiting is not None:
            return
        mine = self._awaiting = object()
        self._trouble.clear()
        self._button.put("aria-disabled", "true")
        recap = False
        try:
            self._awaitWords()
            async for event in events:
                if self._visit.gone:
                    return
                self._take(event)
                if event.kind in (EventKind.SAID, EventKind.FAILED):
                    self._release(mine)
                recap = recap or event.kind is EventKind.RECAP
        except StaleVersion:
            await self._again()
            self._visit.run("say", "The interview went on in another window; here it is as it stands.", False)
            return
        except DiscoveryError as error:
            self._complain(*what_and_remedy(error))
        except Exception:
            _log.exception("A turn of an interview failed")
            self._complain(unforeseen_words(), None)
        finally:
            self._release(mine)
            if self._awaiting is None and not self._visit.gone and not self._button.is_deleted:
                self._understood.reading(False)
        if recap:
            await self._again()

    def _release(self, mine: object) -> None:
        """Let the next answer be given, unless that is another turn's to do."""
        if self._awaiting is not mine:
            return
        self._awaiting = None
        if not self._visit.gone and not self._button.is_deleted:
            self._drop_coming()
            self._button.put("aria-disabled", None)

    def _take(self, event: TurnEvent) -> None:
        match event.kind:
            case EventKind.ACCEPTED if event.utterance:
                self._drop_coming()
                with self._turns:
                    self._turn(event.utterance)
                self._understood.reading(True)
                self._visit.run("taken", self._field.id, event.utterance.text)
                self._awaitWords()
            case EventKind.DELTA:
                self._write(event.text or "")
            case EventKind.RESTART:
                self._words = ""
                self._awaitWords()
            case EventKind.SAID if event.utterance:
                self._drop_coming()
                if event.utterance.index > self._latest:
                    with self._turns:
                        self._turn(event.utterance)
                    self._aloud.say(event.utterance.text)
                if event.utterance.move and event.utterance.move.kind is MoveKind.RECAP:
                    self._put_together()
            case EventKind.UNDERSTOOD:
                self._understood.add(event.findings)
                self._understood.reading(False)
                self._way.count(self._understood.count)
            case EventKind.FAILED:
                self._complain(event.what or "The reply could not be written.", event.remedy)
            case _:
                pass
        if event.progress:
            self._way.show(event.progress)
        # Words that are added are followed by the page itself: a call for each would double what is sent while a reply is written.
        if event.kind is not EventKind.DELTA:
            self._visit.run("follow")

    def _turn(self, utterance: StoredUtterance) -> None:
        """One turn of the talk, as it is stored."""
        self._latest = max(self._latest, utterance.index)
        asks = utterance.move is not None
        with Piece("li", "", "from-us" if asks else "from-you"):
            span("Interviewer" if asks else "You", "by")
            words_of(utterance.text, classes="said")

    def _awaitWords(self) -> None:
        self._drop_coming()
        with self._turns, Piece("li", "", "from-us", aria_busy="true") as self._coming:
            span("Interviewer", "by")
            with div("typing", role="img", aria_label="The interviewer is writing"):
                for _ in range(3):
                    Piece("i")
        self._words = ""

    def _write(self, more: str) -> None:
        if self._coming is None:
            self._awaitWords()
        assert self._coming is not None
        if not self._words:
            self._coming.clear()
            with self._coming:
                span("Interviewer", "by")
                words_of("", classes="said caret")
        self._words += more
        last = self._coming.default_slot.children[-1]
        assert isinstance(last, Piece)
        last.say(self._words)

    def _put_together(self) -> None:
        """The questions are over; the last answers are still being read."""
        self._composer.put("hidden", True)
        self._trouble.clear()
        with self._trouble:
            waiting()

    def _drop_coming(self) -> None:
        if self._coming is not None:
            self._coming.delete()
            self._coming = None

    def _complain(self, what: str, remedy: str | None) -> None:
        if self._visit.gone:
            return
        self._drop_coming()
        self._trouble.clear()
        with self._trouble, trouble(what, remedy), p():
            button(self._visit, "Try again", self._retry, "slim")
