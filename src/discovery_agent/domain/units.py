"""Units that can be compared with one another."""

from __future__ import annotations

import re

SECONDS_IN: dict[str, float] = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3_600,
    "days": 86_400,
    "weeks": 604_800,
    "fortnights": 1_209_600,
    "months": 2_629_800,
    "quarters": 7_889_400,
    "years": 31_557_600,
}
"""Length of a duration unit in seconds; months and longer by the mean Gregorian year of 365.25 days."""


def comparable(left: str | None, right: str | None) -> bool:
    """Whether values in these units can be set side by side; an unknown unit fits any."""
    return left is None or right is None or left == right or (left in SECONDS_IN and right in SECONDS_IN)


def magnitude(value: float, unit: str | None) -> float:
    """The value for comparison: durations in seconds, everything else as it is."""
    return value * SECONDS_IN.get(unit or "", 1)


_KINDS = (
    ("time", re.compile(r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|fortnights?|months?|quarters?|years?)")),
    ("share", re.compile(r"(?:%|percent|percentage|pct|pp)")),
    ("money", re.compile(r"(?:[€$£¥]|eur|euros?|usd|dollars?|gbp|pounds?|chf|francs?|sek|nok|dkk|czk|pln|jpy|inr|cad|aud)")),
)


def _kind(unit: str) -> str:
    """What its first known word makes a unit: a time, a share, or money; anything else counts things."""
    words = re.findall(r"[^\W\d_]+|[%€$£¥]", unit.lower())
    return next((kind for word in words for kind, pattern in _KINDS if pattern.fullmatch(word)), "things")


def of_one_kind(left: str | None, right: str | None) -> bool:
    """Whether two units, however they are written, are both times, shares, money or numbers of things; an unknown one fits any.

    >>> of_one_kind("EUR", "EUR per trip"), of_one_kind("working days", "hours"), of_one_kind("minutes", "%"), of_one_kind("EUR", "trips")
    (True, True, False, False)
    """
    return left is None or right is None or _kind(left) == _kind(right)
