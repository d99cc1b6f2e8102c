from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.decisions import Tables
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import Settings, data_folder
from tests.discovery.jobs.working import Engaged, NoKnowledge, engaged
from tests.fake_model_server import FakeModelServer

Open = Callable[[Settings], Awaitable[Workspace]]


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables(data_folder("knowledge"))


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch, embeddings: MiniLMEmbeddings, tables: Tables) -> None:
    """No settings from outside, what is slow to load is loaded once, and no knowledge pages are searched."""
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    monkeypatch.setattr(Workbench, "tables", tables)
    monkeypatch.setattr(Workbench, "knowledge", NoKnowledge())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


@pytest.fixture
def model_settings(settings: Settings) -> Settings:
    """A model that is asked once, in windows of a few turns."""
    changes = {
        "model": "openai:gpt-4",
        "input_price_usd": 1.0,
        "output_price_usd": 2.0,
        "max_attempts": 1,
        "knowledge_tokens": 0,
        "window_tokens": 200,
    }
    return settings.model_copy(update=changes)


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens workspaces, as processes would, and closes them."""
    async with AsyncExitStack() as stack:

        async def open_one(settings: Settings) -> Workspace:
            return await stack.enter_async_context(await Workspace.open(settings))

        yield open_one


@pytest.fixture
async def claims(settings: Settings, opened: Open) -> Engaged:
    """An engagement without a model, whose jobs run in this process."""
    return await engaged(await opened(settings))


@pytest.fixture
async def modelled(model_settings: Settings, server: FakeModelServer, opened: Open) -> Engaged:
    """An engagement with a model; `server` says what it answers."""
    return await engaged(await opened(model_settings))
