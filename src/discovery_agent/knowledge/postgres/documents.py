"""The documents of one engagement in the database, under a lock of its own that all machines see."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from discovery_agent.knowledge.pages import Page, read_page
from discovery_agent.knowledge.postgres.connections import Connections
from discovery_agent.knowledge.postgres.tables import documents, shelf_to_fill, shelves
from discovery_agent.knowledge.stored import busy, document_or_damage

_POLL_SECONDS = 0.1
_PATIENT_SECONDS = 0.5
"""How long nobody is told that there is a wait."""


class Held:
    """A shelf while its documents are locked: the session that holds the lock, and what was changed but not written yet."""

    def __init__(self, session: Connection, belongs_to: str | None) -> None:
        self.session = session
        self.belongs_to = belongs_to
        """Id of the engagement in this database with which the shelf goes; None for a name that the command line gave."""
        self.changes: dict[str, Page | None] = {}
        """Documents to be written, by id; None for one that is to go."""

    def transaction(self) -> AbstractContextManager[object]:
        """One transaction in the session that holds the lock: whoever lost the lock cannot write."""
        return _Transaction(self.session)


class _Transaction:
    """A transaction on a connection whose statements otherwise count each by itself."""

    def __init__(self, session: Connection) -> None:
        self._session = session

    def __enter__(self) -> None:
        self._session.exec_driver_sql("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._session.exec_driver_sql("COMMIT" if kind is None else "ROLLBACK")


class HeldShelves:
    """Which shelves this process holds, by name."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._lock = Lock()

    def get(self, name: str) -> Held | None:
        """The shelf, if it is held."""
        with self._lock:
            return self._held.get(name)

    def put(self, name: str, held: Held) -> None:
        """It is held from now on."""
        with self._lock:
            self._held[name] = held

    def remove(self, name: str) -> None:
        """It is held no longer."""
        with self._lock:
            self._held.pop(name, None)


class DocumentRows:
    """Documents as rows. What is put or removed is written with the index that is made from it, in one transaction; or, where none is
    made, when the lock is released."""

    def __init__(self, database: Connections, engagement: str, held: HeldShelves, belongs_to: str | None) -> None:
        self._database = database
        self._engagement = engagement
        self._all_held = held
        self._belongs_to = belongs_to
        self._held: Held | None = None
        self._open = ExitStack()

    def lock(self, patience: float, waiting: Callable[[], None]) -> None:
        """As `Documents.lock`: an advisory lock of PostgreSQL, which ends with the session if its holder dies."""
        session = self._open.enter_context(self._database.session())
        try:
            with self._database.errors():
                self._acquire(session, patience, waiting)
        except BaseException:
            self._open.close()
            raise
        self._held = Held(session, self._belongs_to)
        self._all_held.put(self._engagement, self._held)

    def _acquire(self, session: Connection, patience: float, waiting: Callable[[], None]) -> None:
        wanted = select(func.pg_try_advisory_lock(_lock_number(self._engagement)))
        began, told = time.monotonic(), False
        while not session.execute(wanted).scalar():
            waited = time.monotonic() - began
            if not told and waited >= min(_PATIENT_SECONDS, patience):
                waiting()
                told = True
            if waited >= patience:
                raise busy(self._engagement)
            time.sleep(min(_POLL_SECONDS, patience))

    def release(self) -> None:
        """As `Documents.release`."""
        held, self._held = self._held, None
        if held is None:
            return
        try:
            if held.changes:
                with self._database.errors(), held.transaction():
                    write_changes(held, self._engagement, indexed=False)
        finally:
            self._all_held.remove(self._engagement)
            self._open.close()

    def load(self) -> tuple[Page, ...]:
        """As `Documents.load`."""
        assert self._held is not None
        with self._database.errors():
            return load_documents(self._held.session, self._engagement)

    def is_taken(self, id_: str) -> bool:
        """As `Documents.is_taken`: all that are there are known."""
        return False

    def put(self, page: Page) -> None:
        """As `Documents.put`; written later."""
        assert self._held is not None
        self._held.changes[page.id] = page

    def remove(self, id_: str) -> None:
        """As `Documents.remove`; written later."""
        assert self._held is not None
        self._held.changes[id_] = None


def write_changes(held: Held, engagement: str, *, indexed: bool) -> int:
    """Write what was put and removed, in the transaction under way; the number of the shelf. `indexed` says that the index follows.

    Raises:
        NotFound: the engagement was deleted meanwhile.
    """
    session = held.session
    shelf = shelf_to_fill(session, engagement, held.belongs_to)
    mine = documents.c.shelf_id == shelf
    gone = [id_ for id_, page in held.changes.items() if page is None]
    if gone:
        session.execute(delete(documents).where(mine, documents.c.id.in_(gone)))
    rows = [{"shelf_id": shelf, "id": id_, "text": page.text} for id_, page in held.changes.items() if page is not None]
    if rows:
        new = insert(documents)
        replace = new.on_conflict_do_update(index_elements=["shelf_id", "id"], set_={"text": new.excluded.text})
        session.execute(replace, rows)
    if not indexed:
        session.execute(update(shelves).where(shelves.c.id == shelf).values(behind=True))
    return shelf


def load_documents(connection: Connection, engagement: str) -> tuple[Page, ...]:
    """Every document of a shelf, by id; one that is damaged says so."""
    wanted = select(documents.c.id, documents.c.text).join(shelves).where(shelves.c.name == engagement).order_by(documents.c.id)
    pages = (_document(id_, text, engagement) for id_, text in connection.execute(wanted))
    return tuple(page for page in pages if page is not None)


def _document(id_: str, text: str, engagement: str) -> Page | None:
    return document_or_damage(id_, engagement, lambda: read_page(id_, Path(f"{id_}.md"), text, engagement=engagement))


def has_documents(connection: Connection, engagement: str) -> bool:
    """Whether a shelf holds one."""
    any_ = select(documents.c.id).join(shelves).where(shelves.c.name == engagement).limit(1)
    return connection.execute(any_).first() is not None


def _lock_number(engagement: str) -> int:
    """One of the numbers that locks of PostgreSQL go by."""
    return int.from_bytes(blake2b(f"shelf {engagement}".encode(), digest_size=8).digest(), signed=True)
