"""Puts a folder of many files in place of an earlier one, so that a crash or a full disk leaves the old report or the new one.

Everything is written into a staging folder beside its place. Only when all of it is on the disk are the parts moved, and
the old ones put aside; a move that fails is undone. A process that is killed between two moves leaves a list of them, and
`settle` ends what it began.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

from discovery_agent.discovery.report.large.ours import files_in, is_ours, listed, note
from discovery_agent.errors import ExportError
from discovery_agent.files.writing import write_through

_PREFIX = ".large-report-"
_MOVES = "moves"
_LISTED = "listed"


class Staging:
    """A folder that is being written: `write` puts files into it, `move_into_place` makes them the report."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        settle(folder)
        self._folder = folder
        self._root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
        # Held as long as the process lives: who comes later sees whether this folder is somebody's.
        self._lock = (self._root / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.new = self._root / "new"
        self.new.mkdir()
        self._made: set[Path] = set()

    @property
    def spare(self) -> Path:
        """A place for a file that is no part of the report."""
        return self._root / "spare"

    def write(self, name: str, text: str) -> None:
        """One file under its relative name. It need not be on the disk yet: `move_into_place` sees to that.

        Raises:
            OSError: the disk refused.
            UnicodeEncodeError: the text holds half of a letter.
        """
        self._place(name).write_bytes(text.encode("utf-8"))

    def open(self, name: str) -> TextIO:
        """A file that is written piece by piece."""
        return self._place(name).open("w", encoding="utf-8", newline="\n")

    def _place(self, name: str) -> Path:
        path = self.new / name
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        return path

    def move_into_place(self, names: Sequence[str]) -> None:
        """Make these files and folders the report, in this order. What the old report had and the new one has not is removed;
        what others put into its folders stays.

        Raises:
            OSError: it cannot be moved; everything is as it was.
        """
        for directory, _, files in os.walk(self.new):
            for file in files:
                _wait_for_disk(Path(directory, file))
            _wait_for_disk(Path(directory))
        moves = [("+" if (self.new / name).exists() else "-") + name for name in names]
        write_through(self._root / _LISTED, "\n".join(listed(self._folder)))
        note(self._folder, self.new)
        write_through(self._root / _MOVES, "\n".join(moves))
        _wait_for_disk(self._root)
        _move(self._root, self._folder, moves)
        shutil.rmtree(self._root / "old", ignore_errors=True)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            _finish(self._root, self._folder)
        finally:
            self._lock.close()


def settle(folder: Path) -> None:
    """End what a killed process began here: its report is moved if it was whole, and removed if it was not.

    Raises:
        OSError: it cannot be moved; everything is as it was.
    """
    for root in sorted(folder.glob(f"{_PREFIX}*")):
        with (root / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _finish(root, folder)


def _finish(root: Path, folder: Path) -> None:
    """End moves that were broken off, and remove the staging folder. What was put aside and has no successor comes back first."""
    if (root / _MOVES).exists():
        _move(root, folder, (root / _MOVES).read_text(encoding="utf-8").splitlines())
    else:
        _bring_back(root, folder)
    shutil.rmtree(root, ignore_errors=True)


def _move(root: Path, folder: Path, moves: Sequence[str]) -> None:
    """Make the moves that are not made yet; after an error, take all of them back.

    `+name` puts a part of the new report in place, `-name` puts one of the old report aside that has no successor.
    """
    (root / "old").mkdir(exist_ok=True)
    try:
        for move in moves:
            new, place, aside = _paths(root, folder, move)
            if move.startswith("+") and not new.exists():
                continue
            if place.exists() and not aside.exists():
                os.rename(place, aside)
            if new.exists():
                os.rename(new, place)
    except OSError:
        (root / _MOVES).unlink(missing_ok=True)
        for move in reversed(moves):
            new, place, _ = _paths(root, folder, move)
            if move.startswith("+") and place.exists() and not new.exists():
                with suppress(OSError):
                    os.rename(place, new)
        _bring_back(root, folder)
        raise
    _give_back(root, folder)
    _wait_for_disk(folder)


def _give_back(root: Path, folder: Path) -> None:
    """Files in our folders that are no part of the old report go back to their places, beside the new one.

    Raises:
        OSError: one cannot be moved; it stays where it is, in the staging folder.
    """
    old, known = root / "old", set((root / _LISTED).read_text(encoding="utf-8").splitlines())
    for name in list(files_in(old)):
        if not is_ours(old, name, known):
            place = folder / name
            if place.exists():
                place = place.with_name(f"{place.name}.kept")
            place.parent.mkdir(parents=True, exist_ok=True)
            os.rename(old / name, place)


def _bring_back(root: Path, folder: Path) -> None:
    """Parts of the old report that were put aside go where they were, unless something stands there.

    Raises:
        OSError: one cannot be moved; it stays where it is, in the staging folder.
    """
    for aside in sorted((root / "old").glob("*")):
        if not (folder / aside.name).exists():
            os.rename(aside, folder / aside.name)


def _paths(root: Path, folder: Path, move: str) -> tuple[Path, Path, Path]:
    """Where a part waits, where it belongs, and where its predecessor is put aside."""
    return root / "new" / move[1:], folder / move[1:], root / "old" / move[1:]


def _wait_for_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refused(error: OSError | UnicodeEncodeError, folder: Path) -> ExportError:
    """What to tell when a report could not be written."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ExportError(
        f"The report cannot be written: {reason}.",
        where=str(folder),
        remedy="Nothing was replaced: an earlier report is as it was. Make room or choose another folder, then try again.",
    )
