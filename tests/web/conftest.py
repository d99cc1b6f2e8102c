from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import Settings
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from tests.discovery.service import Clock, opened_workspace
from tests.web.service import Service


@pytest.fixture(scope="session")
def web_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the index of the knowledge pages is kept: made once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def shared_bench(web_cache: Path, embeddings: MiniLMEmbeddings) -> Workbench:
    """What is costly to load, loaded once."""
    bench = Workbench(Settings.load(cache_dir=web_cache))
    bench.embeddings = embeddings
    return bench


@pytest.fixture
def paces() -> Paces:
    """Limits that no test reaches unless it means to."""
    return Paces(refused="10000/minute", entering="10000/minute", turns="10000/minute", uploads="10000/minute")


@pytest.fixture
async def service(tmp_path: Path, web_cache: Path, shared_bench: Workbench, paces: Paces) -> AsyncIterator[Service]:
    clock = Clock()
    async with opened_workspace(tmp_path, clock, cache=web_cache, like=shared_bench) as ws:
        made = Service(ws, create_app(ws, pages=False, paces=paces), clock)
        yield made
        await made.aclose()
