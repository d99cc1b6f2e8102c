"""How a statement tells a measure beside its target: the date, and which value is today's."""

from __future__ import annotations

import re
from itertools import pairwise

from discovery_agent.domain.agreement.amounts import Figure, figures_in, given_in, same, unit_of
from discovery_agent.domain.agreement.demands import Demand
from discovery_agent.domain.agreement.sentences import sentences_of
from discovery_agent.domain.findings import Amount
from discovery_agent.domain.merging import telling_words

MONTH = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December|(?<=\bby )May|(?<=\bin )May|(?<=\bof )May|(?<=\buntil )May|Q[1-4])\b"
)
_FROM = re.compile(r"\bfrom\W+(?:\w+\W+){0,2}$", re.IGNORECASE)
_TO = re.compile(r"\bto\b", re.IGNORECASE)
_BEFORE_THE_OLD = re.compile(r"\b(?:instead of|rather than|from)\W*(?:[^\W\d]+\W+){0,3}$", re.IGNORECASE)
_NAMED_LETTERS = 3


def tells_date(text: str, deadline: str) -> bool:
    """Whether a text gives a date, in whatever form: its month, its year or its period is there."""
    if given_in(deadline, text):
        return True
    months = [one.group() for one in MONTH.finditer(f"by {deadline}")]
    figures = figures_in(deadline)
    if months or figures:
        known = figures_in(text)
        return any(re.search(rf"\b{one[:_NAMED_LETTERS]}", text, re.IGNORECASE) for one in months) or any(
            same(one.value, one.unit, other, loosely=True) for one in figures for other in known
        )
    words = telling_words(deadline)
    return not words or bool(words & telling_words(text))


def turned_around(text: str, demand: Demand, others: tuple[Demand, ...]) -> bool:
    """Whether the text leads from the target of a measure to today's value."""
    if demand.baseline is None or len(demand.amounts) != 1:
        return False
    way = (demand.baseline, demand.unit), (demand.amounts[0], demand.unit)
    for sentence in sentences_of(text):
        if demand.words and not demand.words & telling_words(sentence):
            continue
        for start, end in _ways(sentence):
            back = _is(way[0], end) and _is(way[1], start) and not (_is(way[0], start) and _is(way[1], end))
            if back and not any(_goes(one, start, end) for one in others if one is not demand):
                return True
    return False


def _goes(demand: Demand, start: Figure, end: Figure) -> bool:
    return (
        demand.baseline is not None
        and len(demand.amounts) == 1
        and _is((demand.baseline, demand.unit), start)
        and _is((demand.amounts[0], demand.unit), end)
    )


def _is(amount: tuple[Amount, str | None], figure: Figure) -> bool:
    value, unit = amount
    return value.upper is None and same(value.value, unit_of(value, unit), figure, loosely=True)


def _ways(sentence: str) -> list[tuple[Figure, Figure]]:
    """Each pair of figures that a sentence puts as old and new: "from 9 to 3", "3 instead of 9"."""
    figures = figures_in(sentence)
    ways: list[tuple[Figure, Figure]] = []
    for left, right in pairwise(figures):
        between = sentence[left.end : right.start]
        if _BEFORE_THE_OLD.search(between):
            ways.append((right, left))
        elif _FROM.search(sentence[: left.start]) and _TO.search(between):
            ways.append((left, right))
    return ways
