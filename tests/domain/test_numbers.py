"""Numbers are read with their value and their place, in digits and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.domain.numbers import find_numbers

CASES: list[tuple[str, list[tuple[str, float]]]] = [
    ("twenty-five percent", [("twenty-five", 25)]),
    ("ninety nine", [("ninety nine", 99)]),
    ("EUR 1.2m and 3bn and 5k", [("1.2m", 1_200_000), ("3bn", 3e9), ("5k", 5000)]),
    ("EUR5, €5, $1.5 million, 20%", [("5", 5), ("5", 5), ("1.5 million", 1.5e6), ("20", 20)]),
    ("two hundred thousand", [("two hundred thousand", 200_000)]),
    ("two million three hundred thousand", [("two million three hundred thousand", 2_300_000)]),
    ("one thousand two hundred and thirty-four", [("one thousand two hundred and thirty-four", 1234)]),
    ("one hundred and twenty people", [("one hundred and twenty", 120)]),
    ("a hundred or a thousand and one", [("a hundred", 100), ("a thousand and one", 1001)]),
    ("fifteen hundred", [("fifteen hundred", 1500)]),
    ("a million and a half", [("a million and a half", 1.5e6)]),
    ("200 thousand, 3 dozen", [("200 thousand", 200_000), ("3 dozen", 36)]),
    ("1,200 and 1,200.50 and 10,000,", [("1,200", 1200), ("1,200.50", 1200.5), ("10,000", 10_000)]),
    ("1.200,50 but 1.200", [("1.200,50", 1200.5), ("1.200", 1.2)]),
    ("1,5 days, 1.200.000", [("1,5", 1.5), ("1.200.000", 1_200_000)]),
    ("1 200 000 or 1'200 or 1,20,000", [("1 200 000", 1_200_000), ("1'200", 1200), ("1,20,000", 120_000)]),
    ("9.5. Then 12.", [("9.5", 9.5), ("12", 12)]),
    (".5 and 0.5", [(".5", 0.5), ("0.5", 0.5)]),
    ("3 1/2 and 3½ and ½", [("3 1/2", 3.5), ("3½", 3.5), ("½", 0.5)]),
    ("two and a half, 3 and a half", [("two and a half", 2.5), ("3 and a half", 3.5)]),
    ("two and a half million", [("two and a half million", 2_500_000)]),
    ("half an hour", [("half", 0.5)]),
    ("half a million, half a dozen", [("half a million", 500_000), ("half a dozen", 6)]),
    ("a quarter of a million", [("a quarter of a million", 250_000)]),
    ("by a quarter, three quarters of them", [("a quarter", 0.25), ("three quarters", 0.75)]),
    ("once a quarter, the last two quarters", [("two", 2)]),
    ("two-thirds, one third", [("two-thirds", 2 / 3), ("one third", 1 / 3)]),
    ("a third of calls by a third party", [("a third", 1 / 3)]),
    ("a dozen", [("a dozen", 12)]),
    ("a couple of weeks, a couple of hundred", [("a couple of", 2), ("a couple of hundred", 200)]),
    ("five six", [("five", 5), ("six", 6)]),
    ("five to ten thousand", [("five", 5), ("ten thousand", 10_000)]),
    (
        "from 9 to 6, 5-10 days, 100–150",
        [("9", 9), ("6", 6), ("5", 5), ("10", 10), ("100", 100), ("150", 150)],
    ),
    ("-5 degrees, minus five, −2.5, €-3", [("-5", -5), ("minus five", -5), ("−2.5", -2.5), ("-3", -3)]),
    ("three point two five", [("three point two five", 3.25)]),
    ("in 2024, twenty twenty-five", [("2024", 2024), ("twenty twenty-five", 2025)]),
    ("2024-05-17", [("2024", 2024), ("05", 5), ("17", 17)]),
    ("17.05.2024, 1.2.3", [("17", 17), ("05", 5), ("2024", 2024), ("1", 1), ("2", 2), ("3", 3)]),
    ("2/3 of them, 24/7, 9:30", [("2/3", 2 / 3), ("24", 24), ("7", 7), ("9", 9), ("30", 30)]),
    ("v2.1", [("2.1", 2.1)]),
    ("2nd try, 21st, the third site, second half", []),
    ("Q3, B2B, H1, hundreds of thousands, no one", []),
    ("someone often weighs ten tons of canine none", [("ten", 10)]),
    ("Ten. Twenty", [("Ten", 10), ("Twenty", 20)]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_numbers_are_read(text: str, expected: list[tuple[str, float]]) -> None:
    found = [(mention.text, mention.value) for mention in find_numbers(text)]
    assert [words for words, _ in found] == [words for words, _ in expected]
    assert [value for _, value in found] == pytest.approx([value for _, value in expected])


@given(st.integers(0, 10**9))
def test_any_whole_number_is_read_plain_and_with_separators(number: int) -> None:
    assert [mention.value for mention in find_numbers(f"{number}")] == [number]
    assert [mention.value for mention in find_numbers(f"about {number:,} cases")] == [number]


PIECES = st.sampled_from(
    ["one", "two", "twenty", "ninety", "hundred", "thousand", "million", "and", "a", "half", "third", "of",
     "couple", "point", "no", "-", "5", "1,200", "9.5", "½", "/", ".", ",", "k", "€", "%", "minus", "2nd"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_mentions_lie_in_order_and_cut_their_text_from_the_source(text: str) -> None:
    end = 0
    for mention in find_numbers(text):
        assert mention.start >= end
        assert mention.text == text[mention.start : mention.end] != ""
        end = mention.end
