"""Every test of this folder runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.storage import Database, sqlite_url


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with empty tables."""
    if request.param == "postgres":
        return await request.getfixturevalue("postgres").migrated()
    return sqlite_url(tmp_path / "discovery.db")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An open database with nothing in it."""
    opened = await Database.open(url)
    yield opened
    await opened.aclose()
