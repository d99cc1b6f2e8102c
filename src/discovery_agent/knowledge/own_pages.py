"""Pages that were learned here: they belong to the knowledge base of this installation, and to no engagement.

They lie beside the data, not beside the pages that ship, so that an update of the program leaves them alone.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from discovery_agent.errors import IndexUnavailable
from discovery_agent.files.private import private_folder
from discovery_agent.files.writing import replace_text
from discovery_agent.knowledge.pages import Page, PageFront, load_pages

_SHELF = "own-lessons"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?")

Signature = tuple[tuple[str, int, int], ...]


class OwnPages:
    """The folder of such pages; it is there from the first one on. May be shared between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: tuple[Signature, tuple[Page, ...]] | None = None

    @property
    def begun(self) -> bool:
        """Whether there ever was one."""
        return self.folder.is_dir()

    def pages(self) -> tuple[Page, ...]:
        """All of them, by id; read again when a file has changed, also by another process.

        Raises:
            ConfigurationError: one of them is wrong; with file and line.
        """
        now = self.signature()
        if self._read is None or self._read[0] != now:
            self._read = (now, tuple(load_pages(self.folder)) if now else ())
        return self._read[1]

    def signature(self) -> Signature:
        """Changes with every file."""
        if not self.begun:
            return ()
        found: list[tuple[str, int, int]] = []
        for path in sorted(self.folder.rglob("*.md")):
            try:
                known = path.stat()
            except OSError:  # removed meanwhile
                continue
            found.append((path.relative_to(self.folder).as_posix(), known.st_mtime_ns, known.st_size))
        return tuple(found)

    def write(self, name: str, front: PageFront, body: str) -> str:
        """Put a page in place, whole or not at all; gives its id.

        Raises:
            IndexUnavailable: it cannot be written.
        """
        path = self._path(name)
        head = yaml.safe_dump(front.model_dump(mode="json", exclude_defaults=True), allow_unicode=True, sort_keys=False, width=120)
        try:
            private_folder(self.folder / _SHELF)
            replace_text(path, f"---\n{head}---\n{body.strip()}\n")
        except (OSError, UnicodeEncodeError) as error:
            raise self._unwritable(error) from error
        return f"{_SHELF}/{name}"

    def remove(self, name: str) -> None:
        """Take a page away; one that is not there is gone already.

        Raises:
            IndexUnavailable: it cannot be removed.
        """
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def has(self, name: str) -> bool:
        """Whether there is a page of that name."""
        return self._path(name).is_file()

    def _path(self, name: str) -> Path:
        assert _NAME.fullmatch(name), name
        return self.folder / _SHELF / f"{name}.md"

    def _unwritable(self, error: Exception) -> IndexUnavailable:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return IndexUnavailable(
            f"The page of the knowledge base cannot be written: {reason}.",
            where=str(self.folder),
            remedy="Make room, or check that you may write there; then do it again.",
        )
