"""Archives as people send them, and as nobody should."""

from __future__ import annotations

import stat
import warnings
import zipfile
from collections.abc import Iterable
from io import BytesIO

EMPTY = b"PK\x05\x06" + bytes(18)
"""An archive with nothing in it."""


def packed(*files: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files; names may come twice."""
    held = BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", compression) as archive:
        warnings.simplefilter("ignore")  # of names that come twice
        for name, data in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return held.getvalue()


def with_link(name: str, target: str, *files: tuple[str, bytes]) -> bytes:
    """An archive with a symbolic link beside these files."""
    held = BytesIO(packed(*files))
    with zipfile.ZipFile(held, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
    return held.getvalue()


def marked_encrypted(archive: bytes, name: str) -> bytes:
    """The same archive, one file of it marked as encrypted where it is listed and where it stands."""
    data = bytearray(archive)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for start in _starts(archive, signature):
            at = start + (30 if signature == b"PK\x03\x04" else 46)
            if archive[at : at + len(name)] == name.encode():
                data[start + flags] |= 1
    return bytes(data)


def declaring(archive: bytes, name: str, size: int) -> bytes:
    """The same archive, whose list says that a file of it unpacks to `size` bytes."""
    data = bytearray(archive)
    for start in _starts(archive, b"PK\x01\x02"):
        if archive[start + 46 : start + 46 + len(name)] == name.encode():
            data[start + 24 : start + 28] = size.to_bytes(4, "little")
    return bytes(data)


def listing_one_file(times: int) -> bytes:
    """An archive of one file that its list names so many times, as bombs do whose files overlap."""
    small = packed(("a.txt", b"Ann: Yes."))
    (start,) = _starts(small, b"PK\x01\x02")
    end = small.rindex(b"PK\x05\x06")
    entry, tail = small[start:end], bytearray(small[end:])
    tail[12:16] = (times * len(entry)).to_bytes(4, "little")
    tail[8:10] = tail[10:12] = min(times, 0xFFFF).to_bytes(2, "little")
    return small[:start] + times * entry + bytes(tail)


def _starts(archive: bytes, signature: bytes) -> Iterable[int]:
    at = archive.find(signature)
    while at >= 0:
        yield at
        at = archive.find(signature, at + 1)
