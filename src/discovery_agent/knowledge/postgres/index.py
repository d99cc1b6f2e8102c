"""The index of an engagement's documents in the database.

What changes is written in one transaction, with the documents it is made from: whoever reads, on whatever machine, sees the shelf before
or after. Passages and vectors are asked for in the database each time; of the index of words, which is searched as a whole, each process
keeps the latest generation in memory.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select, update

from discovery_agent.domain.retrieval import Passage
from discovery_agent.errors import IndexUnavailable
from discovery_agent.knowledge.building import EMBED_AT_ONCE, IndexChange, Progress, vectors_for
from discovery_agent.knowledge.cutting import CUT_VERSION, Cutter, indexed_text
from discovery_agent.knowledge.embedding_models import EmbeddingModel
from discovery_agent.knowledge.filtering import PassageColumns
from discovery_agent.knowledge.keywords import KeywordIndex
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.passage_table import PageRow
from discovery_agent.knowledge.postgres.connections import Connections
from discovery_agent.knowledge.postgres.documents import Held, HeldShelves, write_changes
from discovery_agent.knowledge.postgres.pgvector import LARGE, PgVectors, drop_graph, make_graph
from discovery_agent.knowledge.postgres.remembered import PendingRows
from discovery_agent.knowledge.postgres.rows import PassageRows
from discovery_agent.knowledge.postgres.tables import pages, shelf_id, shelf_to_fill, shelves

FORMAT = "1"
"""Raised when an index made before cannot be read any more; it is then made anew."""

_GRAPH_ANEW = 0.1
"""Share of new passages from which on the graph of a large shelf is made anew: to enter vectors one by one takes longer."""

_DAMAGE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zipfile.BadZipFile)


class MadeBy(BaseModel):
    """What an index was made with; another embedding model or way of cutting makes it useless."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    cut: str = CUT_VERSION
    embedding_model: str


@dataclass(frozen=True)
class _State:
    """A shelf as it stands in the database."""

    id: int
    generation: int
    behind: bool
    made_by: MadeBy | None
    passages: int


@dataclass
class _Words:
    """What is kept in memory of one generation."""

    shelf_id: int
    generation: int
    keywords: KeywordIndex
    columns: list[PassageColumns] = field(default_factory=list[PassageColumns])


class OpenedShelf(NamedTuple):
    """An index in one transaction, which sees one generation of it."""

    table: PassageRows
    keywords: KeywordIndex
    vectors: PgVectors


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class DatabaseIndex:
    """The index of one shelf. May be shared between threads; it is changed only while its documents are locked."""

    def __init__(self, database: Connections, engagement: str, held: HeldShelves, model: EmbeddingModel, cutter: Cutter) -> None:
        self._database = database
        self._engagement = engagement
        self._held = held
        self._model = model
        self._cutter = cutter
        self._made_by = MadeBy(embedding_model=model.name)
        self._words: _Words | None = None
        self._loading = Lock()

    def update(self, pages: Sequence[Page], progress: Progress = _silent, *, fresh: bool = False) -> IndexChange:
        """As `Index.update`, with what was changed of the documents."""
        held = self._held.get(self._engagement)
        assert held is not None, "the documents must be locked"
        with self._database.errors():
            return self._update(held, pages, progress, fresh=fresh)

    def _update(self, held: Held, pages: Sequence[Page], progress: Progress, *, fresh: bool) -> IndexChange:
        wanted = {page.id: page for page in pages}
        state = _state(held.session, self._engagement)
        if not fresh and state is not None and self._is_current(held.session, state, wanted):
            if held.changes or state.behind:  # a damaged document went, which was never in the index
                with held.transaction():
                    write_changes(held, self._engagement, indexed=True)
                    held.session.execute(update(shelves).where(shelves.c.id == state.id).values(behind=False))
                held.changes.clear()
            self._make_graph(state.id, state.passages, progress)  # its maker may have been killed
            return IndexChange(pages=len(wanted), passages=state.passages)
        reason = "asked for" if fresh else self._reason(held.session, state)
        change = self._build(held, wanted, state, progress, keep=reason is None)
        held.changes.clear()
        return change.model_copy(update={"built": True, "reason": None if state is None or state.made_by is None else reason})

    def unchanged(self, pages: Sequence[Page]) -> IndexChange | None:
        """As `Index.unchanged`."""
        with self._database.reading() as connection:
            state = _state(connection, self._engagement)
            if state is None or state.behind or not self._is_current(connection, state, {page.id: page for page in pages}):
                return None
            return IndexChange(pages=len(pages), passages=state.passages)

    def behind(self) -> bool:
        """As `Index.behind`: documents were kept without their passages, or by a process with another embedding model."""
        with self._database.reading() as connection:
            state = _state(connection, self._engagement)
        return state is None or state.behind or state.made_by != self._made_by

    def holds_others(self, pages: Sequence[Page]) -> bool:
        """As `Index.holds_others`."""
        return not set(self._hashes()) <= {page.id for page in pages}

    def among(self, pages: Sequence[Page]) -> list[Page]:
        """As `Index.among`."""
        hashes = self._hashes()
        return [page for page in pages if hashes.get(page.id) == page.hash]

    def usable(self) -> bool:
        """As `Index.usable`."""
        with self._database.reading() as connection:
            state = _state(connection, self._engagement)
            return state is not None and state.made_by == self._made_by and self._is_whole(connection, state)

    def delete(self) -> None:
        """Remove the index, and keep the documents."""
        held = self._held.get(self._engagement)
        assert held is not None, "the documents must be locked"
        with self._database.errors():
            state = _state(held.session, self._engagement)
            if state is None:
                return
            with held.transaction():
                PassageRows(held.session, state.id, self._engagement).clear()
                held.session.execute(update(shelves).where(shelves.c.id == state.id).values(made_by=None, words=None, passages=0))
                PendingRows(held.session, state.id, self._model.name).clear()
        drop_graph(self._database, state.id)
        self.close()

    def close(self) -> None:
        """Let go of what is in memory."""
        with self._loading:
            self._words = None

    @contextmanager
    def reading(self) -> Iterator[OpenedShelf]:
        """As `Readable.reading`."""
        with self._database.reading() as connection:
            state = _state(connection, self._engagement)
            if state is None or state.made_by is None:
                raise IndexUnavailable("There is no knowledge index yet.", where=self._engagement)
            try:
                words = self._loaded(connection, state)
                if state.passages < LARGE and not self._is_whole(connection, state):
                    raise ValueError("passages or vectors are missing")
                rows = PassageRows(connection, state.id, self._engagement, words.columns)
                yield OpenedShelf(rows, words.keywords, PgVectors(connection, state.id, state.passages))
            except _DAMAGE as error:
                raise IndexUnavailable(f"The knowledge index is damaged: {error}.", where=self._engagement) from error

    def _loaded(self, connection: Connection, state: _State) -> _Words:
        """The words of a generation. What is too large to be counted at every search is counted here."""
        with self._loading:
            words = self._words
        if words is not None and (words.shelf_id, words.generation) == (state.id, state.generation):
            return words
        if state.passages >= LARGE and not self._is_whole(connection, state):
            raise ValueError("passages or vectors are missing")
        data = connection.execute(select(shelves.c.words).where(shelves.c.id == state.id)).scalar()
        if data is None:
            raise ValueError("the index of words is missing")
        keywords = KeywordIndex.from_bytes(data)
        if len(keywords.ids) != state.passages:
            raise ValueError("the index of words is of other passages")
        words = _Words(state.id, state.generation, keywords)
        with self._loading:
            self._words = words
        return words

    def _is_whole(self, connection: Connection, state: _State) -> bool:
        rows = PassageRows(connection, state.id, self._engagement)
        return len(rows) == len(PgVectors(connection, state.id)) == state.passages

    def _is_current(self, connection: Connection, state: _State, wanted: dict[str, Page]) -> bool:
        if state.made_by != self._made_by or _hashes(connection, state.id) != {page.id: page.hash for page in wanted.values()}:
            return False
        return self._is_whole(connection, state) and self._words_load(connection, state)

    def _words_load(self, connection: Connection, state: _State) -> bool:
        try:
            self._loaded(connection, state)
        except _DAMAGE:
            return False
        return True

    def _hashes(self) -> dict[str, str]:
        with self._database.reading() as connection:
            number = shelf_id(connection, self._engagement)
            return {} if number is None else _hashes(connection, number)

    def _reason(self, connection: Connection, state: _State | None) -> str | None:
        """Why nothing of an index can be taken over; None if it can."""
        if state is None or state.made_by is None:
            return "there was none"
        if (state.made_by.format, state.made_by.cut) != (FORMAT, CUT_VERSION):
            return "it was made by another version"
        if state.made_by != self._made_by:
            return f"the embedding model changed from {state.made_by.embedding_model} to {self._made_by.embedding_model}"
        if not self._is_whole(connection, state) or not self._words_load(connection, state):
            return "it was damaged"
        return None

    def _build(self, held: Held, wanted: dict[str, Page], state: _State | None, progress: Progress, *, keep: bool) -> IndexChange:
        """Make what is missing, then write it with the documents, all or nothing."""
        before = _hashes(held.session, state.id) if state is not None and state.made_by is not None else {}
        kept = {id_ for id_, digest in before.items() if keep and id_ in wanted and wanted[id_].hash == digest}
        new = [(PageRow.of(page), cut) for page, cut in self._cut([page for page in wanted.values() if page.id not in kept], progress)]
        texts = [indexed_text(passage) for _, cut in new for passage in cut]
        vectors, computed = self._vectors(held, texts, progress)
        if state is not None and len(texts) >= LARGE * _GRAPH_ANEW:
            drop_graph(self._database, state.id)
        with held.transaction():
            number = write_changes(held, self._engagement, indexed=True)
            rows = PassageRows(held.session, number, self._engagement)
            if keep:
                rows.remove([id_ for id_ in before if id_ not in kept])
            else:
                rows.clear()
            self._enter(held.session, number, new, vectors)
            progress("Indexing words", 0, 1)
            words = dict(rows.words())
            held.session.execute(
                update(shelves)
                .where(shelves.c.id == number)
                .values(
                    generation=shelves.c.generation + 1,
                    behind=False,
                    made_by=self._made_by.model_dump_json(),
                    passages=len(words),
                    words=KeywordIndex.build(words, words.values()).to_bytes(),
                )
            )
            PendingRows(held.session, number, self._model.name).clear()
            progress("Indexing words", 1, 1)
        self._make_graph(number, len(words), progress)
        return IndexChange(
            added=tuple(page.id for page, _ in new if page.id not in before),
            changed=tuple(page.id for page, _ in new if page.id in before),
            removed=tuple(id_ for id_ in before if id_ not in wanted),
            pages=len(wanted),
            passages=len(words),
            embedded=computed,
        )

    def _cut(self, new: Sequence[Page], progress: Progress) -> Iterator[tuple[Page, list[Passage]]]:
        for done, page in enumerate(new, start=1):
            yield page, list(self._cutter.passages(page))
            progress("Reading pages", done, len(new))

    def _vectors(self, held: Held, texts: Sequence[str], progress: Progress) -> tuple[NDArray[np.float32], int]:
        """Vectors of the texts, and how many had to be computed; each batch is pending in the database as soon as it is there."""
        if not texts:
            return np.zeros((0, 0), np.float32), 0
        number = shelf_to_fill(held.session, self._engagement, held.belongs_to)
        pending = PendingRows(held.session, number, self._model.name)
        parts: list[NDArray[np.float32]] = []
        computed = 0
        for start in range(0, len(texts), EMBED_AT_ONCE):
            found, fresh = vectors_for(texts[start : start + EMBED_AT_ONCE], self._model, pending)
            parts.append(found)
            computed += fresh
            progress("Embedding passages", start + len(found), len(texts))
        return np.concatenate(parts), computed

    def _enter(
        self, connection: Connection, number: int, new: Sequence[tuple[PageRow, Sequence[Passage]]], vectors: NDArray[np.float32]
    ) -> None:
        """Write pages, their passages and vectors under the next free numbers."""
        rows = PassageRows(connection, number, self._engagement)
        free = count(rows.highest() + 1)
        numbered = [(page, [(next(free), passage) for passage in cut]) for page, cut in new]
        rows.add(numbered)
        ids = [id_ for _, cut in numbered for id_, _ in cut]
        PgVectors(connection, number).add(ids, vectors, [page.metadata for page, cut in numbered for _ in cut])

    def _make_graph(self, number: int, passages: int, progress: Progress) -> None:
        if passages >= LARGE:
            progress("Indexing vectors", 0, 1)
            make_graph(self._database, number)
            progress("Indexing vectors", 1, 1)


def _state(connection: Connection, engagement: str) -> _State | None:
    columns = (shelves.c.id, shelves.c.generation, shelves.c.behind, shelves.c.made_by, shelves.c.passages)
    row = connection.execute(select(*columns).where(shelves.c.name == engagement)).first()
    if row is None:
        return None
    made_by = MadeBy.model_validate_json(row.made_by) if row.made_by else None
    return _State(row.id, row.generation, row.behind, made_by, row.passages)


def _hashes(connection: Connection, number: int) -> dict[str, str]:
    """The hash of each page that the index of a shelf was made from."""
    wanted = select(pages.c.page, pages.c.hash).where(pages.c.shelf_id == number)
    return {row.page: row.hash for row in connection.execute(wanted)}
