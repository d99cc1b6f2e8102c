"""How much of the data is wrong, and how far back it goes, as levels of the readiness table."""

from __future__ import annotations

import re

from discovery_agent.analysts.rules.quantities import Dimension, find_quantities
from discovery_agent.domain.units import SECONDS_IN

# From this share of bad records on nothing in there can be relied on; from the second on there are many errors.
UNTRUSTED = 50.0
MANY = 10.0
# Whatever the day of the talk, what is kept since then has several years of history.
LONG_KEPT = 2021

_MONTH = SECONDS_IN["months"]
_MUCH = re.compile(r"\b(?:most|nearly all|almost all|the majority)\b")
_MANY = re.compile(r"\b(?:many|lots?|plenty|quite a few|a good part)\b")
_SOME = re.compile(r"\b(?:some|a few|few|several|the odd|a handful|hardly any|one or two)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DECADES = re.compile(r"\b(?:decades?|the (?:nineteen-)?(?:seventies|eighties|nineties)|the beginning|day one|ever)\b")


def share_level(text: str) -> int | None:
    """The level of quality where this share of the records is bad; None if no share is told.

    >>> share_level("about one in ten"), share_level("two percent"), share_level("most"), share_level("the lorry")
    (1, 2, 0, None)
    """
    shares = [one.value for one in find_quantities(text) if one.dimension is Dimension.SHARE]
    if shares:
        return 0 if shares[-1] >= UNTRUSTED else 1 if shares[-1] >= MANY else 2
    if re.search(r"\bevery (?:second|other|third|fourth|fifth|tenth)\b", text):
        return 0 if re.search(r"second|other", text) else 1
    for words, level in ((_MUCH, 0), (_MANY, 1), (_SOME, 2)):
        if words.search(text):
            return level
    return None


def extent_level(text: str) -> int | None:
    """The level of coverage of data that goes back so far; None if that is not told.

    >>> extent_level("five years"), extent_level("ninety days"), extent_level("since 2011"), extent_level("last year")
    (3, 1, 3, 2)
    """
    if _DECADES.search(text) or re.search(r"\b(?:many|several|(?<!a )few|a few) (?:\w+ )?(?:years|seasons)\b", text):
        return 3
    year = _YEAR.search(text)
    if year:
        return 3 if int(year.group()) <= LONG_KEPT else 2
    if re.search(r"\blast year\b|\ba year\b|\bone season\b", text):
        return 2
    spans = [one for one in find_quantities(text) if one.dimension is Dimension.DURATION and one.unit in SECONDS_IN]
    if spans:
        months = (spans[0].value if spans[0].upper is None else spans[0].upper) * SECONDS_IN[spans[0].unit or ""] / _MONTH
        return 0 if months < 1 else 1 if months < 11.5 else 2 if months < 35.5 else 3
    seasons = next((one.value for one in find_quantities(text) if one.noun and one.noun.startswith("season")), None)
    if seasons is not None:
        return 2 if seasons < 3 else 3
    return (
        1
        if re.search(r"\b(?:a few|several|some|last) (?:\w+ )?(?:months|quarters)\b|\bthis (?:year|spring|summer|autumn|winter)\b", text)
        else None
    )
