"""Gauges of what goes on in the whole: jobs that wait or run, connections, interviews. Looked at now and then while metrics are on."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from discovery_agent.discovery.health import Health
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import JobKind, JobState
from discovery_agent.errors import DiscoveryError
from discovery_agent.telemetry.endpoint import Endpoint
from discovery_agent.telemetry.loop import LoopWatch
from discovery_agent.telemetry.metrics import Metrics, metrics
from discovery_agent.telemetry.work import active_interviews

EVERY_SECONDS = 10.0
_QUEUES = {kind: "assessments" if kind is JobKind.ASSESS else "transcripts" for kind in JobKind}
_log = logging.getLogger(__name__)


@asynccontextmanager
async def observed(ws: Workspace, health: Health) -> AsyncIterator[None]:
    """Keep the gauges fresh while the block lasts, if metrics are on, and answer at the address for them if there is one.

    Raises:
        ConfigurationError: the address is taken or not to be had.
    """
    to = metrics()
    if to is None:
        yield
        return
    async with AsyncExitStack() as closing:
        watch = await closing.enter_async_context(LoopWatch())
        if (address := ws.settings.metrics_address) is not None:
            await closing.enter_async_context(Endpoint(address, watch, health.told))
        watching = asyncio.create_task(_watch(ws, to), name="gauges")
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


async def _watch(ws: Workspace, to: Metrics) -> None:
    while True:
        try:
            await look(ws, to)
        except DiscoveryError as error:
            _log.warning("The gauges could not be read: %s", error)
        await asyncio.sleep(EVERY_SECONDS)


async def look(ws: Workspace, to: Metrics) -> None:
    """Read every gauge once.

    Raises:
        StorageError: the database cannot be reached.
    """
    to.interviews.set(active_interviews())
    for name, (used, idle) in ws.database.connections().items():
        to.connections.labels(name, "in_use").set(used)
        to.connections.labels(name, "idle").set(idle)
    async with ws.database.reading() as unit:
        unfinished = Counter((_QUEUES[job.kind], job.state) for job in await unit.jobs.unfinished())
    for queue in dict.fromkeys(_QUEUES.values()):
        for state in (JobState.QUEUED, JobState.RUNNING):
            to.jobs.labels(queue, state).set(unfinished[queue, state])
