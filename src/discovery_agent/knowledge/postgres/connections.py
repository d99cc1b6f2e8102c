"""What is asked of a database, which `storage` opens: transactions for threads. Whatever a driver raises comes out as a `StorageError`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Connections(Protocol):
    """A PostgreSQL database whose tables are there."""

    @property
    def shown(self) -> str:
        """Where it is, without password."""
        ...

    def unit(self) -> AbstractContextManager[Connection]:
        """One transaction that may write."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """One transaction that sees a single state of the database, and cannot change it."""
        ...

    def session(self) -> AbstractContextManager[Connection]:
        """A connection of one's own, on which each statement counts by itself."""
        ...

    def errors(self) -> AbstractContextManager[None]:
        """Whatever a driver raises in the block comes out as a `StorageError`: for later statements in a session."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...
