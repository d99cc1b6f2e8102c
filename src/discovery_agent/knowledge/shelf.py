"""The shelf of an engagement: its documents, each kept as a page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Self

import yaml
from filelock import FileLock, Timeout

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.errors import DocumentError, IndexUnavailable
from discovery_agent.files.writing import replace_text
from discovery_agent.knowledge.documents.extracted import LARGEST_FILE, refused
from discovery_agent.knowledge.documents.reading import read_document
from discovery_agent.knowledge.pages import Page, load_page, load_pages

_WAIT_SECONDS = 1800.0


@dataclass(frozen=True)
class Added:
    """What became of a file."""

    page: str
    title: str
    replaced: bool
    unchanged: bool
    notes: tuple[str, ...] = ()


class Shelf:
    """Documents as pages in a folder, which need not be there yet.

    To be used as a context manager: one process at a time changes a shelf, under a lock of the operating system. Entering raises
    `IndexUnavailable` if another holds it for half an hour, or if the lock cannot be written.
    """

    def __init__(self, folder: Path, engagement: str, lock: Path) -> None:
        self._folder = folder
        self._engagement = engagement
        self._lock = FileLock(lock)
        self._pages: dict[str, Page] = {}

    def __enter__(self) -> Self:
        try:
            Path(self._lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=_WAIT_SECONDS)
        except Timeout as error:
            raise IndexUnavailable("Another process has been changing this shelf for half an hour.", where=self._engagement) from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            self._pages = {page.id: page for page in load_pages(self._folder, engagement=self._engagement)}
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def add_file(self, path: Path, *, now: datetime | None = None) -> Added:
        """Read a file and put it on the shelf; one of the same name is replaced.

        Raises:
            DocumentError: it cannot be read, or is refused. What is on the shelf stays as it was.
            IndexUnavailable: the shelf cannot be written.
        """
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise refused(f"The file has more than {LARGEST_FILE / 1e6:,.0f} MB.", "Split it.", str(path))
            data = path.read_bytes()
        except OSError as error:
            raise DocumentError(f"The file cannot be opened: {error.strerror}.", where=str(path), remedy="Check the path.") from error
        return self.add(path.name, data, now=now)

    def add(self, name: str, data: bytes, *, now: datetime | None = None) -> Added:
        """Put a document on the shelf under its file name.

        Raises:
            DocumentError: it is refused.
            IndexUnavailable: the shelf cannot be written.
        """
        name = _file_name(name)
        digest = hashlib.sha256(data).hexdigest()
        before = next((page for page in self._pages.values() if page.front.file == name), None)
        if before is not None and before.front.sha256 == digest:
            return Added(before.id, before.front.title, replaced=False, unchanged=True, notes=before.front.notes)
        document = read_document(name, data)
        title = document.title or PurePath(name).stem
        front = {
            "title": title,
            "kind": PageKind.DOCUMENT.value,
            "phase": [phase.value for phase in Phase],
            "audience": [audience.value for audience in Audience],
            "sources": [name],
            "file": name,
            "sha256": digest,
            "added": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
            "notes": document.notes,
        }
        page = before.id if before else self._free_id(name)
        head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=10_000)
        try:
            replace_text(self._folder / f"{page}.md", f"---\n{head}---\n{document.markdown}")
        except OSError as error:
            raise self._unwritable(error) from error
        self._pages[page] = load_page(self._folder / f"{page}.md", self._folder, engagement=self._engagement)
        return Added(page, title, replaced=before is not None, unchanged=False, notes=tuple(document.notes))

    def remove(self, name: str) -> str:
        """Take a document off the shelf, by the name of its file or by its id; gives its title.

        Raises:
            DocumentError: it is not on the shelf.
        """
        page = next((page for page in self._pages.values() if name in (page.front.file, page.id)), None)
        if page is None:
            raise DocumentError("There is no such document on the shelf.", where=name, remedy="`knowledge list` shows what is there.")
        try:
            (self._folder / f"{page.id}.md").unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        del self._pages[page.id]
        return page.front.title

    def _unwritable(self, error: OSError) -> IndexUnavailable:
        return IndexUnavailable(
            f"The shelf cannot be written: {error.strerror}.",
            where=str(self._folder),
            remedy="Make room, or set DISCOVERY_DATA_DIR to a folder that can be written.",
        )

    def _free_id(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", PurePath(name).stem).encode("ascii", "ignore").decode("ascii").lower()
        base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "document"
        base = f"{base}-document" if base == "readme" else base
        taken, page, number = {one.casefold() for one in self._pages}, base, 1
        while page in taken or (self._folder / f"{page}.md").exists():
            number += 1
            page = f"{base}-{number}"
        return page


def _file_name(name: str) -> str:
    """The last part of a name, without folders and without characters that mean something to a terminal or a file system."""
    plain = re.sub(r"[\x00-\x1f\x7f]", " ", name.replace("\\", "/")).rsplit("/", 1)[-1].strip()
    return plain.encode("utf-8", "replace").decode("utf-8")[:200] or "document"
