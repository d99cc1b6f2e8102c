"""Office files are zip archives, and an archive can be a trap: looked at before anything is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

LARGEST_UNPACKED = 200_000_000
LARGEST_PART = 60_000_000
MOST_PARTS = 5_000

_MARKUP = (".xml", ".rels", ".vml")
DAMAGE = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error)
"""What the library raises, in one way or another, where an archive is damaged."""


class Fault(Exception):
    """Why an archive is not opened: `what` in a sentence, `remedy` for the person who has it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def holds(data: bytes, prefix: str) -> bool:
    """Whether these bytes are an archive with a part whose name begins so, such as `word/`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return any(name.startswith(prefix) for name in archive.namelist())
    except DAMAGE:
        return False


def check(data: bytes, name: str) -> None:
    """Refuse an archive that is damaged, unpacks to far more than a document, or declares a document type.

    `name` says what it should be, such as `Word document`.

    Raises:
        Fault: it is one of these.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            # The sizes are those that unpacking stops at, so a false one cannot let more through.
            total = sum(part.file_size for part in parts)
            largest = max((part.file_size for part in parts if part.filename.endswith(_MARKUP)), default=0)
            if total > LARGEST_UNPACKED or largest > LARGEST_PART or len(parts) > MOST_PARTS:
                raise Fault(f"The {name} unpacks to far more than a document holds.", "Save its text as plain text.")
            for part in parts:
                if part.filename.endswith(_MARKUP):
                    with archive.open(part) as stream:
                        head = stream.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00D" in head or b"\x00<\x00!\x00D" in head:
                        raise Fault(
                            f"The {name} holds a document type definition, which Office never writes.",
                            "Save it again with the program that made it.",
                        )
    except DAMAGE as error:
        raise Fault(f"The {name} is damaged or cut off.", "Copy or export it again.") from error
