"""Folders and files that only their owner may read: the documents of an engagement, and everything made from them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def private_folder(path: Path) -> Path:
    """The folder, made where it is missing, with every folder above it that is missing, too; nobody else may enter those.

    Raises:
        OSError: it cannot be made.
    """
    missing: list[Path] = []
    above = path
    while not above.exists() and above != above.parent:
        missing.append(above)
        above = above.parent
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)  # raises where a file stands in its place
    _set_mode(path, FOLDER_MODE)
    return path


def make_private(folder: Path) -> None:
    """Take from everybody else the right to read what lies in a folder, whatever made it."""
    for inside, folders, files in os.walk(folder):
        for name in folders:
            _set_mode(Path(inside, name), FOLDER_MODE)
        for name in files:
            _set_mode(Path(inside, name), FILE_MODE)
    _set_mode(folder, FOLDER_MODE)


def _set_mode(path: Path, mode: int) -> None:
    # Another owner's folder, or a file system without modes: the folder above decides then.
    with suppress(OSError):
        if path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)
