"""Long lists, a page at a time: only what is shown is ever read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, div, empty, span
from discovery_agent.web.ui.visit import Visit

Item = TypeVar("Item")
Read = Callable[[int, int], Awaitable[tuple[Sequence[Item], int]]]
"""Reads a slice: offset and limit to the items and how many there are in all."""


def each(show: Callable[[Item], None], tag: str = "ul", classes: str = "rows") -> Callable[[Sequence[Item]], None]:
    """Builds a list with an element for each item."""

    def build(items: Sequence[Item]) -> None:
        with Piece(tag, "", classes):
            for item in items:
                show(item)

    return build


class Paged(Generic[Item]):
    """A list of which some items are shown, with the way to the others.

    `read` gives a slice, `build` shows one. `what` names the items, such as `conversations`; `nothing` stands where there are none.
    """

    def __init__(
        self,
        visit: Visit,
        what: str,
        read: Read[Item],
        build: Callable[[Sequence[Item]], None],
        *,
        size: int = 20,
        nothing: Callable[[], None] | None = None,
    ) -> None:
        self._visit = visit
        self._what = what
        self._read = read
        self._build = build
        self._size = size
        self._nothing = nothing or (lambda: _nothing(what))
        self._offset = 0
        self.total = 0
        self._place = div("paged", tabindex="-1")

    async def load(self, offset: int | None = None) -> None:
        """Read and show the items from `offset` on, or those that were shown before anew."""
        offset = self._offset if offset is None else offset
        items, self.total = await self._read(offset, self._size)
        if not items and offset:
            offset = max(0, (self.total - 1) // self._size * self._size)
            items, self.total = await self._read(offset, self._size)
        self._offset = offset
        self._place.clear()
        with self._place:
            if not items:
                self._nothing()
                return
            self._build(items)
            if self.total > len(items):
                self._pager(len(items))

    def _pager(self, shown: int) -> None:
        first = self._offset + 1
        with Piece("nav", "", "pager line", aria_label=f"Pages of {self._what}"):
            span(f"{first:,} to {first + shown - 1:,} of {self.total:,}", "quiet")
            self._turn("Previous", self._offset - self._size, self._offset > 0)
            self._turn("Next", self._offset + self._size, self._offset + shown < self.total)

    def _turn(self, words: str, offset: int, possible: bool) -> None:
        async def go() -> None:
            await self.load(max(0, offset))
            self._visit.run("focus", self._place.html_id)

        button(self._visit, words, go, "slim", disabled=not possible, aria_label=f"{words} in {self._what}")


def _nothing(what: str) -> None:
    empty(f"No {what} yet")
