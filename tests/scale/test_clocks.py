"""Clocks that are apart, or jump: no link works for ever, no job waits for ever, and what came later stays later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from discovery_agent.discovery import clock as clock_module
from discovery_agent.discovery.access import invite, is_valid, principal_of
from discovery_agent.discovery.clock import SharedClock
from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.engagements import add_stakeholder
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.errors import AccessDenied
from discovery_agent.settings import Settings
from discovery_agent.storage import Database, new_id
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF, Engaged, ended, engaged, until
from tests.discovery.service import Clock
from tests.storage.postgres import Postgres

HOUR = timedelta(hours=1)


class Wrong(datetime):
    """A clock of a machine that is an hour ahead."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime.now(UTC) + HOUR


@pytest.fixture
async def claims(tmp_path: Path, corpus: Path) -> AsyncIterator[tuple[Engaged, Clock]]:
    """An engagement on SQLite, by a clock that can be set."""
    clock = Clock()
    settings = Settings.load(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", knowledge_dir=corpus)
    async with await Workspace.open(settings, now=clock) as ws:
        yield await engaged(ws), clock


async def test_machines_on_one_postgresql_go_by_its_clock_however_wrong_theirs_are(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings.load(database_url=await postgres.migrated(), data_dir=tmp_path, cache_dir=tmp_path)
    async with await Workspace.open(settings) as right:
        with monkeypatch.context() as wrong_machine:
            wrong_machine.setattr(clock_module, "datetime", Wrong)
            async with await Workspace.open(settings) as wrong:
                before = await right.database.time()
                told = wrong.now()
                assert before - timedelta(seconds=1) < told < await right.database.time() + timedelta(seconds=1)


async def test_between_two_looks_time_goes_on_by_a_clock_that_nobody_can_set(monkeypatch: pytest.MonkeyPatch) -> None:
    class Told(Database):
        def __init__(self, at: datetime) -> None:
            self.at = at

        async def time(self) -> datetime:
            return self.at

    steady, start = 100.0, datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    shared = SharedClock(lambda: steady)
    await shared.look(Told(start))
    monkeypatch.setattr(clock_module, "datetime", Wrong)
    steady += 90.0
    assert shared() == start + timedelta(seconds=90)
    await shared.look(Told(start + timedelta(seconds=91)))
    assert shared() == start + timedelta(seconds=91)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_link_runs_out_on_its_day_though_the_clock_jumped_meanwhile(claims: tuple[Engaged, Clock], jump: timedelta) -> None:
    engagement, clock = claims
    ws = engagement.ws
    person = await add_stakeholder(ws, engagement.id, "Maria Santos")
    key, secret = await invite(ws, engagement.id, person.id, days=1)
    assert key.expires_at is not None and key.expires_at == clock() + timedelta(days=1)
    clock.time += jump
    assert await is_valid(ws, secret)
    clock.time = key.expires_at
    assert not await is_valid(ws, secret)
    with pytest.raises(AccessDenied, match="expired"):
        await principal_of(ws, secret)


async def test_what_is_found_after_the_clock_was_set_back_is_in_the_newest_assessment(claims: tuple[Engaged, Clock]) -> None:
    engagement, clock = claims
    await engagement.upload(KICKOFF, "kickoff.txt")
    first = await engagement.assessment()
    clock.time -= HOUR
    await engagement.upload(FOLLOW_UP, "follow-up.txt")
    second = await engagement.assessment()
    assert second.created_at > first.created_at and [one.title for one in second.change.conversations] == ["follow-up"]
    async with engagement.ws.database.reading() as unit:
        entries, _ = await unit.audit.list(engagement.id, limit=None)
    uploads = [one.detail for one in reversed(entries) if one.action == "transcript.uploaded"]
    assert uploads == ["kickoff.txt", "follow-up.txt"]


async def test_a_conversation_that_is_being_read_is_not_read_again_by_a_job_whose_clock_was_behind(claims: tuple[Engaged, Clock]) -> None:
    engagement, clock = claims
    ws = engagement.ws
    await engagement.upload(KICKOFF, "kickoff.txt")
    (talk,) = await engagement.conversations()
    async with ws.database.unit() as unit:  # as if another process were reading it just now
        await unit.conversations.delete(engagement.id, talk.id)
    await upload_transcript(ws, engagement.id, "kickoff.txt", KICKOFF, "lead")
    reading = Job(
        id=new_id("j"),
        engagement_id=engagement.id,
        kind=JobKind.ANALYSE_TRANSCRIPT,
        title="kickoff.txt",
        state=JobState.RUNNING,
        total=1,
        conversation_id=talk.id,
        created_at=clock() + HOUR,
        updated_at=clock(),
    )
    async with ws.database.unit() as unit:
        await unit.jobs.add(reading)
    await ws.settle()
    assert await engagement.windows(talk.id) == []


async def test_a_job_whose_time_was_set_by_a_wrong_clock_does_not_wait_for_it(
    claims: tuple[Engaged, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    engagement, _ = claims
    ws = engagement.ws
    durable = await Durable.start(ws, poll_seconds=0.02)
    try:
        now = ws.now()
        job = Job(id=new_id("j"), engagement_id=engagement.id, kind=JobKind.ASSESS, title="Assessment", created_at=now, updated_at=now)
        async with ws.database.unit() as unit:
            await unit.jobs.add(job)
        right = time.time
        with monkeypatch.context() as ahead:
            ahead.setattr(time, "time", lambda: right() + 3600)
            await durable.submit(job, delay=30.0)
        await durable.hurry()

        async def done() -> bool:
            return ended(await engagement.jobs())

        await asyncio.wait_for(until(done), 60)
        assert [one.state for one in await engagement.jobs()] == [JobState.DONE]
    finally:
        await durable.stop()
