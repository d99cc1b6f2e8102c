from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_interview, load_tables
from discovery_agent.settings import Settings, data_folder
from tests.discovery.interviews.talking import Interview, begin
from tests.fake_model_server import FakeModelServer


@pytest.fixture(scope="session")
def slots() -> SlotTable:
    return load_interview(data_folder("knowledge"))


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables(data_folder("knowledge"))


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch, embeddings: MiniLMEmbeddings, slots: SlotTable, tables: Tables) -> None:
    """No settings from outside, and what is slow to load is loaded once for all tests."""
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    monkeypatch.setattr(Workbench, "slots", slots)
    monkeypatch.setattr(Workbench, "tables", tables)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture(params=["sqlite", "postgres"])
async def shared(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings of processes that work on one database, of either kind."""
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": await request.getfixturevalue("postgres").migrated()})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


@pytest.fixture
def model_settings(settings: Settings) -> Settings:
    """A model that is asked once, without a wait between attempts."""
    changes = {"model": "openai:gpt-4", "input_price_usd": 1.0, "output_price_usd": 2.0, "max_attempts": 1, "knowledge_tokens": 0}
    return settings.model_copy(update=changes)


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., object]]:
    """Opens workspaces, as processes would, and closes them."""
    async with AsyncExitStack() as stack:

        async def open_one(settings: Settings) -> Workspace:
            return await stack.enter_async_context(await Workspace.open(settings))

        yield open_one


@pytest.fixture
async def ws(settings: Settings) -> AsyncIterator[Workspace]:
    """A workspace without a model."""
    async with await Workspace.open(settings) as workspace:
        yield workspace


@pytest.fixture
async def interview(ws: Workspace) -> Interview:
    """An interview with its first question asked, without a model."""
    return await begin(ws)


@pytest.fixture
async def model_ws(model_settings: Settings, server: FakeModelServer) -> AsyncIterator[Workspace]:
    """A workspace with a model; `server` says what it answers."""
    async with await Workspace.open(model_settings) as workspace:
        yield workspace
