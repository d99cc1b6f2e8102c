from __future__ import annotations

import asyncio
import random

import pytest

from discovery_agent.domain.findings import FindingStatus
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.storage import Database
from tests.storage.filling import answer, engagement, finding, interviewed, started


async def test_what_a_unit_wrote_is_undone_when_an_exception_leaves_it(database: Database) -> None:
    class Changed(Exception):
        pass

    async def change_your_mind() -> None:
        async with database.unit() as unit:
            await unit.engagements.add(engagement())
            raise Changed

    with pytest.raises(Changed):
        await change_your_mind()
    async with database.reading() as unit:
        assert await unit.engagements.list() == ([], 0)


async def test_a_unit_is_whole_or_not_there_at_all(database: Database) -> None:
    of, talk = await interviewed(database)

    async def stumble() -> None:
        async with database.unit() as unit:
            await unit.findings.put(of, talk, [finding(talk)])
            await unit.conversations.append(of, talk, answer(0))
            await unit.conversations.append(of, talk, answer(7))

    with pytest.raises(StaleVersion):
        await stumble()
    async with database.reading() as unit:
        record = await unit.conversations.get(of, talk)
    assert (record.utterances, record.findings) == (0, 0)


async def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    of, talk = await interviewed(database, "Hello.")
    async with database.reading() as before:
        assert (await before.conversations.get(of, talk)).utterances == 1
        async with database.unit() as unit:
            await unit.conversations.append(of, talk, answer(1))
        assert (await before.conversations.get(of, talk)).utterances == 1
        assert len(await before.conversations.utterances(of, talk)) == 1
    async with database.reading() as after:
        assert (await after.conversations.get(of, talk)).utterances == 2


async def test_readers_do_not_see_what_is_not_committed_and_do_not_wait_for_it(database: Database) -> None:
    async with database.unit() as unit:
        await unit.engagements.add(engagement())
        async with database.reading() as reader:
            assert await reader.engagements.list() == ([], 0)


async def test_a_reading_unit_cannot_write(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.reading() as unit:
        for attempt in (
            unit.engagements.add(engagement()),
            unit.engagements.delete(of),
            unit.conversations.append(of, talk, answer(0)),
            unit.findings.put(of, talk, [finding(talk)]),
        ):
            with pytest.raises(RuntimeError):
                await attempt
    async with database.reading() as unit:
        assert (await unit.conversations.get(of, talk)).utterances == 0


async def test_a_unit_inside_another_of_the_same_task_is_a_mistake_that_is_told(database: Database) -> None:
    async with database.unit():
        with pytest.raises(RuntimeError, match="inside another"):
            async with database.unit():
                pass
    async with database.unit() as unit:
        await unit.engagements.add(engagement())


async def test_a_refused_addition_loses_the_whole_unit(database: Database) -> None:
    new = engagement()
    async with database.unit() as unit:
        await unit.engagements.add(new)

    async def add_again() -> None:
        async with database.unit() as unit:
            await unit.engagements.add(engagement())
            await unit.engagements.add(new)

    with pytest.raises(InvalidRequest):
        await add_again()
    async with database.reading() as unit:
        assert (await unit.engagements.list())[1] == 1


async def test_many_writers_at_once_all_get_their_turn(database: Database) -> None:
    of = await started(database)

    async def write(number: int) -> None:
        async with database.unit() as unit:
            await unit.uploads.put(of, f"u{number}", "name", b"data")

    await asyncio.gather(*(write(number) for number in range(60)))
    async with database.reading() as unit:
        assert len(await unit.uploads.list(of)) == 60


async def test_two_databases_on_the_same_place_write_in_turns(database: Database, url: str) -> None:
    of, talk = await interviewed(database)
    second = await Database.open(url)

    async def say(through: Database, key: str) -> None:
        while True:
            async with through.reading() as unit:
                following = len(await unit.conversations.utterances(of, talk))
            try:
                async with through.unit() as unit:
                    await unit.conversations.append(of, talk, answer(following, key, key=key))
                return
            except StaleVersion:
                continue

    try:
        await asyncio.gather(*(say((database, second)[number % 2], f"k{number}") for number in range(20)))
    finally:
        await second.aclose()
    async with database.reading() as unit:
        said = await unit.conversations.utterances(of, talk)
    assert sorted(one.text for one in said) == sorted(f"k{number}" for number in range(20))


async def test_a_client_that_goes_away_at_any_moment_leaves_all_or_nothing_and_blocks_nobody(database: Database) -> None:
    of, talk = await interviewed(database)
    steps = random.Random(7)

    async def turn(index: int) -> None:
        async with database.unit() as unit:
            await unit.conversations.append(of, talk, answer(index, f"Answer {index}"))
            await unit.findings.put(of, talk, [finding(talk, f"Answer {index}", said=index)])

    async def interrupted(index: int) -> None:
        task = asyncio.create_task(turn(index))
        for _ in range(steps.randrange(60)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    for _ in range(60):
        async with database.reading() as unit:
            record = await unit.conversations.get(of, talk)
        assert record.findings == record.utterances
        await interrupted(record.utterances)
    async with database.reading() as unit:
        record = await unit.conversations.get(of, talk)
    await turn(record.utterances)
    async with database.reading() as unit:
        assert (await unit.conversations.get(of, talk)).findings == record.findings + 1


async def test_of_two_who_decide_on_a_finding_at_once_one_is_told_to_look_again(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        (seen,) = await unit.findings.put(of, talk, [finding(talk)])

    async def decide(status: FindingStatus) -> bool:
        try:
            async with database.unit() as unit:
                await unit.findings.update(seen.model_copy(update={"finding": seen.finding.model_copy(update={"status": status})}))
            return True
        except StaleVersion:
            return False

    won = await asyncio.gather(*(decide(status) for status in (FindingStatus.CONFIRMED, FindingStatus.REJECTED) * 3))
    assert sum(won) == 1
