"""Shelves in a folder, for the processes of one machine: one folder each, with documents, their index, and vectors of other texts."""

from __future__ import annotations

import shutil
from pathlib import Path

from discovery_agent.errors import IndexUnavailable
from discovery_agent.knowledge.cutting import Cutter
from discovery_agent.knowledge.embedding_models import EmbeddingModel
from discovery_agent.knowledge.index import PassageIndex
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.remembered import RememberedVectors
from discovery_agent.knowledge.shelves import Embed
from discovery_agent.knowledge.stored import DocumentFiles, has_documents, load_documents


class FileShelves:
    """Shelves below one folder, which need not be there yet. Processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """As `Shelves.names`."""
        if not self._folder.is_dir():
            return ()
        names = (one.name for one in self._folder.iterdir() if not one.name.startswith("."))
        return tuple(sorted(name for name in names if self.has_documents(name)))

    def documents(self, engagement: str, *, belongs_to: str | None = None) -> DocumentFiles:
        """As `Shelves.documents`."""
        return DocumentFiles(self._documents(engagement), engagement, self._folder / ".locks" / f"{engagement}.lock")

    def load(self, engagement: str) -> tuple[Page, ...]:
        """As `Shelves.load`."""
        return load_documents(self._documents(engagement), engagement)

    def has_documents(self, engagement: str) -> bool:
        """As `Shelves.has_documents`."""
        return has_documents(self._documents(engagement))

    def has_left_something(self, engagement: str) -> bool:
        """As `Shelves.has_left_something`."""
        return (self._folder / engagement).exists()

    def index(self, engagement: str, model: EmbeddingModel, cutter: Cutter) -> PassageIndex:
        """As `Shelves.index`."""
        return PassageIndex(self._folder / engagement / "index", model, cutter)

    def clear(self, engagement: str) -> None:
        """As `Shelves.clear`."""
        folder = self._folder / engagement
        try:
            if folder.exists():
                shutil.rmtree(folder)
        except OSError as error:
            raise IndexUnavailable(
                f"The engagement's documents cannot be removed: {error.strerror or error}.",
                where=str(folder),
                remedy="Check that you may write there, and repeat.",
            ) from error

    def remembered(self, engagement: str, name: str, embed: Embed, *, dimensions: int, belongs_to: str | None = None) -> RememberedVectors:
        """As `Shelves.remembered`."""
        return RememberedVectors(self._folder / engagement / "vectors" / name, embed, dimensions=dimensions)

    def close(self) -> None:
        """Nothing is held open between uses."""

    def _documents(self, engagement: str) -> Path:
        return self._folder / engagement / "documents"
