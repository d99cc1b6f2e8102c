"""Search over the corpus and over the documents of one engagement: by meaning, by words, fused.

Each engagement has an index of its own. A search opens the corpus and, where one is named, that engagement; no other is ever open
to it, so there is no filter that could be forgotten.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from discovery_agent.domain.retrieval import PassageFilter, Retrieved
from discovery_agent.errors import ConfigurationError, DocumentError, IndexUnavailable, ModelError
from discovery_agent.knowledge.cutting import Cutter
from discovery_agent.knowledge.embedding_models import EmbeddingModel, LocalEmbeddingModel
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.index import IndexChange, PassageIndex, Progress
from discovery_agent.knowledge.keywords import WordStatistics
from discovery_agent.knowledge.own_pages import OwnPages
from discovery_agent.knowledge.pages import Page, load_pages
from discovery_agent.knowledge.ranking import RANKED, WEIGHT_OF_MEANING, WEIGHT_OF_WORDS, Array, Ranking, fused, rank
from discovery_agent.knowledge.shelf import WAIT_SECONDS, Shelf
from discovery_agent.knowledge.shelves import Index, Shelves
from discovery_agent.knowledge.shipped import FILE, Shipped
from discovery_agent.knowledge.stored import damage_note, sound

__all__ = ["ENGAGEMENT", "RANKED", "WEIGHT_OF_MEANING", "WEIGHT_OF_WORDS", "Found", "Knowledge", "Ranking", "fused", "rank"]

ENGAGEMENT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""An engagement's id: also the name of its folder, so it can lead nowhere else."""

NOTHING_LIKE_IT = 0.35
"""A query that shares no word with any passage and is less alike than this to all of them is about something else, or about nothing.

Of 120 random strings none came above .34; each question of the retrieval suite shares a word with some passage."""

_PATIENCE_SECONDS = 3.0
"""How long a search waits for somebody who changes the documents, where there is an index that it can do with."""


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

    `corpus` holds the pages, `indexes` is where the index of the corpus is kept, `shelves` gives the place of the documents of
    engagements when it is first needed; `own` holds pages that were learned here, which belong to the corpus.
    """

    def __init__(
        self,
        corpus: Path,
        indexes: Path,
        shelves: Callable[[], Shelves],
        model: EmbeddingModel,
        local: MiniLMEmbeddings,
        own: Path | None = None,
    ) -> None:
        self.own = OwnPages(own) if own is not None else None
        self._own_indexed = self.own.signature() if self.own else ()
        self._corpus = corpus
        self._indexes = indexes
        self._open_shelves = shelves
        self._model = model
        self._shipped = Shipped(corpus / FILE, model.name)
        self._cutter = Cutter(local.tokens, self._shipped.is_clean)
        self._opened: dict[str, Index] = {}
        self._corpus_opened: PassageIndex | None = None
        self._fresh: set[str | None] = set()
        self._damage: dict[str, tuple[str, ...]] = {}
        self._lock = Lock()

    @property
    def corpus_pages(self) -> tuple[Page, ...]:
        """The pages of the corpus: those of its folder, and those that were learned here.

        Raises:
            ConfigurationError: one of them is wrong; with file and line.
        """
        return (*self._folder_pages, *(self.own.pages() if self.own else ()))

    @cached_property
    def _folder_pages(self) -> tuple[Page, ...]:
        pages = tuple(load_pages(self._corpus / "pages"))
        if not pages:
            raise ConfigurationError(
                "There is no knowledge page.",
                where=str(self._corpus / "pages"),
                remedy="Put the pages there, or unset DISCOVERY_KNOWLEDGE_DIR.",
            )
        return pages

    @cached_property
    def _shelves(self) -> Shelves:
        return self._open_shelves()

    def shelf(
        self, engagement: str, progress: Progress = _silent, *, patience: float = WAIT_SECONDS, belongs_to: str | None = None
    ) -> Shelf:
        """The shelf of an engagement, to be entered before it is changed; `refresh` then makes the change searchable.

        `belongs_to` is the id of the engagement, where the database has one: the shelf goes with it.

        Raises:
            ConfigurationError: this cannot be the name of an engagement.
        """
        return Shelf(
            self._shelves.documents(_checked(engagement), belongs_to=belongs_to),
            engagement,
            self._cutter.passages,
            patience=patience,
            waiting=lambda: progress("Waiting for another process that changes these documents", 0, 0),
        )

    def documents(self, engagement: str) -> tuple[Page, ...]:
        """The documents of an engagement, also those that are damaged; none if it has none."""
        return self._shelves.load(_checked(engagement))

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

    def has_left_something(self, engagement: str) -> bool:
        """Whether anything of an engagement is kept, be it only an index without its documents."""
        return self._shelves.has_left_something(_checked(engagement))

    def engagements(self) -> tuple[str, ...]:
        """Every engagement that has documents."""
        return tuple(name for name in self._shelves.names() if ENGAGEMENT.fullmatch(name))

    def refresh(
        self,
        engagement: str | None = None,
        progress: Progress = _silent,
        *,
        fresh: bool = False,
        shelf: Shelf | None = None,
        patience: float = WAIT_SECONDS,
    ) -> IndexChange:
        """Bring an index in line with its pages: that of the corpus, or of an engagement; `fresh` makes it anew.

        The index of an engagement changes under the lock of its shelf, with the documents as they are then; `shelf` is that shelf where the
        caller has entered it. Where no document is left, everything else that was kept of the engagement goes, too.

        Raises:
            ConfigurationError: a page is wrong.
            IndexUnavailable: the index cannot be written.
            ModelError: the embedding model failed.
        """
        if engagement is None:
            change = self._corpus_index().update(self.corpus_pages, progress, fresh=fresh)
        elif shelf is not None:
            change = self._update(engagement, shelf, progress, fresh=fresh)
        else:
            found = None if fresh else self._unchanged(engagement)
            if found is None:
                with self.shelf(engagement, progress, patience=patience) as entered:
                    found = self._update(engagement, entered, progress, fresh=fresh)
            change = found
        self._fresh.add(engagement)
        return change

    def _unchanged(self, engagement: str) -> IndexChange | None:
        """What the index of an engagement holds, if there is nothing to do; finding that out takes no lock."""
        pages = self.documents(engagement)
        self._damage[engagement] = damage_note(pages)
        return self._index(engagement).unchanged(sound(pages)) if pages else None

    def _update(self, engagement: str, shelf: Shelf, progress: Progress, *, fresh: bool) -> IndexChange:
        self._damage[engagement] = damage_note(shelf.pages)
        if not shelf.pages:
            self._clear(engagement)
            return IndexChange()
        index, pages = self._index(engagement), sound(shelf.pages)
        try:
            return index.update(pages, progress, fresh=fresh)
        except (ModelError, IndexUnavailable):
            if index.holds_others(pages):
                _leave_only(index, pages)
            raise

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

        Where the embedding model fails, search goes by words alone, and a note says so. A query without a word finds nothing, and so
        does one that is like no passage and shares no word with any.

        Raises:
            ConfigurationError: a page is wrong, or this is no engagement.
            IndexUnavailable: an index cannot be built.
        """
        ranked, notes = self.rankings(queries, engagement=engagement, only=only, depth=max(RANKED, limit), progress=progress)
        return [
            Found(query, fused(rankings, limit) if _asks_something(query, rankings) else (), notes)
            for query, rankings in zip(queries, ranked, strict=True)
        ]

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
            if self._corpus_opened is not None:
                self._corpus_opened.close()
                self._corpus_opened = None

    def delete_engagement(self, engagement: str) -> int:
        """Remove an engagement's documents and its index, vectors included; gives how many documents there were.

        Raises:
            IndexUnavailable: a file cannot be removed.
        """
        with self.shelf(engagement) as shelf:
            self._clear(engagement)
            return len(shelf.pages)

    def _clear(self, engagement: str) -> None:
        """Remove all that is kept of an engagement; its shelf is entered."""
        self._index(engagement).delete()
        self._shelves.clear(engagement)
        with self._lock:
            self._opened.pop(engagement, None)
            self._fresh.discard(engagement)
            self._damage.pop(engagement, None)

    def _searched(self, place: str | None) -> Index:
        return self._corpus_index() if place is None else self._index(place)

    def _index(self, engagement: str) -> Index:
        with self._lock:
            if engagement not in self._opened:
                self._opened[engagement] = self._shelves.index(_checked(engagement), self._model, self._cutter)
            return self._opened[engagement]

    def _corpus_index(self) -> PassageIndex:
        """The index of the corpus. Other folders of pages have an index of their own; going back and forth costs nothing."""
        places = [self._corpus, *([self.own.folder] if self.own and self.own.begun else [])]
        name = hashlib.sha256("\n".join(str(one.resolve()) for one in places).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        folder = self._indexes / f"corpus-{name}"
        with self._lock:
            held = self._corpus_opened
            if held is None or held.folder != folder:
                if held is not None:
                    held.close()
                held = self._corpus_opened = PassageIndex(folder, self._model, self._cutter, self._shipped.vector)
            return held

    def _embed(self, queries: Sequence[str]) -> tuple[Array | None, tuple[str, ...]]:
        try:
            return self._model.embed(list(queries)), ()
        except ModelError as error:
            if isinstance(self._model, LocalEmbeddingModel):
                raise
            return None, (f"Searched by words alone: {error.what}",)

    def _made_ready(self, engagement: str | None, progress: Progress) -> tuple[str, ...]:
        """Bring the index up to date once in the life of this process, and say what is wrong with it."""
        if self._is_empty(engagement):
            return ()
        if engagement is None and self.own and (now := self.own.signature()) != self._own_indexed:
            self._own_indexed = now
            self._fresh.discard(None)
        outdated: tuple[str, ...] = ()
        index = self._searched(engagement)
        try:
            if engagement not in self._fresh or index.behind():
                self.refresh(engagement, progress, patience=_PATIENCE_SECONDS if index.usable() else WAIT_SECONDS)
        except (ModelError, IndexUnavailable) as error:
            if not index.usable():
                raise
            outdated = (f"The index could not be brought up to date, so what is new is not found: {error.what}",)
        return (*self._damage.get(engagement or "", ()), *outdated)

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
        nothing = [Ranking({}, [], []) for _ in queries]
        if self._is_empty(engagement):
            return nothing
        index = self._searched(engagement)
        try:
            return rank(index, queries, vectors, only, depth, common)
        except IndexUnavailable:
            self.refresh(engagement, progress, fresh=True)
            # Meanwhile the documents may have been removed, and the index with them.
            return nothing if self._is_empty(engagement) else rank(self._searched(engagement), queries, vectors, only, depth, common)

    def _common(self, queries: Sequence[str], places: Sequence[str | None]) -> WordStatistics | None:
        """How common words are in all indexes taken together: a word is rare in a shelf of two documents only because it is small."""
        there = [place for place in places if not self._is_empty(place)]
        if len(there) < 2:
            return None
        try:
            pooled = WordStatistics(0, {})
            for place in there:
                with self._searched(place).reading() as generation:
                    pooled = pooled.plus(generation.keywords.statistics(queries))
            return pooled
        except IndexUnavailable:  # it is built anew when it is searched, and found again the next time
            return None

    def _is_empty(self, engagement: str | None) -> bool:
        return engagement is not None and not self._shelves.has_documents(_checked(engagement))


def _checked(engagement: str) -> str:
    """The name of an engagement, if it can be one.

    Raises:
        ConfigurationError: it cannot.
    """
    if not ENGAGEMENT.fullmatch(engagement):
        raise ConfigurationError(
            f"`{engagement}` cannot be the name of an engagement.",
            remedy="Use small letters, digits and hyphens, at most 63, such as `northwind-claims`.",
        )
    return engagement


def _leave_only(index: Index, pages: Sequence[Page]) -> None:
    """Take out of an index what no document holds any more, where it cannot be brought up to date: what was removed shall be gone."""
    try:
        index.update(index.among(pages))  # of these, every vector is known
    except (ModelError, IndexUnavailable):
        index.delete()


def _asks_something(query: str, rankings: Sequence[Ranking]) -> bool:
    """Whether a query has a word, and one of the passages a word in common with it, or some likeness."""
    if not any(sign.isalnum() for sign in query):
        return False
    if any(ranking.by_words for ranking in rankings):
        return True
    return max((ranking.by_meaning[0][1] for ranking in rankings if ranking.by_meaning), default=0.0) >= NOTHING_LIKE_IT
