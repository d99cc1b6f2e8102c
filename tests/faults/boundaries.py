"""What a `kill -9` would leave of a database at each moment of a piece of work.

Whatever a process has written when it is killed stays in its files, so a copy of the files at that moment is what the next start finds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@contextmanager
def copies(database: Path, folder: Path) -> Iterator[list[Path]]:
    """Copies of a database before each statement that writes and each commit in the block, and at its end, without repeats."""
    found: list[Path] = []
    seen: set[str] = set()
    latest: list[bytes] = []
    numbers = count()

    def copy(*_: object) -> None:
        files = [database.with_name(database.name + ending) for ending in ("", "-wal")]
        written = [one.read_bytes() for one in files if one.exists()]
        if written == latest:
            return
        latest[:] = written
        data = folder / f"moment{next(numbers)}" / "data"
        data.mkdir(parents=True)
        for file, held in zip(files, written, strict=False):
            (data / file.name).write_bytes(held)
        state = content(data / database.name)
        if state not in seen:
            seen.add(state)
            found.append(data / database.name)

    def statement(_connection: Any, _cursor: Any, text: str, *_: object) -> None:
        if text.lstrip().upper().startswith(_WRITES):
            copy()

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", copy)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", copy)
        copy()


def content(database: Path) -> str:
    """All that a database holds."""
    with sqlite3.connect(database) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return "\n".join(opened.iterdump())
