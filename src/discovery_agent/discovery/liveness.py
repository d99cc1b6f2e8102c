"""Which processes that share a PostgreSQL database are alive.

Each holds a lock of the database for as long as its connection lives, so a process that was killed has let go of it. Whoever can take the
lock of another knows that it is dead, and keeps others from taking over the same work meanwhile.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from psycopg import AsyncConnection, Error

from discovery_agent.errors import StorageError
from discovery_agent.storage.address import Address

_KIND = 0x0D15C0
# A machine that went down without a word is noticed after about a minute.
_KEEP_ALIVE = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"


class Liveness:
    """The lock of this process, and a look at those of others."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._asking = asyncio.Lock()

    @classmethod
    async def declare(cls, url: str, name: str) -> Self:
        """Be alive under a name, which no other process has.

        Raises:
            StorageError: the database cannot be reached.
        """
        address = Address.parse(url)
        try:
            conninfo = address.url.set(drivername="postgresql").render_as_string(hide_password=False)
            connection = await AsyncConnection.connect(conninfo, autocommit=True)
            await connection.execute(_KEEP_ALIVE)
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", (_KIND, _number(name)))
        except Error as error:
            raise StorageError(
                f"The database cannot be reached: {type(error).__name__}.", where=address.shown, remedy="Check that it runs."
            ) from None
        return cls(connection)

    @asynccontextmanager
    async def dead(self, name: str) -> AsyncIterator[bool]:
        """Whether the process of that name is dead; while the block lasts, nobody else is told so.

        Raises:
            StorageError: the database cannot be reached, so that this process may itself be taken for dead.
        """
        async with self._asking:
            taken = await self._ask("SELECT pg_try_advisory_lock(%s, %s)", name)
            try:
                yield taken
            finally:
                if taken:
                    await self._ask("SELECT pg_advisory_unlock(%s, %s)", name)

    async def aclose(self) -> None:
        """Be alive no more."""
        await self._connection.close()

    async def _ask(self, question: str, name: str) -> bool:
        try:
            row = await (await self._connection.execute(question.encode(), (_KIND, _number(name)))).fetchone()
        except Error as error:
            raise StorageError(f"The connection to the database is lost: {type(error).__name__}.") from None
        return bool(row and row[0])


def _number(name: str) -> int:
    """A name as a number that a lock can have: 32 bits with a sign."""
    return zlib.crc32(name.encode()) - 2**31
