"""A PostgreSQL database for callers that wait in a thread: knowledge is searched and changed there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from discovery_agent.storage.address import Address
from discovery_agent.storage.engines import WAIT_SECONDS, connect_args
from discovery_agent.storage.faults import storage_errors
from discovery_agent.storage.vector_extension import why_no_vectors

_CONNECTIONS = 4
_MORE = 12
"""Searches under way at once beyond those; threads that search are few dozen at most."""


class Reason(NamedTuple):
    """Why something cannot be done, and what to do about it."""

    what: str
    remedy: str


class ThreadDatabase:
    """The same database as `Database`, for threads. Nothing is opened before it is used."""

    def __init__(self, url: str) -> None:
        self._address = Address.parse(url)
        self._opening = Lock()

    @property
    def shown(self) -> str:
        """Where it is, without password."""
        return self._address.shown

    def without_vectors(self) -> Reason | None:
        """Why the database holds no vectors; None where it does. Brings its tables up to date.

        Raises:
            StorageError: it cannot be opened.
        """
        with self.unit() as connection:
            reason = why_no_vectors(connection)
        return None if reason is None else Reason(*reason)

    @contextmanager
    def unit(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, undone when an exception leaves it.

        Raises:
            StorageError: the database cannot be reached, read or written.
        """
        with storage_errors(self.shown), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that sees a single state of the database, and cannot change it.

        Raises:
            StorageError: the database cannot be reached or read.
        """
        with storage_errors(self.shown), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection of one's own, on which each statement counts by itself, for what belongs to a session of the server.

        Raises:
            StorageError: the database cannot be reached, read or written.
        """
        _ = self._engine  # brings the tables up to date
        engine = create_engine(
            self._address.waiting,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=connect_args(self._address),
            isolation_level="AUTOCOMMIT",
        )
        with storage_errors(self.shown), engine.connect() as connection:
            yield connection

    def errors(self) -> AbstractContextManager[None]:
        """Whatever a driver raises in the block comes out as a `StorageError`: for later statements in a session."""
        return storage_errors(self.shown)

    def close(self) -> None:
        """Let go of the connections."""
        if "_opened" in self.__dict__:
            self._opened.dispose()

    @property
    def _engine(self) -> Engine:
        with self._opening:
            return self._opened

    @cached_property
    def _opened(self) -> Engine:
        from discovery_agent.storage.migrating import migrate

        migrate(self._address)
        return create_engine(
            self._address.waiting,
            hide_parameters=True,
            connect_args=connect_args(self._address),
            pool_size=_CONNECTIONS,
            max_overflow=_MORE,
            pool_timeout=WAIT_SECONDS,
            pool_pre_ping=True,
        )

    @property
    def _readers(self) -> Engine:
        return self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
