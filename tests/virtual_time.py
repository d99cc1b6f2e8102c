"""An event loop whose time passes only when nothing else can happen: hours of waiting take no time.

    virtual_time.run(wait_for_an_hour())

For work that waits for time alone: files, sockets and threads are not waited for.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from discovery_agent.models.retrying import Timing

T = TypeVar("T")


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: _Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "all wait for something that never happens"
        self._loop.now += max(0.0, timeout)
        return []


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a loop of its own."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


def timing() -> Timing:
    """The time of the running loop."""
    return Timing(clock=lambda: asyncio.get_running_loop().time(), chance=lambda: 0.5)
