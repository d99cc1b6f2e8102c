"""Keeps the memory of a process that runs for long from being spread over too many heaps."""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8
"""The parameter's number in glibc's malloc.h."""
_ARENAS = 2


def keep_arenas_few() -> None:
    """Let the C library use two heaps and not eight for each core; before threads are started, and nothing elsewhere than on Linux.

    A server works in some dozens of threads, and glibc gives each a heap of its own that is never given back whole. In the soak
    (`python -m benchmarks.soak`) the server took 1,010 MB after ten minutes without this, still growing, and 630 MB with it, level.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
    except (OSError, AttributeError):  # another C library, such as musl, which has no arenas
        return
