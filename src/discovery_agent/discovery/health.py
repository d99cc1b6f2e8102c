"""Whether this process can do its work now: what `/readyz` asks, and a load balancer with it."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.retrieval import PassageFilter
from discovery_agent.errors import ConfigurationError, DiscoveryError, StorageError
from discovery_agent.settings import data_folder

LEAST_FREE_BYTES = 200_000_000
"""With less room than this on a disk, nothing should be begun any more."""
_PATIENCE_SECONDS = 3.0
_OFTEN, _SELDOM = 2.0, 60.0
"""Seconds for which a result counts: of what changes at any moment, and of what only an operator changes."""
_log = logging.getLogger(__name__)


class HealthCheck(NamedTuple):
    """One thing that was looked at; `why` is for those who run the server."""

    name: str
    works: bool
    why: str = ""
    counts: bool = True
    """Whether the process should be asked nothing while this does not work; without the rest it goes on with less."""

    @property
    def state(self) -> str:
        """What anybody may know of it."""
        return "ok" if self.works else "no" if self.counts else "degraded"


@dataclass
class _Look:
    """A check, how long its result counts, and the latest result."""

    name: str
    work: Callable[[], Awaitable[None]]
    fresh_seconds: float
    counts: bool = True
    at_first: str = ""
    """What takes so long when it is looked at for the first time on a machine."""
    found: HealthCheck | None = None
    until: float = 0.0
    under_way: asyncio.Task[HealthCheck] | None = field(default=None, repr=False)
    slow: bool = False


class Health:
    """The health of a workspace. However often it is asked, each check runs once in a while and never twice at once."""

    def __init__(self, ws: Workspace, *, queues: Callable[[], bool] | None = None, least_free: int = LEAST_FREE_BYTES) -> None:
        """`queues` tells whether this process takes up background work; without it nobody asks."""
        self._ws = ws
        self._queues = queues
        self._least_free = least_free
        self.closing = False
        """Whether this process is about to end."""
        self._looks = [
            _Look("database", self._database, _OFTEN),
            _Look("jobs", self._jobs, 0.0),
            # Another server has the same key: interviews go on with the questions of the program, analyses wait.
            _Look("model", self._model, 0.0, counts=False),
            _Look("disk", self._disk, _OFTEN),
            _Look("prompts", self._prompts, _SELDOM),
            _Look("tables", self._tables, _SELDOM, at_first="the decision tables are being read"),
            # Advice is left out where a search fails; while the first one builds the index, everything that searches would wait.
            _Look("index", self._index, _SELDOM, counts=False, at_first="the index is being built"),
        ]

    def close(self) -> None:
        """From now on this process is not ready: it is about to end."""
        self.closing = True

    async def checks(self) -> tuple[HealthCheck, ...]:
        """Every check, the newest result of each."""
        found = await asyncio.gather(*(self._newest(look) for look in self._looks))
        return (HealthCheck("open", not self.closing, "it is about to end" if self.closing else ""), *found)

    async def told(self) -> tuple[bool, dict[str, Any]]:
        """Whether it can be asked to work, and what anybody may know of it: which checks there are and how each came out."""
        if self.closing:
            return False, {"status": "closing", "checks": {"open": "no"}}
        found = await self.checks()
        ready = all(one.works or not one.counts for one in found)
        return ready, {"status": "ready" if ready else "not ready", "checks": {one.name: one.state for one in found}}

    async def _newest(self, look: _Look) -> HealthCheck:
        if look.found is not None and time.monotonic() < look.until:
            return look.found
        if look.under_way is None:
            look.under_way = asyncio.create_task(self._look(look))
        try:
            return await asyncio.wait_for(asyncio.shield(look.under_way), _PATIENCE_SECONDS)
        except TimeoutError:
            return self._slow(look)

    def _slow(self, look: _Look) -> HealthCheck:
        first = look.found is None
        told, look.slow = look.slow, True
        if first and look.at_first:
            if not told:
                _log.info("Not ready yet: %s", look.at_first)
            return HealthCheck(look.name, False, look.at_first)
        why = f"no answer within {_PATIENCE_SECONDS:g} seconds"
        if not told:
            _log.warning("%s, because of %s: %s", _effect(look), look.name, why)
        return HealthCheck(look.name, False, why, counts=look.counts)

    async def _look(self, look: _Look) -> HealthCheck:
        try:
            await look.work()
            found = HealthCheck(look.name, True, counts=look.counts)
        except DiscoveryError as error:
            found = HealthCheck(look.name, False, str(error), counts=look.counts)
            if look.found is None or look.found.works:
                _log.error("%s, because of %s: %s", _effect(look), look.name, error)
        except Exception as error:
            found = HealthCheck(look.name, False, type(error).__name__, counts=look.counts)
            if look.found is None or look.found.works:
                _log.error("%s, because of %s", _effect(look), look.name, exc_info=error)
        if found.works and (look.slow or (look.found is not None and not look.found.works)):
            _log.info("Ready%s, as to %s", "" if look.found is None else " again", look.name)
        look.found, look.under_way, look.slow = found, None, False
        look.until = time.monotonic() + (look.fresh_seconds if found.works else min(look.fresh_seconds, _OFTEN))
        return found

    async def _database(self) -> None:
        state = await self._ws.database.state()
        if not state.is_current:
            raise StorageError(
                f"The database is at version {state.version}, and this program needs {state.newest}.",
                remedy="Start this version of the program once; it brings the database up to date.",
            )

    async def _jobs(self) -> None:
        if self._queues is not None and not self._queues():
            raise StorageError("Background work is not taken up.", remedy="Start the process again.")

    async def _model(self) -> None:
        if self._ws.settings.model is None:
            return
        if not os.environ.get("OPENAI_API_KEY"):
            raise ConfigurationError("There is no key for the model server.", where="OPENAI_API_KEY", remedy="Set it.")
        model = self._ws.bench.model
        if model is not None and (turned_away := model.turned_away) is not None:
            raise turned_away

    async def _disk(self) -> None:
        for folder in (self._ws.settings.data_dir, self._ws.settings.cache_dir):
            if (free := free_bytes(folder)) < self._least_free:
                raise StorageError(f"Only {free / 1e6:,.0f} MB are free.", where=str(folder), remedy="Free some space.")

    async def _prompts(self) -> None:
        from discovery_agent.models.prompts import load_prompts

        await asyncio.to_thread(load_prompts, self._ws.settings.prompts_dir or data_folder("prompts"))

    async def _tables(self) -> None:
        def load() -> None:
            _ = self._ws.bench.tables, self._ws.bench.slots

        await asyncio.to_thread(load)

    async def _index(self) -> None:
        await asyncio.to_thread(self._ws.bench.knowledge.search, ["Is it ready?"], engagement=None, only=PassageFilter(), limit=1)


def _effect(look: _Look) -> str:
    return "Not ready" if look.counts else "It works with less"


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder, which need not be there yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
