from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from discovery_agent.errors import StorageError
from discovery_agent.knowledge.postgres.tables import metadata as shelves_metadata
from discovery_agent.storage import Database, sqlite_url
from discovery_agent.storage.address import Address
from discovery_agent.storage.migrating import VERSION_TABLE
from discovery_agent.storage.tables import metadata
from tests.storage.filling import started
from tests.storage.postgres import Postgres

ROOT = Path(__file__).parents[2]
OPEN = "import asyncio, sys; from discovery_agent.storage import Database; asyncio.run(Database.open(sys.argv[1])); print('opened')"


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return server.empty()
    return sqlite_url(tmp_path / "discovery.db")


async def test_the_migrations_lead_to_the_tables_that_the_program_works_with(empty: str) -> None:
    await (await Database.open(empty)).aclose()
    with create_engine(Address.parse(empty).waiting).connect() as connection:
        postgres = connection.dialect.name == "postgresql"  # which alone has the tables of shelves
        shelf_tables = {*shelves_metadata.tables} - {"engagements"}
        for described, others in (
            ((metadata, shelf_tables), (shelves_metadata, {*metadata.tables})) if postgres else ((metadata, set[str]()),)
        ):

            def wanted(_: object, name: str | None, kind: str, *__: object, others: set[str] = others) -> bool:
                return kind != "table" or name not in others

            options = {"version_table": VERSION_TABLE, "compare_server_default": True, "include_object": wanted}
            assert compare_metadata(MigrationContext.configure(connection, opts=options), described) == []


async def test_opening_again_keeps_what_is_there(empty: str) -> None:
    database = await Database.open(empty)
    of = await started(database)
    await database.aclose()
    database = await Database.open(empty)
    async with database.reading() as unit:
        assert (await unit.engagements.get(of)).id == of
    await database.aclose()


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(empty: str) -> None:
    await (await Database.open(empty)).aclose()
    with create_engine(Address.parse(empty).waiting).begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version") as refused:
        await Database.open(empty)
    assert refused.value.remedy
    with create_engine(Address.parse(empty).waiting).connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one() == "9999"


async def test_several_that_open_a_new_database_at_once_in_one_process_all_succeed(empty: str) -> None:
    databases = await asyncio.gather(*(Database.open(empty) for _ in range(6)))
    await started(databases[0])
    async with databases[-1].reading() as unit:
        assert (await unit.engagements.list())[1] == 1
    for database in databases:
        await database.aclose()


def test_several_processes_that_open_a_new_database_at_once_all_succeed(empty: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, empty], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(4)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in processes] == ["opened"] * 4


async def test_a_migration_that_fails_leaves_the_database_as_it_was(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    def fail(*_: object, **__: object) -> None:
        raise OSError("no")

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_index", fail)
        with pytest.raises(OSError, match="no"):
            await Database.open(empty)
    with create_engine(Address.parse(empty).waiting).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert context.get_current_heads() == ()
    database = await Database.open(empty)
    await started(database)
    await database.aclose()


@pytest.mark.slow
def test_the_migrations_ship_in_the_wheel(tmp_path: Path) -> None:
    built = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, capture_output=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    ZipFile(wheel).extractall(tmp_path / "installed")
    opened = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); {OPEN}",
            sqlite_url(tmp_path / "new.db"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert opened.stdout.strip() == "opened", opened.stderr
