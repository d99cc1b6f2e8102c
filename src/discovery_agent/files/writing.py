"""Writing so that a crash or a full disk leaves the file as it was, or as it should be, and never half of it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_through(path: Path, content: str | bytes) -> None:
    """Write and wait for the disk, so that a rename never puts an empty file in place of a good one.

    Raises:
        OSError: it cannot be written.
        UnicodeEncodeError: the text holds half of a letter.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_text(path: Path, text: str) -> None:
    """Put a text in place of a file in one step; readers see the old one or the new one.

    Raises:
        OSError: it cannot be written; the old file stands.
        UnicodeEncodeError: the text holds half of a letter.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    try:
        write_through(Path(name), text)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
