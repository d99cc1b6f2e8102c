"""Jobs that survive a crash: DBOS keeps which steps of a job have ended, in a database beside ours or, on PostgreSQL, in ours.

Only ids and numbers go there, nothing of what people said. One process works with an SQLite database; on PostgreSQL any number do,
and take over what a dead one leaves. DBOS is one for a process, and runs jobs in the event loop that started it.

What a process that is killed had under way is begun again by another: at most the windows that it was reading, which are no more than
`DISCOVERY_CONCURRENCY`. Of those, calls whose reply had arrived are not made again; calls still waiting for theirs are.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from discovery_agent.discovery.jobs import Ended, close_windows, end, run, set_runner
from discovery_agent.discovery.liveness import Liveness
from discovery_agent.discovery.mending import Mending
from discovery_agent.discovery.workspace import Workspace, database_address
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.errors import DiscoveryError, StorageError
from discovery_agent.storage import sqlite_url
from discovery_agent.storage.address import Address
from discovery_agent.storage.faults import as_storage_error
from discovery_agent.telemetry.traces import carried, carrying

TRANSCRIPTS, ASSESSMENTS = "transcripts", "assessments"
CLOSING_SECONDS = 10.0
"""How long closing waits for windows that are being read; others are read after the next start."""

_log = logging.getLogger(__name__)
# Changes when steps of a job change their meaning; jobs under way stay readable by later versions of the program otherwise.
_STEPS_VERSION = "1"
_THREADS = 32
_POLL_SECONDS = 0.25
_TAKE_OVER_SECONDS = 5.0
# Jobs wait for seconds. Clocks of machines may be apart by less than this without any harm.
_LONGEST_WAIT_SECONDS = 60.0
_REMEMBERED = timedelta(days=7)
_IDS_AT_ONCE = 500
_AT_START = 50
"""So many jobs are handed in before a server takes requests."""
_LEFT_AFTER = timedelta(seconds=60)
"""An assessment that nobody touched for so long was left by a program that is gone: a terminal gives its own 20 seconds."""
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

_running: Durable | None = None


@DBOS.workflow(name="job")
async def _job(engagement_id: str, job_id: str, asked_by: dict[str, str] | None = None) -> None:
    if _running is None:
        raise asyncio.CancelledError  # this process is closing; the job goes on elsewhere, or after the next start
    with carrying(asked_by or {}):
        await _running.run(engagement_id, job_id)


class Durable:
    """Runs the jobs of a workspace until it is stopped."""

    def __init__(self, ws: Workspace, name: str, lock: FileLock | None, liveness: Liveness | None) -> None:
        self._ws = ws
        self._name = name
        self._lock = lock
        self._liveness = liveness
        self._jobs: dict[asyncio.Task[Any], str] = {}
        self._mending = Mending(ws, name, self.submit, self._jobs.values)
        self._watching: asyncio.Task[None] | None = None
        self._closing = False
        self._due: dict[str, float] = {}
        """When jobs that wait may begin, on the clock of the loop."""

    @classmethod
    async def start(cls, ws: Workspace, *, poll_seconds: float = _POLL_SECONDS, works: bool = True) -> Self:
        """Begin to run jobs: first those that an earlier process left. Without `works`, only hand them in, for other processes.

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
            _launch(system, name, None if works else ())
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
            asked_by = carried()
            try:
                await asyncio.create_task(_enqueue(job, delay, asked_by, sooner=before is not None), context=contextvars.Context())
            except SQLAlchemyError as error:
                # The job is stored, so whoever asked for it need not know.
                _log.warning("Job %s cannot be handed in yet: %s", job.id, as_storage_error(error, "the database of jobs").what)
                self._due.pop(job.id, None)
                self._mending.stopped(job.engagement_id, job.id)

    async def run(self, engagement_id: str, job_id: str) -> None:
        """Run a job in the workflow under way."""
        task = asyncio.current_task()
        assert task is not None
        self._due.pop(job_id, None)
        self._jobs[task] = job_id
        try:
            await run(self._ws, engagement_id, job_id, _step, comes_back=True)
        except StorageError as error:
            _log.warning("Job %s stopped, and is begun again: %s", job_id, error.what)
            self._mending.stopped(engagement_id, job_id)
            raise
        finally:
            del self._jobs[task]

    @property
    def alive(self) -> bool:
        """Whether it takes jobs up."""
        return not self._closing and self._watching is not None and not self._watching.done()

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
        states: dict[str, str] = {}
        here: set[str] = set()
        for first in range(0, len(unfinished), _IDS_AT_ONCE):
            ids = [job.id for job in unfinished[first : first + _IDS_AT_ONCE]]
            found = await DBOS.list_workflows_async(workflow_ids=ids, load_input=False, load_output=False)
            states |= {one.workflow_id: one.status for one in found}
            here |= {one.workflow_id for one in found if one.executor_id == self._name}
        for job in unfinished:
            if states.get(job.id) == "ERROR" and job.id in here:  # only what the database would not take ends so
                self._mending.stopped(job.engagement_id, job.id)
            elif states.get(job.id) in _ENDED:
                await end(
                    self._ws, job.engagement_id, job.id, Ended(state=JobState.FAILED, message="It was cut off.", remedy="Try it again.")
                )
        # An archive may have left thousands: the server does not wait until all are handed in.
        new = [job for job in unfinished if job.id not in states]
        await self._hand_in(new[:_AT_START])
        self._ws.spawn(self._hand_in(new[_AT_START:]), name="jobs that an earlier process left")
        before = (datetime.now(UTC) - _REMEMBERED).isoformat()
        old = await DBOS.list_workflows_async(status=list(_ENDED), completed_before=before, load_input=False, load_output=False)
        await DBOS.delete_workflows_async([one.workflow_id for one in old])

    async def _hand_in(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            await self.submit(job)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TAKE_OVER_SECONDS)
            try:
                await self._ws.look_at_clock()
                await self.hurry()
                await self._mending.look()
                await self.take_up_left()
                if self._liveness is not None:
                    await self.take_over()
            except Exception as error:
                _log.warning("Jobs cannot be looked after: %s", error)

    async def hurry(self) -> None:
        """Begin what waits for longer than any job does: the clock that its time was set by was wrong, or is set back now."""
        latest = int((time.time() + _LONGEST_WAIT_SECONDS) * 1000)
        for one in await DBOS.list_workflows_async(status="DELAYED", load_input=False, load_output=False):
            if (one.delay_until_epoch_ms or 0) > latest:
                await DBOS.set_workflow_delay_async(one.workflow_id, delay_seconds=0)

    async def take_up_left(self) -> None:
        """Begin assessments that a terminal on the same database asked for and did not stay to see done.

        What a terminal has read it marks as it goes; only the assessment at the end can be cut off and wait for nobody.
        """
        async with self._ws.database.reading() as unit:
            waiting = await unit.jobs.unfinished(kind=JobKind.ASSESS, limit=_AT_START)
        left = {job.id: job for job in waiting if self._ws.now() - job.updated_at > _LEFT_AFTER and job.id not in self._due}
        if left:
            known = await DBOS.list_workflows_async(workflow_ids=list(left), load_input=False, load_output=False)
            await self._hand_in([job for id_, job in left.items() if id_ not in {one.workflow_id for one in known}])

    async def take_over(self) -> None:
        """Give the jobs of processes that died back to the queues; on PostgreSQL only."""
        assert self._liveness is not None
        pending = await _pending()
        for name in {one.executor_id for one in pending if one.executor_id and one.executor_id != self._name}:
            async with self._liveness.dead(name) as dead:
                for one in await _pending(name) if dead else ():
                    _log.warning("Job %s is taken over from a process that died.", one.workflow_id)
                    await DBOS.resume_workflow_async(one.workflow_id, queue_name=one.queue_name)


async def _enqueue(job: Job, delay: float, asked_by: dict[str, str], *, sooner: bool) -> None:
    if sooner:  # it waits already, perhaps no longer
        await DBOS.set_workflow_delay_async(job.id, delay_seconds=delay)
        return
    queue = ASSESSMENTS if job.kind is JobKind.ASSESS else TRANSCRIPTS
    with SetWorkflowID(job.id), SetEnqueueOptions(delay_seconds=delay or None):
        await DBOS.enqueue_workflow_async(queue, _job, job.engagement_id, job.id, asked_by)


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

    try:
        return await DBOS.run_step_async({"name": name}, call)
    except SQLAlchemyError as error:  # of DBOS itself: it could not remember how the step ended
        raise as_storage_error(error, "the database of jobs") from error


def _launch(system_url: str, name: str, queues: Sequence[str] | None) -> None:
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
    if queues is not None:
        DBOS.listen_queues(queues)
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
