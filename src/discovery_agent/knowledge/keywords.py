"""Search by words: BM25 (bm25s) over stemmed words and whole figures."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import bm25s

_K1, _B = 1.5, 0.75
_ARRAYS = ("data", "indices", "indptr")
# Words, with a figure such as 3.5 or 10,000 in one piece.
_TOKEN = r"(?u)\d+(?:[.,]\d+)+|\w+"


@dataclass(frozen=True)
class WordStatistics:
    """How many texts there are, and how many of them hold each word."""

    texts: int
    containing: Mapping[str, int]

    def plus(self, other: WordStatistics) -> WordStatistics:
        """Both taken together."""
        words = {*self.containing, *other.containing}
        both = {word: self.containing.get(word, 0) + other.containing.get(word, 0) for word in words}
        return WordStatistics(self.texts + other.texts, both)

    def weight(self, word: str) -> float:
        """How much a word tells."""
        return _weight(self.texts, self.containing.get(word, 0))


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
        bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
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
            OSError, EOFError, ValueError, KeyError: it is damaged.
        """
        ids = np.load(folder / "ids.npy")
        if not (folder / "params.index.json").exists():
            if ids.size and (folder / "vocab.index.json").exists():
                raise ValueError("part of the keyword index is missing")
            return cls(None, ids)
        import bm25s

        bm25 = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        starts, places = bm25.scores["indptr"], bm25.scores["indices"]
        if not len(starts) or int(starts[-1]) != len(places) or len(places) != len(bm25.scores["data"]):
            raise ValueError("the parts of the keyword index do not belong together")
        return cls(bm25, ids)

    def to_bytes(self) -> bytes:
        """The index as it is kept where there are no folders."""
        parts: dict[str, Any] = {"ids": self.ids}
        if self._bm25 is not None:
            vocabulary = json.dumps(self._bm25.vocab_dict).encode()
            parts |= {name: self._bm25.scores[name] for name in _ARRAYS} | {"vocabulary": np.frombuffer(vocabulary, np.uint8)}
        out = io.BytesIO()
        np.savez(out, **parts)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> KeywordIndex:
        """The index as `to_bytes` gave it.

        Raises:
            OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile: it is damaged.
        """
        with np.load(io.BytesIO(data)) as parts:
            if "vocabulary" not in parts:
                return cls(None, parts["ids"])
            import bm25s

            bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
            bm25.scores = {**{name: parts[name] for name in _ARRAYS}, "num_docs": len(parts["ids"])}
            bm25.vocab_dict = json.loads(parts["vocabulary"].tobytes())
            return cls(bm25, parts["ids"])

    def statistics(self, queries: Sequence[str]) -> WordStatistics:
        """How common the words of these queries are here."""
        if self._bm25 is None:
            return WordStatistics(len(self.ids), {})
        words = {word for query in queries for word in _words(query)}
        return WordStatistics(len(self.ids), {word: count for word in words if (count := len(self._postings(word)[0]))})

    def search(
        self, query: str, limit: int, allowed: NDArray[np.bool_] | None = None, common: WordStatistics | None = None
    ) -> list[tuple[int, float]]:
        """Ids and scores of the best texts that share a word with the query; best first.

        `allowed` says, text by text in the order of `ids`, which may be found. With `common`, words weigh as rare as they are
        in several indexes taken together, so that scores of one compare with those of another.
        """
        if self._bm25 is None:
            return []
        scores = np.zeros(len(self.ids), np.float32)
        for word in _words(query):
            places, weights = self._postings(word)
            if len(places):
                rarer = common.weight(word) / _weight(len(self.ids), len(places)) if common else 1.0
                scores[places] += weights * np.float32(rarer)
        if allowed is not None:
            scores *= allowed
        places = _best(scores, limit)
        return [(int(self.ids[place]), float(scores[place])) for place in places if scores[place] > 0]

    def _postings(self, word: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Places of the texts that hold a word, and what it adds to the score of each."""
        assert self._bm25 is not None
        number = self._bm25.vocab_dict.get(word)
        starts = self._bm25.scores["indptr"]
        if number is None or number + 1 >= len(starts):
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        part = slice(int(starts[number]), int(starts[number + 1]))
        return self._bm25.scores["indices"][part], self._bm25.scores["data"][part]


def _weight(texts: int, containing: int) -> float:
    """Inverse document frequency as Lucene counts it, and bm25s with it: `ln(1 + (N - n + 0.5) / (n + 0.5))`."""
    return math.log(1 + (texts - containing + 0.5) / (containing + 0.5))


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
