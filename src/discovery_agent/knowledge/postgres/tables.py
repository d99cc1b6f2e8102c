"""The tables as they are read and written here. Migrations of `storage` make them."""

from __future__ import annotations

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.exc import IntegrityError

from discovery_agent.errors import NotFound

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key() -> String:
    return String(collation="C")  # as `storage.columns.Plain`: compared byte by byte


def _shelf() -> Column[int]:
    return Column("shelf_id", BigInteger, ForeignKey("shelves.id", ondelete="CASCADE"), nullable=False)


Table("engagements", metadata, Column("id", _key(), primary_key=True))  # it belongs to `storage`; here only so that shelves may refer to it

shelves = Table(
    "shelves",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("name", _key(), nullable=False),
    Column("engagement_id", _key(), ForeignKey("engagements.id", ondelete="CASCADE")),
    Column("generation", BigInteger, nullable=False, server_default="0"),
    Column("behind", Boolean, nullable=False, server_default="false"),
    Column("made_by", Text),
    Column("passages", Integer, nullable=False, server_default="0"),
    Column("words", LargeBinary),
    UniqueConstraint("name"),
    Index(None, "engagement_id"),
)
"""One row a shelf. `generation` counts the changes of its index, `behind` says that its documents changed since, `made_by` what the index
was made with (none: there is no index), `words` is the keyword index. `engagement_id` is empty for a name that the command line gave."""

documents = Table(
    "shelf_documents",
    metadata,
    _shelf(),
    Column("id", _key(), nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("shelf_id", "id"),
)
"""The documents, each a page with its front matter, as it would lie on disk."""

pages = Table(
    "shelf_pages",
    metadata,
    _shelf(),
    Column("page", _key(), nullable=False),
    Column("position", Integer, nullable=False),
    Column("hash", _key(), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", _key(), nullable=False),
    Column("phases", ARRAY(Text), nullable=False),
    Column("audiences", ARRAY(Text), nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("file", Text),
    PrimaryKeyConstraint("shelf_id", "page"),
)
"""What the index was made from."""

passages = Table(
    "shelf_passages",
    metadata,
    Column("shelf_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("page", _key(), nullable=False),
    Column("headings", ARRAY(Text), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("instructs", Boolean, nullable=False),
    PrimaryKeyConstraint("shelf_id", "number"),
    ForeignKeyConstraint(["shelf_id", "page"], ["shelf_pages.shelf_id", "shelf_pages.page"], ondelete="CASCADE"),
    Index(None, "shelf_id", "page"),
)

vectors = Table(
    "shelf_vectors",
    metadata,
    Column("shelf_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("page", _key(), nullable=False),
    Column("kind", _key(), nullable=False),
    Column("phases", ARRAY(Text), nullable=False),
    Column("audiences", ARRAY(Text), nullable=False),
    Column("embedding", VECTOR, nullable=False),
    PrimaryKeyConstraint("shelf_id", "number"),
    ForeignKeyConstraint(["shelf_id", "number"], ["shelf_passages.shelf_id", "shelf_passages.number"], ondelete="CASCADE"),
)
"""Vectors of passages, with the values that filters compare. Any number of dimensions: they are the embedding model's."""

remembered = Table(
    "shelf_remembered",
    metadata,
    _shelf(),
    Column("purpose", _key(), nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    PrimaryKeyConstraint("shelf_id", "purpose", "key"),
)
"""Vectors of other texts, by the hash of the text."""


def shelf_id(connection: Connection, name: str) -> int | None:
    """The number of a shelf; None if there is no such shelf."""
    return connection.execute(select(shelves.c.id).where(shelves.c.name == name)).scalar()


def shelf_to_fill(connection: Connection, name: str, engagement_id: str | None) -> int:
    """The number of a shelf, which is made where it is missing.

    Raises:
        NotFound: it would belong to an engagement that is not there any more.
    """
    new = insert(shelves).values(name=name, engagement_id=engagement_id).on_conflict_do_nothing(index_elements=["name"])
    try:
        connection.execute(new)
    except IntegrityError as error:
        raise NotFound("There is no such engagement here.") from error
    found = shelf_id(connection, name)
    assert found is not None
    return found
