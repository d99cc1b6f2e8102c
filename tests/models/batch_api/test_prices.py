"""What a call in a batch costs: as published for batches, or half of the ordinary price."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.models.prices import BATCH_SHARE, price_for
from discovery_agent.settings import Settings


def test_prices_of_ones_own_count_half(tmp_path: Path) -> None:
    settings = Settings.load(model="openai:own", input_price_usd=3, output_price_usd=9)
    price = price_for(settings, None, in_batch=True)
    assert price and price(1_000_000, 1_000_000, 0) == BATCH_SHARE * 12


@pytest.mark.parametrize("model", ["openai:gpt-4o", "openai:gpt-5", "openai:gpt-4.1-mini"])
def test_published_prices_of_batches_are_taken_and_are_about_half(model: str) -> None:
    settings = Settings.load(model=model)
    ordinary, batch = price_for(settings, None), price_for(settings, None, in_batch=True)
    assert ordinary and batch and batch(1000, 100, 0) == pytest.approx(BATCH_SHARE * ordinary(1000, 100, 0))
    # What a batch reads from the cache of the server is not cheaper than that.
    assert batch(1000, 100, 900) <= batch(1000, 100, 0)


def test_a_model_that_has_no_price_for_batches_costs_half(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load(model="openai:gpt-3.5-turbo-0301")
    ordinary, batch = price_for(settings, None), price_for(settings, None, in_batch=True)
    assert ordinary and batch and batch(1000, 100, 0) == pytest.approx(BATCH_SHARE * ordinary(1000, 100, 0))


def test_a_model_without_a_price_has_none_in_a_batch() -> None:
    assert price_for(Settings.load(model="openai:nobody-knows-it"), None, in_batch=True) is None
