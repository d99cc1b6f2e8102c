"""Reading regular files only, and never more of them than is wanted: a pipe would wait for ever, a device has no end."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class NotRegular(OSError):
    """It is a folder, a pipe, a socket or a device."""


def read_regular(path: Path, at_most: int) -> bytes:
    """The bytes of a file, and at most one more than `at_most`, so that the caller can tell that there are more.

    A link is followed: somebody named it.

    Raises:
        OSError: it cannot be opened or read; `NotRegular` if there is nothing to read in it.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotRegular(0, "It is a folder, a pipe or a device, and no file")
    except BaseException:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as stream:
        return stream.read(at_most + 1)
