from __future__ import annotations

import pytest

from discovery_agent.domain.conversation import Role
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.storage import Database
from tests.storage.filling import engagement, interview, person, started


async def test_an_engagement_comes_back_as_it_was_stored(database: Database) -> None:
    new = engagement("Schäden \x00 保険 'quoted' 🎯")
    async with database.unit() as unit:
        await unit.engagements.add(new)
    async with database.reading() as unit:
        assert await unit.engagements.get(new.id) == new


async def test_engagements_are_listed_newest_first_and_counted_in_all(database: Database) -> None:
    stored = [engagement(f"Number {number}", minutes=number) for number in range(5)]
    async with database.unit() as unit:
        for one in stored:
            await unit.engagements.add(one)
    async with database.reading() as unit:
        some, total = await unit.engagements.list(offset=1, limit=2)
        beyond, _ = await unit.engagements.list(offset=10**30, limit=10**30)
    assert [one.title for one in some] == ["Number 3", "Number 2"] and total == 5
    assert beyond == []


async def test_the_same_id_cannot_be_added_twice(database: Database) -> None:
    new = engagement()
    async with database.unit() as unit:
        await unit.engagements.add(new)
    with pytest.raises(InvalidRequest):
        async with database.unit() as unit:
            await unit.engagements.add(new)


async def test_a_change_of_an_older_version_is_refused(database: Database) -> None:
    new = engagement()
    async with database.unit() as unit:
        await unit.engagements.add(new)
        changed = await unit.engagements.update(new.model_copy(update={"title": "Claims and complaints"}))
    assert changed.version == new.version + 1
    with pytest.raises(StaleVersion) as refused:
        async with database.unit() as unit:
            await unit.engagements.update(new.model_copy(update={"title": "Complaints"}))
    assert refused.value.remedy
    async with database.reading() as unit:
        assert await unit.engagements.get(new.id) == changed


@pytest.mark.parametrize("unknown", ["e_none", "", "\x00", "' OR 1=1 --", "\ud800", "x" * 100_000])
async def test_whatever_names_no_engagement_is_not_found(database: Database, unknown: str) -> None:
    async with database.reading() as unit:
        with pytest.raises(NotFound):
            await unit.engagements.get(unknown)
    async with database.unit() as unit:
        with pytest.raises((NotFound, InvalidRequest)):
            await unit.engagements.update(engagement().model_copy(update={"id": unknown}))
    async with database.unit() as unit:
        with pytest.raises(NotFound):
            await unit.engagements.delete(unknown)


async def test_people_are_listed_by_name_and_found_whatever_the_case_and_spacing(database: Database) -> None:
    of = await started(database)
    bo, ada = person(of, "bo Lind"), person(of, "Ada  Vogel")
    async with database.unit() as unit:
        await unit.stakeholders.add(bo)
        await unit.stakeholders.add(ada)
    async with database.reading() as unit:
        assert await unit.stakeholders.list(of) == [ada, bo]
        assert await unit.stakeholders.by_name(of, " ADA vogel ") == ada
        assert await unit.stakeholders.by_name(of, "Ada") is None


async def test_a_person_can_be_changed_once_from_each_version(database: Database) -> None:
    of = await started(database)
    ada = person(of)
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
        changed = await unit.stakeholders.update(ada.model_copy(update={"role": Role.SPONSOR, "name": "Ada Brandt"}))
        assert await unit.stakeholders.by_name(of, "ada brandt") == changed
        with pytest.raises(StaleVersion):
            await unit.stakeholders.update(ada)


async def test_a_person_of_another_engagement_is_not_found(database: Database) -> None:
    mine, other = await started(database), await started(database)
    ada = person(mine)
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
    async with database.unit() as unit:
        assert await unit.stakeholders.by_name(other, ada.name) is None
        for attempt in (
            unit.stakeholders.get(other, ada.id),
            unit.stakeholders.update(ada.model_copy(update={"engagement_id": other})),
            unit.stakeholders.delete(other, ada.id),
        ):
            with pytest.raises(NotFound):
                await attempt


async def test_people_belong_to_an_engagement_that_is_there(database: Database) -> None:
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.stakeholders.add(person("e_none"))


async def test_a_person_with_an_interview_stays_until_the_interview_goes(database: Database) -> None:
    of = await started(database)
    ada = person(of)
    talk = interview(of, stakeholder_id=ada.id)
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
        await unit.conversations.add(talk)
    with pytest.raises(InvalidRequest) as refused:
        async with database.unit() as unit:
            await unit.stakeholders.delete(of, ada.id)
    assert refused.value.remedy
    async with database.unit() as unit:
        await unit.conversations.delete(of, talk.id)
        await unit.stakeholders.delete(of, ada.id)
        assert await unit.stakeholders.list(of) == []
