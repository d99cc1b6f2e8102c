"""An engagement of a database, opened for reading from a program that waits or awaits: its evidence, its documents, a case against its tables."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from discovery_agent.discovery.access import LOCAL
from discovery_agent.discovery.assess import CaseAssessment, assess_description
from discovery_agent.discovery.documents import search_knowledge
from discovery_agent.discovery.evidence import Evidence, search_evidence
from discovery_agent.discovery.loop_thread import LoopThread
from discovery_agent.discovery.which_engagement import which_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.retrieval import Retrieved
from discovery_agent.library.configuring import SettingChanges, configured
from discovery_agent.settings import Settings

T = TypeVar("T")


class OpenedEngagement:
    """An engagement, open until it is closed. It may be used from any thread and from any event loop.

    with OpenedEngagement("Halden spare parts") as engagement:
        engagement.search("how long do e-mails wait?")

    Nothing can be changed, approved or deleted through it.
    """

    def __init__(self, engagement: str | None = None, *, settings: Settings | None = None, **changes: Unpack[SettingChanges]) -> None:
        """Open the engagement of that title or id, or the only one.

        Raises:
            NotFound: there is none; the remedy lists what there is.
            InvalidRequest: several fit.
            ConfigurationError, StorageError: a setting is wrong, or the database cannot be opened.
        """
        known = configured(settings, changes)
        self._loop = LoopThread("engagement")
        self._ws: Workspace | None = None
        try:
            self._ws = self._loop.run(Workspace.open(known))
            self._found = self._loop.run(which_engagement(self._ws, engagement))
        except BaseException:
            self.close()
            raise

    @property
    def engagement(self) -> Engagement:
        """What it is called, and how it is set."""
        return self._found

    def search(self, query: str, *, limit: int = 10) -> tuple[Evidence, ...]:
        """The findings that answer a query, best first, each with its quotes; those of private interviews are left out."""
        return self._loop.run(self._search(query, limit))

    async def asearch(self, query: str, *, limit: int = 10) -> tuple[Evidence, ...]:
        """`search`, to be awaited."""
        return await self._elsewhere(self._search(query, limit))

    def passages(self, query: str, *, limit: int = 5) -> tuple[Retrieved, ...]:
        """Passages of the engagement's documents and of the knowledge base, best first; what reads like orders to a model is left out."""
        return self._loop.run(self._passages(query, limit))

    async def apassages(self, query: str, *, limit: int = 5) -> tuple[Retrieved, ...]:
        """`passages`, to be awaited."""
        return await self._elsewhere(self._passages(query, limit))

    def assess(self, description: str) -> CaseAssessment:
        """Whether a described case needs AI; see `discovery_agent.assess`."""
        return self._loop.run(assess_description(description, self._open.bench))

    async def aassess(self, description: str) -> CaseAssessment:
        """`assess`, to be awaited."""
        return await self._elsewhere(assess_description(description, self._open.bench))

    def close(self) -> None:
        """Let go of the database."""
        ws, self._ws = self._ws, None
        try:
            if ws is not None:
                self._loop.run(ws.aclose(wait_seconds=0))
        finally:
            self._loop.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def _open(self) -> Workspace:
        if self._ws is None:
            raise RuntimeError("The engagement was closed.")
        return self._ws

    async def _elsewhere(self, work: Coroutine[Any, Any, T]) -> T:
        """The database belongs to the event loop of its own thread."""
        return await asyncio.wrap_future(self._loop.submit(work))

    def _search(self, query: str, limit: int) -> Coroutine[Any, Any, tuple[Evidence, ...]]:
        return search_evidence(self._open, LOCAL, self._found.id, query, limit=limit)

    def _passages(self, query: str, limit: int) -> Coroutine[Any, Any, tuple[Retrieved, ...]]:
        return _harmless(self._open, self._found.id, query, limit)


async def _harmless(ws: Workspace, engagement_id: str, query: str, limit: int) -> tuple[Retrieved, ...]:
    found: Sequence[Retrieved] = (await search_knowledge(ws, engagement_id, query, limit=limit)).results
    return tuple(one for one in found if not one.passage.instructs)
