from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from discovery_agent.domain.engagement import AccessKey, AccessRole
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound
from discovery_agent.storage import Database, new_id
from tests.storage.filling import START, person, started


def _key(
    of: str | None, role: AccessRole = AccessRole.LEAD, *, stakeholder_id: str | None = None, one_time: bool = False, minute: int = 0
) -> AccessKey:
    return AccessKey(
        id=new_id("k"),
        engagement_id=of,
        stakeholder_id=stakeholder_id,
        role=role,
        one_time=one_time,
        created_at=START + timedelta(minutes=minute),
    )


async def test_a_key_is_found_by_the_hash_of_its_secret_only(database: Database) -> None:
    of = await started(database)
    key = _key(of)
    async with database.unit() as unit:
        await unit.access.add_key(key, "hash")
        assert await unit.access.by_hash("hash") == key
        with pytest.raises(NotFound):
            await unit.access.by_hash("other")


async def test_keys_are_listed_by_engagement_and_those_of_the_owner_apart(database: Database) -> None:
    of = await started(database)
    old, new, owner = _key(of), _key(of, minute=1), _key(None, AccessRole.OWNER)
    async with database.unit() as unit:
        for number, key in enumerate((old, new, owner)):
            await unit.access.add_key(key, f"hash {number}")
        assert await unit.access.list(of) == [new, old]
        assert await unit.access.list(None) == [owner]


async def test_a_key_belongs_to_an_engagement_and_a_stakeholder_that_are_there(database: Database) -> None:
    of, other = await started(database), await started(database)
    ada = person(of)
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
    for key in (_key("e_none"), _key(other, AccessRole.STAKEHOLDER, stakeholder_id=ada.id)):
        with pytest.raises(NotFound):
            async with database.unit() as unit:
                await unit.access.add_key(key, "hash")


async def test_two_keys_cannot_have_one_secret(database: Database) -> None:
    of = await started(database)
    async with database.unit() as unit:
        await unit.access.add_key(_key(of), "hash")
    with pytest.raises(InvalidRequest):
        async with database.unit() as unit:
            await unit.access.add_key(_key(of), "hash")


async def test_revoking_a_key_closes_its_sessions_and_keeps_the_first_time(database: Database) -> None:
    of, other = await started(database), await started(database)
    key = _key(of)
    async with database.unit() as unit:
        await unit.access.add_key(key, "hash")
        await unit.access.add_session("session", key.id, START + timedelta(days=1))
        with pytest.raises(NotFound):
            await unit.access.revoke(other, key.id, START)
        assert (await unit.access.revoke(of, key.id, START)).revoked_at == START
        assert (await unit.access.revoke(of, key.id, START + timedelta(days=1))).revoked_at == START
        with pytest.raises(NotFound):
            await unit.access.session("session")


async def test_a_session_leads_to_its_key_until_it_is_dropped(database: Database) -> None:
    of = await started(database)
    key = _key(of)
    async with database.unit() as unit:
        await unit.access.add_key(key, "hash")
        await unit.access.add_session("session", key.id, START + timedelta(days=1))
        await unit.access.add_session("old", key.id, START)
        session = await unit.access.session("session")
        assert session.key == key and session.expires_at == START + timedelta(days=1)
        assert await unit.access.drop_expired(START) == 1
        await unit.access.drop_session("session")
        await unit.access.drop_session("session")
        with pytest.raises(NotFound):
            await unit.access.session("session")
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.access.add_session("session", "k_none", START)


async def test_of_many_who_use_a_one_time_link_at_once_one_gets_in(database: Database) -> None:
    key = _key(None, AccessRole.OWNER, one_time=True)
    async with database.unit() as unit:
        await unit.access.add_key(key, "hash")

    async def use() -> bool:
        try:
            async with database.unit() as unit:
                await unit.access.mark_used(key.id, START)
            return True
        except AccessDenied:
            return False

    assert sum(await asyncio.gather(*(use() for _ in range(8)))) == 1


async def test_a_link_that_is_not_one_time_can_be_used_again(database: Database) -> None:
    of = await started(database)
    key = _key(of)
    async with database.unit() as unit:
        await unit.access.add_key(key, "hash")
        await unit.access.mark_used(key.id, START)
        assert (await unit.access.mark_used(key.id, START + timedelta(days=1))).used_at == START + timedelta(days=1)
        with pytest.raises(NotFound):
            await unit.access.mark_used("k_none")


async def test_the_links_of_a_person_go_with_the_person(database: Database) -> None:
    of = await started(database)
    ada = person(of)
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
        await unit.access.add_key(_key(of, AccessRole.STAKEHOLDER, stakeholder_id=ada.id), "hash")
        await unit.stakeholders.delete(of, ada.id)
        assert await unit.access.list(of) == []
