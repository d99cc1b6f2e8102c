"""The shelf of an engagement: its documents, each kept as a page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Self

import yaml

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.domain.retrieval import Passage
from discovery_agent.errors import DocumentError
from discovery_agent.files.front_matter import Body
from discovery_agent.files.regular import NotRegular, read_regular
from discovery_agent.files.unseen import on_a_line
from discovery_agent.knowledge.documents.extracted import LARGEST_FILE, Extracted, refused
from discovery_agent.knowledge.documents.reading import read_document
from discovery_agent.knowledge.pages import Page, PageFront
from discovery_agent.knowledge.stored import WAIT_SECONDS, Documents, ShelfBusy

__all__ = ["WAIT_SECONDS", "Added", "Shelf", "ShelfBusy", "name_on_shelf", "plain_name"]

_LONGEST_NAME = 255
_REMOVE_FIRST = "`knowledge list` shows what is there."

Cut = Callable[[Page], Iterable[Passage]]
"""The passages of a page."""


@dataclass(frozen=True)
class Added:
    """What became of a file."""

    page: str
    title: str
    replaced: bool
    unchanged: bool
    notes: tuple[str, ...] = ()
    passages: int = 0
    incomplete: bool = False
    """Whether something is missing that readers of the file see."""


class Shelf:
    """The documents of an engagement, to be changed.

    To be used as a context manager: one process at a time changes a shelf and what is made from it. `passages` cuts a page as it
    will be indexed. Entering raises `ShelfBusy` if another holds the shelf for longer than `patience` seconds.
    """

    def __init__(
        self,
        documents: Documents,
        engagement: str,
        passages: Cut | None = None,
        *,
        patience: float = WAIT_SECONDS,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self._documents = documents
        self._engagement = engagement
        self._cut = passages
        self._patience = patience
        self._waiting = waiting
        self._pages: dict[str, Page] = {}

    def __enter__(self) -> Self:
        self._documents.lock(self._patience, self._waiting)
        try:
            self._pages = {page.id: page for page in self._documents.load()}
        except BaseException:
            self._documents.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._documents.release()

    @property
    def pages(self) -> tuple[Page, ...]:
        """What is on the shelf now, damaged documents included."""
        return tuple(self._pages[page] for page in sorted(self._pages))

    def add_file(self, path: Path, *, known_as: str | None = None, now: datetime | None = None) -> Added:
        """Read a file and put it on the shelf under its name, or under `known_as`; one of the same name is replaced.

        Raises:
            DocumentError: it cannot be read, or is refused. What is on the shelf stays as it was.
            IndexUnavailable, StorageError: the shelf cannot be written.
        """
        shown = on_a_line(str(path))
        try:
            data = read_regular(path, LARGEST_FILE)
        except NotRegular as error:
            raise DocumentError(f"{error.strerror}.", where=shown, remedy="Name a file.") from error
        except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise DocumentError(f"The file cannot be opened: {reason}.", where=shown, remedy="Check the path.") from error
        if len(data) > LARGEST_FILE:
            raise refused(f"The file has more than {LARGEST_FILE / 1e6:,.0f} MB.", "Split it.", shown)
        return self._add(name_on_shelf(known_as or path.name), data, now)

    def add(self, name: str, data: bytes, *, now: datetime | None = None) -> Added:
        """Put a document on the shelf under its file name; folders in it do not count.

        Raises:
            DocumentError: it is refused.
            IndexUnavailable, StorageError: the shelf cannot be written.
        """
        return self._add(plain_name(name), data, now)

    def _add(self, name: str, data: bytes, now: datetime | None) -> Added:
        digest = hashlib.sha256(data).hexdigest()
        before = next((page for page in self._pages.values() if page.front.file == name), None)
        if before is not None and before.front.sha256 == digest:
            return _added(before, len(self._passages(before)), unchanged=True)
        document = read_document(on_a_line(name), data)
        id_ = before.id if before else self._free_id(name)
        page, passages = self._page(id_, name, digest, document, now or datetime.now(UTC))
        self._documents.put(page)
        self._pages[id_] = page
        return _added(page, passages, replaced=before is not None)

    def remove(self, name: str) -> str:
        """Take a document off the shelf, by the name of its file or by its id; gives its title.

        Raises:
            DocumentError: it is not on the shelf, or several are called so.
        """
        page = self._named(name)
        self._documents.remove(page.id)
        del self._pages[page.id]
        return page.front.title

    def _named(self, name: str) -> Page:
        exact = [page for page in self._pages.values() if name in (page.front.file, page.id)]
        alike = exact or [page for page in self._pages.values() if page.front.file and PurePath(page.front.file).name == name]
        if not alike:
            raise DocumentError("There is no such document on the shelf.", where=on_a_line(name), remedy=_REMOVE_FIRST)
        if len(alike) > 1:
            names = ", ".join(on_a_line(f"{page.front.file} (id {page.id})") for page in alike[:4])
            raise DocumentError(f"{len(alike)} documents are called so: {names}.", where=on_a_line(name), remedy="Name one by its id.")
        return alike[0]

    def _page(self, id_: str, name: str, digest: str, document: Extracted, now: datetime) -> tuple[Page, int]:
        """The page of a document, and how many passages it has; those that give orders are told of in its notes."""
        title = document.title or PurePath(name).stem
        front = PageFront(
            title=title,
            kind=PageKind.DOCUMENT,
            phase=tuple(Phase),
            audience=tuple(Audience),
            sources=(name,),
            file=name,
            sha256=digest,
            added=now.isoformat(timespec="seconds"),
            notes=tuple(document.notes),
            incomplete=document.incomplete,
        )
        page = _as_page(id_, front, document.markdown, self._engagement)
        passages = self._passages(page)
        marked = sum(one.instructs for one in passages)
        if marked:
            note = (
                f"{marked} passage{' reads' if marked == 1 else 's read'} like orders to a language model: "
                f"marked in searches, cited nowhere, and shown to no model."
            )
            front = front.model_copy(update={"notes": (*front.notes, note)})
            page = _as_page(id_, front, document.markdown, self._engagement)
        return page, len(passages)

    def _passages(self, page: Page) -> list[Passage]:
        return list(self._cut(page)) if self._cut and page.damage is None else []

    def _free_id(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", PurePath(name).stem).encode("ascii", "ignore").decode("ascii").lower()
        base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "document"
        base = f"{base}-document" if base == "readme" else base
        taken, page, number = {one.casefold() for one in self._pages}, base, 1
        while page in taken or self._documents.is_taken(page):
            number += 1
            page = f"{base}-{number}"
        return page


def _added(page: Page, passages: int, *, replaced: bool = False, unchanged: bool = False) -> Added:
    front = page.front
    return Added(page.id, front.title, replaced, unchanged, front.notes, passages, front.incomplete)


def _as_page(id_: str, front: PageFront, body: str, engagement: str) -> Page:
    fields = front.model_dump(mode="json", exclude_none=True)
    head = f"---\n{yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000)}---\n"
    return Page(id_, front, head + body, Body(body, len(head), head.count("\n") + 1), engagement)


def name_on_shelf(path: str) -> str:
    """What a file is called on a shelf, from its path below the folder that was given; of a file given by itself, its name."""
    return "/".join(plain_name(part) for part in PurePath(path).parts)


def plain_name(name: str) -> str:
    """The last part of a name, without folders and without characters that mean something to a terminal or a file system."""
    plain = re.sub(r"[\x00-\x1f\x7f]", " ", name.replace("\\", "/")).rsplit("/", 1)[-1].strip()
    plain = plain.encode("utf-8", "backslashreplace").decode("utf-8") or "document"
    if len(plain) <= _LONGEST_NAME:
        return plain
    ending = PurePath(plain).suffix[:20]
    mark = hashlib.sha256(plain.encode()).hexdigest()[:12]  # two long names that differ at their ends stay two
    return f"{plain[: _LONGEST_NAME - len(ending) - 13]}-{mark}{ending}"
