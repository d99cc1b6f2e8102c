"""Writes the pages of a report: single ones, and lists of any length in pages of so many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from discovery_agent.discovery.report.html import FILTERS
from discovery_agent.discovery.report.large.addresses import OVERVIEW, Addresses
from discovery_agent.discovery.report.large.staging import Staging
from discovery_agent.discovery.report.self_contained import SelfContainedPage

T = TypeVar("T")
_PACKAGE = "discovery_agent.discovery.report"
_STYLES = ("style.css", "large/style.css")
# What pages of findings and of conversations, of which there are most, do without.
_UNUSED = ("Goal tree", "Tables", "Verdicts")


@dataclass(frozen=True, slots=True)
class Cover:
    """What every page says of the report."""

    title: str
    date: str
    analyst: str
    sections: tuple[tuple[str, str, int | None], ...]
    """Label, anchor and count of each part that there is."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the head of a page."""

    title: str
    lead: str = ""
    section: str = ""
    """Anchor of the part of the report that it belongs to."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one page stands among those of its list."""

    number: int
    files: Sequence[str]
    """File names of all pages, in order."""

    @property
    def previous(self) -> str:
        """The page before; empty on the first."""
        return self.files[self.number - 2] if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The page after; empty on the last."""
        return self.files[self.number] if self.number < len(self.files) else ""

    @property
    def near(self) -> tuple[int, ...]:
        """Numbers to offer: the first, the last, those close by, and some on the way to the ends."""
        last = len(self.files)
        steps = (0, 1, 2, 5, 10, 50, 100, 500)
        offered = {1, last, *(self.number + step for step in steps), *(self.number - step for step in steps)}
        return tuple(sorted(number for number in offered if 1 <= number <= last))

    def file(self, number: int) -> str:
        """The page of that number."""
        return self.files[number - 1]


@dataclass(frozen=True, slots=True)
class Book:
    """All pages of one report."""

    staging: Staging
    addresses: Addresses
    cover: Cover

    def write(self, file: str, page: SelfContainedPage, **values: object) -> None:
        """One page."""
        up = "../" * file.count("/")
        self.staging.write(file, page.render(to=self.addresses.links_from(file), cover=self.cover, up=up, overview=OVERVIEW, **values))

    def inner(self, file: str, heading: Heading, body: str, *, pager: Pager | None = None, **values: object) -> None:
        """A page below the overview, with the part `body` of the templates."""
        page = _small_page() if body in ("conversation", "findings", "claims", "unread", "notes") else _full_page()
        self.write(file, page, heading=heading, body=f"large/_{body}.html.j2", pager=pager, **values)


class Listing(Generic[T]):
    """A list that comes item by item and is cut into pages, `pages/NAME-1.html` and so on."""

    def __init__(self, book: Book, name: str, heading: Heading, body: str, total: int, size: int, **values: object) -> None:
        self._values = values
        self._book, self._heading, self._body, self._size = book, heading, body, size
        self._files = list_files(name, total, size)
        self._written = 0
        self._items: list[T] = []

    def add(self, item: T) -> None:
        """One more; a full page is written."""
        self._items.append(item)
        if len(self._items) == self._size:
            self.close()

    def close(self) -> None:
        """Write what is left over."""
        if not self._items:
            return
        self._written += 1
        pager = Pager(self._written, self._files)
        first = (self._written - 1) * self._size + 1
        self._book.inner(
            f"pages/{self._files[self._written - 1]}",
            self._heading,
            self._body,
            pager=pager,
            items=self._items,
            first=first,
            **self._values,
        )
        self._items.clear()


def list_files(name: str, total: int, size: int) -> tuple[str, ...]:
    """File names of the pages of a list, which are in `pages/`."""
    return tuple(f"{name}-{number}.html" for number in range(1, -(-total // size) + 1))


def overview_page() -> SelfContainedPage:
    """The page that comes first."""
    return _page("large/overview.html.j2", ())


def finder_page() -> SelfContainedPage:
    """The page that finds one conversation."""
    return _page("large/find.html.j2", _UNUSED, "large/find.js")


def _full_page() -> SelfContainedPage:
    return _page("large/page.html.j2", ())


def _small_page() -> SelfContainedPage:
    return _page("large/page.html.j2", _UNUSED)


@cache
def _page(template: str, without: tuple[str, ...], script: str | None = None) -> SelfContainedPage:
    return SelfContainedPage(_PACKAGE, FILTERS, template, styles=_STYLES, without=without, script=script)
