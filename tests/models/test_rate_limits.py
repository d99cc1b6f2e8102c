from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.models.rate_limits import MINUTE_SECONDS, Allowance, Told, seconds_of, told


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("120ms", 0.12),
        ("1h2m3s", 3723),
        ("2m59.56s", 179.56),
        ("500µs", 0.0005),
        ("1d", 86_400),
        (" 7 ", 7),
        ("0.5", 0.5),
        ("0s", 0),
    ],
)
def test_lengths_of_time_are_read_as_servers_write_them(value: str, seconds: float) -> None:
    assert seconds_of(value) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value", [None, "", "soon", "1x", "-1s", "1s2", "1 s", "nan", "inf", "1e9", "٣s", "1700000000", "1s," * 3, "9" * 400]
)
def test_what_is_no_length_of_time_is_none(value: str | None) -> None:
    assert seconds_of(value) is None


@given(st.integers(0, 100), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_any_length_of_time_is_read(hours: int, minutes: int, seconds: int, milliseconds: int) -> None:
    written = f"{hours}h{minutes}m{seconds}s{milliseconds}ms"
    assert seconds_of(written) == pytest.approx(hours * 3600 + minutes * 60 + seconds + milliseconds / 1000)


@given(st.dictionaries(st.sampled_from([f"x-ratelimit-{part}-requests" for part in ("limit", "remaining", "reset")]), st.text(max_size=20)))
def test_damaged_headers_are_passed_over(headers: dict[str, str]) -> None:
    said = told(headers, "requests")
    assert said.limit is None or said.limit > 0
    assert all(one is None or 0 <= one < 1e13 for one in said)
    allowance = Allowance(None)
    allowance.hear(said, now=5.0)
    assert allowance.free_at(1, now=1e9) == 1e9


def test_a_limit_of_zero_is_none() -> None:
    assert told({"x-ratelimit-limit-tokens": "0", "x-ratelimit-remaining-tokens": "0"}, "tokens") == Told(None, 0.0, None)


def test_the_lower_limit_holds_ours_or_the_servers() -> None:
    allowance = Allowance(10)
    allowance.hear(Told(limit=100), now=0)
    assert allowance.limit == 10
    allowance.hear(Told(limit=5), now=0)
    assert allowance.limit == 5


def test_what_others_took_of_the_same_account_counts_until_it_is_there_again() -> None:
    allowance = Allowance(None)
    allowance.take(1, now=0)
    allowance.hear(Told(limit=10, remaining=2, reset_seconds=20), now=1)
    assert [allowance.free_at(amount, now=1) for amount in (1, 2)] == [1, 1]
    assert allowance.free_at(3, now=1) == 21
    assert allowance.free_at(9, now=21) == 21


def test_what_was_taken_is_free_again_after_a_minute_and_what_was_not_needed_at_once() -> None:
    allowance = Allowance(100)
    taken = allowance.take(90, now=0)
    assert allowance.free_at(20, now=10) == MINUTE_SECONDS
    allowance.correct(taken, 70)
    assert allowance.free_at(20, now=10) == 10
    assert allowance.free_at(100, now=MINUTE_SECONDS) == MINUTE_SECONDS
    allowance.correct(taken, 0)  # when it is forgotten already, nothing changes
    allowance.take(100, now=MINUTE_SECONDS)
    assert allowance.free_at(1, now=MINUTE_SECONDS) == 2 * MINUTE_SECONDS


def test_a_call_larger_than_the_limit_goes_alone() -> None:
    allowance = Allowance(100)
    assert allowance.free_at(500, now=0) == 0
    allowance.take(1, now=0)
    assert allowance.free_at(500, now=0) == MINUTE_SECONDS
