"""Makes one generation of an index in a new folder, taking over what did not change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from discovery_agent.domain.retrieval import Passage
from discovery_agent.files.private import make_private
from discovery_agent.files.writing import replace_text
from discovery_agent.knowledge.chroma import ChromaVectors
from discovery_agent.knowledge.cutting import CUT_VERSION, Cutter, indexed_text
from discovery_agent.knowledge.embedding_models import EmbeddingModel
from discovery_agent.knowledge.generation import FORMAT, Generation, Manifest, sizes
from discovery_agent.knowledge.keywords import KeywordIndex
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.passage_table import PageRow, PassageTable
from discovery_agent.knowledge.pending import PendingVectors

Array = NDArray[np.float32]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

Known = Callable[[str], Array | None]
"""The vector of a text where it is known beforehand, such as those that ship with the corpus."""

EMBED_AT_ONCE = 128


class IndexChange(BaseModel):
    """What an update did."""

    model_config = ConfigDict(frozen=True)

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    pages: int = 0
    passages: int = 0
    embedded: int = 0
    """Passages whose vector had to be computed."""
    built: bool = False
    reason: str | None = None
    """Why everything was made anew, where it was."""


class Pending(Protocol):
    """Vectors of a build that is not finished: after a crash, or when the model fails, none is computed or paid for again."""

    def get(self, texts: Sequence[str]) -> dict[str, Array]:
        """The vectors that are there."""
        ...

    def put(self, texts: Sequence[str], vectors: Array) -> None:
        """Keep the vectors of these texts; they are safe when this returns."""
        ...


def unknown(_text: str) -> Array | None:
    """No vector is known beforehand."""
    return None


def vectors_for(texts: Sequence[str], model: EmbeddingModel, pending: Pending, known: Known = unknown) -> tuple[Array, int]:
    """Vectors of texts, one a row, and how many had to be computed.

    Raises:
        ModelError: the embedding model failed. What it computed before is pending.
    """
    found = {text: vector for text in dict.fromkeys(texts) if (vector := known(text)) is not None}
    found.update(pending.get([text for text in dict.fromkeys(texts) if text not in found]))
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    if missing:
        computed = model.embed(missing)
        pending.put(missing, computed)
        found.update(zip(missing, computed, strict=True))
    return np.stack([found[text] for text in texts]), len(missing)


def worded(passage: Passage, tags: Sequence[str]) -> str:
    """The words that a passage is found by."""
    return f"{indexed_text(passage)}\n{' '.join(tags)}"


class CannotAdd(Exception):
    """The copy of the old vectors cannot be written to."""


class Build:
    """Makes one generation in a new folder."""

    def __init__(self, folder: Path, model: EmbeddingModel, cutter: Cutter, known: Known, pending: Path) -> None:
        self._folder = folder
        self._model = model
        self._cutter = cutter
        self._known = known
        self._pending = pending
        self._embedded = 0

    def run(self, wanted: Mapping[str, Page], old: Generation | None, progress: Progress) -> IndexChange:
        """Make the generation of these pages, of which what is in the old one as it is need not be made again.

        Raises:
            OSError, sqlite3.Error, ChromaError, CannotAdd: it cannot be written.
            ModelError: the embedding model failed.
        """
        before = old.table.pages() if old else {}
        kept = [page for page in before if page in wanted and before[page].hash == wanted[page].hash]
        taken_over = set(kept)
        new = [page for page in wanted.values() if page.id not in taken_over]
        table = PassageTable.create(self._folder / "passages.sqlite")
        vectors = None
        try:
            vectors = self._take_over(old, kept, table, whole=len(kept) == len(before))
            self._add(new, table, vectors, progress)
            table.commit()
            passages = len(table)
            self._index_words(table, passages, progress)
        finally:
            table.close()
            if vectors is not None:
                vectors.close()
        make_private(self._folder)
        manifest = Manifest(
            format=FORMAT,
            cut=CUT_VERSION,
            embedding_model=self._model.name,
            pages={page.id: page.hash for page in wanted.values()},
            passages=passages,
            files=sizes(self._folder),
        )
        replace_text(self._folder / "manifest.json", manifest.model_dump_json(indent=1))
        return IndexChange(
            added=tuple(page.id for page in new if page.id not in before),
            changed=tuple(page.id for page in new if page.id in before),
            removed=tuple(page for page in before if page not in wanted),
            pages=len(wanted),
            passages=passages,
            embedded=self._embedded,
        )

    def _take_over(self, old: Generation | None, kept: Sequence[str], table: PassageTable, *, whole: bool) -> ChromaVectors:
        """What did not change, under its old numbers. Where something goes, vectors are entered anew: an index of vectors
        only marks what is deleted, and what was removed shall be gone."""
        if old is None:
            return ChromaVectors.create(self._folder / "chroma")
        rows = old.table.pages()
        if whole:
            shutil.copytree(old.folder / "chroma", self._folder / "chroma")
            try:
                vectors = ChromaVectors.open_to_add(self._folder / "chroma")
            except ValueError as error:  # it could be opened where it was, so it is not damaged
                raise CannotAdd(str(error)) from error
        else:
            vectors = ChromaVectors.create(self._folder / "chroma")
        metadata: dict[int, Mapping[str, object]] = {}
        for page in kept:
            numbered = old.table.of_page(page)
            table.add_page(rows[page])
            table.add([number for number, _ in numbered], [passage for _, passage in numbered])
            if not whole:
                metadata.update((number, rows[page].metadata) for number, _ in numbered)
        for numbers, found in old.vectors.vectors_of(metadata):
            vectors.add(numbers, found, [metadata[number] for number in numbers])
        return vectors

    def _add(self, pages: Sequence[Page], table: PassageTable, vectors: ChromaVectors, progress: Progress) -> None:
        """Cut, embed and enter pages. All are cut first, so that progress knows how much there is."""
        number = table.highest() + 1
        work: list[tuple[Page, list[Passage]]] = []
        for done, page in enumerate(pages, start=1):
            work.append((page, list(self._cutter.passages(page))))
            progress("Reading pages", done, len(pages))
        total, done = sum(len(passages) for _, passages in work), 0
        with PendingVectors(self._pending, self._model.name) as pending:
            batch: list[tuple[int, PageRow, Passage]] = []
            for page, passages in work:
                row = PageRow.of(page)
                table.add_page(row)
                numbers = range(number, number + len(passages))
                number += len(passages)
                table.add(numbers, passages)
                batch.extend((one, row, passage) for one, passage in zip(numbers, passages, strict=True))
                while len(batch) >= EMBED_AT_ONCE:
                    done += self._enter(batch[:EMBED_AT_ONCE], vectors, pending)
                    batch = batch[EMBED_AT_ONCE:]
                    progress("Embedding passages", done, total)
            if batch:
                done += self._enter(batch, vectors, pending)
                progress("Embedding passages", done, total)

    def _enter(self, batch: Sequence[tuple[int, PageRow, Passage]], vectors: ChromaVectors, pending: PendingVectors) -> int:
        texts = [indexed_text(passage) for _, _, passage in batch]
        found, computed = vectors_for(texts, self._model, pending, self._known)
        self._embedded += computed
        vectors.add([number for number, _, _ in batch], found, [row.metadata for _, row, _ in batch])
        return len(batch)

    def _index_words(self, table: PassageTable, passages: int, progress: Progress) -> None:
        progress("Indexing words", 0, passages)
        numbers: list[int] = []
        texts: list[str] = []
        for number, page, passage in table.everything():
            numbers.append(number)
            texts.append(worded(passage, page.tags))
        KeywordIndex.build(numbers, texts).save(self._folder / "keywords")
        progress("Indexing words", passages, passages)
