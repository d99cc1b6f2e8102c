from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from discovery_agent.settings import Settings, data_folder
from tests.fake_model_server import FakeModelServer
from tests.scale.machines import Machine
from tests.storage.postgres import Postgres

Start = Callable[..., Machine]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("DISCOVERY_", "OPENAI_")):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        yield running


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The knowledge base with pages of one kind only, so that no process is busy with an index for long."""
    folder = tmp_path_factory.mktemp("knowledge")
    for one in data_folder("knowledge").iterdir():
        if one.name != "pages":
            (folder / one.name).symlink_to(one)
    (folder / "pages").mkdir()
    shutil.copytree(data_folder("knowledge") / "pages" / "lessons", folder / "pages" / "lessons")
    return folder


@pytest.fixture
def shared(postgres: Postgres, corpus: Path) -> dict[str, object]:
    """Settings that all processes have: one database, and a model that is asked once, in windows of a few turns."""
    return {
        "database_url": postgres.empty(),
        "model": "openai:gpt-4",
        "input_price_usd": 1.0,
        "output_price_usd": 2.0,
        "max_attempts": 1,
        "knowledge_dir": corpus,
        "knowledge_tokens": 0,
        "window_tokens": 200,
        "concurrency": 2,
    }


@pytest.fixture
def settings(shared: dict[str, object], server: FakeModelServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of the process of the test."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    return Settings.load(**shared, data_dir=tmp_path / "own" / "data", cache_dir=tmp_path / "own" / "cache")


@pytest.fixture
def start(shared: dict[str, object], server: FakeModelServer, tmp_path: Path) -> Iterator[Start]:
    """Starts a process of the installed command, by name: `start("w1", "worker")`."""
    with ExitStack() as stack:

        def one(name: str, command: str, *arguments: str, **environment: str) -> Machine:
            given = {f"DISCOVERY_{name.upper()}": str(value) for name, value in shared.items() if value is not None}
            machine = Machine(name, tmp_path, command, *arguments, OPENAI_BASE_URL=server.base_url, **given | environment)
            stack.callback(machine.close)
            return machine

        yield one
