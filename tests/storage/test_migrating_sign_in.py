"""Signing in came with a migration: what was there before stays, and the way back signs everybody out who had signed in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

from discovery_agent.domain.engagement import AccessKey, AccessRole
from discovery_agent.errors import NotFound
from discovery_agent.storage import Database, new_id, sqlite_url
from discovery_agent.storage.address import Address
from discovery_agent.storage.migrating import configuration
from tests.storage.filling import START, started
from tests.storage.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return server.empty()
    return sqlite_url(tmp_path / "discovery.db")


async def test_keys_and_sessions_by_link_outlive_the_way_back_and_forth(empty: str) -> None:
    database = await Database.open(empty)
    of = await started(database)
    by_link = AccessKey(id=new_id("k"), engagement_id=of, role=AccessRole.LEAD, created_at=START)
    by_address = by_link.model_copy(update={"id": new_id("k"), "email": "ada@example.com"})
    async with database.unit() as unit:
        await unit.access.add_key(by_link, "link")
        await unit.access.add_key(by_address, "address")
        await unit.access.add_session("came by link", by_link.id, START + timedelta(days=1))
        await unit.access.add_session("signed in", by_address.id, START + timedelta(days=1), "ada@example.com")
        assert [key.id for key in await unit.access.by_email("ada@example.com")] == [by_address.id]
        assert (await unit.access.session("signed in")).signed_in == "ada@example.com"
    await database.aclose()
    with create_engine(Address.parse(empty).waiting).connect() as connection:
        with connection.begin():
            command.downgrade(configuration(connection), "0004")
        assert "email" not in {one["name"] for one in inspect(connection).get_columns("access_keys")}
        assert [row[0] for row in connection.execute(text("SELECT secret_hash FROM sessions"))] == ["came by link"]
    database = await Database.open(empty)
    async with database.reading() as unit:
        assert await unit.access.by_hash("link") == by_link and (await unit.access.session("came by link")).signed_in is None
        with pytest.raises(NotFound):
            await unit.access.session("signed in")
    await database.aclose()
