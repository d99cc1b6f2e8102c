"""The documents of an engagement as they lie on disk. One that is damaged blocks none of the others: it is listed, and can be removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.errors import ConfigurationError, IndexUnavailable
from discovery_agent.files.front_matter import Body
from discovery_agent.files.private import FILE_MODE, private_folder
from discovery_agent.files.writing import replace_text
from discovery_agent.knowledge.pages import Page, PageFront, load_page

WAIT_SECONDS = 1800.0
DAMAGED = "It is damaged and is not searched: remove it by its id, and add its file again."


class ShelfBusy(IndexUnavailable):
    """Another process has been changing the shelf for longer than anybody wants to wait."""


class Documents(Protocol):
    """Where the documents of one engagement are kept: a folder, or a database. Changed by whoever holds its lock, one at a time."""

    def lock(self, patience: float, waiting: Callable[[], None]) -> None:
        """Let nobody else change them, in no process; `waiting` is called where that takes a while.

        Raises:
            ShelfBusy: somebody else has been at it for longer than `patience` seconds.
            IndexUnavailable, StorageError: the lock cannot be had.
        """
        ...

    def release(self) -> None:
        """Let others change them again; again is no harm. What was put or removed is kept then, if it was not before."""
        ...

    def load(self) -> tuple[Page, ...]:
        """All of them, also those that are damaged, by id."""
        ...

    def is_taken(self, id_: str) -> bool:
        """Whether no new document may be called so."""
        ...

    def put(self, page: Page) -> None:
        """Keep a document under its id, instead of what was there.

        Raises:
            IndexUnavailable, StorageError: it cannot be written.
        """
        ...

    def remove(self, id_: str) -> None:
        """Take one away; one that is not there is gone already.

        Raises:
            IndexUnavailable, StorageError: it cannot be removed.
        """
        ...


def busy(engagement: str) -> ShelfBusy:
    """The error of a shelf that somebody else holds for too long."""
    return ShelfBusy("Another process has been changing these documents for too long.", where=engagement, remedy="Try again later.")


class DocumentFiles:
    """Documents as Markdown files in a folder, which need not be there yet, under a lock of the operating system."""

    def __init__(self, folder: Path, engagement: str, lock: Path) -> None:
        self._folder = folder
        self._engagement = engagement
        self._lock_file = lock
        self._lock = FileLock(lock, mode=FILE_MODE)

    def lock(self, patience: float, waiting: Callable[[], None]) -> None:
        """As `Documents.lock`."""
        try:
            private_folder(self._lock_file.parent)
            try:
                self._lock.acquire(timeout=min(0.5, patience))
            except Timeout:
                waiting()
                self._lock.acquire(timeout=patience)
        except Timeout as error:
            raise busy(self._engagement) from error
        except OSError as error:
            raise self._unwritable(error) from error

    def release(self) -> None:
        """As `Documents.release`; files are written at once."""
        self._lock.release()

    def load(self) -> tuple[Page, ...]:
        """As `Documents.load`."""
        return load_documents(self._folder, self._engagement)

    def is_taken(self, id_: str) -> bool:
        """As `Documents.is_taken`: by whatever lies there."""
        return (self._folder / f"{id_}.md").exists()

    def put(self, page: Page) -> None:
        """As `Documents.put`."""
        try:
            private_folder(self._folder)
            replace_text(self._folder / f"{page.id}.md", page.text)
        except OSError as error:
            raise self._unwritable(error) from error

    def remove(self, id_: str) -> None:
        """As `Documents.remove`."""
        try:
            (self._folder / f"{id_}.md").unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> IndexUnavailable:
        return IndexUnavailable(
            f"The documents cannot be changed: {error.strerror or error}.",
            where=str(self._folder),
            remedy="Make room, or set DISCOVERY_DATA_DIR to a folder that can be written.",
        )


def has_documents(folder: Path) -> bool:
    """Whether a folder holds a document, be it damaged."""
    try:
        with os.scandir(folder) as entries:
            return any(_is_document(entry.name) and entry.is_file() for entry in entries)
    except OSError:
        return False


def load_documents(folder: Path, engagement: str) -> tuple[Page, ...]:
    """Every document in a folder, in a stable order; none where the folder is not there. One that is removed meanwhile is left out."""
    found = (path for path in folder.glob("*.md") if _is_document(path.name) and path.is_file())
    files = sorted(found, key=lambda path: path.stem)
    pages = (_load(path, folder, engagement) for path in files)
    return tuple(page for page in pages if page is not None)


def sound(pages: Sequence[Page]) -> list[Page]:
    """Those that are not damaged."""
    return [page for page in pages if page.damage is None]


def damage_note(pages: Sequence[Page]) -> tuple[str, ...]:
    """What a reader of search results should know of damaged documents, in at most one sentence."""
    damaged = [page.id for page in pages if page.damage is not None]
    if not damaged:
        return ()
    several = len(damaged) > 1
    more = f" and {len(damaged) - 3} more" if len(damaged) > 3 else ""
    return (
        f"{len(damaged)} stored document{'s are' if several else ' is'} damaged and not searched ({', '.join(damaged[:3])}{more}): "
        f"remove {'them' if several else 'it'} by id and add the file{'s' if several else ''} again.",
    )


def _is_document(name: str) -> bool:
    return name.endswith(".md") and not name.startswith(".")


def _load(path: Path, folder: Path, engagement: str) -> Page | None:
    return document_or_damage(path.stem, engagement, lambda: load_page(path, folder, engagement=engagement))


def document_or_damage(id_: str, engagement: str, load: Callable[[], Page]) -> Page | None:
    """A document as `load` reads it; a page without text that says why, where it cannot be read; None where it went away meanwhile."""
    try:
        return load()
    except ConfigurationError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        reason = error.what
    except RecursionError:  # YAML nested beyond reason
        reason = "The front matter is nested too deeply."
    front = PageFront(
        title=id_, kind=PageKind.DOCUMENT, phase=tuple(Phase), audience=tuple(Audience), sources=(), notes=(DAMAGED,), incomplete=True
    )
    return Page(id_, front, "", Body("", 0, 1), engagement, reason)
