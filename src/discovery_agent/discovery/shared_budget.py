"""The cap on an engagement where several processes spend on it: what a call may cost is put aside in the database before it begins."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from discovery_agent.errors import DiscoveryError, NotFound
from discovery_agent.models.budget import ROUNDING, Budget, Hold, no_room
from discovery_agent.storage.database import Database

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
"""A call that there is room for only once others have ended looks again so often; those may be in other processes."""


class SharedBudget(Budget):
    """A budget whose sums lie in the database. Of two processes that begin a call at once, the second sees what the first put aside.

    A call under way when its process dies counts with the most that it can have cost, because the server may ask for it. It counts as
    ended once no call can last so long.
    """

    def __init__(
        self, database: Database, engagement_id: str, cap_usd: float | None, *, longest_seconds: float, now: Callable[[], datetime]
    ) -> None:
        super().__init__(cap_usd)
        self._database = database
        self._engagement = engagement_id
        self._longest = timedelta(seconds=longest_seconds)
        self._now = now

    @asynccontextmanager
    async def hold(self, most_usd: float) -> AsyncIterator[Hold]:
        """As `Budget.hold`, over all processes.

        Raises:
            SpendLimitReached: the cap has no room for the call.
            NotFound: the engagement is gone.
            StorageError: the database cannot be reached, so that the call must not begin.
        """
        held = None if self.cap_usd is None else await self._put_aside(most_usd, self.cap_usd)
        hold = Hold()
        try:
            yield hold
        finally:
            await self._settle(held, most_usd if hold.cost is None and held is not None else hold.cost or 0.0)

    async def _put_aside(self, most_usd: float, cap_usd: float) -> str:
        while True:
            async with self._database.unit() as unit:
                await unit.engagements.hold(self._engagement)
                now = self._now()
                counted = await unit.charges.of(self._engagement, now)
                if counted.spent + most_usd > cap_usd + ROUNDING:
                    raise no_room(cap_usd, counted.spent, most_usd)
                if counted.spent + counted.held + most_usd <= cap_usd + ROUNDING:
                    return await unit.charges.hold(self._engagement, most_usd, now + self._longest)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _settle(self, held: str | None, cost_usd: float) -> None:
        if held is None and not cost_usd:
            return
        try:
            async with self._database.unit() as unit:
                await unit.charges.settle(self._engagement, held, cost_usd)
        except NotFound:
            return  # it is gone, and what was spent on it with it
        except DiscoveryError as error:
            # What was put aside stays put aside: too much is counted then, and never too little.
            _log.error("What a call has cost could not be settled: %s", error)
