"""A temporary folder beside what it is going to replace. What a killed process left of one goes when the next begins there."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def claimed_folder(beside: Path, prefix: str) -> Iterator[Path]:
    """A new folder whose name begins with `prefix`, in a folder that is there; removed at the end. Of those of others only theirs who live stay.

    Raises:
        OSError: it cannot be made.
    """
    _remove_left(beside, prefix)
    made = Path(tempfile.mkdtemp(prefix=f".new{prefix}", dir=beside))
    try:
        with (made / ".lock").open("w") as lock:
            # Held as long as the process lives. Only then does it get the name by which others find it.
            fcntl.flock(lock, fcntl.LOCK_EX)
            claimed = made.with_name(prefix + made.name.rpartition("-")[2])
            os.rename(made, claimed)
            made = claimed
            yield claimed
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _remove_left(beside: Path, prefix: str) -> None:
    for left in beside.glob(f"{prefix}*"):
        try:
            with (left / ".lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        except OSError:  # somebody is at work in it, or it cannot be removed
            continue
