"""Outcomes on disk as they come: one a line, flushed as each ends, so that a run that is killed repeats no finished case."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from filelock import FileLock, Timeout

from discovery_agent.errors import HarnessError, StorageError
from discovery_agent.evals.harness.outcomes import Outcome

OUTCOMES = "outcomes.jsonl"

DAMAGED = "outcomes.damaged"
"""Lines that are no outcome, as they were found: their runs are run again."""

_PIECE = 1 << 20


class Key(NamedTuple):
    """What an outcome is of."""

    suite: str
    arm: str
    case: str
    repeat: int

    @classmethod
    def of(cls, outcome: Outcome) -> Key:
        """The key of an outcome."""
        return cls(outcome.suite.value, outcome.arm, outcome.case, outcome.repeat)


class _Line(NamedTuple):
    start: int
    failed: bool


class Journal:
    """The outcomes of one folder. Only where each one stands is held in memory.

    One process writes at a time; use it as a context manager for that. Of two outcomes of the same run the later one counts.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / OUTCOMES
        self._lock = FileLock(folder / ".lock", timeout=0)
        self._lines: dict[Key, _Line] = {}
        self._damaged: list[tuple[int, int]] = []
        self._read()

    def __enter__(self) -> Self:
        """Open it for writing.

        Raises:
            HarnessError: another process writes to it.
            StorageError: the folder cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise HarnessError(
                "Another process is running this experiment.", where=str(self._path.parent), remedy="Wait for it, or end it."
            ) from None
        except OSError as error:
            raise _unwritable(self._path, error) from error
        try:
            self._read()  # the other process may have added to it
            self._set_apart()
            self._end = self._read()
            self._file = self._path.open("ab", buffering=0)
            self._file.truncate(self._end)
        except OSError as error:
            self._lock.release()
            raise _unwritable(self._path, error) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        self._file.close()
        self._lock.release()

    def add(self, outcome: Outcome) -> None:
        """Write an outcome: all of it, or nothing. When this returns, a process that is killed has not lost it.

        Raises:
            StorageError: it cannot be written.
        """
        data = json.dumps(outcome.model_dump(mode="json")).encode() + b"\n"
        try:
            if self._file.write(data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._end)
            raise _unwritable(self._path, error) from error
        self._lines[Key.of(outcome)] = _Line(self._end, outcome.error is not None)
        self._end += len(data)

    @property
    def damaged(self) -> int:
        """Lines that are no outcome. What they held counts as not run; opening the journal for writing sets them apart."""
        return len(self._damaged)

    def has(self, key: Key) -> bool:
        """Whether a run has ended."""
        return key in self._lines

    def failed(self, key: Key) -> bool:
        """Whether a run has ended with an error."""
        return key in self._lines and self._lines[key].failed

    def outcomes(self, keys: Iterable[Key]) -> Iterator[Outcome]:
        """The outcomes of these runs in the order asked for, whichever ended first; those that have not ended are passed over."""
        if not self._lines:
            return
        with self._path.open("rb") as file:
            for key in keys:
                if key in self._lines:
                    file.seek(self._lines[key].start)
                    yield _outcome(file.readline())

    def _read(self) -> int:
        """Find every whole line; returns where the next one goes. What is after it was torn off in the middle of writing."""
        self._lines.clear()
        self._damaged.clear()
        end = 0
        try:
            with self._path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    try:
                        outcome = _outcome(line)
                    except (ValueError, RecursionError):
                        self._damaged.append((end, len(line)))
                    else:
                        self._lines[Key.of(outcome)] = _Line(end, outcome.error is not None)
                    end += len(line)
        except (FileNotFoundError, NotADirectoryError):  # nothing was written yet
            return 0
        except OSError as error:
            raise StorageError(f"The results cannot be read: {error.strerror or error}.", where=str(self._path)) from error
        return end

    def _set_apart(self) -> None:
        """Move damaged lines to a file of their own. Whoever is stopped in between finds them twice, and no outcome gone."""
        if not self._damaged:
            return
        spared = self._path.with_suffix(".whole")
        with self._path.open("rb") as old, spared.open("wb") as whole, self._path.with_name(DAMAGED).open("ab") as apart:
            for start, size in self._damaged:
                _copy(old, start - old.tell(), whole)
                _copy(old, size, apart)
            shutil.copyfileobj(old, whole)
        os.replace(spared, self._path)


def _copy(source: BinaryIO, size: int, target: BinaryIO) -> None:
    """Copy the next bytes of a file, some at a time."""
    while size > 0 and (data := source.read(min(size, _PIECE))):
        target.write(data)
        size -= len(data)


def _outcome(line: bytes) -> Outcome:
    """Not by pydantic's own reader of JSON, which refuses half of a letter, as a transcript may hold it."""
    return Outcome.model_validate(json.loads(line))


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The results cannot be written: {error.strerror or error}.", where=str(path), remedy="Free space, and run it again: it resumes."
    )
