"""What a server or a terminal works with: settings, database, workbench, and the work that outlives a request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from discovery_agent.analysts.protocol import Analyst
from discovery_agent.discovery.clock import SharedClock
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.settings import Settings
from discovery_agent.storage.database import Database

if TYPE_CHECKING:
    from discovery_agent.analysts.llm import LLMAnalyst
    from discovery_agent.models.budget import Budget
    from discovery_agent.models.replies import Replies
    from discovery_agent.storage.replies import StoredReplies

_log = logging.getLogger(__name__)
_FILE = "discovery.db"
# How long closing waits for what goes on in the background. Whatever is cut off then is made up for at the next start.
CLOSING_SECONDS = 20.0
_SETTLING_SECONDS = 60.0
"""A call that is not settled so long after the longest call would have ended never will be: its process died."""


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def database_address(settings: Settings) -> str:
    """The database of the settings: SQLite in the data folder unless they name another."""
    return settings.database_url or f"sqlite:///{settings.data_dir / _FILE}"


class Workspace:
    """One for a process, in one event loop. `now` is where time comes from."""

    def __init__(self, settings: Settings, database: Database, bench: Workbench, *, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.database = database
        self.bench = bench
        self.now = now
        self.live: dict[str, Any] = {}
        """What goes on in this process and others may join, by name; whoever puts something here removes it."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._models: dict[str, asyncio.Future[LLMAnalyst]] = {}
        self._prepared: asyncio.Future[None] | None = None
        self._replies: StoredReplies | None = None

    @classmethod
    async def open(cls, settings: Settings, *, now: Callable[[], datetime] = utc_now) -> Self:
        """Open the database, bringing it up to date, and put the rest together. On PostgreSQL, time is what the database says it is.

        Raises:
            StorageError: the database cannot be opened.
        """
        database = await Database.open(database_address(settings))
        if now is utc_now and database.is_postgres:
            now = SharedClock()
        ws = cls(settings, database, Workbench(settings), now=now)
        await ws.look_at_clock()
        return ws

    async def look_at_clock(self) -> None:
        """Go by the time of a database that others share; to be called again now and then.

        Raises:
            StorageError: the database cannot be reached.
        """
        if isinstance(self.now, SharedClock):
            await self.now.look(self.database)

    async def prepare(self) -> None:
        """Load the tables and libraries that interviews need, once, off the event loop; a server does so before its first turn.

        Raises:
            ConfigurationError: a table, a prompt or the model's name is wrong.
        """
        if self._prepared is None:
            self._prepared = asyncio.ensure_future(asyncio.to_thread(self._load))
        try:
            await asyncio.shield(self._prepared)
        except BaseException:
            if self._prepared is not None and self._prepared.done():
                self._prepared = None
            raise

    def _load(self) -> None:
        _ = self.bench.slots, self.bench.tables
        if (model := self.bench.model) is not None:
            model.prepare()

    def spawn(self, work: Coroutine[Any, Any, Any], *, name: str | None = None) -> asyncio.Task[Any]:
        """Let work go on after whoever asked for it has left; `aclose` waits for it. A failure is logged, not raised."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("Work in the background failed: %s", task.get_name(), exc_info=error)

    async def settle(self) -> None:
        """Wait until nothing goes on in the background."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    @property
    def rules(self) -> Analyst:
        """The analyst that needs no model."""
        return self.bench.rules

    async def model_for(self, engagement_id: str) -> LLMAnalyst | None:
        """The language model for an engagement, or None if none is configured.

        Its calls count against the cap of that engagement, with what was spent before, and it is shown the engagement's documents.
        """
        shared = self.bench.model
        if shared is None:
            return None
        coming = self._models.get(engagement_id)
        if coming is None:
            coming = self._models[engagement_id] = asyncio.ensure_future(self._model_for(shared, engagement_id))
        try:
            return await asyncio.shield(coming)
        except BaseException:
            if coming.done():
                self._models.pop(engagement_id, None)
            raise

    async def _model_for(self, shared: LLMAnalyst, engagement_id: str) -> LLMAnalyst:
        from discovery_agent.discovery.engagements import shelf_name

        async with self.database.reading() as unit:
            await unit.engagements.get(engagement_id)  # for one that was deleted nothing is kept any more
            spent = await unit.spending.total(engagement_id)
        budget, replies = self._shared(engagement_id) if self.database.is_postgres else (self._own_budget(spent.cost_usd or 0.0), None)
        name = shelf_name(engagement_id)
        return await asyncio.to_thread(shared.for_engagement, name, budget, self.bench.retrieve_for(name), replies)

    def _own_budget(self, spent_usd: float) -> Budget:
        """A budget of this process, which is the only one."""
        from discovery_agent.models.budget import Budget

        return Budget(self.settings.max_cost_usd, spent_usd=spent_usd)

    def _shared(self, engagement_id: str) -> tuple[Budget, Replies]:
        """The budget and the replies that all processes on this database share."""
        from discovery_agent.discovery.shared_budget import SharedBudget
        from discovery_agent.discovery.shared_replies import SharedReplies

        if self._replies is None:
            self._replies = self.database.replies()
        cap, longest = self.settings.max_cost_usd, self.settings.call_seconds + _SETTLING_SECONDS
        budget = SharedBudget(self.database, engagement_id, cap, longest_seconds=longest, now=self.now)
        return budget, SharedReplies(self._replies, engagement_id)

    async def analyst_for(self, engagement_id: str) -> Analyst:
        """Whoever reads for an engagement: the language model if one is configured, the rules analyst otherwise."""
        return await self.model_for(engagement_id) or self.rules

    async def aclose(self, *, wait_seconds: float = CLOSING_SECONDS) -> None:
        """Wait for work in the background, a while; then cut it off, and close everything."""
        if self._prepared is not None:
            await asyncio.gather(self._prepared, return_exceptions=True)
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=wait_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.bench.aclose()
        if self._replies is not None:
            await asyncio.to_thread(self._replies.close)
        await self.database.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
