"""The day that a deadline names, as it was said: "by the end of June", "Q3", "within six months".

A month, quarter or year names its last day, because whatever is wanted "by June" is not late before June is over. A month without a
year is the first one that ends on or after the day it was said. What names no day for certain ("summer", "the next audit", "soon",
03/04/2026) stays unknown: nobody is late against a guess.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        1,
    )
} | {"a": 1, "an": 1, "the": 1, "eighteen": 18, "twenty four": 24, "a couple of": 2}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_YEAR = r"(?P<year>(?:19|20)\d\d|this year|next year|(?:fy ?)?'\d\d)"
_WHICH = (
    r"(?P<which>early|beginning of|start of|first half of|mid[- ]?|middle of|late|end of|close of|last week of|second half of)?\s*(?:the )?"
)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DOTTED = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_DAY_MONTH = re.compile(rf"\b(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? {_MONTH}(?:,? {_YEAR})?")
_MONTH_DAY = re.compile(rf"\b{_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,? {_YEAR})?")
_OF_MONTH = re.compile(rf"{_WHICH}{_MONTH}(?:,? (?:of )?{_YEAR})?")
_QUARTER = re.compile(
    rf"{_WHICH}(?:q(?P<digit>[1-4])|(?P<word>first|second|third|fourth|last|1st|2nd|3rd|4th) quarter)\b(?:,? (?:of |in )?{_YEAR})?"
)
_HALF = re.compile(
    rf"{_WHICH}(?:h(?P<digit>[12])|(?P<word>first|second) half(?: of)?(?! of {_MONTH.replace('?P<month>', '?:')}))\b(?:,? (?:the |of )*{_YEAR})?"
)
_AFTER = re.compile(
    r"\b(?:(?:with)?in(?:side)?(?: of)?|over|after)? ?(?:the next |the coming |next )?"
    r"(?P<count>\d{1,3}|a couple of|twenty[- ]four|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen) "
    r"(?P<unit>day|week|month|quarter|year)s?\b(?:'s?)?(?: from now| time)?"
)
_PERIOD = re.compile(
    r"(?:end of |close of |turn of )?(?:the )?(?P<when>this|next|the coming|current)?\s*(?P<unit>month|quarter|year)(?:[- ]end|'s end| end)?"
)
_IN_YEAR = re.compile(rf"{_WHICH}{_YEAR}")
_FEASTS = {"christmas": (12, 24), "new year": (12, 31), "the holidays": (12, 24)}
_OTHER_YEARS = re.compile(r"\b(?:fiscal|financial|school|budget|business|academic|tax)\b|\bfy\b")
_LEAD = re.compile(
    r"^(?:by|before|until|till|no later than|not later than|latest by|come|for|at|on|towards?|in|during|about|around|roughly) "
)


def day_of(deadline: str, said_on: date) -> date | None:
    """The last day on which a deadline is kept; None where the words name none for certain.

    >>> day_of("by the end of June", date(2026, 2, 3))
    datetime.date(2026, 6, 30)
    >>> day_of("within six months", date(2026, 2, 3))
    datetime.date(2026, 8, 3)
    >>> day_of("next summer", date(2026, 2, 3)) is None
    True
    """
    text = " ".join(deadline.lower().replace("\u2019", "'").split()).strip(" .,;")
    if (found := _written(text)) is not None:
        return found
    if _OTHER_YEARS.search(text):  # which day they end on differs from house to house
        return None
    excluded = text.startswith("before ")
    earlier = None
    while earlier != text:
        earlier, text = text, _LEAD.sub("", text).removeprefix("the ").strip()
    for read, months in _READERS:
        found, known = read(text, said_on)
        if known:
            # "Before June" is kept by the end of May; "before the end of June" by the end of June.
            whole = excluded and found is not None and months and _WHICH_WORD.match(text) is None
            return _later(found.replace(day=1), 1 - months) - timedelta(days=1) if whole and found else found
    return None


def _written(text: str) -> date | None:
    if match := _ISO.search(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.search(text):
        return _date(int(match[3]), int(match[2]), int(match[1]))
    if match := _SLASHED.search(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if first <= 12 and second <= 12 and first != second:  # Europe and America write these in opposite order
            return None
        return _date(year, second, first) if first > 12 else _date(year, first, second)
    return None


def _day_in_month(text: str, said_on: date) -> tuple[date | None, bool]:
    match = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    if match is None:
        return None, False
    month, day = _number_of(match["month"]), int(match["day"])
    year = _year_of(match["year"], said_on)
    if year is not None:
        return _date(year, month, day), True
    this = _date(said_on.year, month, day)
    return (this if this is None or this >= said_on else _date(said_on.year + 1, month, day)), True


def _month(text: str, said_on: date) -> tuple[date | None, bool]:
    match = _OF_MONTH.fullmatch(text)
    if match is None:
        return None, False
    return _ending(_number_of(match["month"]), 1, match["year"], match["which"], said_on), True


def _quarter(text: str, said_on: date) -> tuple[date | None, bool]:
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None, False
    number = int(match["digit"] or _ORDINALS[match["word"]])
    return _ending(number * 3, 3, match["year"], match["which"], said_on), True


def _half(text: str, said_on: date) -> tuple[date | None, bool]:
    match = _HALF.fullmatch(text)
    if match is None or (match["digit"] is None and match["year"] is None):  # "the first half" of what?
        return None, False
    number = int(match["digit"] or _ORDINALS[match["word"]])
    return _ending(number * 6, 6, match["year"], match["which"], said_on), True


def _after(text: str, said_on: date) -> tuple[date | None, bool]:
    match = _AFTER.fullmatch(text)
    if match is None:
        return None, False
    said = match["count"].replace("-", " ")
    count = int(said) if said.isdecimal() else _NUMBERS[said]
    match match["unit"]:
        case "day":
            return said_on + timedelta(days=count), True
        case "week":
            return said_on + timedelta(weeks=count), True
        case "month":
            return _later(said_on, count), True
        case "quarter":
            return _later(said_on, count * 3), True
        case _:
            return _later(said_on, count * 12), True


def _feast(text: str, said_on: date) -> tuple[date | None, bool]:
    for name, (month, day) in _FEASTS.items():
        if text.removeprefix("the ") == name.removeprefix("the "):
            this = date(said_on.year, month, day)
            return (this if this >= said_on else this.replace(year=said_on.year + 1)), True
    return None, False


def _period(text: str, said_on: date) -> tuple[date | None, bool]:
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None, False
    later = 1 if match["when"] in ("next", "the coming") else 0
    match match["unit"]:
        case "month":
            first = _later(said_on.replace(day=1), later)
            return _last_day(first.year, first.month), True
        case "quarter":
            first = _later(said_on.replace(day=1, month=(said_on.month - 1) // 3 * 3 + 3), later * 3)
            return _last_day(first.year, first.month), True
        case _:
            return date(said_on.year + later, 12, 31), True


def _year(text: str, said_on: date) -> tuple[date | None, bool]:
    match = _IN_YEAR.fullmatch(text)
    if match is None:
        return None, False
    return _ending(12, 12, match["year"], match["which"], said_on), True


def _ending(month: int, months: int, said_year: str | None, which: str | None, said_on: date) -> date:
    """The last day of a stretch of `months` that ends with `month`; of its first third for "early", of its middle for "mid"."""
    year = _year_of(said_year, said_on)
    if year is None:
        year = said_on.year if _last_day(said_on.year, month) >= said_on else said_on.year + 1
    last = _last_day(year, month)
    first = _later(date(year, month, 1), 1 - months)
    days = (last - first).days + 1
    match (which or "").strip(" -"):
        case "early" | "beginning of" | "start of":
            return first + timedelta(days=round(days / 3) - 1)
        case "mid" | "middle of" | "first half of":
            return first + timedelta(days=days // 2 - 1)
        case _:
            return last


_WHICH_WORD = re.compile(r"early|beginning|start|first half of|mid|late|end|close|last week|second half of|turn")
_READERS = (
    (_day_in_month, 0),
    (_quarter, 3),
    (_half, 6),
    (_month, 1),
    (_after, 0),
    (_feast, 0),
    (_period, 0),
    (_year, 12),
)


def _year_of(said: str | None, said_on: date) -> int | None:
    if said is None:
        return None
    if said == "this year":
        return said_on.year
    if said == "next year":
        return said_on.year + 1
    digits = re.sub(r"\D", "", said)
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _number_of(month: str) -> int:
    return _MONTHS.index(month[:3]) + 1


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _later(day: date, months: int) -> date:
    """So many months later: the same day, or the last one of a shorter month."""
    ahead = day.year * 12 + day.month - 1 + months
    year, month = ahead // 12, ahead % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
