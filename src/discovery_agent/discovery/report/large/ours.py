"""Which files in the folder of a report are its own. A new report takes their place; what others put beside them stays."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Set
from contextlib import suppress
from pathlib import Path, PurePosixPath

from discovery_agent.files.writing import replace_text

FILES = ".report-files"
"""Names the files that a large report has in its folders, one a line. A name whose file is gone says nothing."""
# A report that is one page has no such list: these are two files for each conversation, told by how the first one begins.
_OF_ONE_PAGE = re.compile(rb'\{\n  "schema_version": "[^"]*",\n  "conversation": \{')


def listed(folder: Path) -> set[str]:
    """Files that are there and that a large report wrote."""
    try:
        names = (folder / FILES).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return set()
    return {name for name in names if ".." not in (parts := PurePosixPath(name).parts) and len(parts) > 1 and (folder / name).is_file()}


def note(folder: Path, new: Path) -> None:
    """Add the files of a new report, which still lies elsewhere, to the list.

    Raises:
        OSError: it cannot be written.
    """
    names = {name for name in files_in(new) if "/" in name}
    replace_text(folder / FILES, "".join(f"{name}\n" for name in sorted(names | listed(folder))))


def files_in(root: Path) -> Iterator[str]:
    """Every file by its path below `root`."""
    for directory, _, files in os.walk(root):
        for file in files:
            yield Path(directory, file).relative_to(root).as_posix()


def is_ours(root: Path, name: str, known: Set[str]) -> bool:
    """Whether a file below `root`, which was put aside, is of an earlier report; `known` was listed."""
    return name in known or ("/" not in name and name.startswith("report.")) or _is_of_one_page(root / name)


def _is_of_one_page(path: Path) -> bool:
    if path.suffix not in (".json", ".md") or path.parent.name != "conversations":
        return False
    try:
        with path.with_suffix(".json").open("rb") as file:
            return _OF_ONE_PAGE.match(file.read(100)) is not None
    except OSError:
        return False


def remove_large(folder: Path, keep: Container[str]) -> None:
    """Remove what a large report left, once one that is one page stands in its place. What cannot be removed stays."""
    names = listed(folder)
    for name in names:
        if name not in keep:
            with suppress(OSError):
                (folder / name).unlink()
    for above in sorted({place for name in names for place in PurePosixPath(name).parents[:-1]}, key=lambda one: -len(one.parts)):
        with suppress(OSError):  # somebody has files in it
            (folder / above).rmdir()
    with suppress(OSError):
        (folder / FILES).unlink()
