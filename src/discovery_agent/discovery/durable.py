"""Jobs that survive a crash: DBOS keeps which steps of a job have ended, in a database beside ours or, on PostgreSQL, in ours.

Only ids and numbers go there, nothing of what people said. One process works with an SQLite database; on PostgreSQL any number do,
and take over what a dead one leaves. DBOS is one for a process, and runs jobs in the event loop that started it.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from filelock import FileLock, Timeout

from discovery_agent.discovery.jobs import Ended, close_windows, end, run, set_runner
from discovery_agent.discovery.liveness import Liveness
from discovery_agent.discovery.workspace import Workspace, database_address
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.errors import DiscoveryError, StorageError
from discovery_agent.storage import sqlite_url
from discovery_agent.storage.address import Address

TRANSCRIPTS, ASSESSMENTS = "transcripts", "assessments"
CLOSING_SECONDS = 10.0
"""How long closing waits for windows that are being read; others are read after the next start."""

_log = logging.getLogger(__name__)
# Changes when steps of a job change their meaning; jobs under way stay readable by later versions of the program otherwise.
_STEPS_VERSION = "1"
_THREADS = 32
_POLL_SECONDS = 0.25
_TAKE_OVER_SECONDS = 10.0
_REMEMBERED = timedelta(days=7)
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

_running: Durable | None = None


@DBOS.workflow(name="job")
async def _job(engagement_id: str, job_id: str) -> None:
    if _running is None:
        raise asyncio.CancelledError  # this process is closing; the job goes on elsewhere, or after the next start
    await _running.run(engagement_id, job_id)


class Durable:
    """Runs the jobs of a workspace until it is stopped."""

    def __init__(self, ws: Workspace, name: str, lock: FileLock | None, liveness: Liveness | None) -> None:
        self._ws = ws
        self._name = name
        self._lock = lock
        self._liveness = liveness
        self._jobs: set[asyncio.Task[Any]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._closing = False
        self._due: dict[str, float] = {}
        """When jobs that wait may begin, on the clock of the loop."""

    @classmethod
    async def start(cls, ws: Workspace, *, poll_seconds: float = _POLL_SECONDS) -> Self:
        """Begin to run jobs: first those that an earlier process left.

        Raises:
            StorageError: the database of jobs cannot be opened, or another server works with this SQLite database.
        """
        global _running
        url = database_address(ws.settings)
        address = Address.parse(url)
        lock = liveness = None
        if address.file:
            name, system = "local", sqlite_url(address.file.with_name(f"{address.file.stem}-jobs.db"))
            lock = _locked(address)
        else:
            name, system = secrets.token_hex(8), address.url.set(drivername="postgresql").render_as_string(hide_password=False)
            liveness = await Liveness.declare(url, name)
        durable = _running = cls(ws, name, lock, liveness)
        try:
            _launch(system, name)
            jobs_at_once = ws.settings.concurrency
            for queue, most in ((TRANSCRIPTS, jobs_at_once), (ASSESSMENTS, 1)):
                await DBOS.register_queue_async(
                    queue, worker_concurrency=most, polling_interval_sec=poll_seconds, on_conflict="always_update"
                )
            set_runner(ws, durable)
            await durable._take_up()
            if liveness is not None:
                await durable.take_over()
                durable._watching = asyncio.create_task(durable._watch())
        except Exception as error:
            await durable.stop()
            if isinstance(error, StorageError):
                raise
            raise StorageError(
                f"The database of background jobs cannot be opened: {type(error).__name__}.",
                where=address.shown,
                remedy="Check that the program may create tables there, and a schema on PostgreSQL.",
            ) from error
        return durable

    async def submit(self, job: Job, *, delay: float = 0.0) -> None:
        """Have a stored job run, not before `delay` seconds have passed. The same job twice is one, after the shorter delay.

        While this is closing, the job is left to the next start.
        """
        if self._closing:
            return
        due, before = asyncio.get_running_loop().time() + delay, self._due.get(job.id)
        if before is None or due < before:
            self._due[job.id] = due
            # In a context of its own: a job may ask for another one, which is then no part of it.
            await asyncio.create_task(_enqueue(job, delay, sooner=before is not None), context=contextvars.Context())

    async def run(self, engagement_id: str, job_id: str) -> None:
        """Run a job in the workflow under way."""
        task = asyncio.current_task()
        assert task is not None
        self._due.pop(job_id, None)
        self._jobs.add(task)
        try:
            await run(self._ws, engagement_id, job_id, _step)
        finally:
            self._jobs.discard(task)

    async def stop(self) -> None:
        """Begin nothing new, wait a while for windows that are being read, and let go. The rest goes on after the next start."""
        global _running
        self._closing = True
        if self._watching is not None:
            self._watching.cancel()
        await close_windows(self._ws, CLOSING_SECONDS)
        _running = None
        logging.getLogger("dbos").setLevel(logging.ERROR)  # that jobs are cut off now needs no warning
        for task in self._jobs:
            task.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        # DBOS made its own threads those of the loop, and they end with it.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="work"))
        await asyncio.to_thread(DBOS.destroy)
        set_runner(self._ws, None)
        if self._liveness is not None:
            await self._liveness.aclose()
        if self._lock is not None:
            self._lock.release()

    async def _take_up(self) -> None:
        """Hand in jobs that were stored and never begun, close those whose workflow is lost, and forget old workflows."""
        async with self._ws.database.reading() as unit:
            unfinished = await unit.jobs.unfinished()
        for job in unfinished:
            status = await DBOS.get_workflow_status_async(job.id)
            if status is None:
                await self.submit(job)
            elif status.status in _ENDED:
                await end(
                    self._ws, job.engagement_id, job.id, Ended(state=JobState.FAILED, message="It was cut off.", remedy="Try it again.")
                )
        before = (datetime.now(UTC) - _REMEMBERED).isoformat()
        old = await DBOS.list_workflows_async(status=list(_ENDED), completed_before=before, load_input=False, load_output=False)
        await DBOS.delete_workflows_async([one.workflow_id for one in old])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TAKE_OVER_SECONDS)
            try:
                await self.take_over()
            except Exception as error:
                _log.warning("Jobs of other processes cannot be looked after: %s", error)

    async def take_over(self) -> None:
        """Give the jobs of processes that died back to the queues; on PostgreSQL only."""
        assert self._liveness is not None
        pending = await _pending()
        for name in {one.executor_id for one in pending if one.executor_id and one.executor_id != self._name}:
            async with self._liveness.dead(name) as dead:
                for one in await _pending(name) if dead else ():
                    _log.warning("Job %s is taken over from a process that died.", one.workflow_id)
                    await DBOS.resume_workflow_async(one.workflow_id, queue_name=one.queue_name)


async def _enqueue(job: Job, delay: float, *, sooner: bool) -> None:
    if sooner:  # it waits already, perhaps no longer
        await DBOS.set_workflow_delay_async(job.id, delay_seconds=delay)
        return
    queue = ASSESSMENTS if job.kind is JobKind.ASSESS else TRANSCRIPTS
    with SetWorkflowID(job.id), SetEnqueueOptions(delay_seconds=delay or None):
        await DBOS.enqueue_workflow_async(queue, _job, job.engagement_id, job.id)


async def _pending(executor_id: str | None = None) -> list[Any]:
    return await DBOS.list_workflows_async(status="PENDING", executor_id=executor_id, load_input=False, load_output=False)


async def _step(name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    async def call() -> Any:
        try:
            return await work()
        except DiscoveryError:
            raise
        except Exception as error:
            # DBOS keeps the message of an error, and one that nobody foresaw may repeat what people said.
            raise RuntimeError(f"A step failed ({type(error).__name__}).") from error

    return await DBOS.run_step_async({"name": name}, call)


def _launch(system_url: str, name: str) -> None:
    # Without a handler of its own, DBOS would write to standard error by itself.
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    DBOS(
        config=DBOSConfig(
            name="discovery-agent",
            system_database_url=system_url,
            application_version=_STEPS_VERSION,
            executor_id=name,
            serializer=DBOSPortableJSONSerializer(),
            max_executor_threads=_THREADS,
            log_level="WARNING",
            enable_otlp=False,
        )
    )
    DBOS.launch()


def _locked(address: Address) -> FileLock:
    file = address.file
    assert file is not None
    lock = FileLock(file.with_name(f"{file.stem}-jobs.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StorageError(
            "Another server works with this database.",
            where=address.shown,
            remedy="Stop it first, or set DISCOVERY_DATA_DIR or DISCOVERY_DATABASE_URL to work with another one.",
        ) from None
    return lock
