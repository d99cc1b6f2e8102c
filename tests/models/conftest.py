from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from discovery_agent.models.chat import ChatModel
from discovery_agent.models.retrying import Timing
from discovery_agent.settings import Settings
from tests.fake_model_server import FakeModelServer

KEY = "sk-test-0123456789abcdef"


@dataclass
class Waits:
    """A clock that only moves when somebody waits, and the waits there were."""

    now: float = 0.0
    seconds: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.now += seconds

    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, sleep=self.sleep, chance=lambda: 0.0)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(model="openai:gpt-4", cache_dir=tmp_path / "cache", call_seconds=100, input_price_usd=1, output_price_usd=2)


@pytest.fixture
async def connect(settings: Settings, waits: Waits) -> AsyncIterator[Callable[..., ChatModel]]:
    """Makes models with changed settings, and closes them."""
    made: list[ChatModel] = []

    def make(**changes: object) -> ChatModel:
        made.append(ChatModel(settings.model_copy(update=changes), timing=waits.timing()))
        return made[-1]

    yield make
    for model in made:
        await model.aclose()
