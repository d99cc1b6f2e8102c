"""Likeness of texts by the vectors of their meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.likeness import Nearest

# Products of so many numbers are computed at once: 64 MB.
_CELLS = 16_000_000


class Likeness:
    """Cosine similarity among texts whose unit vectors are given, one a row.

    >>> import numpy as np
    >>> likeness = Likeness(["up", "also up", "across"], np.array([[0, 1], [0, 1], [1, 0]], np.float32))
    >>> likeness("up", "also up"), likeness.nearest(["up"], ["across", "also up"], within=0.1, most=5)
    (1.0, [[(1, 1.0)]])
    """

    def __init__(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self._places = {text: place for place, text in enumerate(texts)}

    def __call__(self, left: str, right: str, /) -> float:
        """Cosine of two of the texts.

        Raises:
            KeyError: one of them is not among the texts.
        """
        return float(self._vectors[self._places[left]] @ self._vectors[self._places[right]])

    def nearest(self, lefts: Sequence[str], rights: Sequence[str], *, within: float, most: int) -> Nearest:
        """As `discovery_agent.domain.likeness.nearest`, with matrix products."""
        if not rights:
            return [[] for _ in lefts]
        columns = self._vectors[[self._places[text] for text in rights]].T
        rows = [self._places[text] for text in lefts]
        at_once = max(1, _CELLS // columns.shape[1])
        found: Nearest = []
        for start in range(0, len(rows), at_once):
            scores = self._vectors[rows[start : start + at_once]] @ columns
            found.extend(_closest(row, within, most) for row in scores)
        return found


def _closest(scores: NDArray[np.float32], within: float, most: int) -> list[tuple[int, float]]:
    close = np.flatnonzero(scores >= scores.max() - within)
    if len(close) > most:
        # Everything above the score of the last place, and of those on it the first ones.
        least = np.partition(scores[close], len(close) - most)[len(close) - most]
        above, level = close[scores[close] > least], close[scores[close] == least]
        close = np.concatenate([above, level[: most - len(above)]])
    order = np.lexsort((close, -scores[close]))
    return [(int(close[at]), float(scores[close[at]])) for at in order]
