"""Several worker processes on one PostgreSQL: whatever ends one of them, every transcript is read, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.settings import Settings
from discovery_agent.storage import ExtractionState
from tests.discovery.jobs.working import Engaged, ended, engaged, until
from tests.fake_model_server import FakeModelServer
from tests.scale.conftest import Start
from tests.scale.reading import LINES, Read, transcript

pytestmark = pytest.mark.slow
TOPICS = ("letters", "scans", "calls")
CONCURRENCY = 2


@asynccontextmanager
async def submitter(settings: Settings) -> AsyncIterator[tuple[Engaged, Durable]]:
    """A process that hands work in and does none of it."""
    async with await Workspace.open(settings) as ws:
        durable = await Durable.start(ws, poll_seconds=0.02, works=False)
        try:
            yield await engaged(ws), durable
        finally:
            await durable.stop()


async def hand_in(claims: Engaged) -> None:
    for topic in TOPICS:
        await upload_transcript(claims.ws, claims.id, f"{topic}.txt", transcript(topic), "lead")


async def transcripts(claims: Engaged) -> list[Job]:
    return [job for job in await claims.jobs() if job.kind is JobKind.ANALYSE_TRANSCRIPT]


async def all_is_read(claims: Engaged, durable: Durable | None = None) -> None:
    async def done() -> bool:
        if durable is not None:
            await durable.take_over()
        jobs = await claims.jobs()
        return ended(jobs) and any(job.kind is JobKind.ASSESS for job in jobs)

    await until(done)


async def expect_each_window_once(claims: Engaged) -> int:
    """Every job is done, every utterance was read in exactly one window, and each window gave its one finding; how many there are."""
    assert {job.state for job in await claims.jobs()} == {JobState.DONE}
    total = 0
    for job in await transcripts(claims):
        windows = await claims.windows(job.conversation_id or "")
        assert {one.state for one in windows} == {ExtractionState.DONE}
        assert [at for one in windows for at in range(one.first, one.last + 1)] == list(range(LINES))
        assert all(len(one.finding_ids) == 1 for one in windows)
        total += len(windows)
    findings = await claims.findings()
    assert len(findings) == len({one.finding.statement for one in findings}) == total > 2 * len(TOPICS)
    return total


async def test_a_worker_is_killed_and_the_others_read_on_without_paying_for_anything_that_had_arrived(
    settings: Settings, server: FakeModelServer, start: Start
) -> None:
    server.choose = model = Read()
    model.keep_waiting("first", after=7)
    async with submitter(settings) as (claims, durable):
        first = start("first", "worker")
        first.says("(Working) for postgresql://")
        await hand_in(claims)
        await model.keeps_waiting("first", CONCURRENCY)  # it can ask no more: what it was answered has arrived
        arrived = set(model.answered)
        assert len(arrived) == 7

        second = start("second", "worker")  # a worker that comes later takes up what waits

        async def helps() -> bool:
            return any(job.state is JobState.DONE for job in await transcripts(claims))

        await until(helps)
        assert JobState.RUNNING in {job.state for job in await transcripts(claims)}
        under_way = {question for question, who in model.asked.items() if "first" in who} - arrived
        first.kill()
        model.answer_all()
        await all_is_read(claims, durable)

        windows = await expect_each_window_once(claims)
        asked_twice = {question for question, who in model.asked.items() if len(who) > 1}
        assert asked_twice == under_way and len(under_way) == CONCURRENCY
        assert all(model.asked[question] == ["first", "second"] for question in under_way)
        assert all(model.asked[question] == ["first"] for question in arrived)
        assert len(model.asked) == 2 * windows
        async with claims.ws.database.reading() as unit:
            spent = await unit.spending.total(claims.id)
        assert spent.calls + spent.cached_calls == 2 * windows
        second.terminate()
        assert second.ended()[0] == 0


async def test_a_worker_that_is_told_to_stop_ends_the_windows_it_reads_and_hands_over_the_rest(
    settings: Settings, server: FakeModelServer, start: Start
) -> None:
    server.choose = model = Read()
    model.keep_waiting("first", after=4)
    async with submitter(settings) as (claims, durable):
        first = start("first", "worker")
        first.says("(Working) for postgresql://")
        await hand_in(claims)
        await model.keeps_waiting("first", CONCURRENCY)
        first.terminate()
        model.answer_all()
        code, last = first.ended()
        assert code == 0 and "Stopped. What was not finished, others or the next start will finish." in last
        read = model.answered.total()
        assert read >= 4 + CONCURRENCY and JobState.DONE not in {job.state for job in await transcripts(claims)}

        start("second", "worker").says("(Working) for postgresql://")
        await all_is_read(claims, durable)
        assert len(model.asked) == 2 * await expect_each_window_once(claims)
        assert set(model.answered.values()) == {1} and all(len(who) == 1 for who in model.asked.values())


async def test_two_workers_together_spend_no_more_than_the_cap(
    settings: Settings, shared: dict[str, object], server: FakeModelServer, start: Start
) -> None:
    price = (100 * 20.0 + 20 * 2.0) / 1e6  # of a call, as the server of the test reports it
    # Room for one call at a time, since none of them is known beforehand to be so short; and for few of those.
    shared |= {"input_price_usd": 20.0, "max_cost_usd": (cap := 0.06)}
    server.choose = model = Read()
    async with submitter(settings) as (claims, durable):
        workers = [start(name, "worker") for name in ("first", "second")]
        for worker in workers:
            worker.says("(Working) for postgresql://")
        await hand_in(claims)

        async def ended_all() -> bool:
            await durable.take_over()
            return ended(await transcripts(claims))

        await until(ended_all)
        async with claims.ws.database.reading() as unit:
            charged = await unit.charges.of(claims.id, claims.ws.now())
            booked = await unit.spending.total(claims.id)
        assert charged.held == 0 and charged.spent == pytest.approx(model.answered.total() * price)
        assert 0 < charged.spent <= cap and booked.cost_usd is not None and booked.cost_usd <= charged.spent + 1e-9
        assert any("The cap of USD 0.06 has no room" in (job.message or "") for job in await transcripts(claims))


@pytest.mark.exhaustive
def test_several_that_start_at_once_on_a_new_database_all_work(start: Start) -> None:
    workers = [start(name, "worker") for name in ("first", "second", "third")]
    for worker in workers:
        worker.says("(Working) for postgresql://")
    for worker in workers:
        worker.terminate()
    assert [worker.ended()[0] for worker in workers] == [0, 0, 0]
    assert not any("[error]" in worker.log or "Traceback" in worker.log for worker in workers)
