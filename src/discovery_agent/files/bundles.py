"""Zip archives that people send with many files in them: taken apart one file at a time, and never onto the disk.

An archive can be a trap. What it declares is looked at before anything is unpacked, and unpacking stops at what it declares. Names
of entries are names only: nothing is ever written under them.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator, Set
from typing import IO, NamedTuple

from discovery_agent.files.archives import DAMAGE, Fault

MOST_ENTRIES = 20_000
"""Of an archive: twice the largest batch that is spoken of."""
LARGEST_UNPACKED = 2_000_000_000
"""Bytes of all that an archive holds: ten thousand transcripts of two hours each. Read a file at a time, so it costs time and no memory."""

# The list of entries is held in memory whole; with this many bytes it names several times the entries that are taken.
_LARGEST_READ = 4_000_000
_PIECE = 1 << 16
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OFFICE = ("[Content_Types].xml", "mimetype")
_SPLIT = "Split it into several archives."


class Entry(NamedTuple):
    """A file in an archive."""

    path: str
    """As the archive names it, with `/` between folders."""
    data: bytes


class Refusal(NamedTuple):
    """An entry that is not taken, and why."""

    path: str
    what: str
    remedy: str


class _Bounded:
    """The file of an archive, of which no one reads very much at once, whatever the archive says of the length of its parts."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(_LARGEST_READ + 1 if size < 0 else min(size, _LARGEST_READ + 1))
        if len(data) > _LARGEST_READ:
            raise zipfile.BadZipFile("a part is too long")
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def is_bundle(file: IO[bytes]) -> bool:
    """Whether this is a zip archive of files, told by its content; documents of Office programs are archives, too, but of no files.

    Afterwards the file stands at its beginning.
    """
    file.seek(0)
    try:
        if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
            return False
        with zipfile.ZipFile(_Bounded(file)) as archive:  # type: ignore[arg-type]
            return not any(name in archive.NameToInfo for name in _OFFICE)
    except DAMAGE:
        return True  # which says what is wrong when it is opened
    finally:
        file.seek(0)


def names(file: IO[bytes]) -> list[str]:
    """The paths of the files in an archive, none of which is read.

    Raises:
        Fault: the archive cannot be opened, or holds more than is taken.
    """
    with _opened(file) as archive:
        return [_path(one) for one in archive.infolist() if not one.is_dir()]


def entries(file: IO[bytes], *, largest: int, first: Set[str] = frozenset(), by_path: bool = False) -> Iterator[Entry | Refusal]:
    """The files of an archive, one at a time; those whose names are among `first` come first. Folders are passed over.

    `largest` is how many bytes a file may have. With `by_path` the others are sorted, so that those of a folder come together.

    Raises:
        Fault: the archive cannot be opened, or holds more than is taken; before the first file.
    """
    with _opened(file) as archive:
        infos = [one for one in archive.infolist() if not one.is_dir()]
        infos.sort(key=lambda one: (_path(one).rsplit("/", 1)[-1].lower() not in first, _path(one) if by_path else ""))
        seen: set[str] = set()
        for info in infos:
            path = _path(info)
            refusal = _refused(info, path, largest) or (_twice(path) if path.casefold() in seen else None)
            seen.add(path.casefold())
            yield refusal or _read(archive, info, path)


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        file.seek(0)
        archive = zipfile.ZipFile(_Bounded(file))  # type: ignore[arg-type]
    except DAMAGE as error:
        raise Fault(
            "The archive is damaged, cut off, or names more files than are taken at once.", "Make it again, or split it."
        ) from error
    # Unpacking a file stops at the size that is declared for it, so a false one cannot let more through.
    if len(archive.infolist()) > MOST_ENTRIES:
        raise Fault(f"The archive holds more than {MOST_ENTRIES:,} files.", _SPLIT)
    if sum(one.file_size for one in archive.infolist()) > LARGEST_UNPACKED:
        raise Fault(f"The archive unpacks to more than {LARGEST_UNPACKED / 1e9:g} GB.", _SPLIT)
    return archive


def _path(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/")


def _refused(info: zipfile.ZipInfo, path: str, largest: int) -> Refusal | None:
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/"):
        return Refusal(path, "Its path leads out of the archive.", "Pack the folder again, from inside it.")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Refusal(path, "It is a link to another file.", "Pack the file itself.")
    if info.flag_bits & 0x1:
        return Refusal(path, "It is encrypted.", "Pack it without a password.")
    if info.compress_type not in _PLAIN:
        return Refusal(path, "It is compressed in a way that is not read here.", "Pack it as an ordinary zip archive.")
    if info.file_size > largest:
        return Refusal(path, f"It is larger than {largest / 1e6:g} MB.", "Split it, or give the transcript instead of the recording.")
    return None


def _twice(path: str) -> Refusal:
    return Refusal(path, "Another file in the archive has the same name.", "Give each a name of its own.")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> Entry | Refusal:
    try:
        with archive.open(info) as stream:
            data = b"".join(iter(lambda: stream.read(_PIECE), b""))
    except DAMAGE:
        data = None
    if data is None or len(data) != info.file_size:
        return Refusal(path, "It is damaged, or not as long as the archive says.", "Pack it again.")
    return Entry(path, data)
