"""An event loop in a thread of its own, for callers that are not asynchronous themselves: a terminal, a script, a notebook cell.

It works also where the caller's own thread runs an event loop, and Ctrl-C reaches the caller while it waits.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

# On some systems a wait without an end cannot be interrupted.
_LOOKING_SECONDS = 0.5
_ENDING_SECONDS = 3.0


class LoopThread:
    """Runs coroutines in its thread, as many at once as are handed in, until it is stopped."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin something there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something there, and wait for it. Whatever interrupts the waiting (Ctrl-C) cancels the work."""
        coming = self.submit(work)
        try:
            while True:
                try:
                    return coming.result(_LOOKING_SECONDS)
                except TimeoutError:
                    if coming.done():  # it is the work's own
                        raise
        finally:
            coming.cancel()

    def stop(self) -> None:
        """End the loop; what is still under way in it is cancelled."""
        if self._loop.is_closed():
            return
        ending = self.submit(_cancel_others())
        try:
            ending.result(_ENDING_SECONDS)
        except TimeoutError:
            return  # the thread computes, and goes when the process does
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_ENDING_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()


def run_in_a_thread(work: Coroutine[Any, Any, T]) -> T:
    """Run one coroutine to its end in an event loop of its own, beside whatever loop the caller may be in."""
    loop = LoopThread("discovery-agent")
    try:
        return loop.run(work)
    finally:
        loop.stop()
