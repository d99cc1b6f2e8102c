"""A process is killed while it brings a database up to date: the next one finds the old state or the new one, and goes on from there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from discovery_agent.storage import Database, sqlite_url
from discovery_agent.storage.address import Address
from discovery_agent.storage.engines import migrating_engine, prepare_file
from discovery_agent.storage.migrating import VERSION_TABLE, configuration
from tests.storage.postgres import Postgres

FIRST = "0001"
KEPT = "What people said before the update."
# It opens a database, and says `inside` before so many statements of the migration, or before it is committed, and then waits.
OPENS = """
import asyncio, sys
from sqlalchemy import Engine, event
from discovery_agent.storage import Database
left = int(sys.argv[2])

def wait(*_):
    print("inside", flush=True)
    sys.stdin.readline()

def count(*_):
    global left
    left -= 1
    if left == 0:
        wait()

event.listen(Engine, "before_cursor_execute", count)
if left < 0:
    event.listen(Engine, "commit", wait)
asyncio.run(Database.open(sys.argv[1]))
print("opened", flush=True)
"""
BEFORE_THE_COMMIT = -1


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database as the first version left it, with something in it."""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.empty()
    else:
        url = sqlite_url(tmp_path / "discovery.db")
    address = Address.parse(url)
    if address.file:
        prepare_file(address.file, address.shown)
    engine = migrating_engine(address)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), FIRST)
        connection.execute(
            text("INSERT INTO engagements (id, created_at, version, body) VALUES ('e', '2026-03-02', 1, :body)"),
            {"body": f'{{"id": "e", "title": "{KEPT}", "created_at": "2026-03-02T00:00:00Z"}}'},
        )
        connection.execute(
            text(
                "INSERT INTO spending (engagement_id, purpose, at, calls, cached_calls, input_tokens, output_tokens, cost_usd) "
                "VALUES ('e', 'transcript', '2026-03-02', 1, 0, 1, 1, 0.25)"
            )
        )
    engine.dispose()
    return url


def opening(url: str, waits_at: int = 0) -> subprocess.Popen[str]:
    """A process that opens the database."""
    return subprocess.Popen([sys.executable, "-c", OPENS, url, str(waits_at)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def killed(url: str, waits_at: int) -> None:
    """Let a process get so far into the migration, and kill it there."""
    process = opening(url, waits_at)
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    process.kill()
    process.communicate()
    assert said == "inside"


def version(url: str) -> str | None:
    engine = create_engine(Address.parse(url).waiting)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    engine.dispose()
    return found


async def expect_whole(url: str) -> None:
    """Opening it brings it up to date, and what was in it is there."""
    database = await Database.open(url)
    async with database.reading() as unit:
        assert (await unit.engagements.get("e")).title == KEPT
        assert (await unit.spending.total("e")).calls == 1
    await database.aclose()
    engine = create_engine(Address.parse(url).waiting)
    with engine.connect() as connection:
        assert version(url) == ScriptDirectory.from_config(configuration(connection)).get_current_head()
        assert connection.execute(text("SELECT usd FROM charges WHERE engagement_id = 'e'")).scalars().all() == [0.25]
    engine.dispose()


async def test_killed_at_any_point_of_a_migration_nothing_is_lost_and_the_next_start_does_it(old: str) -> None:
    for waits_at in (5, 13, BEFORE_THE_COMMIT):
        killed(old, waits_at)
        assert version(old) == FIRST, waits_at
    await expect_whole(old)


async def test_of_two_that_migrate_at_once_the_second_does_it_if_the_first_is_killed(old: str) -> None:
    first = opening(old, 12)
    assert first.stdout is not None and first.stdout.readline().strip() == "inside"
    second = opening(old)  # waits for the first
    first.kill()
    first.communicate()
    assert second.communicate(timeout=120)[0].split() == ["opened"]
    await expect_whole(old)
