"""How alike texts are: for two of them, and for many with many.

Where likeness can be computed for many pairs at once (`BatchSimilarity`), rules over thousands of findings stay quick; a plain
function of two texts gives the same answers pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest
from typing import Protocol, runtime_checkable

Similarity = Callable[[str, str], float]
"""How alike two texts are, 0..1."""

Nearest = list[list[tuple[int, float]]]
"""For each text, places of the others that are most like it with their likeness, the most alike first."""


@runtime_checkable
class BatchSimilarity(Protocol):
    """A similarity that finds the most alike of many at once."""

    def __call__(self, left: str, right: str, /) -> float:
        """How alike two texts are, 0..1."""
        ...

    def nearest(self, lefts: Sequence[str], rights: Sequence[str], *, within: float, most: int) -> Nearest:
        """As the function `nearest` of this module."""
        ...


def nearest(similarity: Similarity, lefts: Sequence[str], rights: Sequence[str], *, within: float, most: int) -> Nearest:
    """For each of `lefts` those of `rights` that are less than `within` behind its most alike one; at most `most`.

    Equally alike ones keep the order of `rights`.
    """
    if not rights:
        return [[] for _ in lefts]
    if isinstance(similarity, BatchSimilarity):
        return similarity.nearest(lefts, rights, within=within, most=most)
    found: Nearest = []
    for left in lefts:
        scores = [similarity(left, right) for right in rights]
        least = max(scores) - within
        close = [at for at, score in enumerate(scores) if score >= least]
        found.append([(at, scores[at]) for at in nlargest(most, close, key=scores.__getitem__)])
    return found
