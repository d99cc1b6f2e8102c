"""pgvector: the extension of PostgreSQL that holds vectors, and the table that needs it.

Not every server has it, and not every user may create it. An administrator may add it later, so both are made up for whenever the
database is opened.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

TABLE = "shelf_vectors"

_MISSING = (
    "The PostgreSQL server has no pgvector.",
    "Install the package `pgvector` of that server; the program then creates the extension, if its user may.",
)
_FORBIDDEN = (
    "The user of the database may not create the extension `vector`.",
    "Let an administrator run `CREATE EXTENSION vector` in that database, and start the program again.",
)
_STATEMENTS = (
    f"""
    CREATE TABLE {TABLE} (
        shelf_id bigint NOT NULL,
        number integer NOT NULL,
        page varchar COLLATE "C" NOT NULL,
        kind varchar COLLATE "C" NOT NULL,
        phases text[] NOT NULL,
        audiences text[] NOT NULL,
        embedding vector NOT NULL,
        CONSTRAINT pk_{TABLE} PRIMARY KEY (shelf_id, number),
        CONSTRAINT fk_{TABLE}_shelf_id_number FOREIGN KEY (shelf_id, number) REFERENCES shelf_passages (shelf_id, number) ON DELETE CASCADE
    )
    """,
    # In the row itself as far as a page holds it, and not in a table beside it: a search that compares them all reads them in one go.
    f"ALTER TABLE {TABLE} ALTER COLUMN embedding SET STORAGE MAIN",
)


def make_vectors(connection: Connection) -> None:
    """Make the extension and its table, if that is possible and they are not there."""
    if _is_there(connection) or not _is_available(connection):
        return
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError:
        return
    for statement in _STATEMENTS:
        connection.execute(text(statement))


def why_no_vectors(connection: Connection) -> tuple[str, str] | None:
    """What is wrong and what to do about it where vectors cannot be kept in this database; None where they can."""
    if _is_there(connection):
        return None
    return _FORBIDDEN if _is_available(connection) else _MISSING


def _is_there(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT to_regclass(:table) IS NOT NULL"), {"table": TABLE}).scalar())


def _is_available(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")).scalar())
