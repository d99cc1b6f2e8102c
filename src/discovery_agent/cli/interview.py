"""`interview`: the chat with one stakeholder in the terminal, by the same engine and on the same database as the pages."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import sys
import uuid
from collections.abc import AsyncIterator

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.corrections import statement_text
from discovery_agent.discovery.engagements import list_engagements, list_stakeholders
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.interviews import (
    Confirm,
    Correct,
    Decision,
    EventKind,
    Reject,
    TurnEvent,
    answer,
    finish_recap,
    open_interviews,
    resume,
    start_interview,
    stop_interview,
    view_interview,
)
from discovery_agent.discovery.loop_thread import LoopThread
from discovery_agent.discovery.which_engagement import engagement_named, stakeholder_named
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement, StakeholderRecord
from discovery_agent.domain.interview.moves import Progress, RecapLine
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.settings import Settings

_ACTOR = "terminal"
_HELP = "Type your answer and press Enter. /stop goes to the summary, /leave keeps everything for later, /help says this again."
_KEPT = "Everything you said is kept. The same command goes on from here."
_SHOWN = 3
# Whoever presses Ctrl-C does not want to wait; what is cut off is made up for when the interview goes on.
_LEAVING_SECONDS = 2.0
_LOOKING_SECONDS = 0.2


class _Left(Exception):
    """The stakeholder leaves for now."""


def _events_of(loop: LoopThread, events: AsyncIterator[TurnEvent]) -> queue.SimpleQueue[TurnEvent | Exception | None]:
    """Events as they come, from the thread of the loop; an error is the last, None the end."""
    found: queue.SimpleQueue[TurnEvent | Exception | None] = queue.SimpleQueue()

    async def pump() -> None:
        try:
            async for event in events:
                found.put(event)
            found.put(None)
        except Exception as error:
            found.put(error)

    loop.submit(pump())
    return found


def run_interview(engagement: str | None, name: str | None, role: Role | None) -> Exit:
    """Interview one stakeholder; leaving in between loses nothing.

    Raises:
        ConfigurationError: a setting is wrong.
        InvalidRequest: it is not clear which engagement is meant, or nobody is named.
        StorageError: the database cannot be used.
    """
    settings = Settings.load()
    loop = LoopThread("interview")
    try:
        ws = loop.run(Workspace.open(settings))
        patience = 20.0
        try:
            return _Terminal(loop, ws).interview(engagement, name, role)
        except KeyboardInterrupt:
            patience = _LEAVING_SECONDS
            print(f"\n{_KEPT}", flush=True)
            return Exit.INTERRUPTED
        finally:
            loop.run(ws.aclose(wait_seconds=patience))
    finally:
        loop.stop()


class _Terminal:
    """One interview on the screen."""

    def __init__(self, loop: LoopThread, ws: Workspace) -> None:
        self._loop = loop
        self._ws = ws
        self._late: queue.SimpleQueue[TurnEvent | Exception | None] | None = None

    def interview(self, engagement: str | None, name: str | None, role: Role | None) -> Exit:
        print(self._ws.bench.introduction)
        try:
            found = self._engagement(engagement)
            person = self._person(found, name, role)
            record = self._loop.run(start_interview(self._ws, found.id, person.id))
            if self._begin(record):
                self._talk(record)
            self._recap(record)
        except _Left:
            print(f"\n{_KEPT}")
        return Exit.OK

    def _engagement(self, wanted: str | None) -> Engagement:
        known, _ = self._loop.run(list_engagements(self._ws, 0, 200))
        if wanted is None and len(known) == 1:
            return self._told(known[0])
        if wanted is None and known:
            titles = "; ".join(f"{printable(one.title)} ({one.id})" for one in known[:10])
            raise InvalidRequest("There are several engagements.", where="--engagement", remedy=f"Name one by title or id: {titles}.")
        title = wanted or _ask(
            "There is no engagement yet. What is it about, in a few words, such as Claims handling? (Your name comes next.) "
        )
        if not title:
            raise InvalidRequest("The engagement has no title.", where="--engagement", remedy="Give one.")
        found = self._loop.run(engagement_named(self._ws, title, actor=_ACTOR))
        return self._told(found, new=found.id not in {one.id for one in known})

    def _told(self, engagement: Engagement, *, new: bool = False) -> Engagement:
        """The same engagement, once it is said which it is and where it is kept, so that nobody answers into a wrong one."""
        where = "the database of DISCOVERY_DATABASE_URL" if self._ws.settings.database_url else str(self._ws.settings.data_dir)
        print(f"Engagement: {printable(engagement.title)} ({'new, ' if new else ''}in {where}). Another one: --engagement TITLE.")
        return engagement

    def _person(self, engagement: Engagement, name: str | None, role: Role | None) -> StakeholderRecord:
        asked = name is None
        name = " ".join((name or self._who(engagement)).split())
        if not name:
            raise InvalidRequest("Nobody is named.", where="--name", remedy="Give a name.")
        if asked and role is None:
            known = self._loop.run(list_stakeholders(self._ws, engagement.id))
            if name.casefold() not in {one.name.casefold() for one in known}:
                role = _role()
        return self._loop.run(stakeholder_named(self._ws, engagement.id, name, role=role or Role.UNKNOWN, actor=_ACTOR))

    def _who(self, engagement: Engagement) -> str:
        """A name, asked for; just Enter goes on with the interview that is open, if there is one."""
        records = self._loop.run(open_interviews(self._ws, engagement.id))
        people = {one.id: one.name for one in self._loop.run(list_stakeholders(self._ws, engagement.id))}
        names = [people[one.stakeholder_id] for one in records if one.stakeholder_id in people]
        if not names:
            return _ask("Your name: ")
        others = f" Open, too: {', '.join(map(printable, names[1:4]))}." if names[1:] else ""
        return _ask(f"Your name (just Enter goes on as {printable(names[0])}).{others}\n> ") or names[0]

    def _begin(self, record: ConversationRecord) -> bool:
        """Show the latest question, or make the first; whether more are to come."""
        view = self._loop.run(view_interview(self._ws, record.id))
        if view.record.state is not ConversationState.OPEN:
            return False
        answered = sum(one.move is None for one in view.utterances)
        if answered:
            print(f"Welcome back. {answered} answer{'s are' if answered != 1 else ' is'} kept; we go on where you stopped.")
        print(_HELP)
        return self._follow(resume(self._ws, record.id))

    def _talk(self, record: ConversationRecord) -> None:
        going_on = True
        while going_on:
            text = _ask("\n> ")
            self._show_late()
            match text.lower():
                case "":
                    continue
                case "/help":
                    print(_HELP)
                case "/leave" | "/quit" | "/exit":
                    raise _Left
                case "/stop":
                    self._loop.run(stop_interview(self._ws, record.id))
                    return
                case _:
                    try:
                        going_on = self._follow(answer(self._ws, record.id, text, uuid.uuid4().hex))
                    except InvalidRequest as error:
                        print(f"{error.what} {error.remedy or ''}")
                    except StaleVersion:
                        print("The interview went on elsewhere; this is where it stands.")
                        going_on = self._follow(resume(self._ws, record.id))

    def _follow(self, events: AsyncIterator[TurnEvent]) -> bool:
        """Show a turn as it happens, up to the reply; whether questions go on. What is understood comes before the next one."""
        self._late = None
        coming = _events_of(self._loop, events)
        begun = False
        while (event := coming.get()) is not None:
            if isinstance(event, Exception):
                raise event
            match event.kind:
                case EventKind.DELTA:
                    print("" if begun else "\n", end="")
                    begun = True
                    print(event.text, end="", flush=True)
                case EventKind.RESTART:
                    print(" …" if begun else "")
                    begun = False
                case EventKind.SAID if event.utterance:
                    print("" if begun else f"\n{event.utterance.text}")
                    if event.progress:
                        print(_shown(event.progress))
                    if event.utterance.stop is not None:
                        return False
                    self._late = coming
                    return True
                case EventKind.FAILED:
                    print(f"\n{event.what} {event.remedy or ''}")
                    raise _Left
                case _:
                    pass
        return True

    def _show_late(self) -> None:
        """What was understood meanwhile of the answer before."""
        while self._late is not None and not self._late.empty():
            event = self._late.get()
            if not isinstance(event, TurnEvent):
                self._late = None
            elif event.kind is EventKind.UNDERSTOOD:
                for one in event.findings[:_SHOWN]:
                    print(f"  (understood: {one.finding.statement})")

    def _recap(self, record: ConversationRecord) -> None:
        """Go through what was understood, rate it, release it."""
        print("\nOne moment, I put together what I understood.", flush=True)
        coming = _events_of(self._loop, resume(self._ws, record.id))
        while (event := coming.get()) is not None:
            if isinstance(event, Exception):
                raise event
        while True:
            view = self._loop.run(view_interview(self._ws, record.id))
            if view.record.state is ConversationState.CLOSED:
                print("This interview is closed. Thank you.")
                return
            decisions = {line.id: self._decide(line) for line in view.recap if not line.further}
            if not view.recap:
                print("There is nothing that I could note down with certainty.")
            beyond = [line for line in view.recap if line.further]
            if beyond and _yes(f"\nI noted {len(beyond)} more. Go through them, too? [y/n] "):
                decisions |= {line.id: self._decide(line) for line in beyond}
            rating = _rating()
            release = not view.private or _yes("May the people who lead the discovery read this interview? [y/n] ")
            name = view.person.name
            try:
                self._loop.run(
                    finish_recap(self._ws, record.id, decisions=decisions, rating=rating, release=release, actor=f"{name} (stakeholder)")
                )
            except StaleVersion:
                print("Something changed meanwhile; please look again.")
                continue
            print("Thank you. The interview is closed." + ("" if release else " It stays private."))
            return

    @staticmethod
    def _decide(line: RecapLine) -> Decision:
        print(f"\n{line.heading}: {line.statement}\n  You said: “{line.quote}”")
        text = _ask("Right? Enter for yes, n for no, or write what is right: ")
        match text.lower():
            case "" | "y" | "yes":
                return Confirm()
            case "n" | "no":
                return Reject()
            case _:
                try:
                    return Correct(text=statement_text(text))
                except InvalidRequest as error:
                    print(f"{error.what} {error.remedy or ''}")
                    return _Terminal._decide(line)


def _ask(prompt: str) -> str:
    """A line from the keyboard. Raises `_Left` at the end of the input."""
    print(prompt, end="", flush=True)
    line = _line()
    if not line:
        raise _Left
    if not sys.stdin.isatty():
        print()
    return printable(line).strip()


def _line() -> str:
    """A line from the keyboard, empty at its end.

    Python sees Ctrl-C between its own steps. Pressed on the way into a read, it would be seen only after the next Enter, so the read
    begins once there is something to read.
    """
    if os.name == "posix" and sys.stdin.isatty():
        while not select.select([sys.stdin], [], [], _LOOKING_SECONDS)[0]:
            continue
    return sys.stdin.readline()


def _role() -> Role:
    """What somebody new can be expected to know."""
    roles = [one for one in Role if one is not Role.UNKNOWN]
    names = ", ".join(one.value for one in roles)
    while True:
        said = _ask(f"Your role: {names} (just Enter if none fits): ").lower().replace(" ", "_").replace("-", "_")
        if not said:
            return Role.UNKNOWN
        with contextlib.suppress(ValueError):
            return Role(said)
        print(f"Please type one of {names}, or just Enter.")


def _rating() -> int:
    while True:
        with contextlib.suppress(ValueError):
            rating = int(_ask("\nHow well does this describe your view? 1 poorly, 2 partly, 3 well, 4 very well: "))
            if 1 <= rating <= 4:
                return rating
        print("Please type a digit from 1 to 4.")


def _yes(question: str) -> bool:
    while True:
        match _ask(question).lower():
            case "y" | "yes":
                return True
            case "n" | "no":
                return False
            case _:
                print("Please type y or n.")


def _shown(progress: Progress) -> str:
    done = f", {progress.share:.0%} done" if progress.share else ""
    return f"  ({progress.asked} of at most {progress.budget} questions{done})"
