"""The first of many: what a page shows of a list that goes on elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Head(Sequence[T], Generic[T]):
    """Its length is that of the whole list; it gives only what is kept.

    >>> most = Head((1, 2), 500, "pages")
    >>> len(most), list(most), most.rest
    (500, [1, 2], 498)
    """

    kept: tuple[T, ...]
    total: int
    elsewhere: str = ""
    """Anchor of the whole list; empty if there is none."""

    @property
    def rest(self) -> int:
        """How many are left out."""
        return self.total - len(self.kept)

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.kept[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self.kept)
