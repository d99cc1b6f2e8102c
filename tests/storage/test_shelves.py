from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.execution import CheckIn
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.storage import Database
from tests.blueprints import blueprint
from tests.storage.filling import START, started


def _check_in(of: str, number: int, kpi: str = "kpi-1", value: float = 4.5) -> CheckIn:
    return CheckIn(
        engagement_id=of,
        id=f"c{number:04d}",
        at=START + timedelta(minutes=number),
        kpi_id=kpi,
        day=date(2026, 3, 1),
        value=value,
        by="Ada (lead)",
    )


async def test_what_is_put_on_a_shelf_is_read_as_it_was_and_by_its_group(database: Database) -> None:
    of = await started(database)
    first, second, other = _check_in(of, 1), _check_in(of, 2), _check_in(of, 3, kpi="kpi-2")
    async with database.unit() as unit:
        for one in (second, other, first):
            await unit.check_ins.add(one)
    async with database.reading() as unit:
        assert await unit.check_ins.get(of, first.id) == first
        assert await unit.check_ins.list(of) == ([first, second, other], 3)
        assert await unit.check_ins.list(of, newest_first=True, limit=1) == ([other], 3)
        assert await unit.check_ins.list(of, group="kpi-1", offset=1) == ([second], 2)
        assert await unit.check_ins.latest(of) == other
        assert [one async for one in unit.check_ins.all(of)] == [first, second, other]
        assert await unit.lessons.list(of) == ([], 0)


async def test_of_two_who_store_the_same_id_the_later_is_refused_and_changes_nothing(database: Database) -> None:
    of = await started(database)
    async with database.unit() as unit:
        await unit.check_ins.add(_check_in(of, 1))
    with pytest.raises(StaleVersion, match="Somebody stored this check-in"):
        async with database.unit() as unit:
            await unit.check_ins.add(_check_in(of, 1, value=9.0))
    async with database.reading() as unit:
        assert (await unit.check_ins.get(of, "c0001")).value == 4.5


async def test_the_later_of_two_changes_to_one_version_is_refused(database: Database) -> None:
    of = await started(database)
    async with database.unit() as unit:
        stored = await unit.check_ins.add(_check_in(of, 1))

    async def change(value: float) -> float | StaleVersion:
        try:
            async with database.unit() as unit:
                return (await unit.check_ins.update(stored.model_copy(update={"value": value}))).value
        except StaleVersion as error:
            return error

    results = await asyncio.gather(*(change(float(value)) for value in range(8)))
    won = [one for one in results if isinstance(one, float)]
    async with database.reading() as unit:
        now = await unit.check_ins.get(of, stored.id)
    assert len(won) == 1 and now.value == won[0] and now.version == 2


async def test_shelves_of_another_engagement_are_not_seen(database: Database) -> None:
    of, other = await started(database), await started(database)
    async with database.unit() as unit:
        await unit.check_ins.add(_check_in(of, 1))
    async with database.unit() as unit:
        assert await unit.check_ins.find(other, "c0001") is None
        with pytest.raises(NotFound):
            await unit.check_ins.get(other, "c0001")
        with pytest.raises(NotFound):
            await unit.check_ins.update(_check_in(other, 1))
        await unit.check_ins.delete(other, "c0001")
        assert await unit.check_ins.find(of, "c0001")


async def test_nothing_is_put_into_an_engagement_that_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.check_ins.add(_check_in("e_none", 1))


async def test_half_a_letter_is_refused_before_it_is_stored(database: Database) -> None:
    of = await started(database)
    with pytest.raises(InvalidRequest):
        async with database.unit() as unit:
            await unit.check_ins.add(_check_in(of, 1).model_copy(update={"note": "\ud800"}))


async def test_a_list_of_versions_is_made_of_their_heads_and_reads_no_version(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    of = await started(database)
    async with database.unit() as unit:
        for number in (1, 2, 3):
            await unit.blueprints.add(blueprint(of, number))
        with pytest.raises(StaleVersion):
            await unit.blueprints.add(blueprint(of, 2))
        await unit.blueprints._heads.delete(of, "v0002")  # as an earlier release left it
    read: list[str] = []
    monkeypatch.setattr(Blueprint, "model_validate_json", classmethod(lambda _, body: read.append(body) or blueprint(of, 2)))
    async with database.reading() as unit:
        heads, total = await unit.blueprints.heads(of, 0, 2)
    assert [one.number for one in heads] == [3, 2] and total == 3 and len(read) == 1
    assert heads[0].content_hash == blueprint(of, 3).content_hash and heads[0].title == "Claims handling"
