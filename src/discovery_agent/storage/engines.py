"""Connections, set up for what they are used for."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import AdaptedConnection, Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from discovery_agent.errors import StorageError
from discovery_agent.files.private import private_folder
from discovery_agent.storage.address import Address

WAIT_SECONDS = 60
"""How long a writer waits for its turn."""
_READERS = 12
_CONNECTIONS = 10
_CONNECT_SECONDS = 10


def migrating_engine(address: Address) -> Engine:
    """One connection at a time, for a thread, holding the write lock from the beginning of a transaction."""
    engine = create_engine(address.waiting, poolclass=NullPool, hide_parameters=True, connect_args=connect_args(address))
    if address.file:
        _set_up_sqlite(engine, begin="BEGIN IMMEDIATE", reads_only=False)
    return engine


def writing_engine(address: Address) -> AsyncEngine:
    """For units of work. SQLite has one writer at a time, so its writers queue here, in order, and not at the file's lock."""
    if not address.file:
        return create_async_engine(
            address.asynchronous,
            hide_parameters=True,
            connect_args=connect_args(address),
            pool_size=_CONNECTIONS,
            max_overflow=_CONNECTIONS,
            pool_timeout=WAIT_SECONDS,
            pool_pre_ping=True,
        )
    engine = create_async_engine(
        address.asynchronous,
        hide_parameters=True,
        connect_args=connect_args(address),
        pool_size=1,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
    )
    _set_up_sqlite(engine.sync_engine, begin="BEGIN IMMEDIATE", reads_only=False)
    return engine


def reading_engine(address: Address, writers: AsyncEngine) -> AsyncEngine:
    """For reading: each transaction sees one state, and cannot change it."""
    if not address.file:
        return writers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    engine = create_async_engine(
        address.asynchronous,
        hide_parameters=True,
        connect_args=connect_args(address),
        pool_size=_READERS,
        max_overflow=_READERS,
        pool_timeout=WAIT_SECONDS,
    )
    _set_up_sqlite(engine.sync_engine, begin="BEGIN", reads_only=True)
    return engine


def prepare_file(file: Path, shown: str) -> None:
    """Make the folder and the file if they are missing. Only their owner may read them: they hold what people said in private.

    A file that is there is not opened: closing it again would let go of the locks that SQLite holds on it in this process.

    Raises:
        StorageError: the folder or file cannot be made.
    """
    try:
        if not file.parent.exists():
            private_folder(file.parent)  # what other libraries keep beside it is nobody else's either
        if not file.exists():
            with suppress(FileExistsError):
                os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as error:
        raise StorageError(
            f"The file of the database cannot be made or written ({error.strerror}).",
            where=shown,
            remedy="Give this user the right to write there, or name another place in DISCOVERY_DATABASE_URL or DISCOVERY_DATA_DIR.",
        ) from error


def connect_args(address: Address) -> dict[str, Any]:
    """What the driver is told when it connects."""
    if address.file:
        # Without an isolation level the driver begins no transactions of its own: we begin them.
        return {"timeout": WAIT_SECONDS, "isolation_level": None}
    return {
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "discovery-agent",
        # A server that went away without a word is noticed in a minute, not in hours.
        "keepalives_idle": 30,
        "tcp_user_timeout": WAIT_SECONDS * 1000,
    }


def _set_up_sqlite(engine: Engine, *, begin: str, reads_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        # FULL waits for the disk at each commit, so that also a power cut loses nothing that was said to be stored.
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", f"query_only={'ON' if reads_only else 'OFF'}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        if isinstance(driver, AdaptedConnection):
            # One journey to the connection's thread instead of three.
            driver.run_async(lambda inner: inner.execute(begin))
        else:
            connection.exec_driver_sql(begin)
