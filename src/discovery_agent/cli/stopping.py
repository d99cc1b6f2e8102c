"""A request to end (SIGTERM, as a scheduler or a container sends it) stops a command as Ctrl-C does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


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
