"""How late the event loop is: whatever blocks it keeps every request of the process waiting."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Self

from discovery_agent.telemetry.metrics import metrics

_BEAT_SECONDS = 0.25
STUCK_SECONDS = 30.0
"""A loop that did nothing for so long is taken for stuck."""


class LoopWatch:
    """Beats in an event loop, and counts how late each beat comes. Other threads may ask whether it still beats."""

    def __init__(self) -> None:
        self._beat_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    def alive(self) -> bool:
        """Whether the loop did anything lately."""
        return time.monotonic() - self._beat_at < STUCK_SECONDS

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat(), name="event loop watch")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _beat(self) -> None:
        while True:
            due = time.monotonic() + _BEAT_SECONDS
            await asyncio.sleep(_BEAT_SECONDS)
            self._beat_at = time.monotonic()
            if (to := metrics()) is not None:
                to.lag.observe(max(0.0, self._beat_at - due))
