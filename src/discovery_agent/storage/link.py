"""One open transaction, as the repositories use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Executable, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from discovery_agent.errors import DiscoveryError, InvalidRequest, NotFound, StaleVersion, StorageError
from discovery_agent.storage.faults import is_orphan, storage_errors

_FARTHEST = 2**31 - 1
_ROWS_AT_ONCE = 500

Upsert = postgresql.Insert | sqlite.Insert
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


class Link:
    """Runs statements in one transaction; whatever the driver raises comes out as a `StorageError`."""

    def __init__(self, connection: AsyncConnection, shown: str, *, writes: bool) -> None:
        self._connection = connection
        self._shown = shown
        self._writes = writes
        self._insert: Callable[[Table], Upsert] = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert

    def insert(self, table: Table) -> Upsert:
        """An insert that may say what to do with rows that are there already."""
        return self._insert(table)

    async def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """All rows of a query."""
        with storage_errors(self._shown):
            return (await self._connection.execute(statement)).all()

    async def row(self, statement: Executable) -> AnyRow | None:
        """The first row of a query, if it has any."""
        with storage_errors(self._shown):
            return (await self._connection.execute(statement)).first()

    async def lock(self, query: AnySelect) -> None:
        """Let no other writer change the rows of a query until this transaction ends. On SQLite there is no other writer."""
        self._check_writes()
        if self._connection.dialect.name != "sqlite":
            await self.row(query.with_for_update(key_share=True))

    async def number(self, statement: Executable) -> int:
        """The number that a query gives; 0 for none."""
        with storage_errors(self._shown):
            return (await self._connection.execute(statement)).scalar() or 0

    async def change(self, statement: Executable, *, orphan: DiscoveryError | None = None) -> int:
        """Run a statement that writes; how many rows it changed.

        Raises:
            DiscoveryError: `orphan`, if what a row belongs to is not there, or something still belongs to a row that goes.
        """
        self._check_writes()
        with self._failures(orphan):
            return (await self._connection.execute(statement)).rowcount

    async def slice(self, query: AnySelect, offset: int, limit: int | None) -> Sequence[AnyRow]:
        """Some rows of an ordered query; all from `offset` on without a limit."""
        query = query.offset(_within(offset))
        return await self.rows(query if limit is None else query.limit(_within(limit)))

    async def put(self, statement: Upsert, rows: Sequence[Mapping[str, Any]], *, owner: str = "engagement") -> int:
        """Insert rows with a statement that says what to do with those that are there; how many were written.

        Raises:
            NotFound: the `owner` they belong to is not there.
        """
        self._check_writes()
        done = 0
        counting = statement.execution_options(preserve_rowcount=True)
        with self._failures(missing(owner)):
            for first in range(0, len(rows), _ROWS_AT_ONCE):
                some = rows[first : first + _ROWS_AT_ONCE]
                done += (await self._connection.execute(counting, [dict(row) for row in some])).rowcount
        return done

    async def add(self, table: Table, rows: Sequence[Mapping[str, Any]], *, what: str, owner: str = "engagement") -> None:
        """Insert rows that must be new.

        Raises:
            InvalidRequest: one of them is there already.
            NotFound: the `owner` they belong to is not there.
        """
        if await self.put(self.insert(table).on_conflict_do_nothing(), rows, owner=owner) != len(rows):
            raise InvalidRequest(f"This {what} is there already.", where="id", remedy="Change the one that is there, or take another id.")

    @contextmanager
    def _failures(self, orphan: DiscoveryError | None) -> Iterator[None]:
        try:
            with storage_errors(self._shown):
                yield
        except StorageError as error:
            if orphan is not None and isinstance(error.__cause__, IntegrityError) and is_orphan(error.__cause__):
                raise orphan from None
            raise

    def _check_writes(self) -> None:
        if not self._writes:
            raise RuntimeError("This unit only reads: open one with `unit()` to write.")


def missing(what: str) -> NotFound:
    """The error for an object that is not there, or belongs to another engagement."""
    return NotFound(f"There is no such {what} here.")


def stale(what: str) -> StaleVersion:
    """The error for a change to an older version than the one that is there."""
    return StaleVersion(f"Somebody changed this {what} meanwhile.", remedy="Load it again, and decide anew.")


def _within(number: int) -> int:
    """A row number that every database takes."""
    return min(max(0, number), _FARTHEST)
