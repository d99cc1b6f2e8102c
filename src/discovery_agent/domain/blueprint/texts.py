"""Small pieces of text: statements cut sensibly, sums, dates and counts as a reader expects them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

LONGEST_STATEMENT = 160
LONGEST_GOAL = 100
"""Of a goal in running text: one that is told in a whole speech is cut at the end of its first thought."""
LONGEST_HOW = 500
"""Of how something was worked out."""
# Where a thought ends within a sentence, or a sentence does.
_ENDS = re.compile(r"(?<=[.!?;:])\s+|,\s+(?=(?:and|but|so|because|which|when|while|if|or|then)\b)|\s+[-–—]\s+", re.IGNORECASE)
_LEAST_KEPT = 0.4
_HAS_PREPOSITION = re.compile(
    r"(?:by|within|in|until|till|before|after|from|for|as of|no later|not later|at|over|during|on|bis|next|this)\b", re.IGNORECASE
)
_BEGINS_A_FIGURE = frozenset(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety half a an "
    "about around roughly almost nearly some less more under over up at maybe zero none no every each".split()
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short(text: str, longest: int = LONGEST_STATEMENT) -> str:
    """A statement in a line; a long one is cut where a thought ends, or else at a word."""
    plain = " ".join(text.split())
    if len(plain) <= longest:
        return plain
    ends = [one.start() for one in _ENDS.finditer(plain) if longest * _LEAST_KEPT <= one.start() <= longest - 2]
    cut = plain[: ends[-1]] if ends else plain[: longest - 2].rsplit(" ", 1)[0]
    return cut.rstrip(",;:.!? ") + " …"


def goal_in_short(statement: str, longest: int = LONGEST_GOAL) -> str:
    """A goal as it stands within a sentence: without a full stop."""
    return short(statement, longest).rstrip(".")


def sentence(text: str, longest: int = LONGEST_STATEMENT) -> str:
    """The same with a full stop."""
    cut = short(text, longest)
    return cut if cut.endswith((".", "!", "?", "…", "”")) else f"{cut}."


def capital(text: str) -> str:
    """A text as a sentence begins; a first word that has capitals of its own, such as eNPS, stays."""
    first = text.split(" ", 1)[0]
    return text if any(sign.isupper() for sign in first) else text[:1].upper() + text[1:]


def within(text: str) -> str:
    """A figure as it stands within a sentence: "Three minutes" was said at the beginning of one."""
    first, space, rest = text.partition(" ")
    return f"{first.lower()}{space}{rest}" if first.lower() in _BEGINS_A_FIGURE else text


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def one_after_another(texts: Iterable[str]) -> str:
    """Sentences follow one another as they are; what ends without a full stop is parted by a semicolon."""
    told = ""
    for one in texts:
        told += f"{'' if not told else ' ' if told.endswith(('.', '!', '?', '…')) else '; '}{one}"
    return told


def counted(number: int, one: str, several: str = "") -> str:
    """`1 goal`, `1,200 goals`."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def on_day(day: date) -> str:
    """`26 Nov 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def by_when(deadline: str) -> str:
    """A date as it was said, as it goes on in a sentence: `by the end of June`, `within a year`."""
    return deadline if _HAS_PREPOSITION.match(deadline) else f"by {deadline}"


def money(value: float, currency: str) -> str:
    """A sum without its small change: `12,300 EUR`."""
    return f"{_rounded(value):,.0f} {currency}"


def _rounded(value: float) -> float:
    """To three figures, and never finer than ten."""
    step = 10.0
    while abs(value) >= step * 1000:
        step *= 10
    return round(value / step) * step
