from __future__ import annotations

from datetime import date

import pytest

from discovery_agent.models.prices import price_for, price_for_plans, published_price
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


def test_a_published_price_of_a_million_tokens_comes_with_its_source_and_day() -> None:
    found = published_price("openai:gpt-4o-mini", date(2026, 9, 1))
    price = price_for(Settings.load(model="openai:gpt-4o-mini"), None)
    assert found is not None and price is not None
    assert (found.read, found.written) == (pytest.approx(price(1_000_000, 0, 0)), pytest.approx(price(0, 1_000_000, 0)))
    assert found.written > found.read > 0
    assert "openai.com" in found.source and "genai-prices" in found.source
    assert found.as_of == date(2026, 9, 1)
    assert published_price("openai:nobody-knows-it", date(2026, 9, 1)) is None


def test_a_plan_is_priced_with_the_configured_model_or_else_the_reference() -> None:
    day = date(2026, 9, 1)
    assert price_for_plans(Settings.load(model=None), "openai:gpt-5-mini", day) == published_price("openai:gpt-5-mini", day)
    assert price_for_plans(Settings.load(model="openai:gpt-4o-mini"), "openai:gpt-5-mini", day) == published_price(
        "openai:gpt-4o-mini", day
    )
    assert price_for_plans(Settings.load(model="openai:my-own"), "openai:gpt-5-mini", day) == published_price("openai:gpt-5-mini", day)
    own = price_for_plans(Settings.load(model="openai:my-own", input_price_usd=1, output_price_usd=3), "openai:gpt-5-mini", day)
    assert own is not None and (own.model, own.read, own.written) == ("openai:my-own", 1, 3)
    assert price_for_plans(Settings.load(model=None), "openai:nobody-knows-it", day) is None
