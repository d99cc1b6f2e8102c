"""Amounts in words: numbers, units, ranges, and the period that an amount is a rate of."""

from __future__ import annotations

import pytest
from tests.builders import amount

from discovery_agent.domain.amount_words import amount_words, change_words, number_words, said_words
from discovery_agent.domain.findings import Amount, Direction


@pytest.mark.parametrize(
    ("value", "text"),
    [(1_200_000, "1,200,000"), (9.5, "9.5"), (100, "100"), (33.333, "33.33"), (0, "0"), (0.004, "0.004"), (float("inf"), "?")],
)
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert number_words(value) == text


def test_amounts_show_ranges_units_and_doubt() -> None:
    assert amount_words(amount(2, "days", upper=3)) == "2 to 3 days"
    assert amount_words(Amount(value=38, text="about 38", approximate=True), "EUR") == "about 38 EUR"


def test_one_of_something_is_singular_and_a_unit_that_only_ends_in_s_stays() -> None:
    assert [amount_words(amount(value, "days")) for value in (1, 2)] == ["1 day", "2 days"]
    assert [amount_words(amount(1, unit)) for unit in ("claims", "ms", "process")] == ["1 claim", "1 ms", "1 process"]


@pytest.mark.parametrize(
    ("said", "per", "text"),
    [
        ("96", "month", "96 a month"),
        ("96 a month", "month", "96 a month"),
        ("4", "hour", "4 an hour"),
        ("120 daily", "day", "120 daily"),
        ("1,400 monthly", "month", "1,400 monthly"),
        ("30 days", None, "30 days"),
    ],
)
def test_an_amount_as_it_was_said_has_its_period_once(said: str, per: str | None, text: str) -> None:
    assert said_words(Amount(value=1, text=said, per=per)) == text


def test_the_period_is_shown_beside_whichever_unit_is_shown() -> None:
    rate = Amount(value=96, text="96", per="month")
    assert amount_words(rate) == "96 a month"
    assert amount_words(rate, "second trips") == "96 second trips a month"
    assert amount_words(rate.model_copy(update={"unit": "trips per month"})) == "96 trips per month"


def test_a_change_says_which_way() -> None:
    assert change_words(amount(50, "%"), Direction.DECREASE) == "down 50 %"
    assert change_words(amount(-5, "%"), None) == "down 5 %"
    assert change_words(amount(5, "%"), Direction.INCREASE) == "up 5 %"
