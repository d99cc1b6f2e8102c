from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fake_model_server import FakeModelServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        monkeypatch.setenv("DISCOVERY_INPUT_PRICE_USD", "1")
        monkeypatch.setenv("DISCOVERY_OUTPUT_PRICE_USD", "100")
        yield running
