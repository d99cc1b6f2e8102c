"""Days in words that mean the same everywhere, whatever the language of the machine."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def long_day(day: date) -> str:
    """A date, or the date of a moment: `5 March 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """A date, or the date of a moment, where room is scarce: `5 Mar 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
