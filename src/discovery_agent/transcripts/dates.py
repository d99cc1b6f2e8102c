"""The day a conversation was held, where a header or file name says it without doubt."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/._])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s\-_](?:of )?{_MONTH},?[\s\-_](\d{{4}})(?!\d)", re.I)
_MONTH_DAY = re.compile(rf"\b{_MONTH}[\s\-_](\d{{1,2}})(?:st|nd|rd|th)?,?[\s\-_](\d{{4}})(?!\d)", re.I)


def only_date(text: str) -> date | None:
    """The one date that `text` names; None if there is none, two different ones, or 03/04/2026."""
    text = text[:500]
    found: set[date | None] = set()
    for year, _, month, day in _YEAR_FIRST.findall(text):
        found.add(_date(year, month, day))
    for year, month, day in _COMPACT.findall(text):
        found.add(_date(year, month, day))
    for day, month, year in _DOTTED.findall(text):
        found.add(_date(year, month, day))
    for first, _, second, year in _SLASHED.findall(text):
        # Europe and America write these two numbers in opposite order.
        if int(first) <= 12 and int(second) <= 12 and first != second:
            return None
        found.add(_date(year, second, first) if int(first) > 12 else _date(year, first, second))
    for day, month, year in _DAY_MONTH.findall(text):
        found.add(_date(year, _month(month), day))
    for month, day, year in _MONTH_DAY.findall(text):
        found.add(_date(year, _month(month), day))
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def _month(name: str) -> str:
    return str(next(number for number, month in enumerate(_MONTHS, 1) if month == name.lower()))


def _date(year: str, month: str, day: str) -> date | None:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return value if 1950 <= value.year <= 2100 else None
