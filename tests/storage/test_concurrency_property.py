"""Whatever the number and order of writers: nothing is lost, doubled or out of order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery_agent.errors import StaleVersion
from discovery_agent.storage import Database, sqlite_url
from tests.storage.filling import answer, engagement, interviewed
from tests.storage.postgres import Postgres

_quietly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Opened:
    """A database with an event loop of its own, for tests that are no coroutines."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.database = self.runner.run(Database.open(url))

    def close(self) -> None:
        self.runner.run(self.database.aclose())
        self.runner.close()


@pytest.fixture(params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        opened = Opened(server.empty())
    else:
        opened = Opened(sqlite_url(tmp_path / "discovery.db"))
    yield opened
    opened.close()


@_quietly
@given(writers=st.lists(st.integers(0, 4), min_size=2, max_size=8))
def test_no_change_is_lost_when_several_change_one_thing(opened: Opened, writers: list[int]) -> None:
    """Each writer counts the title up; a writer yields to the others for a while between reading and writing."""

    async def scenario() -> None:
        new = engagement("0")
        async with opened.database.unit() as unit:
            await unit.engagements.add(new)

        async def count_up(pauses: int) -> bool:
            async with opened.database.reading() as unit:
                seen = await unit.engagements.get(new.id)
            for _ in range(pauses):
                await asyncio.sleep(0)
            try:
                async with opened.database.unit() as unit:
                    await unit.engagements.update(seen.model_copy(update={"title": str(int(seen.title) + 1)}))
                return True
            except StaleVersion:
                return False

        succeeded = sum(await asyncio.gather(*(count_up(pauses) for pauses in writers)))
        async with opened.database.reading() as unit:
            stored = await unit.engagements.get(new.id)
        assert succeeded >= 1
        assert int(stored.title) == succeeded == stored.version - 1

    opened.runner.run(scenario())


@_quietly
@given(sendings=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=10))
def test_each_answer_is_stored_once_whoever_sends_it_how_often(opened: Opened, sendings: list[tuple[int, int]]) -> None:
    """Each sending names the answer it carries; a sender tries again with the next number until it is taken."""

    async def scenario() -> None:
        of, talk = await interviewed(opened.database)

        async def send(key: int, pauses: int) -> str:
            while True:
                async with opened.database.reading() as unit:
                    following = len(await unit.conversations.utterances(of, talk))
                for _ in range(pauses):
                    await asyncio.sleep(0)
                try:
                    async with opened.database.unit() as unit:
                        stored = await unit.conversations.append(of, talk, answer(following, f"Answer {key}", key=f"k{key}"))
                    return stored.text
                except StaleVersion:
                    continue

        told = await asyncio.gather(*(send(key, pauses) for key, pauses in sendings))
        async with opened.database.reading() as unit:
            said = await unit.conversations.utterances(of, talk)
        assert told == [f"Answer {key}" for key, _ in sendings]
        assert [one.index for one in said] == list(range(len(said)))
        assert sorted(one.text for one in said) == sorted({f"Answer {key}" for key, _ in sendings})

    opened.runner.run(scenario())
