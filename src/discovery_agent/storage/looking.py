"""What a database is like: whether its shape is that of this version of the program, and what it can do."""

from __future__ import annotations

from functools import cache

from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from discovery_agent.storage.migrating import FOLDER, VERSION_TABLE


class DatabaseState(BaseModel):
    """How a database stands."""

    model_config = ConfigDict(frozen=True)

    version: str | None
    """The latest migration that it went through; None for a database that holds nothing of ours."""
    newest: str
    """The latest migration that this version of the program knows."""
    server: str
    """Such as `PostgreSQL 16.4` or `SQLite 3.45`."""
    pgvector: str | None
    """Version of the extension for vectors, where it is there."""

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to migrate."""
        return self.version == self.newest


@cache
def newest_version() -> str:
    """The latest migration that this version of the program knows."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    return head


async def look(connection: AsyncConnection) -> DatabaseState:
    """Look at a database that answers; changes nothing."""
    lite = connection.dialect.name == "sqlite"
    server = (await connection.execute(text("SELECT sqlite_version()" if lite else "SHOW server_version"))).scalar_one()
    pgvector = None if lite else (await connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))).scalar()
    try:
        version = (await connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))).scalar()
    except DBAPIError:
        version = None
    name = "SQLite" if lite else "PostgreSQL"
    return DatabaseState(version=version, newest=newest_version(), server=f"{name} {server}", pgvector=pgvector)
