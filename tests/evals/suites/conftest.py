from __future__ import annotations

import os
from pathlib import Path

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import Settings


@pytest.fixture
def bench(embeddings: MiniLMEmbeddings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Workbench:
    """The rules analyst, and no settings from outside; the weights are loaded once for all tests."""
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    return Workbench(Settings(cache_dir=tmp_path / "cache", data_dir=tmp_path / "data"))
