"""Figures in running text with their units, so that an amount can be looked for in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from discovery_agent.domain.findings import Amount
from discovery_agent.domain.numbers import find_numbers
from discovery_agent.domain.units import SECONDS_IN

# Figures are rounded for reading: 33.33 stands for a third.
_ROUNDED = 0.002

_DURATION = re.compile(
    r"\s*+(?:[-‑–]\s*+)?(?:working |business |calendar |full |whole |clear )?"
    r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|fortnights?|months?|quarters?|years?)\b(?!\s*['’])",
    re.IGNORECASE,
)
_SHORT_UNITS = {"sec": "seconds", "min": "minutes", "hr": "hours", "h": "hours"}
_PERCENT = re.compile(r"\s*(?:%|per ?cent\b|percent(?:age)?(?: points?)?\b|pct\b|percentage points?\b)", re.IGNORECASE)
_MONEY = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
          "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "chf": "CHF", "franc": "CHF", "francs": "CHF"}  # fmt: skip
_CURRENCY = re.compile(rf"(?:{'|'.join(sorted(map(re.escape, _MONEY), key=len, reverse=True))})", re.IGNORECASE)
# Between the two may stand in brackets who says the first: "three (Management) or five days".
_RANGE = re.compile(r"\s*(?:\([^()]*\)\s*)?(?:to|and|or|-|–|bis)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text. `unit` is a unit of time in the plural, `%`, a currency code, or None where the text names none of these."""

    value: float
    unit: str | None
    text: str
    start: int
    end: int


def figures_in(text: str) -> list[Figure]:
    """The figures of a text in reading order. A figure of a range has the unit that is named after its end: "2 to 3 days".

    >>> [(one.value, one.unit) for one in figures_in("from 9 to 3 minutes, at EUR 4")]
    [(9.0, 'minutes'), (3.0, 'minutes'), (4.0, 'EUR')]
    """
    found: list[Figure] = []
    for number in reversed(find_numbers(text)):
        value, unit = number.value, _unit_at(text, number.start, number.end)
        following = found[-1] if found else None
        if unit is None and following is not None and _RANGE.fullmatch(text[number.end : following.start]):
            unit = following.unit
        if unit is None and 0 < value < 1 and number.text[:1].isalpha():  # "half" of something
            value, unit = value * 100, "%"
        found.append(Figure(value, unit, number.text, number.start, number.end))
    return found[::-1]


def _unit_at(text: str, start: int, end: int) -> str | None:
    after = text[end:]
    if found := _DURATION.match(after):
        word = found["unit"].lower().rstrip("s")
        return _SHORT_UNITS.get(word, f"{word}s")
    if _PERCENT.match(after):
        return "%"
    before = re.search(rf"(?<!\w)({_CURRENCY.pattern})\s?$", text[max(0, start - 9) : start], re.IGNORECASE)
    money = before or re.match(rf"\s?({_CURRENCY.pattern})(?!\w)", after, re.IGNORECASE)
    return _MONEY[money[1].lower()] if money else None


def unit_of(amount: Amount, unit: str | None = None) -> str | None:
    """The unit of an amount as figures have it; None if it counts something else, such as claims."""
    said = (amount.unit or unit or "").strip().lower().rstrip(".")
    if said in SECONDS_IN:
        return said
    if f"{said}s" in SECONDS_IN:
        return f"{said}s"
    if said in ("%", "percent", "per cent", "percentage points"):
        return "%"
    return _MONEY.get(said)


def same(value: float, unit: str | None, figure: Figure, *, loosely: bool = False) -> bool:
    """Whether a figure of a text is this value; with `loosely`, also if the text names no unit."""
    if unit == figure.unit or (loosely and (unit is None or figure.unit is None)):
        return _close(value, figure.value)
    if unit in SECONDS_IN and figure.unit in SECONDS_IN:
        return _close(value * SECONDS_IN[unit], figure.value * SECONDS_IN[figure.unit])
    return False


def _close(left: float, right: float) -> bool:
    return abs(abs(left) - abs(right)) <= _ROUNDED * max(abs(left), abs(right)) + 1e-9


def holds_amount(text: str, figures: Iterable[Figure], amount: Amount, unit: str | None = None) -> bool:
    """Whether a text gives an amount, with both ends if it is a range: as it was said, or in another way of writing."""
    if amount.text.strip() and given_in(amount.text, text):
        return True
    own = unit_of(amount, unit)
    ends = [amount.value] if amount.upper is None else [amount.value, amount.upper]
    known = list(figures)
    return all(any(same(end, own, figure, loosely=own is None) for figure in known) for end in ends)


def given_in(words: str, text: str) -> bool:
    """Whether these words stand in a text as they are, whatever their case and spacing."""
    plain = re.escape(" ".join(words.split())).replace(r"\ ", r"\s+")
    return re.search(rf"(?<![\w.,]){plain}(?![\w])(?![.,]\d)", text, re.IGNORECASE) is not None
