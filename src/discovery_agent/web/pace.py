"""How often something may be asked, counted in this process."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from discovery_agent.web.problems import too_fast


@dataclass(frozen=True)
class Paces:
    """Limits, each as the library `limits` writes them, such as `30/minute`."""

    refused: str = "30/minute"
    """Requests with a missing or wrong key, by address."""
    entering: str = "30/minute"
    """Visits to an access link, by address."""
    turns: str = "30/minute"
    """Answers in an interview, by key."""
    uploads: str = "60/minute"
    """Requests that upload files, by key."""


class Pace:
    """Counts requests and refuses what comes too fast.

    Several servers on one database count apart, so with N of them a client can have N times the rate. Keys have 256 random bits, so no rate
    lets anybody guess one; and a count in the database would cost a write for each request that is refused, which is what a flood wants.
    Whoever needs one rate over all sets it in the proxy that stands before them.

    A count takes a few microseconds in memory. (The asynchronous storage of the library sweeps with a thread for each key at each count.)
    """

    def __init__(self, paces: Paces) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._paces = paces

    async def refused(self, address: str) -> None:
        """Count a request of nobody known.

        Raises:
            Refused: this address sent too many (429).
        """
        self._count(self._paces.refused, "refused", address)

    async def entering(self, address: str) -> None:
        """Count a visit to an access link; raises as `refused`."""
        self._count(self._paces.entering, "entering", address)

    async def turn(self, key_id: str) -> None:
        """Count an answer in an interview; raises as `refused`."""
        self._count(self._paces.turns, "turn", key_id)

    async def upload(self, key_id: str) -> None:
        """Count an upload; raises as `refused`."""
        self._count(self._paces.uploads, "upload", key_id)

    def _count(self, pace: str, *who: str) -> None:
        limit = parse(pace)
        if self._limiter.hit(limit, *who):
            return
        reset = self._limiter.get_window_stats(limit, *who).reset_time
        raise too_fast(max(1, math.ceil(reset - time.time())))
