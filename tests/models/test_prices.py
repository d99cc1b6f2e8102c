from __future__ import annotations

import pytest

from discovery_agent.models.prices import price_for
from discovery_agent.settings import Settings


def test_a_published_price_is_found_without_a_network() -> None:
    price = price_for(Settings.load(model="openai:gpt-4o-mini"), None)
    assert price is not None
    assert price(1_000_000, 0, 0) > price(1_000_000, 0, 1_000_000) > 0
    assert price(0, 1_000_000, 0) > price(1_000_000, 0, 0)


def test_a_model_or_an_address_without_a_published_price_has_none() -> None:
    assert price_for(Settings.load(model="openai:nobody-knows-it"), None) is None
    assert price_for(Settings.load(model="openai:gpt-4o-mini"), "http://127.0.0.1:8000/v1") is None


def test_the_settings_win() -> None:
    price = price_for(Settings.load(model="openai:gpt-4o-mini", input_price_usd=1, output_price_usd=3), "http://127.0.0.1:8000/v1")
    assert price is not None
    assert price(1_000_000, 2_000_000, 0) == pytest.approx(7)
