"""Who looks at a page, and what happens when they do something on it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request
from nicegui import Client, background_tasks
from nicegui.events import GenericEventArguments

from discovery_agent.discovery.access import may, may_open, name_of, principal_of
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, Principal
from discovery_agent.errors import AccessDenied, DiscoveryError, IndexUnavailable, StorageBusy, StorageError, StorageFull, TooMany
from discovery_agent.telemetry.context import request_number
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import NO_ROOM_REMEDY, Refused, whom_to_tell
from discovery_agent.web.security import address_of, secret_of

_log = logging.getLogger(__name__)
_INWARD = (StorageError, IndexUnavailable)

Handler = Callable[[Any], Awaitable[None]]


class Visit:
    """One open page: who looks at it, and the workspace that it shows.

    A page stays open for hours, while a link can be taken back in a moment; so whatever is done asks `still` again.
    """

    def __init__(self, workspace: Workspace, client: Client, secret: str, principal: Principal, pace: Pace | None = None) -> None:
        self.workspace = workspace
        self._pace = pace
        self.client = client
        self.principal = principal
        self._secret = secret

    @classmethod
    async def of(cls, workspace: Workspace, client: Client, request: Request, pace: Pace | None = None) -> Visit:
        """The visit that a request begins.

        Raises:
            AccessDenied: the request carries no session, or one that is over.
            Refused: too many such requests came from its address.
        """
        secret, _ = secret_of(request.headers)
        try:
            if secret is None:
                raise AccessDenied("These pages open with a personal link.", remedy="Open your link again, or ask for a new one.")
            return cls(workspace, client, secret, await principal_of(workspace, secret), pace)
        except AccessDenied:
            if pace:
                await pace.refused(address_of(request.scope))
            raise

    @property
    def role(self) -> AccessRole:
        """What they may do."""
        return self.principal.role

    @property
    def actor(self) -> str:
        """How the audit trail names them."""
        return name_of(self.principal)

    @property
    def gone(self) -> bool:
        """Whether nobody looks at the page any more."""
        return self.client.is_deleted

    @property
    def writes(self) -> bool:
        """Whether they may change an engagement that they may open."""
        return self.role in (AccessRole.OWNER, AccessRole.LEAD)

    async def still(self) -> Principal:
        """Who they are now.

        Raises:
            AccessDenied: their link was taken back, or has expired, since the page was opened.
        """
        try:
            return await principal_of(self.workspace, self._secret)
        except AccessDenied as error:
            if self.workspace.settings.sso_issuer is not None:
                raise AccessDenied("You are signed out by now.", remedy="Load the page again to sign in, or open your link.") from error
            raise AccessDenied("Your link no longer works.", remedy="Ask the person who sent it for a new one.") from error

    async def may(self, engagement_id: str, *, write: bool = False) -> None:
        """Return if they may open, or change, this engagement now; see `access.may` for what is raised."""
        may(await self.still(), engagement_id, write=write)

    async def may_open(self, record: ConversationRecord, *, private: bool, speak: bool = False, write: bool = False) -> None:
        """Return if they may read, answer in, or change this conversation now; see `access.may_open` for what is raised."""
        may_open(await self.still(), record, private=private, speak=speak, write=write)

    async def pace_of_turns(self) -> None:
        """Count an answer.

        Raises:
            TooMany: they come faster than they are taken.
        """
        if self._pace:
            await _within(self._pace.turn(self.principal.key_id))

    async def pace_of_uploads(self) -> None:
        """Count a file; raises as `pace_of_turns`."""
        if self._pace:
            await _within(self._pace.upload(self.principal.key_id))

    def run(self, function: str, *arguments: object) -> None:
        """Call one of the functions of `pages.js`."""
        if not self.gone:
            self.client.run_javascript(f"discovery.{function}({', '.join(json.dumps(one) for one in arguments)})")

    def later(self, work: Callable[[], Awaitable[None]], seconds: float = 0.0) -> None:
        """Do something once the page is in front of its reader, and so many seconds have passed."""

        async def wait() -> None:
            try:
                await self.client.connected(timeout=60.0)
            except TimeoutError:
                return
            await asyncio.sleep(seconds)
            if not self.gone:
                await work()

        background_tasks.create(wait(), name="later on a page")

    def say(self, text: str) -> None:
        """Tell them that something is done."""
        self.run("say", text)

    def complain(self, error: DiscoveryError) -> None:
        """Tell them what went wrong and what they can do."""
        self.run("say", in_words(error), True)

    def acting(self, handler: Handler, complain: Callable[[DiscoveryError], None] | None = None) -> Handler:
        """A handler for an event that says what went wrong, and never does the same thing twice at once."""
        running = False

        async def act(event: GenericEventArguments) -> None:
            nonlocal running
            if running:
                return
            running = True
            event.sender.props["aria-busy"] = "true"
            try:
                await self.still()
                await handler(event.args)
            except DiscoveryError as error:
                if isinstance(error, _INWARD):
                    _log.error("%s: %s", type(error).__name__, error)
                (complain or self.complain)(error)
            except Exception:
                _log.exception("An action on a page failed")
                self.run("say", unforeseen_words(), True)
            finally:
                running = False
                if not self.gone and not event.sender.is_deleted:
                    event.sender.props.pop("aria-busy", None)

        return act


async def _within(counting: Coroutine[Any, Any, None]) -> None:
    try:
        await counting
    except Refused as refused:
        raise TooMany("This goes faster than it is taken.", remedy=refused.problem.remedy) from refused


def unforeseen_words() -> str:
    """What people read when something failed that nobody foresaw."""
    return f"Something went wrong here. It was written to the log; please try again. {whom_to_tell(request_number())}"


def what_and_remedy(error: DiscoveryError) -> tuple[str, str | None]:
    """An error for people: what happened and what to do, without the inside of the service."""
    if isinstance(error, StorageFull):
        return "The service has no room left to store this.", NO_ROOM_REMEDY
    if isinstance(error, StorageBusy):
        return "The service is busy storing other things.", "Try again in a moment."
    if isinstance(error, _INWARD):
        return "The service cannot reach its data just now.", "Try again in a moment."
    return error.what, error.remedy


def in_words(error: DiscoveryError) -> str:
    """The same in one run of words."""
    return " ".join(part for part in what_and_remedy(error) if part)
