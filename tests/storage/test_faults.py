from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from discovery_agent.errors import DiscoveryError, StorageError
from discovery_agent.storage import Database, engines, sqlite_url
from discovery_agent.storage.faults import as_storage_error
from tests.storage.filling import engagement, started
from tests.storage.postgres import Postgres, running_postgres

SECRET = "s3cret-w0rd"


async def _refused(url: str) -> StorageError:
    """The error of opening a database: it says what to do, and nothing of a driver's error gets out."""
    with pytest.raises(DiscoveryError) as refused:
        await Database.open(url)
    assert isinstance(refused.value, StorageError)
    assert refused.value.what and refused.value.remedy
    return refused.value


@contextmanager
def _without_rights() -> Iterator[None]:
    """The rights of an ordinary user, also for tests that run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "discovery.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file.db?mode=ro",
        "mysql://root@localhost/discovery",
        f"postgresql://ada:{SECRET}@host:notaport/db",
        f"postgresql//ada:{SECRET}@host/db",
        f"oracle://ada:{SECRET}@host/db",
    ],
)
async def test_a_url_that_names_no_database_is_refused_without_repeating_its_password(url: str) -> None:
    refused = await _refused(url)
    assert "sqlite:///" in (refused.remedy or "")
    assert SECRET not in "".join(traceback.format_exception(refused))


@pytest.mark.parametrize("name", ["plain.db", "Über uns #1 100%.db", "what?.db"])
async def test_any_name_of_a_file_will_do(tmp_path: Path, name: str) -> None:
    file = tmp_path / "new folder" / name
    database = await Database.open(sqlite_url(file))
    await started(database)
    await database.aclose()
    assert file.stat().st_size > 0


async def test_the_file_of_a_database_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "discovery.db"
    database = await Database.open(sqlite_url(file))
    await started(database)
    assert {one.stat().st_mode & 0o077 for one in tmp_path.iterdir()} == {0}
    await database.aclose()


@pytest.mark.parametrize("content", [b"This is a letter, and no database. " * 200, b"SQLite format 3\x00" + b"\xff" * 8000])
async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "discovery.db"
    file.write_bytes(content)
    refused = await _refused(sqlite_url(file))
    assert "damaged" in refused.what
    assert file.read_bytes() == content


async def test_a_file_that_is_damaged_inside_is_told_when_it_is_met(tmp_path: Path) -> None:
    file = tmp_path / "discovery.db"
    database = await Database.open(sqlite_url(file))
    async with database.unit() as unit:
        for number in range(300):
            await unit.engagements.add(engagement(f"Number {number}", minutes=number))
    await database.aclose()
    data = bytearray(file.read_bytes())
    for page in range(3 * 4096, len(data), 4096):
        data[page : page + 4096] = b"\xee" * 4096
    file.write_bytes(data)
    with pytest.raises(StorageError, match="damaged"):
        await _listed(file)


async def _listed(file: Path) -> None:
    database = await Database.open(sqlite_url(file))
    try:
        async with database.reading() as unit:
            await unit.engagements.list(limit=None)
    finally:
        await database.aclose()


async def test_a_folder_without_rights_is_told(tmp_path: Path) -> None:
    database = await Database.open(sqlite_url(tmp_path / "warm.db"))
    await database.aclose()
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    with _without_rights():
        refused = await _refused(sqlite_url(folder / "discovery.db"))
    assert "cannot be made or written" in refused.what


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot be made or written" in (await _refused(sqlite_url(tmp_path))).what


async def test_a_full_disk_loses_the_unit_and_nothing_else(tmp_path: Path) -> None:
    room = 120

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count={room}")

    event.listen(Engine, "connect", limit)
    try:
        database = await Database.open(sqlite_url(tmp_path / "discovery.db"))
        of = await started(database)
        with pytest.raises(StorageError, match="full"):
            async with database.unit() as unit:
                await unit.uploads.put(of, "u", "large.vtt", bytes(room * 4096))
        async with database.unit() as unit:
            assert await unit.uploads.list(of) == []
            await unit.uploads.put(of, "u", "small.vtt", b"Hello.")
        await database.aclose()
    finally:
        event.remove(Engine, "connect", limit)


async def test_a_writer_waits_for_another_process_instead_of_failing(tmp_path: Path) -> None:
    file = tmp_path / "discovery.db"
    database = await Database.open(sqlite_url(file))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(started(database))
    done, _ = await asyncio.wait({writing}, timeout=0.3)
    assert not done
    other.execute("COMMIT")
    other.close()
    of = await writing
    async with database.reading() as unit:
        assert (await unit.engagements.get(of)).id == of
    await database.aclose()


async def test_a_writer_that_waited_too_long_says_that_the_database_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.05)
    file = tmp_path / "discovery.db"
    database = await Database.open(sqlite_url(file))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="busy"):
        await started(database)
    other.close()
    await started(database)
    await database.aclose()


async def test_postgres_that_is_not_there_is_told_without_the_password() -> None:
    refused = await _refused(f"postgresql://ada:{SECRET}@127.0.0.1:1/discovery?password={SECRET}")
    assert "cannot be reached" in refused.what and refused.where == "postgresql://ada:***@127.0.0.1:1/discovery"
    assert SECRET not in "".join(traceback.format_exception(refused))


async def test_a_database_that_postgres_does_not_have_is_told(postgres: Postgres) -> None:
    assert "no database" in (await _refused(postgres.url("none"))).what


async def test_a_user_whom_postgres_does_not_know_is_told(postgres: Postgres) -> None:
    assert "user" in (await _refused(postgres.url("postgres").replace("discovery@", "nobody@"))).what


async def test_an_option_that_postgres_does_not_know_is_told(postgres: Postgres) -> None:
    assert "option" in (await _refused(postgres.url("postgres") + f"&no_such_option={SECRET}")).what


async def test_a_user_who_may_not_make_tables_is_told(postgres: Postgres) -> None:
    url = postgres.empty()
    guest = url.replace("discovery@", "guest@")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute("CREATE ROLE guest LOGIN")
        assert "may not" in (await _refused(guest)).what
        connection.execute("GRANT USAGE ON SCHEMA public TO guest")
        assert "may not" in (await _refused(guest)).what


async def test_no_secret_of_a_url_is_ever_logged(postgres: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = postgres.empty().replace("discovery@", f"discovery:{SECRET}@") + f"&password={SECRET}"
    database = await Database.open(url)
    await started(database)
    assert SECRET not in database.shown and SECRET not in repr(database)
    await database.aclose()
    assert SECRET not in caplog.text


async def test_a_server_that_stops_is_told_and_used_again_once_it_is_back() -> None:
    with running_postgres() as server:
        database = await Database.open(server.empty())
        of = await started(database)
        server.stop()
        for _ in range(2):
            with pytest.raises(StorageError) as refused:
                await started(database)
            assert refused.value.remedy
        server.start()
        async with database.unit() as unit:
            assert (await unit.engagements.get(of)).id == of
        await started(database)
        await database.aclose()


async def test_a_server_that_stops_in_the_middle_of_a_unit_is_told() -> None:
    with running_postgres() as server:
        database = await Database.open(server.empty())

        async def interrupted() -> None:
            async with database.unit() as unit:
                await unit.engagements.add(engagement())
                server.stop()
                await unit.engagements.add(engagement())

        with pytest.raises(StorageError):
            await interrupted()
        server.start()
        async with database.reading() as unit:
            assert await unit.engagements.list() == ([], 0)
        await database.aclose()


@pytest.mark.parametrize(
    ("cause", "sign"),
    [
        (psycopg.errors.DiskFull("x"), "full"),
        (psycopg.errors.TooManyConnections("x"), "no room"),
        (psycopg.errors.DeadlockDetected("x"), "each other's way"),
        (psycopg.errors.ReadOnlySqlTransaction("x"), "no writes"),
        (psycopg.errors.AdminShutdown("x"), "shutting down"),
        (psycopg.errors.LockNotAvailable("x"), "busy"),
        (psycopg.errors.ConnectionFailure("x"), "broke"),
        (psycopg.errors.InternalError_("x"), "internal"),
        (psycopg.errors.UndefinedColumn("x"), "42703"),
        (psycopg.OperationalError("connection failed: could not resolve host"), "not known"),
        (psycopg.OperationalError("connection timeout expired"), "does not answer"),
        (psycopg.OperationalError('FATAL: password authentication failed for user "ada"'), "user and password"),
    ],
)
def test_each_fault_of_postgres_says_what_to_do(cause: psycopg.Error, sign: str) -> None:
    error = as_storage_error(DBAPIError("SELECT 1", {}, cause), "postgresql://host/db")
    assert sign in error.what and error.remedy and error.where == "postgresql://host/db"


def test_an_error_that_nobody_foresaw_is_a_storage_error_all_the_same() -> None:
    error = as_storage_error(SQLAlchemyError("something with user data"), "sqlite:///x.db")
    assert error.remedy and "user data" not in str(error)
