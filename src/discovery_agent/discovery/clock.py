"""The time that all processes on one database go by: that of the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from discovery_agent.storage.database import Database


class SharedClock:
    """The database's time, looked up now and then; in between it goes on by a clock of this machine that nobody can set.

    So machines whose clocks are minutes apart write the same times, and a clock that is set while the program runs changes nothing.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._told = datetime.now(UTC)
        self._at = steady()

    def __call__(self) -> datetime:
        """The time, in UTC."""
        return self._told + timedelta(seconds=self._steady() - self._at)

    async def look(self, database: Database) -> None:
        """Ask the database.

        Raises:
            StorageError: it cannot be reached; the time goes on as before.
        """
        asked = self._steady()
        told = await database.time()
        self._told, self._at = told, (asked + self._steady()) / 2
