"""A folder into which transcripts land: which of its files are whole, and new or changed.

What wakes a watcher up is only a hint; what counts is what lies in the folder when it is looked at. So nothing is missed that happened
while nobody watched, or that a network drive does not tell of.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from discovery_agent.domain.conversation import Value
from discovery_agent.transcripts.own_output import wrote

SETTLED_SECONDS = 2.0
"""A file counts as whole when it has not changed for so long: programs write, and copy, piece by piece."""

# Of browsers, of programs that keep folders alike, of editors and Office, of Zoom while it converts.
_UNFINISHED = (
    ".crdownload",
    ".part",
    ".partial",
    ".download",
    ".opdownload",
    ".tmp",
    ".temp",
    ".filepart",
    ".swp",
    ".lock",
    ".!ut",
    ".zoom",
)
_RECORDINGS = frozenset(
    ".mp4 .m4a .m4v .mp3 .wav .mov .webm .mkv .avi .ogg .oga .opus .flac .aac .wma .wmv .m3u .png .jpg .jpeg .gif .heic".split()
)
_NO_TRANSCRIPTS = frozenset({"people.yaml", "people.yml", "stakeholders.yaml", "stakeholders.yml", "readme.md", "thumbs.db", "desktop.ini"})
_PIECE = 1 << 20


class FolderGone(Exception):
    """The folder is not there, or cannot be looked into: perhaps a drive that is not connected."""


class Landed(Value):
    """A file that is whole, and was not there before in these bytes."""

    path: Path
    content: str
    """The hash of its bytes."""
    changed: bool = False
    """Whether a file of this name was there before with other bytes."""


class Notice(NamedTuple):
    """What a person should hear, once."""

    what: str
    remedy: str | None = None


@dataclass
class Seen:
    """What a look at the folder showed."""

    landed: list[Landed] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


class _Mark(NamedTuple):
    """What of a file changes when it does."""

    size: int
    changed_ns: int
    inode: int


class WatchedFolder:
    """Remembers what it saw, as long as it lives; what was done with a file is remembered by whoever did it."""

    def __init__(self, folder: Path, *, avoid: Path | None = None, settled_seconds: float = SETTLED_SECONDS) -> None:
        """`avoid` is a folder in which our own files lie."""
        self.folder = folder
        self._avoid = avoid.resolve() if avoid else None
        self._settled_seconds = settled_seconds
        self._waiting: dict[Path, tuple[_Mark, float]] = {}
        self._known: dict[Path, tuple[_Mark, str]] = {}
        self._contents: set[str] = set()
        self._ours: set[str] = set()
        self._told: set[str] = set()

    @property
    def waiting(self) -> list[Path]:
        """Files that are still being written, or may be."""
        return sorted(self._waiting)

    @property
    def whole(self) -> list[Path]:
        """Files that are whole and hold other bytes than each other, as of the last look."""
        first: dict[str, Path] = {}
        for path, (_, content) in sorted(self._known.items()):
            if content not in self._ours:
                first.setdefault(content, path)
        return sorted(first.values())

    def content_of(self, path: Path) -> str | None:
        """The hash of a file as it was last seen whole."""
        known = self._known.get(path)
        return known[1] if known else None

    def look(self, now: float) -> Seen:
        """Look at every file; `now` is in seconds of a clock that never goes back.

        Raises:
            FolderGone: there is nothing to look into. What is known stays known.
        """
        seen = Seen()
        there = dict(self._files(seen))
        for path in [one for one in self._waiting if one not in there]:
            del self._waiting[path]
        for path in [one for one in self._known if one not in there]:
            del self._known[path]
        for path, mark in there.items():
            self._consider(path, mark, now, seen)
        return seen

    def _consider(self, path: Path, mark: _Mark, now: float, seen: Seen) -> None:
        known = self._known.get(path)
        if known is not None and known[0] == mark:
            self._waiting.pop(path, None)
            return
        before = self._waiting.get(path)
        if before is None or before[0] != mark:
            self._waiting[path] = (mark, now)
            return
        if now - before[1] < self._settled_seconds or not mark.size:  # an empty one is a place kept for what is coming
            return
        try:
            content = _content(path)
            whole = _mark(path.stat()) == mark
        except OSError as error:
            self._tell(seen, path, f"{self.shown(path)} cannot be opened: {error.strerror or error}.", "Check its permissions.")
            return
        if not whole:  # it changed while it was read
            self._waiting[path] = (mark, now)
            return
        del self._waiting[path]
        self._known[path] = (mark, content)
        if content in self._contents:
            return  # touched, renamed or copied
        self._contents.add(content)
        if wrote(path):
            self._ours.add(content)
            self._tell(seen, "ours", "Left out: reports and other files that this program wrote.")
            return
        seen.landed.append(Landed(path=path, content=content, changed=known is not None))

    def shown(self, path: Path) -> str:
        """A path as it is told: without the way to the folder."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else str(path)

    def _files(self, seen: Seen) -> Iterator[tuple[Path, _Mark]]:
        root = self.folder.resolve()
        refused: list[OSError] = []
        if not os.path.isdir(root) or not os.access(root, os.R_OK | os.X_OK):
            raise FolderGone(str(self.folder))
        for folder, inside, files in os.walk(self.folder, onerror=refused.append, followlinks=False):
            inside[:] = sorted(one for one in inside if not one.startswith(".") and not self._is_ours(Path(folder, one)))
            for name in sorted(files):
                path = Path(folder, name)
                if is_unfinished(name) or name.lower() in _NO_TRANSCRIPTS:
                    continue
                if path.suffix.lower() in _RECORDINGS:
                    self._tell(seen, "recordings", "Recordings and pictures are left alone: only transcripts of them are read.")
                    continue
                if path.is_symlink():
                    if not Path(os.path.realpath(path)).is_relative_to(root):  # unlike `resolve`, also of links that lead to each other
                        self._tell(seen, path, f"{self.shown(path)} is a link out of the folder, and is not followed.", "Put a copy there.")
                    continue
                try:
                    state = path.lstat()
                except OSError:
                    continue  # gone meanwhile
                if os.path.isfile(path):
                    yield path, _mark(state)
        for error in refused:
            if error.filename == str(self.folder):
                raise FolderGone(str(self.folder))
            what = f"{self.shown(Path(error.filename))} cannot be looked into: {error.strerror}."
            self._tell(seen, error.filename, what, "Check its permissions.")

    def _is_ours(self, path: Path) -> bool:
        return self._avoid is not None and path.resolve() == self._avoid

    def _tell(self, seen: Seen, about: object, what: str, remedy: str | None = None) -> None:
        if (key := f"{about}|{what}") not in self._told:
            self._told.add(key)
            seen.notices.append(Notice(what, remedy))


def is_unfinished(name: str) -> bool:
    """Whether a name says that the file is hidden, temporary or still on its way."""
    return name.startswith((".", "~")) or name.endswith("~") or name.lower().endswith(_UNFINISHED)


def _mark(state: os.stat_result) -> _Mark:
    return _Mark(state.st_size, state.st_mtime_ns, state.st_ino)


def _content(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
