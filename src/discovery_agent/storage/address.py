"""Addresses of databases: which ones are understood, and how they are shown without their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from discovery_agent.errors import StorageError

_FORMS = "Write it as sqlite:///folder/file.db or postgresql://user:password@host/name."
_SQLITE = {"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"}
_POSTGRES = {"postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg_async"}


@dataclass(frozen=True)
class Address:
    """Where a database is. `shown` may be logged: it has no password and no options."""

    url: URL
    shown: str

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database; None for PostgreSQL."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    @property
    def waiting(self) -> URL:
        """For a driver that blocks."""
        return self.url.set(drivername="sqlite+pysqlite" if self.file else "postgresql+psycopg")

    @property
    def asynchronous(self) -> URL:
        """For a driver that does not block."""
        return self.url.set(drivername="sqlite+aiosqlite" if self.file else "postgresql+psycopg_async")

    @classmethod
    def parse(cls, text: str) -> Address:
        """Understand a URL.

        Raises:
            StorageError: it is no URL, or names a database that is not supported. The message repeats nothing of it but its kind.
        """
        try:
            url = make_url(text.strip())
        except (ArgumentError, ValueError) as error:
            # The cause would repeat the URL, and with it the password.
            del error
            raise StorageError("The URL of the database cannot be understood.", remedy=_FORMS) from None
        if url.drivername in _SQLITE:
            if not url.database or url.database == ":memory:" or url.query:
                raise StorageError("An SQLite database needs a file, and no options.", remedy=_FORMS)
            return cls(url.set(drivername="sqlite"), f"sqlite:///{url.database}")
        if url.drivername in _POSTGRES:
            shown = url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
            return cls(url.set(drivername="postgresql"), shown)
        raise StorageError(f"Databases of the kind `{url.drivername}` are not supported.", remedy=_FORMS)


def sqlite_url(file: Path) -> str:
    """The URL of an SQLite database in a file, whatever letters its path has."""
    return URL.create("sqlite", database=str(file)).render_as_string()
