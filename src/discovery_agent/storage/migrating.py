"""Bringing a database to the shape that this version of the program works with."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from discovery_agent.errors import StorageError
from discovery_agent.storage.address import Address
from discovery_agent.storage.engines import migrating_engine, prepare_file
from discovery_agent.storage.faults import storage_errors
from discovery_agent.storage.vector_extension import make_vectors

VERSION_TABLE = "discovery_version"
FOLDER = Path(__file__).parent / "migrations"
_LOCK_NUMBER = 0x0D15C0
_WAL_ATTEMPTS = 100
_one_at_a_time = Lock()
"""Alembic keeps the migration under way in globals."""


def migrate(address: Address) -> None:
    """Run the migrations that are missing, all or none; blocks. Of several processes that open at once, one does it.

    Raises:
        StorageError: the database cannot be opened or changed, or a newer version of the program made it.
    """
    if address.file:
        prepare_file(address.file, address.shown)
    engine = migrating_engine(address)
    with _one_at_a_time, storage_errors(address.shown):
        if address.file:
            _use_write_ahead_log(address)
        with engine.connect() as connection, connection.begin():
            if not address.file:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
            _upgrade(connection, address.shown)
            if not address.file:
                make_vectors(connection)
    engine.dispose()


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no file for it."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _upgrade(connection: Connection, shown: str) -> None:
    config = configuration(connection)
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    known = {revision.revision for revision in script.walk_revisions()}
    if not known.issuperset(current):
        raise StorageError(
            "The database was made by a newer version of Discovery Agent.",
            where=shown,
            remedy="Install that version or a later one, or name another database.",
        )
    if set(current) != set(script.get_heads()):
        command.upgrade(config, "head")


def _use_write_ahead_log(address: Address) -> None:
    """Readers do not wait for the writer. The file remembers it; turning it on fails at once while another process does."""
    engine = migrating_engine(address)
    for attempt in range(_WAL_ATTEMPTS):
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
            break
        except Exception as error:
            if "locked" not in str(error) or attempt == _WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.05)
        finally:
            connection.close()
