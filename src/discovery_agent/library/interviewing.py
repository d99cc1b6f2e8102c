"""An interview held from a program, to be awaited: the same engine, rules and database as in the terminal and on the pages."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Self, Unpack

from discovery_agent.discovery.interviews import (
    EventKind,
    TurnEvent,
    answer,
    finish_recap,
    resume,
    start_interview,
    stop_interview,
    view_interview,
)
from discovery_agent.discovery.which_engagement import engagement_named, stakeholder_named
from discovery_agent.discovery.workspace import CLOSING_SECONDS, Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import Finding
from discovery_agent.errors import DiscoveryError, InvalidRequest
from discovery_agent.library.configuring import SettingChanges, configured
from discovery_agent.library.interview_state import InterviewState, Reply
from discovery_agent.settings import Settings

_ACTOR = "library"
# Whoever is interrupted does not want to wait; what is cut off is made up for when the interview goes on.
_LEAVING_SECONDS = 2.0
_PLACES = {"data_dir", "database_url"}


def interview(
    engagement: str = "Discovery",
    *,
    person: str,
    role: Role | str = Role.UNKNOWN,
    department: str | None = None,
    purpose: str = "",
    questions: int | None = None,
    max_cost: float | None = None,
    settings: Settings | None = None,
    **changes: Unpack[SettingChanges],
) -> Interview:
    """An interview with one person, to be entered with `async with`.

    Args:
        engagement: Title or id of the engagement; made if it is new.
        person: Who is interviewed; added with role and department if new.
        role: sponsor, business, technical, compliance or end_user: what the person can be expected to know.
        purpose: What the discovery is about, for a new engagement; the person sees it.
        questions: Most questions of a new interview, 1 to 60.

    With `data_dir`, `database_url` or a `Settings` object that names one, it is kept there, and the same call goes on with it; otherwise it
    is kept nowhere.

    Raises:
        ConfigurationError: a setting or table is wrong.
        InvalidRequest: the role or the number of questions is none; on entering, also a name without letters.
        StorageError: the database cannot be used; on entering.
    """
    return Interview(
        configured(settings, changes, max_cost),
        engagement,
        person,
        _role(role),
        department=department,
        purpose=purpose,
        questions=questions,
        kept=bool(_PLACES & changes.keys() or (settings is not None and _PLACES & settings.model_fields_set)),
    )


class Interview(InterviewState):
    """One interview, from its first question to its recap.

    async with interview(person="Ingrid Halden", role="sponsor") as talk:
        async for question in talk:
            await talk.answer(input(question))
        talk.confirm()
        await talk.finish(rating=4, release=True)
    """

    def __init__(
        self,
        settings: Settings,
        engagement: str,
        person: str,
        role: Role,
        *,
        department: str | None = None,
        purpose: str = "",
        questions: int | None = None,
        kept: bool,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._engagement = engagement
        self._person = person
        self._role = role
        self._department = department
        self._purpose = purpose
        self._questions = questions
        self._kept = kept
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ws: Workspace | None = None

    async def open(self) -> Self:
        """Begin the interview, or go on with it; what `async with` does on entering.

        Raises:
            InvalidRequest: the name has no letters.
            StorageError: the database cannot be used.
        """
        settings = self._settings
        if not self._kept:
            self._folder = tempfile.TemporaryDirectory(prefix="discovery-", ignore_cleanup_errors=True)
            settings = configured(settings, {"data_dir": self._folder.name, "database_url": None})
        ws = self._ws = await Workspace.open(settings)
        try:
            engagement = await engagement_named(ws, self._engagement, purpose=self._purpose, actor=_ACTOR)
            person = await stakeholder_named(ws, engagement.id, self._person, role=self._role, department=self._department, actor=_ACTOR)
            record = await start_interview(ws, engagement.id, person.id, budget=self._questions)
            await _heard(resume(ws, record.id))
            self._view = await view_interview(ws, record.id)
        except BaseException:
            await self._close(_LEAVING_SECONDS)
            raise
        return self

    async def leave(self) -> None:
        """Let go of the interview; what `async with` does at its end."""
        await self._close(CLOSING_SECONDS if self._kept else _LEAVING_SECONDS)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        interrupted = kind is not None and not issubclass(kind, Exception)
        await self._close(_LEAVING_SECONDS if interrupted or not self._kept else CLOSING_SECONDS)

    async def answer(self, text: str) -> Reply:
        """Answer the question; what was understood, and what is asked next.

        Raises:
            InvalidRequest: no words, too many, or the questions are over.
            ModelError, StorageError: the reply could not be made or stored; the answer is kept.
        """
        events = await _heard(answer(self._open, self.id, text, uuid.uuid4().hex))
        await self._look()
        said = next((one.utterance.text for one in reversed(events) if one.kind is EventKind.SAID and one.utterance), "")
        found: dict[str, Finding] = {
            one.finding.id: one.finding for event in events if event.kind is EventKind.UNDERSTOOD for one in event.findings
        }
        return Reply(said=said, question=self.question, understood=tuple(found.values()), progress=self.progress)

    async def stop(self) -> None:
        """The person wants to stop: no more is asked, and the recap is next."""
        await stop_interview(self._open, self.id)
        await _heard(resume(self._open, self.id))
        await self._look()

    async def finish(self, *, rating: int, release: bool) -> None:
        """Close the interview with what was decided on the lines of the recap; lines without a decision stay as proposed.

        `rating` says how well the recap describes the person's view, from 1 (poorly) to 4 (very well). With `release`, the people who lead the
        discovery may read the interview; without, it stays private.

        Raises:
            InvalidRequest: the questions are not over, the rating is no such number, or a correction says nothing.
            StaleVersion: what was understood changed meanwhile; look at `recap` again.
        """
        actor = f"{self._now.person.name} (stakeholder)"
        await finish_recap(self._open, self.id, decisions=self._decisions, rating=rating, release=release, actor=actor)
        await self._look()

    async def __aiter__(self) -> AsyncGenerator[str, None]:
        """The questions, each to be answered before the next."""
        asked = -1
        while (question := self.question) is not None:
            if (at := len(self._now.utterances)) == asked:
                raise InvalidRequest("The question was not answered.", remedy="Call `answer` for each question, or leave the loop.")
            asked = at
            yield question

    @property
    def _open(self) -> Workspace:
        self._now  # noqa: B018  # says what is wrong if it was never entered
        if self._ws is None:
            raise left()
        return self._ws

    async def _look(self) -> None:
        self._view = await view_interview(self._open, self.id)

    async def _close(self, patience: float) -> None:
        ws, self._ws = self._ws, None
        if ws is not None:
            await ws.aclose(wait_seconds=patience)
        if self._folder is not None:
            self._folder.cleanup()


async def _heard(events: AsyncGenerator[TurnEvent, None]) -> list[TurnEvent]:
    """All events of a turn.

    Raises:
        DiscoveryError: the turn failed on the way.
    """
    heard: list[TurnEvent] = []
    async with aclosing(events) as coming:
        async for event in coming:
            if event.kind is EventKind.FAILED:
                raise DiscoveryError(event.what or "The turn failed.", remedy=event.remedy)
            heard.append(event)
    return heard


def left() -> InvalidRequest:
    """What is said to whoever goes on with an interview after its block."""
    return InvalidRequest(
        "The interview was left.", remedy="Answer it inside its block; one that is kept goes on when it is entered again."
    )


def _role(role: Role | str) -> Role:
    try:
        return Role(role)
    except ValueError:
        known = ", ".join(one.value for one in Role)
        raise InvalidRequest(f"There is no role `{role}`.", where="role", remedy=f"Choose one of {known}.") from None
