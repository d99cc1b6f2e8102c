"""Background work survives what happens to its process: it goes on behind the last window that was read, and pays nothing twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from discovery_agent.discovery import durable
from discovery_agent.discovery.assessments import READING_SECONDS, assessment_overview, latest_assessment, request_assessment
from discovery_agent.discovery.corrections import correct_finding
from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.jobs import Ended, end, get_job, set_runner, try_again
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import ConversationState, Job, JobKind, JobState
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.errors import InvalidRequest, StorageError
from discovery_agent.settings import Settings
from discovery_agent.storage import ExtractionState
from tests.discovery.jobs.conftest import Open
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF, LONG, Counted, Engaged, ended, engaged, until
from tests.fake_model_server import FakeModelServer

_ROOT = Path(__file__).parents[3]

_WORKS_UNTIL_KILLED = """
import asyncio, sys
from discovery_agent.discovery.corrections import correct_finding
from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings

async def main():
    engagement, file = sys.argv[1:]
    ws = await Workspace.open(Settings.load())
    await Durable.start(ws, poll_seconds=0.02)
    if file:
        await upload_transcript(ws, engagement, "long.txt", open(file, "rb").read(), "lead")
    await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def running(ws: Workspace) -> AsyncIterator[Durable]:
    """Jobs of a workspace are run durably while the block lasts."""
    durable = await Durable.start(ws, poll_seconds=0.02)
    try:
        yield durable
    finally:
        await durable.stop()


def another_process(settings: Settings, engagement_id: str, file: Path | str) -> subprocess.Popen[bytes]:
    """A process that works until it is killed, on a file that it uploads if one is given."""
    environment = os.environ | {
        f"DISCOVERY_{name.upper()}": str(value) for name, value in settings.model_dump(exclude_defaults=True).items() if value is not None
    }
    return subprocess.Popen([sys.executable, "-c", _WORKS_UNTIL_KILLED, engagement_id, str(file)], env=environment, cwd=_ROOT)


async def finished(engaged: Engaged) -> None:
    """Wait until every job has ended, the assessment that an analysis asks for included."""

    async def done() -> bool:
        jobs = await engaged.jobs()
        return bool(jobs) and ended(jobs) and any(job.kind is JobKind.ASSESS for job in jobs)

    await until(done)


async def test_durable_jobs_do_what_jobs_in_this_process_do(claims: Engaged) -> None:
    async with running(claims.ws):
        job = await upload_transcript(claims.ws, claims.id, "a.txt", KICKOFF, "lead")
        await finished(claims)
    assert (await get_job(claims.ws, claims.id, job.id)).state is JobState.DONE
    assert (await claims.assessment()).goal_tree.business_goals
    assert await asyncio.to_thread(lambda: "threads still work") == "threads still work"


@pytest.mark.parametrize("answered_before", [0, 1, 5, 8])
async def test_killed_in_the_middle_an_analysis_goes_on_and_pays_for_no_call_twice(
    server: FakeModelServer, model_settings: Settings, opened: Open, tmp_path: Path, answered_before: int
) -> None:
    settings = model_settings.model_copy(update={"concurrency": 2})
    first = await opened(settings)
    long = await engaged(first)
    await first.aclose()
    (tmp_path / "long.txt").write_text(LONG)
    server.choose = counted = Counted(answered_before)
    process = another_process(settings, long.id, tmp_path / "long.txt")
    try:
        await counted.keeps_waiting(2)
    finally:
        process.send_signal(signal.SIGKILL)
        assert await asyncio.to_thread(process.wait) == -signal.SIGKILL
    assert counted.answered.total() == answered_before

    server.choose = after = Counted()
    after.answered = counted.answered
    again = Engaged(await opened(settings), long.id)
    async with running(again.ws):
        await finished(again)
    (job,) = (one for one in await again.jobs() if one.kind is JobKind.ANALYSE_TRANSCRIPT)
    windows = await again.windows(job.conversation_id or "")
    assert (job.state, job.done, job.total) == (JobState.DONE, len(windows), len(windows))
    assert {one.state for one in windows} == {ExtractionState.DONE}
    assert [(one.first, one.last) for one in windows] == sorted((one.first, one.last) for one in windows) and windows[-1].last == 39
    assert set(after.answered.values()) == {1}
    assert after.answered.total() == 2 * len(windows) > 10
    async with again.ws.database.reading() as unit:
        spent = await unit.spending.total(again.id)
    assert spent.calls + spent.cached_calls == 2 * len(windows)


async def test_a_closing_process_finishes_the_windows_it_reads_and_leaves_the_rest_to_the_next(
    server: FakeModelServer, model_settings: Settings, opened: Open
) -> None:
    settings = model_settings.model_copy(update={"concurrency": 2})
    long = await engaged(await opened(settings))
    server.choose = counted = Counted(4)
    durable = await Durable.start(long.ws, poll_seconds=0.02)
    await upload_transcript(long.ws, long.id, "long.txt", LONG.encode(), "lead")
    await counted.keeps_waiting(2)
    closing = asyncio.create_task(durable.stop())
    await asyncio.sleep(0)
    counted.opens()
    await closing
    (job,) = await long.jobs()
    assert job.state is JobState.RUNNING and 0 < job.done < job.total
    read = await long.windows(job.conversation_id or "")
    assert len(read) == job.done and counted.answered.total() == 2 * job.done

    async with running(long.ws):
        await finished(long)
    assert (await get_job(long.ws, long.id, job.id)).state is JobState.DONE
    assert set(counted.answered.values()) == {1} and counted.answered.total() == 2 * job.total


async def test_a_job_that_was_stored_and_never_begun_is_taken_up_at_the_next_start(claims: Engaged) -> None:
    now = claims.ws.now()
    job = Job(id="j_1", engagement_id=claims.id, kind=JobKind.ANALYSE_TRANSCRIPT, title="a.txt", created_at=now, updated_at=now)
    async with claims.ws.database.unit() as unit:
        await unit.jobs.add(job)
        await unit.uploads.put(claims.id, job.id, "a.txt", KICKOFF)
    async with running(claims.ws):
        await finished(claims)
    assert (await get_job(claims.ws, claims.id, "j_1")).state is JobState.DONE
    assert (await claims.conversations())[0].state is ConversationState.ANALYSED


async def test_an_assessment_that_a_terminal_left_is_done_by_the_server_that_runs_beside_it(claims: Engaged) -> None:
    await upload_transcript(claims.ws, claims.id, "a.txt", KICKOFF, "lead")
    await finished(claims)
    at = claims.ws.now()
    async with running(claims.ws) as server:
        for name, age in (("j_left", 61), ("j_fresh", 1)):
            then = at - timedelta(seconds=age)
            job = Job(id=name, engagement_id=claims.id, kind=JobKind.ASSESS, title="", created_at=then, updated_at=then)
            async with claims.ws.database.unit() as unit:
                await unit.jobs.add(job)
        await server.take_up_left()
        await until(lambda: is_done("j_left", claims))
        assert (await get_job(claims.ws, claims.id, "j_fresh")).state is JobState.QUEUED


async def is_done(job: str, claims: Engaged) -> bool:
    return (await get_job(claims.ws, claims.id, job)).state is JobState.DONE


async def test_a_server_that_takes_up_thousands_of_jobs_is_there_before_all_are_handed_in(
    claims: Engaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_AT_START", 1)
    monkeypatch.setattr(durable, "_IDS_AT_ONCE", 2)
    now = claims.ws.now()
    kind = JobKind.ANALYSE_TRANSCRIPT
    jobs = [Job(id=f"j_{at}", engagement_id=claims.id, kind=kind, title="a.txt", created_at=now, updated_at=now) for at in range(5)]
    async with claims.ws.database.unit() as unit:
        await unit.jobs.add_all(jobs)
        await unit.uploads.put_all(claims.id, [(job.id, "a.txt", KICKOFF) for job in jobs])
    submit, handed_in, open_for_all = Durable.submit, list[str](), asyncio.Event()

    async def slowly(self: Durable, job: Job, *, delay: float = 0.0) -> None:
        if job.kind is kind and job.id != "j_0":
            await open_for_all.wait()
        handed_in.append(job.id)
        await submit(self, job, delay=delay)

    monkeypatch.setattr(Durable, "submit", slowly)
    async with running(claims.ws):
        assert "j_0" in handed_in and "j_1" not in handed_in
        open_for_all.set()
        await finished(claims)
    assert [one for one in handed_in if one.startswith("j_") and len(one) == 3] == [job.id for job in jobs]
    assert {(await get_job(claims.ws, claims.id, job.id)).state for job in jobs} == {JobState.DONE}


async def test_only_one_server_works_with_an_sqlite_database(claims: Engaged) -> None:
    async with running(claims.ws):
        with pytest.raises(StorageError, match="Another server works with this database"):
            await Durable.start(claims.ws)


async def test_a_job_that_stops_for_an_unforeseen_reason_says_so_and_can_be_tried_again(
    claims: Engaged, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("discovery_agent.discovery.analysing.read_transcript_bytes", lambda *_, **__: 1 / 0)
        job = await claims.upload(KICKOFF)
    assert job.state is JobState.FAILED and job.message and job.remedy == "Try it again." and "ZeroDivisionError" in caplog.text
    again = await try_again(claims.ws, claims.id, job.id)
    await claims.ws.settle()
    assert (await get_job(claims.ws, claims.id, again.id)).state is JobState.DONE
    assert len(await claims.conversations()) == 1


async def test_a_job_that_has_not_failed_cannot_be_tried_again(claims: Engaged) -> None:
    job = await claims.upload(KICKOFF)
    with pytest.raises(InvalidRequest, match="failed"):
        await try_again(claims.ws, claims.id, job.id)


async def test_several_requests_at_once_lead_to_one_assessment(claims: Engaged) -> None:
    async with running(claims.ws):
        await upload_transcript(claims.ws, claims.id, "a.txt", KICKOFF, "lead")
        await finished(claims)
        asked = [await request_assessment(claims.ws, claims.id) for _ in range(5)]
        assert len({job.id for job in asked}) == 1
        await finished(claims)


@pytest.mark.parametrize("durably", [False, True])
async def test_files_that_come_together_lead_to_one_assessment(claims: Engaged, durably: bool) -> None:
    async with running(claims.ws) if durably else nullcontext():
        for name, data in (("a.txt", KICKOFF), ("b.txt", FOLLOW_UP), ("c.txt", LONG.encode())):
            await upload_transcript(claims.ws, claims.id, name, data, "lead")
        await (finished(claims) if durably else claims.ws.settle())
    assessments = [job.kind for job in await claims.jobs()].count(JobKind.ASSESS)
    # A worker may have read the first file before the last one is there; what comes while it reads is assessed together.
    assert assessments == 1 or (durably and assessments < 4)
    overview = await assessment_overview(claims.ws, claims.id)
    assert overview is not None and overview.conversations == 3


async def test_an_assessment_waits_for_what_is_being_read_and_is_hurried_once_nothing_is(claims: Engaged) -> None:
    asked: list[tuple[str, float]] = []

    class Noted:
        """A runner that runs nothing."""

        async def submit(self, job: Job, *, delay: float = 0.0) -> None:
            asked.append((job.id, delay))

    set_runner(claims.ws, Noted())
    reading = await upload_transcript(claims.ws, claims.id, "a.txt", KICKOFF, "lead")
    waits = await request_assessment(claims.ws, claims.id)
    async with claims.ws.database.unit() as unit:
        await unit.jobs.update(reading.model_copy(update={"state": JobState.RUNNING, "done": 1, "total": 1}))
    hurried = await request_assessment(claims.ws, claims.id)
    set_runner(claims.ws, None)
    assert waits.id == hurried.id
    assert asked == [(reading.id, 0.0), (waits.id, READING_SECONDS), (waits.id, 0.0)]


async def test_a_job_that_has_ended_stays_as_it_ended(claims: Engaged) -> None:
    job = await claims.upload(KICKOFF)
    await end(claims.ws, claims.id, job.id, Ended(state=JobState.FAILED, message="It was cut off."))
    assert await get_job(claims.ws, claims.id, job.id) == job


async def test_what_a_person_decides_on_a_finding_is_assessed_by_the_server(claims: Engaged) -> None:
    async with running(claims.ws):
        await upload_transcript(claims.ws, claims.id, "a.txt", KICKOFF, "lead")
        await finished(claims)
        goal = next(one for one in await claims.findings() if one.finding.kind is FindingKind.BUSINESS_GOAL)
        await correct_finding(claims.ws, claims.id, goal.finding.id, status=FindingStatus.REJECTED, version=goal.version, actor="lead")
        await finished(claims)
    named = [node.statement for node in (await claims.assessment()).goal_tree.business_goals]
    assert goal.finding.statement not in named


async def test_how_a_job_ended_is_not_noted_where_its_engagement_is_gone(claims: Engaged) -> None:
    job = await claims.upload(KICKOFF)
    async with claims.ws.database.unit() as unit:
        await unit.engagements.delete(claims.id)
    await end(claims.ws, claims.id, job.id, Ended())


async def test_on_postgresql_a_living_process_takes_over_from_one_that_was_killed(
    server: FakeModelServer, model_settings: Settings, opened: Open, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = await request.getfixturevalue("postgres").migrated()
    settings = model_settings.model_copy(update={"database_url": url, "concurrency": 2})
    long = await engaged(await opened(settings))
    (tmp_path / "long.txt").write_text(LONG)
    server.choose = counted = Counted(3)
    process = another_process(settings, long.id, tmp_path / "long.txt")
    try:
        await counted.keeps_waiting(2)
        async with running(long.ws) as survivor:
            await survivor.take_over()  # whoever lives keeps its work
            assert (await long.jobs())[0].state is JobState.RUNNING
            process.send_signal(signal.SIGKILL)
            await asyncio.to_thread(process.wait)
            counted.opens()
            server.choose = after = Counted()

            async def taken_over() -> bool:
                await survivor.take_over()
                return ended(await long.jobs()) and len(await long.jobs()) == 2

            await until(taken_over)
    finally:
        process.kill()
    assert {job.state for job in await long.jobs()} == {JobState.DONE}
    assert set(after.answered.values()) == {1} and not set(after.answered) & set(list(counted.answered)[:3])
    assert await latest_assessment(long.ws, long.id) is not None
