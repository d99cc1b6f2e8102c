"""Figures that one person gave twice and differently: so many in the same time, or so long for the same thing.

A figure is compared only where it tells how things are on the whole. Whether the two really contradict each other is for
the stakeholder to say; the question is put so that both may be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from discovery_agent.domain.conversation import content_id
from discovery_agent.domain.findings import Grounding, Quote
from discovery_agent.domain.interview.known import KnownContradiction
from discovery_agent.domain.interview.moves import Exchange
from discovery_agent.domain.numbers import NumberMention, find_numbers

# Estimates from memory differ by this much without anybody having contradicted themselves.
TOLERANCE = 1.3
# Figures further apart than this are hardly about the same thing.
FAR_APART = 20
LONGEST = 4000
_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\d))+[.!?]*")
# Words that set a figure apart from how things are now and on the whole.
_ELSEWHEN = re.compile(
    r"\b(?:targets?|goals?|aim|wants?|wish|should|would|could|must|used to|before|earlier|last (?:year|month|week|autumn|summer|winter|spring)|ago|in the past|until|since|within|peaks?|season|summer|winter|spring|autumn|christmas|worst|best|sometimes|occasionally|up to|at most|at least|maximum|minimum"
    r"|others?|another|instead|rather|than|from|not|no longer|if|extra|more|less|fewer|except|only|difference|additional|of which|half|plan|planned|expect|next|difficult|complicated|complex|simple|easy|urgent|standard|special|one of|lost|missing|wrong|late|rejected|returned|training|learn)\b",
    re.IGNORECASE,
)
_APPROXIMATELY = re.compile(r"\b(?:some|about|around|roughly|nearly|almost|maybe|perhaps|over|probably)\s*$", re.IGNORECASE)
_PERIOD = re.compile(
    r"\b(?:(?:an?|per|each|every)\s(day|week|month|quarter|year|hour|shift)|(daily|weekly|monthly|yearly|annually))\b", re.IGNORECASE
)
_DURATION = re.compile(r"[\s-]?(?:working |business |full |whole )?(minute|hour|day|week|month)s?\b", re.IGNORECASE)
_COUNTS_SOMETHING = re.compile(rf"{_PERIOD.pattern}|\b(?:minute|hour|day|week|month)s?\b", re.IGNORECASE)
_TAKES = re.compile(r"\b(?:takes?|lasts?|waits?|after|on average|average|needs?)\b", re.IGNORECASE)
_SAME = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year"}
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")


@dataclass(frozen=True)
class _Figure:
    """What is counted, in which unit, and how much of it there is; `key` tells which figures can be compared."""

    key: tuple[str, ...]
    value: float
    exchange: int
    start: int
    text: str


def contradiction_in(exchanges: Sequence[Exchange], speaker: str, things: Mapping[str, str]) -> KnownContradiction | None:
    """The first figure of the latest answer that an earlier answer gave differently, if there is one.

    `things` are the nouns that work is counted in, one -> many. The quotes hold in the answers (`answer3` is the answer of the
    third exchange), since an exchange knows no utterance.
    """
    if len(exchanges) < 2:
        return None
    names = {form: one for one, many in things.items() for form in (one, many)}
    earlier: dict[tuple[str, ...], _Figure] = {}
    for at, one in enumerate(exchanges[:-1]):
        for figure in _figures(at, one.answer or "", names):
            earlier.setdefault(figure.key, figure)
    for figure in _figures(len(exchanges) - 1, exchanges[-1].answer or "", names):
        before = earlier.get(figure.key)
        if before and TOLERANCE < max(before.value, figure.value) / min(before.value, figure.value) < FAR_APART:
            return KnownContradiction(
                id=content_id("x", "self", *figure.key),
                about=" ".join(figure.key),
                sides=(_quote(before, speaker), _quote(figure, speaker)),
                speakers=(speaker,),
            )
    return None


def _figures(exchange: int, answer: str, names: Mapping[str, str]) -> Iterable[_Figure]:
    for start, text, number in _with_one_number(answer[:LONGEST]):
        key = _key(_APPROXIMATELY.sub("", text[: number.start]), text[number.end :], names)
        if key:
            yield _Figure(key, number.value, exchange, start, text)


@lru_cache(maxsize=512)
def _with_one_number(answer: str) -> tuple[tuple[int, str, NumberMention], ...]:
    """The sentences that tell one figure of how things are on the whole, each with its place.

    Kept, since each answer is looked at again after every later one.
    """
    found: list[tuple[int, str, NumberMention]] = []
    for sentence in _SENTENCE.finditer(answer):
        text = sentence.group().strip()
        if not _COUNTS_SOMETHING.search(text) or _ELSEWHEN.search(text):
            continue
        numbers = find_numbers(text)
        if len(numbers) == 1 and numbers[0].value > 0:
            found.append((sentence.start() + sentence.group().index(text), text, numbers[0]))
    return tuple(found)


def _key(before: str, after: str, names: Mapping[str, str]) -> tuple[str, ...] | None:
    """What is counted, and in which time or unit; None if that is not plain."""
    thing = next((names[word] for word in _WORD.findall(f"{after} {before}".lower()) if word in names), None)
    duration = _DURATION.match(after)
    if duration:
        return (thing, "takes", duration.group(1).lower()) if thing and _TAKES.search(f"{before} {after}") else None
    period = _PERIOD.search(after)
    if period is None or re.match(r"\s*(?:%|per ?cent|times\b|euros?\b|dollars?\b|pounds?\b|€|\$|£)", after):
        return None
    unit = (period.group(1) or _SAME[period.group(2).lower()]).lower()
    if thing and thing in {names.get(word) for word in _WORD.findall(after[: period.start()].lower())}:
        return ("work", "a", unit)
    noun = re.match(r"\s*([a-z]{3,}s)\s*$", after[: period.start()].lower())
    return (noun.group(1), "a", unit) if noun else None


def _quote(figure: _Figure, speaker: str) -> Quote:
    return Quote(
        conversation_id="interview",
        utterance_id=f"answer{figure.exchange + 1}",
        speaker=speaker,
        start=figure.start,
        end=figure.start + len(figure.text),
        text=figure.text,
        grounding=Grounding.EXACT,
    )
