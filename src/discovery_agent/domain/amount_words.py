"""Amounts in words: the one place where a number, its unit and its period are put together for reading."""

from __future__ import annotations

import math
import re

from discovery_agent.domain.findings import Amount, Direction

_SEVERAL = re.compile(r"[a-z]{2,}[^s\W]s")
"""A unit in the plural, such as `days`; not `EUR`, `process` or `ms`."""
_ADVERBS = {"day": "daily", "year": "annual"}
"""How a period is named where the word is not made of the period's own."""


def number_words(value: float) -> str:
    """A number as people write it: 1,200,000 and 9.5 and 0.004, never 1.2e+06; `?` where it is none."""
    if not math.isfinite(value):
        return "?"
    text = f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.6f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount_words(amount: Amount, unit: str | None = None) -> str:
    """An amount for reading: "about 2.5 days", "2 to 3 days", "6 %", "96 a month"; `unit` if it has none of its own."""
    size = number_words(amount.value) + (f" to {number_words(amount.upper)}" if amount.upper is not None else "")
    shown = amount.unit or unit or ""
    if amount.value == 1 and amount.upper is None and _SEVERAL.fullmatch(shown):
        shown = shown[:-1]
    return with_period(f"{'about ' if amount.approximate else ''}{size} {shown}".rstrip(), amount)


def said_words(amount: Amount) -> str:
    """An amount as it was said, with the period of which it was said elsewhere in the sentence: "96" of "96 last month" is a month's."""
    return with_period(amount.text, amount)


def with_period(words: str, amount: Amount) -> str:
    """Words for an amount with its period, unless they name that already: "96 a month", "4 trips an hour"."""
    if not amount.per or re.search(rf"\b(?:{amount.per}|{_ADVERBS.get(amount.per, amount.per)})", words, re.IGNORECASE):
        return words
    return f"{words} {'an' if amount.per == 'hour' else 'a'} {amount.per}"


def change_words(amount: Amount, direction: Direction | None) -> str:
    """A relative target for reading: "down 50 %"."""
    falls = amount.value < 0 or direction is Direction.DECREASE
    word = "down" if falls else "up" if direction is Direction.INCREASE else "changed by"
    size = amount.model_copy(update={"value": abs(amount.value), "upper": None if amount.upper is None else abs(amount.upper)})
    return f"{word} {amount_words(size, '%' if amount.unit is None else None)}"
