"""Units that can be compared with one another."""

from __future__ import annotations

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
