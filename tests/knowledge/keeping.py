"""Where shelves are kept, for tests that hold in each place: a folder, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Connection, create_engine, text

from discovery_agent.knowledge.file_shelves import FileShelves
from discovery_agent.knowledge.postgres import DatabaseShelves
from discovery_agent.knowledge.shelves import Shelves
from discovery_agent.storage.address import Address
from discovery_agent.storage.threads import ThreadDatabase
from tests.storage.postgres import Postgres

_TABLES = ("shelves", "shelf_documents", "shelf_pages", "shelf_passages", "shelf_vectors", "shelf_remembered")


class Keeping(Protocol):
    """One place, with what nobody but a test does to it."""

    def shelves(self) -> Shelves:
        """As another process would open them."""
        ...

    def damage(self, engagement: str, document: str, data: bytes = b"") -> None:
        """Write over a stored document."""
        ...

    def lose_documents(self, engagement: str) -> None:
        """Take the documents away, and leave the rest."""
        ...

    def holds(self, words: str) -> bool:
        """Whether words are anywhere in it, in any case."""
        ...

    def is_empty(self) -> bool:
        """Whether nothing of any engagement is left."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class InFiles:
    """In a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def shelves(self) -> Shelves:
        return FileShelves(self.folder)

    def damage(self, engagement: str, document: str, data: bytes = b"") -> None:
        (self.folder / engagement / "documents" / f"{document}.md").write_bytes(data)

    def lose_documents(self, engagement: str) -> None:
        for file in (self.folder / engagement / "documents").iterdir():
            file.unlink()

    def holds(self, words: str) -> bool:
        return any(words.lower().encode() in path.read_bytes().lower() for path in self.folder.rglob("*") if path.is_file())

    def is_empty(self) -> bool:
        return not [path for path in self.folder.iterdir() if path.name != ".locks"]

    def close(self) -> None:
        pass


class InDatabase:
    """In a database of PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = ThreadDatabase(url)
        self._engine = create_engine(Address.parse(url).waiting)

    def shelves(self) -> Shelves:
        return DatabaseShelves(self._database)

    def damage(self, engagement: str, document: str, data: bytes = b"") -> None:
        with self.writing() as connection:
            changed = text(
                "UPDATE shelf_documents SET text = :text FROM shelves WHERE shelves.id = shelf_id AND name = :name AND shelf_documents.id = :id"
            )
            connection.execute(changed, {"text": data.decode("latin-1").replace("\0", ""), "name": engagement, "id": document})

    def lose_documents(self, engagement: str) -> None:
        with self.writing() as connection:
            connection.execute(
                text("DELETE FROM shelf_documents USING shelves WHERE shelves.id = shelf_id AND name = :name"), {"name": engagement}
            )

    def holds(self, words: str) -> bool:
        with self._engine.connect() as connection:
            # The index of words is bytes, so it is read as such; everything else as text.
            rows = [str(row) for table in _TABLES for row in connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()]
            rows += [bytes(row).decode("latin-1") for row in connection.execute(text("SELECT words FROM shelves")).scalars() if row]
        return any(words.lower() in row.lower() for row in rows)

    def is_empty(self) -> bool:
        with self._engine.connect() as connection:
            return not any(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in _TABLES)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that nobody here knows of."""
        with self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self._database.close()
        self._engine.dispose()


def keeping_in(kind: str, request: pytest.FixtureRequest, folder: Path, *, own: bool = False) -> Keeping:
    """The place of a kind, `files` or `postgres`, with nothing in it; `own` for a database that no other test empties."""
    if kind == "files":
        return InFiles(folder)
    server: Postgres = request.getfixturevalue("postgres")
    return InDatabase(server.empty() if own else server.emptied())
