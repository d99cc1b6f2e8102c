"""One whole index on disk: what it was made from, and its parts opened to be read."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from discovery_agent.knowledge.chroma import ChromaVectors
from discovery_agent.knowledge.keywords import KeywordIndex
from discovery_agent.knowledge.passage_table import PassageTable

FORMAT = "2"
"""Raised when an index made before cannot be read any more; it is then made anew."""

# What reading damaged files raises: an empty file is at its end (EOFError), a cut one has too few rows (IndexError), and so on.
DAMAGE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, sqlite3.Error)


class Manifest(BaseModel):
    """What a generation was made from; another embedding model or way of cutting makes it useless."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    cut: str
    embedding_model: str
    pages: dict[str, str]
    """Hash of each page."""
    passages: int
    files: dict[str, int]
    """Size in bytes of each file, but for the one that Chroma rewrites as it opens it. A file of another size is damaged."""


@dataclass
class Generation:
    """One whole index, opened to be read."""

    folder: Path
    manifest: Manifest
    table: PassageTable
    keywords: KeywordIndex
    vectors: ChromaVectors
    readers: int = 0
    replaced: bool = False

    @classmethod
    def open(cls, folder: Path) -> Generation:
        """Open the parts.

        Raises:
            OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, sqlite3.Error: a part is missing or damaged.
        """
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_text(encoding="utf-8"))
        if (found := sizes(folder)) != manifest.files:
            wrong = sorted(name for name, _ in found.items() ^ manifest.files.items())
            raise ValueError(f"{wrong[0]} is missing, cut off or changed")
        table = PassageTable.open(folder / "passages.sqlite")
        try:
            keywords = KeywordIndex.load(folder / "keywords")
            vectors = ChromaVectors.open(folder / "chroma")
        except BaseException:
            table.close()
            raise
        return cls(folder, manifest, table, keywords, vectors)

    def close(self) -> None:
        """Let go of its files."""
        self.table.close()
        self.vectors.close()


def sizes(folder: Path) -> dict[str, int]:
    """The size of each file of a generation that nobody writes any more."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json" and not path.name.startswith("chroma.sqlite3")
    }
