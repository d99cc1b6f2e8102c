from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from discovery_agent.storage import Database
from tests.storage.filling import answer, interviewed

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
async def test_after_a_kill_everything_committed_is_there_and_nothing_half(database: Database, url: str) -> None:
    of, talk = await interviewed(database)
    for lines in (1, 4, 9, 16):
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.storage.writer", url, of, talk], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout
        for _ in range(lines):
            assert writer.stdout.readline(), "the writer ended by itself"
        writer.kill()
        told = [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        again = await Database.open(url)
        async with again.reading() as unit:
            said = await unit.conversations.utterances(of, talk)
            found = [one async for one in unit.findings.all(of)]
        await again.aclose()
        assert len(said) >= (told[-1] if told else lines)
        assert [one.text for one in said] == [f"Answer {index}" for index in range(len(said))]
        assert [one.finding.statement for one in found] == [one.text for one in said]


async def test_two_processes_see_what_the_other_wrote_however_often_each_opens_the_database(database: Database, url: str) -> None:
    of, talk = await interviewed(database)
    for index in range(0, 4, 2):
        # Opened a second time in this process, and closed again: SQLite's locks of the first must survive it.
        await (await Database.open(url)).aclose()
        other = subprocess.run([sys.executable, "-m", "tests.storage.writer", url, of, talk, "1"], cwd=ROOT, capture_output=True, text=True)
        assert other.returncode == 0, other.stderr
        async with database.unit() as unit:
            await unit.conversations.append(of, talk, answer(index + 1))
    async with database.reading() as unit:
        assert [one.index for one in await unit.conversations.utterances(of, talk)] == [0, 1, 2, 3]
