"""Search by words: BM25 (bm25s) over stemmed words and whole figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import bm25s

# Words, with a figure such as 3.5 or 10,000 in one piece.
_TOKEN = r"(?u)\d+(?:[.,]\d+)+|\w+"


class KeywordIndex:
    """BM25 over numbered texts. Built once, then only read."""

    def __init__(self, bm25: bm25s.BM25 | None, ids: NDArray[np.int64]) -> None:
        self._bm25 = bm25
        self.ids = ids

    @classmethod
    def build(cls, ids: Iterable[int], texts: Iterable[str]) -> KeywordIndex:
        """The index of these texts; an empty one finds nothing."""
        import bm25s  # heavy, so imported where used

        numbers = np.fromiter(ids, np.int64)
        tokens: Any = bm25s.tokenize(list(texts), token_pattern=_TOKEN, stopwords="en", stemmer=_stemmer(), show_progress=False)
        if not numbers.size or not any(tokens.ids):
            return cls(None, numbers)
        bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        bm25.index(tokens, show_progress=False)
        return cls(bm25, numbers)

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own.

        Raises:
            OSError: it cannot be written.
        """
        folder.mkdir(parents=True)
        np.save(folder / "ids.npy", self.ids)
        if self._bm25 is not None:
            self._bm25.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """The index as it was saved; large arrays stay on disk until they are needed.

        Raises:
            OSError, ValueError, KeyError: it is damaged.
        """
        ids = np.load(folder / "ids.npy")
        if not (folder / "params.index.json").exists():
            if ids.size and (folder / "vocab.index.json").exists():
                raise ValueError("part of the keyword index is missing")
            return cls(None, ids)
        import bm25s

        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False), ids)

    def search(self, query: str, limit: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """Ids and scores of the best texts that share a word with the query; best first.

        `allowed` says, text by text in the order of `ids`, which may be found.
        """
        if self._bm25 is None:
            return []
        words = _words(query)
        known = [word for word in words if word in self._bm25.vocab_dict]
        if not known:
            return []
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        if allowed is not None:
            scores = scores * allowed
        places = _best(scores, limit)
        return [(int(self.ids[place]), float(scores[place])) for place in places if scores[place] > 0]


def _best(scores: NDArray[np.float32], limit: int) -> Sequence[int]:
    """Places of the highest scores, highest first; equal ones in their order, so that nothing wavers."""
    if limit < len(scores):
        threshold = np.partition(scores, -limit)[-limit]
        places = np.flatnonzero(scores >= threshold)
    else:
        places = np.arange(len(scores))
    return places[np.argsort(-scores[places], kind="stable")][:limit].tolist()


def _words(query: str) -> list[str]:
    """Stemmed words of a query, each once."""
    import bm25s

    tokens: Any = bm25s.tokenize([query], token_pattern=_TOKEN, stopwords="en", stemmer=_stemmer(), show_progress=False, return_ids=False)
    return list(dict.fromkeys(tokens[0]))


def _stemmer() -> Any:
    """A stemmer of its own for each call: one must not be shared between threads."""
    import Stemmer

    return Stemmer.Stemmer("english")
