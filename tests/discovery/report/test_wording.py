"""Words of the report: amounts, times, confidence, and text that plays no tricks on the eye."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.report.wording import (
    analyst_words,
    change_text,
    clock,
    confidence_word,
    visible,
)
from discovery_agent.domain.findings import Direction
from tests.builders import amount


def test_a_change_takes_its_sign_from_the_direction() -> None:
    assert change_text(amount(30, "%"), Direction.DECREASE) == "−30 %"
    assert change_text(amount(-30, "%"), None) == "−30 %"
    assert change_text(amount(10, "%"), Direction.INCREASE) == "+10 %"
    assert change_text(amount(50, "%"), None) == "50 %"


def test_times_are_read_from_the_beginning() -> None:
    assert [clock(None), clock(0), clock(65.9), clock(3905)] == ["", "0:00", "1:05", "1:05:05"]


def test_confidence_has_three_words() -> None:
    assert [confidence_word(value) for value in (0.2, 0.5, 0.75)] == ["weak", "fair", "strong"]


def test_the_analyst_is_named_plainly() -> None:
    assert analyst_words("rules") == "rules analyst (no language model was used)"
    assert analyst_words("openai:m") == "language model openai:m"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200bb", "a⟦U+200B⟧b"),
        ("\u202eevil", "⟦U+202E⟧evil"),
        ("pass\u00adword", "pass⟦U+00AD⟧word"),
        ("line\r\nline", "line\nline"),
        ("x\u200dy", "x⟦U+200D⟧y"),
    ],
)
def test_characters_that_hide_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["plain", "Grüße, 会議, שלום", "👩\u200d💻", "می\u200cخواهم", "❤\ufe0f"])
def test_honest_text_of_any_language_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_what_no_character_is_is_shown_by_its_code() -> None:
    assert visible("a\ufffeb\uffff") == "a⟦U+FFFE⟧b⟦U+FFFF⟧"
