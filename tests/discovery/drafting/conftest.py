from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from tests.discovery.drafting.drafted import Drafted, drafted
from tests.discovery.jobs.working import NoKnowledge
from tests.discovery.service import Clock, opened_workspace
from tests.domain.blueprint.tables import planning, tables


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch, embeddings: MiniLMEmbeddings) -> None:
    """No settings from outside, what is slow to load is loaded once, and no knowledge pages are searched."""
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    monkeypatch.setattr(Workbench, "tables", tables())
    monkeypatch.setattr(Workbench, "planning", planning())
    monkeypatch.setattr(Workbench, "knowledge", NoKnowledge())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def invoices(tmp_path: Path, clock: Clock) -> AsyncIterator[Drafted]:
    """An engagement whose first version is drafted: invoices are automated."""
    async with opened_workspace(tmp_path, clock) as ws:
        engagement = await drafted(ws, "automate")
        await engagement.draft()
        yield engagement
