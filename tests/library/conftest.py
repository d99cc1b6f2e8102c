from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from discovery_agent import analyze
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

OSTERBY = data_folder("samples") / "osterby-home-care"


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables(data_folder("knowledge"))


@pytest.fixture(scope="session")
def osterby(embeddings: MiniLMEmbeddings, tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> EngagementAnalysis:
    """The analysis of a sample, made once by the library."""
    with pytest.MonkeyPatch.context() as patch:
        _light(patch, embeddings, tables, tmp_path_factory.mktemp("cache"))
        return analyze(OSTERBY)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, embeddings: MiniLMEmbeddings, tables: Tables) -> Iterator[Path]:
    """An empty working directory, and no settings from outside; what is slow to load is loaded once, and analyses search no knowledge pages."""
    with pytest.MonkeyPatch.context() as patch:
        _light(patch, embeddings, tables, tmp_path / "cache")
        patch.setenv("DISCOVERY_DATA_DIR", str(tmp_path / "data"))
        (tmp_path / "work").mkdir()
        patch.chdir(tmp_path / "work")
        yield tmp_path / "work"


def _light(patch: pytest.MonkeyPatch, embeddings: MiniLMEmbeddings, tables: Tables, cache: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            patch.delenv(name)
    patch.setenv("DISCOVERY_CACHE_DIR", str(cache))
    patch.setattr(Workbench, "embeddings", embeddings)
    patch.setattr(Workbench, "tables", tables)
    patch.setattr(Workbench, "advise", lambda self, decisions: KnowledgeUse())
