"""Texts kept by engagement and key, for callers that wait in a thread instead of an event loop."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from discovery_agent.storage.address import Address
from discovery_agent.storage.engines import connect_args
from discovery_agent.storage.faults import is_orphan, storage_errors
from discovery_agent.storage.tables import replies

_CONNECTIONS = 2


class StoredReplies:
    """Replies of a model in a PostgreSQL database. They go when their engagement goes."""

    def __init__(self, address: Address) -> None:
        self._shown = address.shown
        self._engine: Engine = create_engine(
            address.waiting,
            hide_parameters=True,
            connect_args=connect_args(address),
            pool_size=_CONNECTIONS,
            max_overflow=_CONNECTIONS,
            pool_pre_ping=True,
            isolation_level="AUTOCOMMIT",
        )

    def get(self, engagement_id: str, key: str) -> str | None:
        """What is kept under a key, if anything.

        Raises:
            StorageError: the database cannot be read.
        """
        wanted = select(replies.c.body).where(replies.c.engagement_id == engagement_id, replies.c.key == key)
        with storage_errors(self._shown), self._engine.connect() as connection:
            return connection.execute(wanted).scalar()

    def put(self, engagement_id: str, key: str, body: str) -> None:
        """Keep a text, unless the engagement is gone. What is kept under the key already is replaced.

        Raises:
            StorageError: the database cannot be written.
        """
        row = {"engagement_id": engagement_id, "key": key, "body": body}
        added = insert(replies)
        replace = added.on_conflict_do_update(index_elements=list(replies.primary_key), set_={"body": added.excluded.body})
        with storage_errors(self._shown), self._engine.connect() as connection:
            try:
                connection.execute(replace, [row])
            except IntegrityError as error:
                if not is_orphan(error):
                    raise

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()
