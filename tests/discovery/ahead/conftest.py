from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from discovery_agent.domain.decisions import Tables
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import Settings, data_folder
from tests.discovery.ahead.desk import Desk, good
from tests.fake_batch_server import FakeBatchServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBatchServer]:
    with FakeBatchServer(reply=good) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here, so nobody waits for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables(data_folder("knowledge"))


@pytest.fixture
async def desk(server: FakeBatchServer, tables: Tables, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings.load(
        model="openai:gpt-4",
        cache_dir=tmp_path / "cache",
        data_dir=tmp_path / "data",
        knowledge_tokens=0,
        input_price_usd=1,
        output_price_usd=2,
    )
    made = Desk(server, settings, tables)
    yield made
    for bench in made.made:
        await bench.aclose()
