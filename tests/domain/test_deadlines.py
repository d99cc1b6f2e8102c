"""The day that a deadline names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.domain.deadlines import day_of

SAID = date(2026, 2, 3)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("end of June", date(2026, 6, 30)),
        ("by the end of June", date(2026, 6, 30)),
        ("by June", date(2026, 6, 30)),
        ("before June", date(2026, 5, 31)),
        ("before the end of June", date(2026, 6, 30)),
        ("mid-June", date(2026, 6, 15)),
        ("early March", date(2026, 3, 10)),
        ("the end of January", date(2027, 1, 31)),
        ("February", date(2026, 2, 28)),
        ("Q3", date(2026, 9, 30)),
        ("the third quarter of next year", date(2027, 9, 30)),
        ("H2", date(2026, 12, 31)),
        ("the end of the year", date(2026, 12, 31)),
        ("year-end", date(2026, 12, 31)),
        ("next quarter", date(2026, 6, 30)),
        ("six months", date(2026, 8, 3)),
        ("within twelve weeks", date(2026, 4, 28)),
        ("a year from now", date(2027, 2, 3)),
        ("2027", date(2027, 12, 31)),
        ("30 June", date(2026, 6, 30)),
        ("the 15th of January", date(2027, 1, 15)),
        ("June 30, 2027", date(2027, 6, 30)),
        ("2026-09-30", date(2026, 9, 30)),
        ("30.09.2026", date(2026, 9, 30)),
        ("13/04/2026", date(2026, 4, 13)),
        ("Christmas", date(2026, 12, 24)),
        ("END OF JUNE", date(2026, 6, 30)),
    ],
)
def test_what_names_a_day_is_read(words: str, day: date) -> None:
    assert day_of(words, SAID) == day


@pytest.mark.parametrize(
    "words",
    ["summer", "next summer", "the next audit", "soon", "03/04/2026", "31 February 2026", "the end of the fiscal year", "FY27", "by then",
     "the first half", "June or July", "not before June", "", "the board meeting in June", "5", "every month"],
)  # fmt: skip
def test_what_names_no_day_for_certain_stays_unknown(words: str) -> None:
    assert day_of(words, SAID) is None


def test_six_months_after_the_end_of_a_long_month_is_the_last_day_of_a_short_one() -> None:
    assert day_of("in six months", date(2026, 8, 31)) == date(2027, 2, 28)


@given(st.text(max_size=60), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_words_are_read_or_stay_unknown(words: str, said: date) -> None:
    found = day_of(words, said)
    assert found is None or isinstance(found, date)


@given(st.sampled_from(["June", "Q1", "end of March", "year-end", "next month", "30 June"]), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_deadline_without_a_year_is_never_over_when_it_is_said(words: str, said: date) -> None:
    found = day_of(words, said)
    assert found is not None and said <= found and (found - said).days < 400
