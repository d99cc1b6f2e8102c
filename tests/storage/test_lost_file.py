"""The file of an SQLite database disappears while the program runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.errors import StorageError
from discovery_agent.storage import Database
from tests.storage.filling import engagement


async def test_nothing_is_stored_in_a_file_that_was_deleted_or_replaced(tmp_path: Path) -> None:
    file = tmp_path / "discovery.db"
    database = await Database.open(f"sqlite:///{file}")
    try:
        async with database.unit() as unit:
            await unit.engagements.add(engagement())
        file.unlink()
        with pytest.raises(StorageError, match="deleted"):
            async with database.unit() as unit:
                await unit.engagements.add(engagement())
        file.write_bytes(b"")
        with pytest.raises(StorageError, match="replaced"):
            async with database.reading() as unit:
                await unit.engagements.list(0, 1)
    finally:
        await database.aclose()
