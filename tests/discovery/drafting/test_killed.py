"""A process that is killed while it stores a draft: after the next start there is exactly one version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from discovery_agent.discovery.drafting import blueprint_versions
from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.jobs import get_job, list_jobs
from discovery_agent.domain.engagement import JobKind, JobState
from tests.discovery.drafting.drafted import drafted
from tests.discovery.jobs.working import until
from tests.discovery.service import Clock, opened_workspace

_ROOT = Path(__file__).parents[3]
_DIES = """
import asyncio, os, signal, sys
from discovery_agent.discovery.drafting import draft_blueprint, work
from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings

async def main():
    engagement, when = sys.argv[1:]
    stores = work.store

    async def dies(*given):
        if when == "after":
            await stores(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    work.store = dies
    ws = await Workspace.open(Settings.load())
    await Durable.start(ws, poll_seconds=0.02)
    await draft_blueprint(ws, engagement, "Lea")
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_it_stores_a_draft_exactly_one_version_is_there(tmp_path: Path, clock: Clock, when: str) -> None:
    async with opened_workspace(tmp_path, clock) as ws:
        engagement = await drafted(ws, "automate")
    env = {"DISCOVERY_DATA_DIR": str(tmp_path / "data"), "DISCOVERY_CACHE_DIR": str(tmp_path / "cache"), "PATH": os.environ["PATH"]}
    process = subprocess.run([sys.executable, "-c", _DIES, engagement.id, when], env=env, cwd=_ROOT, timeout=120, check=False)
    assert process.returncode == -signal.SIGKILL
    async with opened_workspace(tmp_path, clock) as ws:
        durable = await Durable.start(ws, poll_seconds=0.02)
        try:
            (job,) = [one for one in await list_jobs(ws, engagement.id) if one.kind is JobKind.DRAFT]

            async def done() -> bool:
                return (await get_job(ws, engagement.id, job.id)).state in (JobState.DONE, JobState.FAILED)

            await until(done)
            assert (await get_job(ws, engagement.id, job.id)).state is JobState.DONE
            versions, total = await blueprint_versions(ws, engagement.id)
            assert total == 1 and versions[0].number == 1
        finally:
            await durable.stop()
