"""What goes wrong in a database, said in words that help; nothing of a driver gets out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from discovery_agent.errors import StorageBusy, StorageError, StorageFull

_BUSY = ("The database is busy.", "Another process has been writing for long: stop it, or try again.")
_FULL = ("The disk of the database is full.", "Free some space; what was stored before is safe.")
_RIGHTS = (
    "The database may not be opened or written.",
    "Give this user the right to write the file and its folder, or name another place.",
)
_NO_TABLES = ("This user may not do that in the PostgreSQL database.", "Give the user the right to create and write tables.")
_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _RIGHTS,
    "SQLITE_CANTOPEN": _RIGHTS,
    "SQLITE_PERM": _RIGHTS,
    "SQLITE_AUTH": _RIGHTS,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_CORRUPT": ("The file of the database is damaged.", "Put a backup in its place, or name another file."),
    "SQLITE_NOTADB": ("The file is no SQLite database, or is damaged.", "Put a backup in its place, or name another file."),
    "SQLITE_IOERR_SHMSIZE": _FULL,  # the index of the log finds no room; of other faults of the disk, the cause is not told
    "SQLITE_IOERR": ("The disk of the database cannot be read or written.", "Check the disk and its free space."),
}
_POSTGRES = {
    "28": ("PostgreSQL refuses this user.", "Correct the user and password in the URL, or the rights on the server."),
    "3D": ("PostgreSQL has no database of that name.", "Create it with `createdb`, or correct the URL."),
    "3F": _NO_TABLES,
    "42501": _NO_TABLES,
    "25006": ("The PostgreSQL server takes no writes.", "Name the primary server in the URL."),
    "53100": _FULL,
    "53": ("The PostgreSQL server has no room for this now.", "Raise its limits (connections, memory), or try again."),
    "40": ("Two writers were in each other's way.", "Try again."),
    "55": _BUSY,
    "57": ("The PostgreSQL server is starting or shutting down.", "Try again in a moment."),
    "58": ("The PostgreSQL server met an error of its system.", "Look into the server's log."),
    "XX": ("The PostgreSQL server met an internal error.", "Look into the server's log."),
}
_UNREACHABLE = "Check that the server runs and that host, port, user, password and name in the URL are right."
_DEFECT = "This is a defect of the program: please report it, with what you did."


@contextmanager
def storage_errors(shown: str) -> Iterator[None]:
    """Turn whatever a driver raises inside into a `StorageError`; `shown` is the address, without secrets."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise as_storage_error(error, shown) from error


def as_storage_error(error: SQLAlchemyError | sqlite3.Error, shown: str) -> StorageError:
    """What a driver's error means, where, and what to do about it."""
    if isinstance(error, PoolTimeout):
        return _said(_BUSY, shown)
    cause = driver_error(error)
    if isinstance(cause, sqlite3.Error):
        name = _sqlite_name(cause)
        known = next((words for prefix, words in _SQLITE.items() if name.startswith(prefix)), None)
        return _said(known or (f"SQLite refused a statement ({name or type(cause).__name__}).", _DEFECT), shown)
    state = _postgres_state(cause)
    if state is not None:
        known = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
        if known is None and state.startswith("08"):
            known = ("The connection to PostgreSQL broke.", "Try again; check that the server runs.")
        return _said(known or (f"PostgreSQL refused a statement (SQLSTATE {state}).", _DEFECT), shown)
    if type(cause).__name__ == "ProgrammingError":
        return StorageError("PostgreSQL does not know an option in the URL.", where=shown, remedy=_UNREACHABLE)
    if type(cause).__name__ == "OperationalError":
        return StorageError(_connection_fault(str(cause)), where=shown, remedy=_UNREACHABLE)
    return StorageError(f"The database refused a statement ({type(cause).__name__}).", where=shown, remedy=_DEFECT)


def _said(words: tuple[str, str], shown: str) -> StorageError:
    """The error for one of the faults above: those that pass by themselves, or with some room, are told apart from the others."""
    kind = StorageBusy if words is _BUSY else StorageFull if words is _FULL else StorageError
    what, remedy = words
    return kind(what, where=shown, remedy=remedy)


def driver_error(error: BaseException) -> BaseException:
    """The error of the driver inside the wrappings of SQLAlchemy."""
    while isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    # The asyncio drivers of SQLAlchemy raise a stand-in whose cause is the real one.
    inner = getattr(error, "driver_exception", None) or error
    return inner if isinstance(inner, BaseException) else error


def is_orphan(error: IntegrityError) -> bool:
    """Whether what the row belongs to is not there, or something else still belongs to it."""
    cause = driver_error(error)
    return _sqlite_name(cause) == "SQLITE_CONSTRAINT_FOREIGNKEY" or _postgres_state(cause) == "23503"


def _sqlite_name(cause: BaseException) -> str:
    return str(getattr(cause, "sqlite_errorname", ""))


def _postgres_state(cause: BaseException) -> str | None:
    return getattr(cause, "sqlstate", None)


def _connection_fault(message: str) -> str:
    """A sentence for the commonest faults of connecting; a server's own words might repeat what was typed."""
    words = message.lower()
    for sign, what in (
        ("password authentication failed", "PostgreSQL refuses this user and password."),
        ("no password supplied", "PostgreSQL asks for a password."),
        ("does not exist", "PostgreSQL has no database or user of that name."),
        ("no pg_hba.conf entry", "PostgreSQL lets nobody in from here."),
        ("too many c", "PostgreSQL has no connection left."),
        ("resolve", "The host of the PostgreSQL server is not known."),
        ("timeout", "The PostgreSQL server does not answer."),
    ):
        if sign in words:
            return what
    return "The PostgreSQL server cannot be reached."
