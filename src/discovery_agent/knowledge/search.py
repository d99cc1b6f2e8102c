"""Search over the corpus and over the documents of one engagement: by meaning, by words, fused.

Each engagement has an index of its own in a folder of its own. A search opens the corpus and, where one is named, that
engagement; no other is ever open to it, so there is no filter that could be forgotten.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.retrieval import Passage, PassageFilter, Retrieved, fuse
from discovery_agent.errors import ConfigurationError, DocumentError, IndexUnavailable, ModelError
from discovery_agent.knowledge.cutting import Cutter
from discovery_agent.knowledge.embedding_models import EmbeddingModel, LocalEmbeddingModel
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.index import IndexChange, PassageIndex, Progress
from discovery_agent.knowledge.keywords import WordStatistics
from discovery_agent.knowledge.pages import Page, load_pages
from discovery_agent.knowledge.shelf import Shelf
from discovery_agent.knowledge.shipped import FILE, ShippedVectors

Array = NDArray[np.float32]

ENGAGEMENT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""An engagement's id: also the name of its folder, so it can lead nowhere else."""

WEIGHT_OF_MEANING = 1.0
WEIGHT_OF_WORDS = 1.0
RANKED = 50
"""How far down each ranking is read: what is near the top of neither does not come to the top of both."""


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Found:
    """What one query found, best first, and what the reader should know of the search."""

    query: str
    results: tuple[Retrieved, ...]
    notes: tuple[str, ...] = ()


class Knowledge:
    """The corpus, and the shelves of engagements. May be shared between threads; processes may share the folders.

    `corpus` holds the pages, `indexes` is where the index of the corpus is kept, `engagements` holds a folder for each engagement.
    """

    def __init__(self, corpus: Path, indexes: Path, engagements: Path, model: EmbeddingModel, local: MiniLMEmbeddings) -> None:
        self._corpus = corpus
        self._indexes = indexes
        self._engagements = engagements
        self._model = model
        self._cutter = Cutter(local.tokens)
        self._opened: dict[str | None, PassageIndex] = {}
        self._fresh: set[str | None] = set()
        self._lock = Lock()

    @cached_property
    def corpus_pages(self) -> tuple[Page, ...]:
        """The pages of the corpus.

        Raises:
            ConfigurationError: one of them is wrong; with file and line.
        """
        pages = tuple(load_pages(self._corpus / "pages"))
        if not pages:
            raise ConfigurationError(
                "There is no knowledge page.",
                where=str(self._corpus / "pages"),
                remedy="Put the pages there, or unset DISCOVERY_KNOWLEDGE_DIR.",
            )
        return pages

    def documents_folder(self, engagement: str) -> Path:
        """Where the documents of an engagement are kept.

        Raises:
            ConfigurationError: this cannot be the id of an engagement.
        """
        return self._engagement_folder(engagement) / "documents"

    def shelf(self, engagement: str) -> Shelf:
        """The shelf of an engagement, to be entered before it is changed; `refresh` then makes the change searchable.

        Raises:
            ConfigurationError: this cannot be the name of an engagement.
        """
        return Shelf(self.documents_folder(engagement), engagement, self._engagements / ".locks" / f"{engagement}.lock")

    def documents(self, engagement: str) -> tuple[Page, ...]:
        """The documents of an engagement; none if it has none."""
        return tuple(load_pages(self.documents_folder(engagement), engagement=engagement))

    def require_documents(self, engagement: str) -> None:
        """Raise unless an engagement has documents.

        Raises:
            ConfigurationError: this cannot be the name of one.
            DocumentError: it has none.
        """
        if self._is_empty(engagement):
            raise DocumentError(
                "This engagement has no documents.",
                where=engagement,
                remedy="Check its name with `knowledge list`, or add some with `knowledge add`.",
            )

    def engagements(self) -> tuple[str, ...]:
        """Every engagement that has documents."""
        if not self._engagements.is_dir():
            return ()
        return tuple(
            sorted(one.name for one in self._engagements.iterdir() if ENGAGEMENT.fullmatch(one.name) and (one / "documents").is_dir())
        )

    def refresh(self, engagement: str | None = None, progress: Progress = _silent, *, fresh: bool = False) -> IndexChange:
        """Bring an index in line with its pages: that of the corpus, or of an engagement; `fresh` makes it anew.

        Raises:
            ConfigurationError: a page is wrong.
            IndexUnavailable: the index cannot be written.
            ModelError: the embedding model failed.
        """
        pages = self.corpus_pages if engagement is None else self.documents(engagement)
        change = self._index(engagement).update(pages, progress, fresh=fresh)
        self._fresh.add(engagement)
        return change

    def search(
        self,
        queries: Sequence[str],
        *,
        engagement: str | None = None,
        only: PassageFilter | None = None,
        limit: int = 5,
        progress: Progress = _silent,
    ) -> list[Found]:
        """The best passages for each query. Indexes are built on first use; a damaged one is built anew.

        Where the embedding model fails, search goes by words alone, and a note says so.

        Raises:
            ConfigurationError: a page is wrong, or this is no engagement.
            IndexUnavailable: an index cannot be built.
        """
        ranked, notes = self.rankings(queries, engagement=engagement, only=only, depth=max(RANKED, limit), progress=progress)
        return [Found(query, fused(rankings, limit), notes) for query, rankings in zip(queries, ranked, strict=True)]

    def rankings(
        self,
        queries: Sequence[str],
        *,
        engagement: str | None = None,
        only: PassageFilter | None = None,
        depth: int = RANKED,
        progress: Progress = _silent,
    ) -> tuple[list[list[Ranking]], tuple[str, ...]]:
        """What each search gives for each query before it is fused, one ranking an index; and the notes.

        Raises:
            ConfigurationError, IndexUnavailable: as `search`.
        """
        vectors, notes = self._embed(queries)
        places = [None] if engagement is None else [None, engagement]
        for place in places:
            notes += self._made_ready(place, progress)
        common = self._common(queries, places)
        by_index = [self._ranked(place, queries, vectors, only or PassageFilter(), depth, progress, common) for place in places]
        return [[rankings[number] for rankings in by_index] for number in range(len(queries))], notes

    def close(self) -> None:
        """Let go of every index."""
        with self._lock:
            for index in self._opened.values():
                index.close()
            self._opened.clear()

    def delete_engagement(self, engagement: str) -> None:
        """Remove an engagement's documents and its index, vectors included.

        Raises:
            IndexUnavailable: a file cannot be removed.
        """
        import shutil

        folder = self._engagement_folder(engagement)
        with self.shelf(engagement):
            self._index(engagement).delete()
            try:
                if folder.exists():
                    shutil.rmtree(folder)
            except OSError as error:
                raise IndexUnavailable(f"The engagement's documents cannot be removed: {error.strerror}.", where=str(folder)) from error
        with self._lock:
            self._opened.pop(engagement, None)
            self._fresh.discard(engagement)

    def _engagement_folder(self, engagement: str) -> Path:
        if not ENGAGEMENT.fullmatch(engagement):
            raise ConfigurationError(
                f"`{engagement}` cannot be the name of an engagement.",
                remedy="Use small letters, digits and hyphens, at most 63, such as `northwind-claims`.",
            )
        return self._engagements / engagement

    def _index(self, engagement: str | None) -> PassageIndex:
        with self._lock:
            if engagement not in self._opened:
                if engagement is None:
                    # Another folder of pages has an index of its own; going back and forth costs nothing.
                    name = hashlib.sha256(str(self._corpus.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:12]
                    known = ShippedVectors(self._corpus / FILE, self._model.name)
                    self._opened[None] = PassageIndex(self._indexes / f"corpus-{name}", self._model, self._cutter, known)
                else:
                    folder = self._engagement_folder(engagement)
                    self._opened[engagement] = PassageIndex(folder / "index", self._model, self._cutter)
            return self._opened[engagement]

    def _embed(self, queries: Sequence[str]) -> tuple[Array | None, tuple[str, ...]]:
        try:
            return self._model.embed(list(queries)), ()
        except ModelError as error:
            if isinstance(self._model, LocalEmbeddingModel):
                raise
            return None, (f"Searched by words alone: {error.what}",)

    def _made_ready(self, engagement: str | None, progress: Progress) -> tuple[str, ...]:
        """Bring the index up to date once in the life of this process, and say what is wrong with it."""
        if engagement in self._fresh or self._is_empty(engagement):
            return ()
        try:
            self.refresh(engagement, progress)
        except ModelError as error:
            if not self._index(engagement).usable():
                raise
            return (f"The index could not be brought up to date, so what is new is not found: {error.what}",)
        return ()

    def _ranked(
        self,
        engagement: str | None,
        queries: Sequence[str],
        vectors: Array | None,
        only: PassageFilter,
        depth: int,
        progress: Progress,
        common: WordStatistics | None,
    ) -> list[Ranking]:
        if self._is_empty(engagement):
            return [Ranking({}, [], []) for _ in queries]
        index = self._index(engagement)
        try:
            return rank(index, queries, vectors, only, depth, common)
        except IndexUnavailable:
            self.refresh(engagement, progress, fresh=True)
            return rank(index, queries, vectors, only, depth, common)

    def _common(self, queries: Sequence[str], places: Sequence[str | None]) -> WordStatistics | None:
        """How common words are in all indexes taken together: a word is rare in a shelf of two documents only because it is small."""
        there = [place for place in places if not self._is_empty(place)]
        if len(there) < 2:
            return None
        try:
            pooled = WordStatistics(0, {})
            for place in there:
                with self._index(place).reading() as generation:
                    pooled = pooled.plus(generation.keywords.statistics(queries))
            return pooled
        except IndexUnavailable:  # it is built anew when it is searched, and found again the next time
            return None

    def _is_empty(self, engagement: str | None) -> bool:
        return engagement is not None and not self.documents_folder(engagement).is_dir()


@dataclass(frozen=True)
class Ranking:
    """Passages of one index for one query, by reference; both rankings best first, with what they are ranked by."""

    passages: dict[str, Passage]
    by_meaning: list[tuple[str, float]]
    by_words: list[tuple[str, float]]


def rank(
    index: PassageIndex,
    queries: Sequence[str],
    vectors: Array | None,
    only: PassageFilter,
    depth: int,
    common: WordStatistics | None = None,
) -> list[Ranking]:
    """Both rankings of one index for each query. Without vectors, only that by words.

    Raises:
        IndexUnavailable: there is no index, or it is damaged.
    """
    with index.reading() as generation:
        by_meaning = generation.vectors.search(vectors, depth, only) if vectors is not None else [[] for _ in queries]
        allowed = generation.table.allowed(generation.keywords.ids, only)
        by_words = [generation.keywords.search(query, depth, allowed, common) for query in queries]
        numbers = {number for ranking in (*by_meaning, *by_words) for number, _ in ranking}
        passages = generation.table.by_number(sorted(numbers))
    references = {number: f"{passage.citation.engagement or ''}/{number}" for number, passage in passages.items()}

    def named(ranking: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
        return [(references[number], value) for number, value in ranking if number in references]

    rankings: list[Ranking] = []
    for meaning, words in zip(by_meaning, by_words, strict=True):
        own = {references[number]: passages[number] for number, _ in (*meaning, *words) if number in passages}
        rankings.append(Ranking(own, named(meaning), named(words)))
    return rankings


def fused(rankings: Sequence[Ranking], limit: int) -> tuple[Retrieved, ...]:
    """The rankings of all indexes as one: merged within each kind of search by what it ranks by, then fused by rank."""
    passages = {reference: passage for ranking in rankings for reference, passage in ranking.passages.items()}
    meaning = sorted((pair for ranking in rankings for pair in ranking.by_meaning), key=lambda pair: -pair[1])
    words = sorted((pair for ranking in rankings for pair in ranking.by_words), key=lambda pair: -pair[1])
    similarity = dict(meaning)
    vector_rank = {reference: rank for rank, (reference, _) in enumerate(meaning, start=1)}
    keyword_rank = {reference: rank for rank, (reference, _) in enumerate(words, start=1)}
    fused = fuse([list(vector_rank), list(keyword_rank)], [WEIGHT_OF_MEANING, WEIGHT_OF_WORDS])
    return tuple(
        Retrieved(
            passage=passages[reference],
            score=score,
            similarity=similarity.get(reference),
            vector_rank=vector_rank.get(reference),
            keyword_rank=keyword_rank.get(reference),
        )
        for reference, score in fused[:limit]
    )
