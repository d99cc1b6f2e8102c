"""Search by meaning: what an index of vectors does, wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.retrieval import PassageFilter

Array = NDArray[np.float32]


class VectorIndex(Protocol):
    """Numbered unit vectors of one index: in a folder (`chroma.py`), or in PostgreSQL (`postgres/pgvector.py`)."""

    def __len__(self) -> int: ...

    def add(self, ids: Sequence[int], vectors: Array, metadata: Sequence[Mapping[str, Any]]) -> None:
        """Add vectors, each with the values that filters compare."""
        ...

    def vectors_of(self, ids: Iterable[int]) -> Iterator[tuple[list[int], Array]]:
        """The vectors of these ids, in portions; ids that are not there are left out."""
        ...

    def search(self, queries: Array, limit: int, only: PassageFilter) -> list[list[tuple[int, float]]]:
        """For each query vector, ids and cosine similarities of the nearest vectors that pass the filter; best first.

        Raises:
            ValueError: the index is damaged.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds open."""
        ...
