"""Connections for many streams at once, in groups.

The pool of an HTTP client looks at each of its connections for each request, so its cost per request grows with their number.
With 200 streams at once in one pool that was half of all work before the first words; in groups of a dozen it is nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

# So many streams share a group before another one is opened.
_IN_A_GROUP = 12


@dataclass
class _Lane:
    client: Any
    http: Any
    under_way: int = 0


class Lanes:
    """Groups of connections to one server; `make` gives a client and the HTTP client below it. For one event loop."""

    def __init__(self, make: Callable[[], tuple[Any, Any]]) -> None:
        self._make = make
        self._lanes: list[_Lane] = []

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Any]:
        """A client for one stream."""
        lane = next((one for one in self._lanes if one.under_way < _IN_A_GROUP), None)
        if lane is None:
            lane = _Lane(*self._make())
            self._lanes.append(lane)
        lane.under_way += 1
        try:
            yield lane.client
        finally:
            lane.under_way -= 1

    async def aclose(self) -> None:
        """Close all connections."""
        lanes, self._lanes = self._lanes, []
        for lane in lanes:
            await lane.http.aclose()
