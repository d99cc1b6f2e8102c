"""Trying again where a server is busy or out of reach: a batch takes a day, and the network need not last so long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from discovery_agent.models.faults import Fault, Retry
from discovery_agent.models.retrying import Timing

T = TypeVar("T")

LONGEST_OUTAGE_SECONDS = 3600.0
LONGEST_WAIT_SECONDS = 60.0
_FIRST_WAIT_SECONDS = 1.0
_DAMAGED_AT_MOST = 3


class Waits:
    """How long to wait each time: from a second up to a minute."""

    def __init__(self) -> None:
        self._next = _FIRST_WAIT_SECONDS

    def next(self, asked_for: float | None = None) -> float:
        """Seconds; never less than the server asks for."""
        wait, self._next = self._next, min(LONGEST_WAIT_SECONDS, self._next * 1.5)
        return max(wait, asked_for or 0.0)


async def patiently(attempt: Callable[[], Awaitable[T]], timing: Timing, say: Callable[[str], None]) -> T:
    """Try until it works, or the server was out of reach for an hour.

    Raises:
        ModelError: it was, or it refuses.
        Gone: as `attempt` says.
    """
    begun, damaged, waits = timing.clock(), 0, Waits()
    while True:
        try:
            return await attempt()
        except Fault as fault:
            damaged += fault.retry is Retry.ONCE
            wait = waits.next(fault.wait_seconds)
            is_over = timing.clock() + wait - begun > LONGEST_OUTAGE_SECONDS
            if fault.retry is Retry.NEVER or damaged >= _DAMAGED_AT_MOST or is_over:
                raise fault.error from None
            error = fault.error
        say(f"{error.what} Trying again in {wait:.0f} seconds.")
        await timing.sleep(wait)
