"""Writes the files of a report, so that a full disk or a crash never leaves half a file behind."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from discovery_agent.errors import ExportError
from discovery_agent.files.claimed import claimed_folder
from discovery_agent.files.writing import write_through

_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def slugs(titles: Iterable[str]) -> list[str]:
    """A file name without ending for each title: short, plain, valid on every system, each one different.

    >>> slugs(["Claims weekly!", "claims WEEKLY", "../../etc", "nul", "会議"])
    ['claims-weekly', 'claims-weekly-2', 'etc', 'conversation', 'conversation-2']
    """
    taken: set[str] = set()
    counts: dict[str, int] = {}
    found: list[str] = []
    for title in titles:
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
        base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
        if not base or base in _RESERVED:
            base = "conversation"
        slug, count = base, counts.get(base, 1)
        while slug in taken:
            count += 1
            slug = f"{base}-{count}"
        counts[base] = count
        taken.add(slug)
        found.append(slug)
    return found


def write_all(folder: Path, contents: Mapping[str, str]) -> dict[str, Path]:
    """Write each text under its relative name: all to a temporary folder first, then moved into place.

    What can fill the disk happens before anything is replaced. The last name of `contents` is moved last.

    Raises:
        ExportError: a file could not be written. It says what is kept.
    """
    moved: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with claimed_folder(folder, ".report-") as staging:
            for name, text in contents.items():
                write_through(staging / name, text)
            for name in contents:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(staging / name, target)
                moved.append(name)
    except (OSError, UnicodeEncodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ExportError(
            f"The report cannot be written: {reason}.",
            where=str(folder),
            remedy=f"{_kept(moved, contents)} Make room or choose another folder, then try again.",
        ) from error
    return {name: folder / name for name in contents}


def _kept(moved: list[str], contents: Mapping[str, str]) -> str:
    if not moved:
        return "Nothing was replaced: files of an earlier report are as they were."
    names = ", ".join(moved[:5])
    return f"{len(moved)} of {len(contents)} files are new ({names}), the others are as they were."
