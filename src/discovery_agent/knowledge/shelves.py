"""Where the documents of engagements are kept, with the indexes that are made from them: what is asked of such a place.

`file_shelves.py` keeps them in a folder, for one machine; `postgres/` in a database, for all machines that work with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.retrieval import Passage, PassageFilter
from discovery_agent.knowledge.building import IndexChange, Progress
from discovery_agent.knowledge.cutting import Cutter
from discovery_agent.knowledge.embedding_models import EmbeddingModel
from discovery_agent.knowledge.keywords import KeywordIndex
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.stored import Documents
from discovery_agent.knowledge.vectors import VectorIndex

Array = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Array]


class Passages(Protocol):
    """The passages of an index, by number."""

    def allowed(self, ids: NDArray[np.int64], only: PassageFilter) -> NDArray[np.bool_] | None:
        """For each of the numbers, ascending, whether the passage passes the filter; None if the filter lets all pass."""
        ...

    def by_number(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; a number that is not there is left out."""
        ...


class Opened(Protocol):
    """One whole index, as it was at one moment."""

    @property
    def table(self) -> Passages:
        """Its passages."""
        ...

    @property
    def keywords(self) -> KeywordIndex:
        """Search by words."""
        ...

    @property
    def vectors(self) -> VectorIndex:
        """Search by meaning."""
        ...


class Readable(Protocol):
    """An index that can be searched."""

    def reading(self) -> AbstractContextManager[Opened]:
        """The index as it is now, for as long as the block runs.

        Raises:
            IndexUnavailable: there is none yet, or it is damaged; `update` makes one.
        """
        ...


class Index(Readable, Protocol):
    """An index of pages."""

    def update(self, pages: Sequence[Page], progress: Progress = ..., *, fresh: bool = False) -> IndexChange:
        """Bring it in line with these pages. Where nothing changed, nothing is touched; `fresh` makes all anew.

        Raises:
            IndexUnavailable, StorageError: it cannot be written. It is as it was.
            ModelError: the embedding model failed. It is as it was, and finished vectors are kept for the next try.
        """
        ...

    def unchanged(self, pages: Sequence[Page]) -> IndexChange | None:
        """What it holds, if it is in line with these pages; None where `update` has something to do."""
        ...

    def behind(self) -> bool:
        """Whether it is known to lack what others did to the documents; False where nobody can tell without reading them."""
        ...

    def holds_others(self, pages: Sequence[Page]) -> bool:
        """Whether it holds a page that is not among these."""
        ...

    def among(self, pages: Sequence[Page]) -> list[Page]:
        """Those of the pages that it holds as they are."""
        ...

    def usable(self) -> bool:
        """Whether it is whole and of this embedding model, be it out of date."""
        ...

    def delete(self) -> None:
        """Remove it with everything in it."""
        ...

    def close(self) -> None:
        """Let go of what it holds open."""
        ...


class Remembered(Protocol):
    """Vectors of texts of an engagement, kept so that each text is embedded once."""

    def known(self, texts: Sequence[str]) -> dict[str, Array]:
        """The vectors of those texts that were embedded before."""
        ...

    def embed(self, texts: Sequence[str]) -> Array:
        """Vectors of the texts, one a row, in their order."""
        ...

    def forget_others(self, texts: Sequence[str]) -> None:
        """Let go of the vectors of all texts but these, if most are of others."""
        ...


class Shelves(Protocol):
    """The shelves of all engagements, each by a name that `ENGAGEMENT` in `search.py` allows. May be shared between threads."""

    def names(self) -> tuple[str, ...]:
        """Every engagement that has documents, in order."""
        ...

    def documents(self, engagement: str, *, belongs_to: str | None = None) -> Documents:
        """The documents of an engagement, to be locked and changed. `belongs_to` is the id of the engagement, where the database has it:
        they go with it."""
        ...

    def load(self, engagement: str) -> tuple[Page, ...]:
        """The documents of an engagement, also those that are damaged, by id."""
        ...

    def has_documents(self, engagement: str) -> bool:
        """Whether there is one, be it damaged."""
        ...

    def has_left_something(self, engagement: str) -> bool:
        """Whether anything of an engagement is kept, be it only an index without its documents."""
        ...

    def index(self, engagement: str, model: EmbeddingModel, cutter: Cutter) -> Index:
        """The index of an engagement's documents; changed only while its documents are locked."""
        ...

    def clear(self, engagement: str) -> None:
        """Remove all that is kept of an engagement, while its documents are locked.

        Raises:
            IndexUnavailable, StorageError: it cannot be removed.
        """
        ...

    def remembered(self, engagement: str, name: str, embed: Embed, *, dimensions: int, belongs_to: str | None = None) -> Remembered:
        """Vectors kept under a name with an engagement, which go when it goes; `embed` computes those that are missing."""
        ...

    def close(self) -> None:
        """Let go of what is held open."""
        ...
