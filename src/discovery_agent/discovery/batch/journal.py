"""What a batch has finished, kept beside its report, so that a run that is cut off goes on where it was.

SQLite from the standard library, in WAL mode: a record is there whole or not at all whenever the process is killed, one small write
a record (a file each would be ten thousand files with as many waits for the disk), found by key at once, and never all in memory.
A killed process loses nothing; a power failure may lose the last records, which are then read again.

One record is a finished conversation, or one window of a conversation that is not finished. Each carries a checksum: a damaged record
counts as not there. A file that is no journal any more is set aside under another name, and a new one begun.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from filelock import FileLock, Timeout
from pydantic import ValidationError

from discovery_agent.analysts.protocol import Extraction, Window
from discovery_agent.discovery.results import ConversationAnalysis
from discovery_agent.errors import ExportError, InvalidRequest

FOLDER = ".journal"
"""Name of the journal's folder, in that of the report. It may be deleted: then everything is read again."""

_VERSION = 1
_TABLES = """
create table if not exists conversations (key text primary key, unread integer not null, body blob not null) without rowid;
create table if not exists windows (
    key text not null, first integer not null, last integer not null, body blob not null, primary key (key, first, last)
) without rowid;
"""
# Fast packing: transcripts and quotes shrink to a fourth even so.
_PACKING = 1

Kept = TypeVar("Kept", ConversationAnalysis, Extraction)


class Journal:
    """The journal in a folder; one process at a time. Use it as a context manager.

    Raises where it is opened:
        InvalidRequest: another process works in the folder.
    And everywhere:
        ExportError: the disk refuses. What was kept before stays.
    """

    def __init__(self, folder: Path, say: Callable[[str], None] = print) -> None:
        self._folder = folder / FOLDER
        self._file = self._folder / "analyses.sqlite"
        self._say = say
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self._folder / "lock", timeout=0)
            self._lock.acquire()
        except Timeout as error:
            raise InvalidRequest(
                "Another run is at work in this folder.", where=str(folder), remedy="Wait for it, or choose another folder with --out."
            ) from error
        except OSError as error:
            raise _refused(error.strerror or str(error), self._folder) from error
        try:
            self._database = self._opened()
        except BaseException:
            self._lock.release()
            raise

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether an earlier run left a journal in the folder of its report."""
        return (folder / FOLDER / "analyses.sqlite").is_file()

    @property
    def folder(self) -> Path:
        """Where it lies, with what else is kept between runs."""
        return self._folder

    def finished(self, key: str) -> ConversationAnalysis | None:
        """The analysis of a conversation, windows that failed in it included; None if there is none."""
        with self._guarded():
            row = self._database.execute("select body from conversations where key = ?", (key,)).fetchone()
        return _unpacked(row[0], ConversationAnalysis) if row else None

    def windows(self, key: str) -> dict[Window, Extraction]:
        """What is known of the windows of a conversation that is not finished."""
        with self._guarded():
            rows = self._database.execute("select first, last, body from windows where key = ?", (key,)).fetchall()
        found = {Window(first=first, last=last): _unpacked(body, Extraction) for first, last, body in rows}
        return {window: extraction for window, extraction in found.items() if extraction is not None}

    def keep_window(self, key: str, window: Window, extraction: Extraction) -> None:
        """Keep what a window gave until its conversation is finished."""
        with self._guarded(), self._database:
            self._database.execute("replace into windows values (?, ?, ?, ?)", (key, window.first, window.last, _packed(extraction)))

    def finish(self, key: str, analysis: ConversationAnalysis) -> None:
        """Keep an analysis; its windows are let go unless some failed, for then the others are needed again."""
        with self._guarded(), self._database:
            unread = len(analysis.failed_windows)
            self._database.execute("replace into conversations values (?, ?, ?)", (key, unread, _packed(analysis)))
            if not unread:
                self._database.execute("delete from windows where key = ?", (key,))

    def keep_only(self, keys: Sequence[str]) -> None:
        """Let go of everything about other conversations: what a batch no longer holds is not kept in its folder."""
        with self._guarded(), self._database:
            self._database.execute("create temp table if not exists wanted (key text primary key) without rowid")
            self._database.execute("delete from wanted")
            self._database.executemany("insert or ignore into wanted values (?)", ((key,) for key in keys))
            for table in ("conversations", "windows"):
                self._database.execute(f"delete from {table} where key not in (select key from wanted)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close it; also twice."""
        try:
            self._database.close()
        finally:
            self._lock.release()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if _is_of_the_disk(error):
                raise _refused(str(error), self._file) from error
            aside = self._set_aside()
            self._say(f"The journal of earlier runs is damaged ({error}). It was set aside as {aside}; conversations are read again.")
        try:
            return self._connected()
        except sqlite3.Error as error:
            raise _refused(str(error), self._file) from error

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=10, check_same_thread=False)
        try:
            version = database.execute("pragma user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError("it was made by another version of the program")
            database.execute("pragma journal_mode = wal")
            database.execute("pragma synchronous = normal")
            # What is let go must not be readable in the file.
            database.execute("pragma secure_delete = on")
            database.executescript(_TABLES)
            database.execute(f"pragma user_version = {_VERSION}")
            database.execute("select unread from conversations limit 1").fetchone()
            database.execute("select key, first, last from windows limit 1").fetchone()
            (sound,) = database.execute("pragma quick_check(1)").fetchone()
            if sound != "ok":
                raise sqlite3.DatabaseError(sound)
        except BaseException:
            database.close()
            raise
        return database

    def _set_aside(self) -> Path:
        number = 1
        while (aside := self._file.with_name(f"damaged-{number}.sqlite")).exists():
            number += 1
        try:
            self._file.rename(aside)
            for ending in ("-wal", "-shm"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        except OSError as error:
            raise _refused(error.strerror or str(error), self._file) from error
        return aside

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn what the disk or a damaged page does into one kind of error."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _is_of_the_disk(error):
                raise _refused(str(error), self._file) from error
            raise ExportError(
                f"The journal is damaged: {error}.",
                where=str(self._file),
                remedy="Delete that file and run the same command again: replies of a model that were paid for are kept elsewhere.",
            ) from error


class KeptAnalyses:
    """Analysed conversations in the order of the batch, each read from the journal when it is asked for."""

    def __init__(self, journal: Journal, keys: Sequence[str], adorn: Callable[[int, ConversationAnalysis], ConversationAnalysis]) -> None:
        """`adorn` adds what is known of the conversation at a place only when all files were read."""
        self._journal = journal
        self._keys = keys
        self._adorn = adorn

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[ConversationAnalysis]:
        return (self._at(place) for place in range(len(self._keys)))

    def _at(self, place: int) -> ConversationAnalysis:
        found = self._journal.finished(self._keys[place])
        if found is None:
            raise ExportError(
                "The journal lost a conversation while the report was made.",
                where=str(self._journal.folder),
                remedy="Run the same command again: what was lost is read again.",
            )
        return self._adorn(place, found)


def _packed(value: ConversationAnalysis | Extraction) -> bytes:
    body = zlib.compress(value.model_dump_json().encode("utf-8", "surrogatepass"), _PACKING)
    return zlib.crc32(body).to_bytes(4, "big") + body


def _unpacked(body: bytes, kind: type[Kept]) -> Kept | None:
    if len(body) < 4 or zlib.crc32(body[4:]).to_bytes(4, "big") != body[:4]:
        return None
    try:
        return kind.model_validate_json(zlib.decompress(body[4:]))
    except (zlib.error, ValidationError):
        return None


def _is_of_the_disk(error: sqlite3.Error) -> bool:
    """Whether the disk is full or refuses, which says nothing against what is in the file."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(
        ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_BUSY", "SQLITE_LOCKED")
    )


def _refused(why: str, where: Path) -> ExportError:
    return ExportError(
        f"What is finished cannot be kept: {why}.",
        where=str(where),
        remedy="Make room or choose another folder with --out, then run the same command again; what was kept before is still there.",
    )
