from __future__ import annotations

import os
from pathlib import Path

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from tests.cli.running import Inside

SPOKEN = (
    "Ada: We want claims paid within five days by June.\n"
    "Ben: It takes nine days from the first notice to payment today.\n"
    "Ada: Why is it so slow?\n"
    "Ben: Half of that is waiting for papers.\n"
)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and no settings from outside."""
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DISCOVERY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("DISCOVERY_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def talk(work: Path) -> Path:
    """One transcript in the working directory."""
    path = work / "talk.txt"
    path.write_text(SPOKEN, encoding="utf-8")
    return path


@pytest.fixture
def agent(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, embeddings: MiniLMEmbeddings) -> Inside:
    """The command line in this process; the weights are loaded once for all tests."""
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    monkeypatch.setenv("COLUMNS", "200")
    return Inside(capsys)
