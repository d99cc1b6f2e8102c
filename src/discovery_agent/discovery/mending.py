"""Jobs that stopped because their database was full or held by somebody else: they are begun again by themselves once it takes things.

Such a job cannot note that it failed, for that is stored in the same place. Its steps find what they had stored before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from dbos import DBOS

from discovery_agent.discovery.jobs import still_open
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job
from discovery_agent.errors import StorageError

_log = logging.getLogger(__name__)
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 300.0


@dataclass
class _Stopped:
    engagement_id: str
    tries: int = 0
    due: float = 0.0


class Mending:
    """What stopped in this process."""

    def __init__(self, ws: Workspace, name: str, submit: Callable[[Job], Awaitable[None]], running: Callable[[], Collection[str]]) -> None:
        """`name` is that of this process, `running` tells which jobs it has under way."""
        self._ws = ws
        self._name = name
        self._submit = submit
        self._running = running
        self._stopped: dict[str, _Stopped] = {}
        self._idle: set[str] = set()
        """Jobs that DBOS took for running, and that were not, when it was last looked."""

    def stopped(self, engagement_id: str, job_id: str) -> None:
        """Note a job that could not be handed in or run on; each time it is left alone for longer."""
        found = self._stopped.setdefault(job_id, _Stopped(engagement_id))
        found.due = asyncio.get_running_loop().time() + min(_FIRST_PAUSE_SECONDS * 2**found.tries, _LONGEST_PAUSE_SECONDS)
        found.tries += 1

    async def look(self) -> None:
        """Begin again whatever is due, unless the database still takes nothing."""
        await self._resume_idle()
        now = asyncio.get_running_loop().time()
        for job_id, stopped in list(self._stopped.items()):
            if stopped.due > now or job_id in self._running():
                continue
            try:
                job = await still_open(self._ws, stopped.engagement_id, job_id)
            except StorageError as error:
                _log.warning("Job %s waits: %s", job_id, error.what)
                self.stopped(stopped.engagement_id, job_id)
                return
            found = await DBOS.list_workflows_async(workflow_ids=[job_id], load_input=False, load_output=False)
            if job is None or any(one.status not in ("ERROR", "PENDING") for one in found):
                del self._stopped[job_id]
            elif not found or found[0].status == "ERROR":
                # Of the same id there can be no other. Nobody else does this to a job that stopped here.
                await DBOS.delete_workflows_async([job_id])
                await self._submit(job)
                stopped.due = now + _LONGEST_PAUSE_SECONDS

    async def _resume_idle(self) -> None:
        """Run again what ended here without DBOS being able to note it, so that it holds no place in a queue."""
        pending = await DBOS.list_workflows_async(status="PENDING", executor_id=self._name, load_input=False, load_output=False)
        idle = {one.workflow_id for one in pending} - set(self._running())
        for one in pending:
            if one.workflow_id in idle & self._idle:
                _log.warning("Job %s is run again.", one.workflow_id)
                await DBOS.resume_workflow_async(one.workflow_id, queue_name=one.queue_name)
        self._idle = idle
