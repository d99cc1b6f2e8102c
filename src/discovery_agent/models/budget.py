"""The cap on what a run may spend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from discovery_agent.errors import SpendLimitReached

_ROUNDING = 1e-9


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
        while self.cap_usd is not None and self.spent_usd + self._held + most_usd > self.cap_usd + _ROUNDING:
            if not self._held or self.spent_usd + most_usd > self.cap_usd + _ROUNDING:
                raise SpendLimitReached(
                    f"The cap of USD {self.cap_usd:.2f} has no room for the next call: USD {self.spent_usd:.4f} is "
                    f"spent, and the call may cost up to USD {most_usd:.4f}.",
                    remedy="Raise DISCOVERY_MAX_COST_USD, or lower DISCOVERY_MAX_OUTPUT_TOKENS.",
                )
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(change)
            await change
        self._held += most_usd
        hold = Hold()
        try:
            yield hold
        finally:
            self._held = max(0.0, self._held - most_usd)
            self.spent_usd += hold.cost or 0.0
            waiting, self._waiting = self._waiting, []
            for change in waiting:
                if not change.done():
                    change.set_result(None)
