"""The cap on what a run may spend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from discovery_agent.errors import SpendLimitReached
from discovery_agent.telemetry.model_calls import waits_for

ROUNDING = 1e-9
"""Sums of amounts that fit exactly may differ by so much."""


def no_room(cap_usd: float, spent_usd: float, most_usd: float) -> SpendLimitReached:
    """The error for a call that a cap has no room for."""
    return SpendLimitReached(
        f"The cap of {_as_given(cap_usd)} has no room for the next call: USD {spent_usd:.4f} is "
        f"spent, and the call may cost up to USD {most_usd:.4f}.",
        remedy="Raise the cap (--max-cost or DISCOVERY_MAX_COST_USD), or lower DISCOVERY_MAX_OUTPUT_TOKENS.",
    )


def _as_given(usd: float) -> str:
    """The amount with cents, and with more digits only where they say something: a cap of 0.0001 is not 0.00."""
    return f"USD {usd:.2f}" if abs(usd - round(usd, 2)) < ROUNDING else "USD " + f"{usd:.9f}".rstrip("0")


class Hold:
    """Money put aside for one call. `cost` is what it is settled at when the call ends; None if unknown."""

    def __init__(self) -> None:
        self.cost: float | None = 0.0


class Budget:
    """Puts the most that a call can cost aside before it starts, and books what it did cost afterwards.

    So the cap holds also while many calls are under way. A call that the cap has room for only once others are
    settled waits for them; one that it has no room for raises. For one event loop; without a cap it only adds up.
    """

    def __init__(self, cap_usd: float | None, *, spent_usd: float = 0.0) -> None:
        self.cap_usd = cap_usd
        self.spent_usd = spent_usd
        self._held = 0.0
        self._under_way = 0
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def waiting(self) -> int:
        """Calls that wait for room."""
        return sum(not change.done() for change in self._waiting)

    @asynccontextmanager
    async def hold(self, most_usd: float) -> AsyncIterator[Hold]:
        """Hold the most that a call can cost while it runs; the caller sets `Hold.cost`.

        Raises:
            SpendLimitReached: the cap has no room for the call.
        """
        while self.cap_usd is not None and self.spent_usd + self._held + most_usd > self.cap_usd + ROUNDING:
            if not self._under_way or self.spent_usd + most_usd > self.cap_usd + ROUNDING:
                raise no_room(self.cap_usd, self.spent_usd, most_usd)
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(change)
            with waits_for("budget"):
                await change
        self._held += most_usd
        self._under_way += 1
        hold = Hold()
        try:
            yield hold
        finally:
            self._under_way -= 1
            self._held = max(0.0, self._held - most_usd) if self._under_way else 0.0  # not what rounding has left of it
            self.spent_usd += hold.cost or 0.0
            waiting, self._waiting = self._waiting, []
            for change in waiting:
                if not change.done():
                    change.set_result(None)
