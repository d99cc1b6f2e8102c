"""Checks of what the program stands on: folders, disks, the database, and a server that runs already."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from discovery_agent.cli.doctor.checks import Mark, Seen
from discovery_agent.settings import Settings

_LEAST_FREE_BYTES = 1_000_000_000
_MOST_APART_SECONDS = 5.0
_PATIENCE_SECONDS = 15.0


def cache_folder(settings: Settings) -> Seen:
    """Where replies and the index are kept."""
    return _folder(settings.cache_dir)


def data_folder(settings: Settings) -> Seen:
    """Where documents, and the database unless another is named, are kept."""
    return _folder(settings.data_dir)


def _folder(folder: Path) -> Seen:
    from discovery_agent.discovery.health import free_bytes

    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".probe-{os.getpid()}"
    probe.write_text("", encoding="utf-8")
    probe.unlink()
    if made:
        folder.rmdir()  # what a look made, it takes away
    free = free_bytes(folder)
    said = f"{folder}, {free / 1e9:,.1f} GB free"
    if free < _LEAST_FREE_BYTES:
        return Seen(said, Mark.NOTE, f"Free some space: below 0.2 GB the server says that it is not ready ({folder}).")
    return Seen(said)


def database(settings: Settings) -> Seen:
    """Whether the database answers and has the shape that this version needs; changes nothing."""
    from discovery_agent.discovery.workspace import database_address
    from discovery_agent.storage.address import Address

    address = Address.parse(database_address(settings))
    if address.file is not None and not address.file.exists():
        return Seen(f"{address.shown}: not there yet; the first `serve` makes it")
    return asyncio.run(_look_at(address))


async def _look_at(address: object) -> Seen:
    from discovery_agent.storage.address import Address
    from discovery_agent.storage.database import Database

    assert isinstance(address, Address)
    database = Database(address)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            state = await database.state()
            apart = abs((await database.time() - datetime.now(UTC)).total_seconds())
    except TimeoutError:
        return Seen(f"{address.shown}: no answer within {_PATIENCE_SECONDS:g} seconds", Mark.NO, "Check that it runs and can be reached.")
    finally:
        await database.aclose()
    said = f"{address.shown}, {state.server}, version {state.version or 'none'} of {state.newest}"
    if not state.is_current:
        if state.version is None:
            return Seen(f"{address.shown}, {state.server}, empty; the first `serve` or `worker` makes the tables")
        if state.version < state.newest:
            return Seen(said, Mark.NOTE, "The next `serve` brings it up to date; make a backup first.")
        return Seen(said, Mark.NO, "A newer version of the program made it: install that one.")
    if apart > _MOST_APART_SECONDS:
        return Seen(f"{said}; its clock is {apart:.0f} s apart from this one", Mark.NOTE, "Set both clocks by NTP.")
    if database.is_postgres:
        if state.pgvector is None:
            return Seen(
                f"{said}; without pgvector",
                Mark.NOTE,
                "Have its administrator run CREATE EXTENSION vector, so that all servers share one index of documents.",
            )
        said += f", pgvector {state.pgvector}"
    return Seen(said)


def documents(settings: Settings) -> Seen:
    """Where the documents of engagements are kept, and whether all machines share them."""
    from discovery_agent.discovery.shelving import where_documents_are

    said, remedy = where_documents_are(settings)
    return Seen(said, Mark.NOTE, remedy) if remedy else Seen(said)


def running_server(settings: Settings) -> str:
    """Whether a server works with this database now."""
    from discovery_agent.discovery.workspace import database_address
    from discovery_agent.storage.address import Address
    from discovery_agent.web.running import running_address

    found = running_address(settings)
    if not found:
        return "none is known to run"
    alone = "; on SQLite no second one can start" if Address.parse(database_address(settings)).file else ""
    return f"one runs at {found}{alone}"
