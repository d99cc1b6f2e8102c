"""Which files the paths of `knowledge add` stand for, and what each is called on the shelf."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from discovery_agent.errors import DocumentError
from discovery_agent.files.unseen import on_a_line
from discovery_agent.knowledge.shelf import name_on_shelf

_NOT_MEANT = (".", "~$")  # hidden, or the lock of an office program


class Wanted(NamedTuple):
    """A file to add."""

    path: Path
    known_as: str
    """Its path below the folder that was given, or its name."""


@dataclass
class Found:
    """What the paths lead to."""

    files: list[Wanted] = field(default_factory=list[Wanted])
    refusals: list[DocumentError] = field(default_factory=list[DocumentError])
    skipped: list[str] = field(default_factory=list[str])
    """What lies in a folder and was passed over, with the reason; what is hidden is not named."""


def documents_behind(paths: Sequence[str]) -> Found:
    """Files behind paths, folders and globs, each once. A path that leads nowhere stays, so that it is refused by name.

    A link that somebody named is followed; one that lies in a folder and leads out of it is not.
    """
    found = Found()
    seen: set[Path] = set()
    names: dict[str, Path] = {}
    for given in paths:
        try:
            wanted = _behind(given, found)
        except (OSError, ValueError) as error:  # a name that is too long, or holds a zero byte
            found.refusals.append(_cannot_look(given, error))
            continue
        for one in wanted:
            place = one.path.resolve()
            name = name_on_shelf(one.known_as)
            if place in seen:
                continue
            seen.add(place)
            if name in names:
                found.refusals.append(
                    DocumentError(
                        f"{on_a_line(str(names[name]))} has the same name, so one of the two would replace the other.",
                        where=on_a_line(str(one.path)),
                        remedy="Give the folder that holds both, or rename one of them.",
                    )
                )
                continue
            names[name] = one.path
            found.files.append(one)
    return found


def _behind(given: str, found: Found) -> list[Wanted]:
    path = Path(given)
    if not _is_there(path) and (matches := sorted(glob.glob(given, recursive=True))):
        return [one for match in matches for one in _named(Path(match), found)]
    return _named(path, found)


def _is_there(path: Path) -> bool:
    """As `exists`, but says why it cannot tell."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except NotADirectoryError:
        return False
    return True


def _named(path: Path, found: Found) -> list[Wanted]:
    if not path.is_dir():
        return [Wanted(path, path.name)]
    inside = list(_inside(path, found))
    if not inside:
        found.refusals.append(
            DocumentError("The folder holds no file.", where=on_a_line(str(path)), remedy="Put documents in it, or name another.")
        )
    return inside


def _inside(folder: Path, found: Found) -> Iterator[Wanted]:
    def unreadable(error: OSError) -> None:
        found.refusals.append(_cannot_look(str(error.filename), error))

    whole = folder.resolve()
    for place, folders, files in os.walk(folder, onerror=unreadable):
        linked = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked and not name.startswith(_NOT_MEANT))
        for name in sorted([*files, *linked]):
            path = Path(place, name)
            if name.startswith(_NOT_MEANT):
                continue
            if path.is_symlink():
                if not path.resolve().is_relative_to(whole):  # what lies inside is found without the link
                    found.skipped.append(f"{on_a_line(str(path))}: a link that leads out of the folder; name the file itself to add it.")
            elif path.is_file():
                yield Wanted(path, path.relative_to(folder).as_posix())
            else:
                found.skipped.append(f"{on_a_line(str(path))}: a pipe, a socket or a device, and no file.")


def _cannot_look(given: str, error: OSError | ValueError) -> DocumentError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return DocumentError(f"The path cannot be looked at: {reason}.", where=on_a_line(given)[:200], remedy="Check the path.")
