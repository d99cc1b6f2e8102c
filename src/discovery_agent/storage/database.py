"""The database: opened once by a process, and used in units of work."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import Pool, QueuePool

from discovery_agent.errors import StorageError
from discovery_agent.storage.address import Address
from discovery_agent.storage.engines import reading_engine, writing_engine
from discovery_agent.storage.faults import storage_errors
from discovery_agent.storage.link import Link
from discovery_agent.storage.looking import DatabaseState, look
from discovery_agent.storage.replies import StoredReplies
from discovery_agent.storage.unit import Unit


class Database:
    """An open database, for one event loop.

    async with database.unit() as unit:
        await unit.engagements.add(engagement)
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._writers = writing_engine(address)
        self._readers = reading_engine(address, self._writers)
        self._within: set[asyncio.Task[object] | None] = set()
        self._file_id = self._identity()

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open a database, made and brought up to date where needed: `sqlite:///file` or `postgresql://user@host/name`.

        Raises:
            StorageError: it cannot be understood, reached, opened or changed, or a newer version of the program made it.
        """
        from discovery_agent.storage.migrating import migrate

        address = Address.parse(url)
        await asyncio.to_thread(migrate, address)
        return cls(address)

    def beside(self) -> Self:
        """The same database, for another event loop of this process; to be closed by itself."""
        return type(self)(self._address)

    @property
    def shown(self) -> str:
        """Where it is, without password."""
        return self._address.shown

    @property
    def is_postgres(self) -> bool:
        """Whether several processes can work with it at once at full speed."""
        return self._address.file is None

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """One transaction: it is committed when the block ends, and undone when an exception leaves it.

        Keep it short, and wait for nothing else inside: on SQLite nobody else writes meanwhile.

        Raises:
            StorageError: the database cannot be reached, read or written.
            RuntimeError: this task is in a unit already, for which it might wait for ever.
        """
        task = asyncio.current_task()
        if task in self._within:
            raise RuntimeError("A unit of work inside another would wait for it: use the outer one.")
        self._within.add(task)
        try:
            async with self._transaction(self._writers, writes=True) as unit:
                yield unit
        finally:
            self._within.discard(task)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        """One transaction that sees a single state of the database, and cannot change it. It waits for no writer.

        Raises:
            StorageError: the database cannot be reached or read.
            RuntimeError: something in the block tries to write.
        """
        async with self._transaction(self._readers, writes=False) as unit:
            yield unit

    async def time(self) -> datetime:
        """What the clock of the database's machine says.

        Raises:
            StorageError: the database cannot be reached.
        """
        if self._address.file is not None:
            return datetime.now(UTC)
        with storage_errors(self.shown):
            async with self._readers.connect() as connection:
                return (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one().astimezone(UTC)

    async def state(self) -> DatabaseState:
        """How the database stands: its version, and that of the server. Changes nothing.

        Raises:
            StorageError: the database cannot be reached.
        """
        with storage_errors(self.shown):
            async with self._readers.connect() as connection:
                return await look(connection)

    def connections(self) -> dict[str, tuple[int, int]]:
        """How many connections are in use and how many wait to be used, by what they are for."""
        engines = {"writing": self._writers, "reading": self._readers} if not self.is_postgres else {"all": self._writers}
        return {name: _in_use(engine.sync_engine.pool) for name, engine in engines.items()}

    def replies(self) -> StoredReplies:
        """Replies of a model that all processes share; on PostgreSQL only, and to be closed by itself."""
        return StoredReplies(self._address)

    async def wipe_deleted(self) -> None:
        """Leave nothing of what was deleted in a file of SQLite: pages are overwritten at once, but its log keeps earlier ones for a while.

        Waits for whoever reads. PostgreSQL frees its own space, at its own time.

        Raises:
            StorageError: the log cannot be emptied.
        """
        if self._address.file is None:
            return
        with storage_errors(self.shown):
            async with self._writers.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    busy, *_ = await cursor.fetchone()
        if busy:
            raise StorageError(
                "The log of the database still holds what was deleted, because somebody has been reading for too long.",
                where=self.shown,
                remedy="It is emptied when the program ends.",
            )

    async def aclose(self) -> None:
        """Let go of the database."""
        await self._readers.dispose()
        await self._writers.dispose()

    def _identity(self) -> tuple[int, int] | None:
        """Which file lies at the address; None for PostgreSQL, or where none does."""
        if self._address.file is None:
            return None
        try:
            found = os.stat(self._address.file)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _require_file(self) -> None:
        """What is written to a file that was deleted or replaced is gone when the program ends, so nothing is."""
        if self._address.file is not None and self._identity() != self._file_id:
            raise StorageError(
                "The file of the database was deleted, moved or replaced while the program runs.",
                where=self.shown,
                remedy="Put the file back and start the program again.",
            )

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine, *, writes: bool) -> AsyncIterator[Unit]:
        self._require_file()
        with storage_errors(self.shown):
            async with engine.connect() as connection, connection.begin():
                yield Unit(Link(connection, self.shown, writes=writes))


def _in_use(pool: Pool) -> tuple[int, int]:
    return (pool.checkedout(), pool.checkedin()) if isinstance(pool, QueuePool) else (0, 0)
