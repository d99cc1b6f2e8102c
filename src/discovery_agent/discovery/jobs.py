"""Work in the background: what a job does is written once, and who runs it is decided by who started the process.

A server runs jobs durably (`discovery.durable`): they go on after a crash behind the last step that ended. A terminal or a test runs
them in its own process (`InProcess`); what it leaves undone, the next server takes up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.errors import DiscoveryError, InvalidRequest, NotFound, StorageBusy, StorageFull
from discovery_agent.telemetry.context import about
from discovery_agent.telemetry.work import job_ended, job_run

_log = logging.getLogger(__name__)
_LIVE, _WINDOWS = "jobs", "windows"
_ENDED = (JobState.DONE, JobState.FAILED)
_READING = (JobKind.ANALYSE_TRANSCRIPT, JobKind.READ_ANSWERS)
_UNFORESEEN = "It stopped for a reason that nobody foresaw; the log of the server says more."


class Ended(Value):
    """How a job ended."""

    state: JobState = JobState.DONE
    message: str | None = None
    remedy: str | None = None


class Steps(Protocol):
    """Runs the steps of a job. A step that ended is not run again when the job goes on after a crash: its result is remembered."""

    async def __call__(self, name: str, work: Callable[[], Awaitable[Any]], /) -> Any:
        """The result of a step, which is plain JSON data. Steps come in the same order each time; several may be under way at once."""
        ...


class Runner(Protocol):
    """Who runs jobs."""

    async def submit(self, job: Job, *, delay: float = 0.0) -> None:
        """Have a stored job run, not before `delay` seconds have passed.

        Handing in the same job twice runs it once, after the shorter of both delays.
        """
        ...


class InProcess:
    """Runs jobs in this process, for as long as it lives."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._begun: set[str] = set()
        self._reading: dict[str, set[asyncio.Task[None]]] = {}
        """What is being read of each engagement."""

    async def submit(self, job: Job, *, delay: float = 0.0) -> None:
        """Run it now: nobody else is waiting here. An assessment waits for what is being read, so that several files lead to one."""
        if job.id in self._begun:
            return
        self._begun.add(job.id)
        task = self._ws.spawn(self._run(job), name=f"{job.kind} {job.id}")
        if job.kind in _READING:
            reading = self._reading.setdefault(job.engagement_id, set())
            reading.add(task)
            task.add_done_callback(reading.discard)

    async def _run(self, job: Job) -> None:
        while job.kind is JobKind.ASSESS and (reading := self._reading.get(job.engagement_id)):
            await asyncio.wait(set(reading))
        await run(self._ws, job.engagement_id, job.id, _at_once)


async def _at_once(_name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()


def set_runner(ws: Workspace, runner: Runner | None) -> None:
    """Say who runs the jobs of a workspace; None for its own process."""
    ws.live.pop(_LIVE, None)
    if runner is not None:
        ws.live[_LIVE] = runner


def runner_of(ws: Workspace) -> Runner:
    """Who runs the jobs of a workspace."""
    return ws.live.setdefault(_LIVE, InProcess(ws))


async def submit(ws: Workspace, job: Job, *, delay: float = 0.0) -> None:
    """Have a job run that is stored already; where others may come meanwhile, after `delay` seconds. Twice is once."""
    await runner_of(ws).submit(job, delay=delay)
    _log.info("Job %s was handed in", job.id, extra={"kind": job.kind})


class WindowLimit:
    """How many windows are read at once, over all jobs of a process. Once closed, it lets nobody in."""

    def __init__(self, most: int) -> None:
        self._places = asyncio.Semaphore(most)
        self._inside = 0
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    async def __aenter__(self) -> None:
        await self._places.acquire()
        if self._closed:
            try:
                await asyncio.Event().wait()  # until whoever closed it cancels this
            finally:
                self._places.release()
        self._inside += 1
        self._empty.clear()

    async def __aexit__(self, *_: object) -> None:
        self._places.release()
        self._inside -= 1
        if not self._inside:
            self._empty.set()

    async def close(self, seconds: float) -> None:
        """Let nobody in any more, and wait so long for those inside."""
        self._closed = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), seconds)


def window_limit(ws: Workspace) -> WindowLimit:
    """The limit that all jobs of a workspace share."""
    limit = ws.live.get(_WINDOWS)
    if limit is None:
        limit = ws.live[_WINDOWS] = WindowLimit(ws.settings.concurrency)
    return limit


async def close_windows(ws: Workspace, seconds: float) -> None:
    """Begin no further window in what is under way, and wait so long for those that are being read."""
    await window_limit(ws).close(seconds)
    del ws.live[_WINDOWS]


async def run(ws: Workspace, engagement_id: str, job_id: str, steps: Steps, *, comes_back: bool = False) -> None:
    """Run one job to its end, whatever that is. A job that has ended, or is gone with its engagement, is left alone.

    Raises:
        StorageBusy, StorageFull: it stopped there and can go on later. With `comes_back`, the caller begins it again; without, it is only
            raised where not even the failure could be noted.
    """
    with about(engagement=engagement_id, job=job_id):
        await _run(ws, engagement_id, job_id, steps, comes_back)


async def _run(ws: Workspace, engagement_id: str, job_id: str, steps: Steps, comes_back: bool) -> None:
    try:
        async with ws.database.unit() as unit:
            job = await unit.jobs.get(engagement_id, job_id)
            if job.state in _ENDED:
                return
            await unit.jobs.update(job.model_copy(update={"state": JobState.RUNNING, "updated_at": ws.now()}))
    except NotFound:
        return
    try:
        with job_run(job.kind):
            ended = await _work_of(job.kind)(ws, job, steps)
    except NotFound as error:
        _log.info("Job %s stopped: %s", job_id, error)
        ended = Ended(state=JobState.FAILED, message=error.what, remedy=error.remedy)
    except DiscoveryError as error:
        if comes_back and isinstance(error, StorageBusy | StorageFull):
            raise
        _log.warning("Job %s failed: %s", job_id, error)
        ended = Ended(state=JobState.FAILED, message=_said(error), remedy=error.remedy)
    except Exception:
        _log.exception("Job %s failed", job_id)
        ended = Ended(state=JobState.FAILED, message=_UNFORESEEN, remedy="Try it again.")
    await end(ws, engagement_id, job_id, ended)


async def end(ws: Workspace, engagement_id: str, job_id: str, ended: Ended) -> None:
    """Note how a job ended, once. One that is gone with its engagement needs no note."""
    try:
        async with ws.database.unit() as unit:
            job = await unit.jobs.get(engagement_id, job_id)
            if job.state in _ENDED:
                return
            done = job.total if ended.state is JobState.DONE else job.done
            changes = {"state": ended.state, "message": ended.message, "remedy": ended.remedy, "done": done, "updated_at": ws.now()}
            await unit.jobs.update(job.model_copy(update=changes))
    except NotFound:
        return
    job_ended(job.kind, ended.state)
    _log.info("Job %s ended", job_id, extra={"kind": job.kind, "state": ended.state})


async def still_open(ws: Workspace, engagement_id: str, job_id: str) -> Job | None:
    """A job that has not ended, after noting that somebody looked after it; None if it has, or is gone.

    Raises:
        StorageError: the database takes nothing.
    """
    try:
        async with ws.database.unit() as unit:
            job = await unit.jobs.get(engagement_id, job_id)
            if job.state in _ENDED:
                return None
            return await unit.jobs.update(job.model_copy(update={"updated_at": ws.now()}))
    except NotFound:
        return None


async def get_job(ws: Workspace, engagement_id: str, job_id: str) -> Job:
    """A job as it stands.

    Raises:
        NotFound: the engagement has none of that id.
    """
    async with ws.database.reading() as unit:
        return await unit.jobs.get(engagement_id, job_id)


async def list_jobs(ws: Workspace, engagement_id: str, limit: int | None = 50) -> list[Job]:
    """The newest jobs of an engagement.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.jobs.list(engagement_id, limit)


async def some_jobs(
    ws: Workspace, engagement_id: str, offset: int, limit: int, *, state: JobState | None = None
) -> tuple[list[Job], dict[JobState, int]]:
    """Jobs of an engagement, of one state if that is said, the newest first, from `offset` on; and how many of all are in each state.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.jobs.list(engagement_id, limit, offset, state=state), await unit.jobs.counts(engagement_id)


async def try_again(ws: Workspace, engagement_id: str, job_id: str) -> Job:
    """Run a job that failed once more, as a new one that keeps what the first had done.

    Raises:
        NotFound: the engagement has none of that id.
        InvalidRequest: it has not failed, or its file could not be read and would be no different now.
    """
    from discovery_agent.discovery.assessments import request_assessment
    from discovery_agent.discovery.uploads import read_again, retry_failed

    job = await get_job(ws, engagement_id, job_id)
    if job.state is not JobState.FAILED:
        raise InvalidRequest("Only a job that failed can be tried again.", where="job")
    if job.kind is JobKind.ASSESS:
        return await request_assessment(ws, engagement_id)
    if job.kind is JobKind.DRAFT:
        from discovery_agent.discovery.drafting.requests import draft_blueprint

        return await draft_blueprint(ws, engagement_id)
    return await (retry_failed(ws, engagement_id, job.conversation_id) if job.conversation_id else read_again(ws, job))


def _work_of(kind: JobKind) -> Callable[[Workspace, Job, Steps], Awaitable[Ended]]:
    if kind is JobKind.ASSESS:
        from discovery_agent.discovery.assessing import assess_engagement

        return assess_engagement
    if kind is JobKind.READ_ANSWERS:
        from discovery_agent.discovery.interviewing.rereading import read_answers_again

        return read_answers_again
    if kind is JobKind.DRAFT:
        from discovery_agent.discovery.drafting.work import draft_version

        return draft_version
    from discovery_agent.discovery.analysing import analyse_upload

    return analyse_upload


def _said(error: DiscoveryError) -> str:
    return f"{error.where}: {error.what}" if error.where else error.what
