from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from discovery_agent.analysts.llm import LLMAnalyst
from discovery_agent.settings import Settings
from tests.fake_model_server import FakeModelServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        yield running


@pytest.fixture
async def analyst_of(tmp_path: Path) -> AsyncIterator[Callable[..., LLMAnalyst]]:
    """Makes analysts that ask the fake server, with changed settings."""
    made: list[LLMAnalyst] = []

    def make(**changes: object) -> LLMAnalyst:
        usual = {"model": "openai:gpt-4", "cache_dir": tmp_path / "cache", "input_price_usd": 1, "output_price_usd": 2}
        made.append(LLMAnalyst.from_settings(Settings.load(**(usual | changes))))
        return made[-1]

    yield make
    for analyst in made:
        await analyst.aclose()
