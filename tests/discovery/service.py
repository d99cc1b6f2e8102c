"""A workspace on a database of its own, with a clock that tests turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings


class Clock:
    """The time, which passes only when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **much: float) -> None:
        self.time += timedelta(**much)


@asynccontextmanager
async def opened_workspace(
    folder: Path, clock: Clock, *, cache: Path | None = None, like: Workbench | None = None, **settings: object
) -> AsyncIterator[Workspace]:
    """A workspace whose files are all below a folder; what is costly to make may be taken from another workbench."""
    known = Settings.load(data_dir=folder / "data", cache_dir=cache or folder / "cache", **settings)
    ws = await Workspace.open(known, now=clock)
    if like is not None:
        ws.bench.embeddings, ws.bench.slots, ws.bench.tables = like.embeddings, like.slots, like.tables
    try:
        yield ws
    finally:
        await ws.aclose()
