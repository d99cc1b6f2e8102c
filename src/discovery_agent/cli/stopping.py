"""A request to end (SIGTERM, as a scheduler or a container sends it) stops a command as Ctrl-C does."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from discovery_agent.cli.exit_codes import Exit

GRACE_SECONDS = 3.0
"""How long threads and processes that are at work may keep a command that was stopped."""
_LEAVING = "leaving soon"
_LOOK_SECONDS = 0.5


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run like `asyncio.run`, which, when it is stopped, would first wait for threads that compute: nothing can interrupt those."""
    runner = asyncio.Runner()
    try:
        runner.run(_looking_up(work))
    except KeyboardInterrupt:
        runner.get_loop().set_default_executor(ThreadPoolExecutor(1))  # closing waits for this one, which has nothing to do
        raise
    finally:
        runner.close()
        work.close()  # for one that was stopped before it began


async def _looking_up(work: Coroutine[Any, Any, None]) -> None:
    """Do the work, and look up from time to time: a signal that comes in the moment before the loop falls asleep does not wake it."""

    async def look() -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)

    looking = asyncio.create_task(look())
    try:
        await work
    finally:
        looking.cancel()


def leave_soon(code: Exit = Exit.INTERRUPTED) -> None:
    """End the process in `GRACE_SECONDS` if it has not ended by then, its child processes too. Whatever is to last must be on disk."""
    if threading.current_thread() is not threading.main_thread():
        return
    timer = threading.Timer(GRACE_SECONDS, _leave, (code,))
    timer.name = _LEAVING
    timer.daemon = True
    timer.start()


def leave_if_busy(code: Exit) -> None:
    """End the process now if threads are still at work: Python cannot take itself down around what computes outside of it, and may crash."""
    here = threading.current_thread()
    if here is threading.main_thread() and any(one is not here and one.name != _LEAVING for one in threading.enumerate()):
        _leave(code)


def _leave(code: Exit) -> None:
    for child in multiprocessing.active_children():
        child.terminate()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


@contextmanager
def ends_as_by_ctrl_c() -> Iterator[None]:
    """Take SIGTERM for Ctrl-C: `KeyboardInterrupt` comes out of whatever is at work, an event loop included."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, frame: FrameType | None) -> None:
        handler = signal.getsignal(signal.SIGINT)
        # In the background of a shell Ctrl-C is ignored; a request to end is not.
        (handler if callable(handler) else signal.default_int_handler)(signal.SIGINT, frame)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
