"""The shelves of all engagements in one PostgreSQL database."""

from __future__ import annotations

from sqlalchemy import delete, exists, select

from discovery_agent.knowledge.cutting import Cutter
from discovery_agent.knowledge.embedding_models import EmbeddingModel
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.postgres.connections import Connections
from discovery_agent.knowledge.postgres.documents import DocumentRows, HeldShelves, has_documents, load_documents
from discovery_agent.knowledge.postgres.index import DatabaseIndex
from discovery_agent.knowledge.postgres.pgvector import drop_graph
from discovery_agent.knowledge.postgres.remembered import RememberedRows
from discovery_agent.knowledge.postgres.tables import documents, shelf_id, shelves
from discovery_agent.knowledge.shelves import Embed


class DatabaseShelves:
    """Shelves as rows. Whatever machine changes one, all others see it at their next search."""

    def __init__(self, database: Connections) -> None:
        self._database = database
        self._held = HeldShelves()

    def names(self) -> tuple[str, ...]:
        """As `Shelves.names`."""
        wanted = select(shelves.c.name).where(exists().where(documents.c.shelf_id == shelves.c.id)).order_by(shelves.c.name)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())

    def documents(self, engagement: str, *, belongs_to: str | None = None) -> DocumentRows:
        """As `Shelves.documents`."""
        return DocumentRows(self._database, engagement, self._held, belongs_to)

    def load(self, engagement: str) -> tuple[Page, ...]:
        """As `Shelves.load`."""
        with self._database.reading() as connection:
            return load_documents(connection, engagement)

    def has_documents(self, engagement: str) -> bool:
        """As `Shelves.has_documents`."""
        with self._database.reading() as connection:
            return has_documents(connection, engagement)

    def has_left_something(self, engagement: str) -> bool:
        """As `Shelves.has_left_something`."""
        with self._database.reading() as connection:
            return shelf_id(connection, engagement) is not None

    def index(self, engagement: str, model: EmbeddingModel, cutter: Cutter) -> DatabaseIndex:
        """As `Shelves.index`."""
        return DatabaseIndex(self._database, engagement, self._held, model, cutter)

    def clear(self, engagement: str) -> None:
        """As `Shelves.clear`."""
        held = self._held.get(engagement)
        assert held is not None, "the documents must be locked"
        held.changes.clear()
        with self._database.errors():
            number = shelf_id(held.session, engagement)
            if number is None:
                return
            held.session.execute(delete(shelves).where(shelves.c.id == number))
        drop_graph(self._database, number)

    def remembered(self, engagement: str, name: str, embed: Embed, *, dimensions: int, belongs_to: str | None = None) -> RememberedRows:
        """As `Shelves.remembered`."""
        return RememberedRows(self._database, engagement, name, embed, dimensions=dimensions, belongs_to=belongs_to)

    def close(self) -> None:
        """Let go of the connections."""
        self._database.close()
