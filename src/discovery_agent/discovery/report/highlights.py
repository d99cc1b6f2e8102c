"""Cuts the text of an utterance into segments, so that overlapping quotes can all be highlighted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlighted passage: characters `start` to `end` of an utterance, for finding number `finding`."""

    start: int
    end: int
    finding: int
    quote: int = 1
    """Which quote of the finding it is, from 1."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters that lies under the same marks."""

    start: int
    text: str
    marks: tuple[Mark, ...] = ()
    """The marks that cover it, the one that started first coming first."""
    opening: tuple[Mark, ...] = ()
    """The marks that begin with this segment: the place that a quote links to."""
    closing: tuple[Mark, ...] = ()
    """The marks that end with this segment: where links to findings stand."""


def segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """The text as a run of segments, cut wherever a mark begins or ends.

    Joined, the segments give back `text`. Marks that are empty or reach outside the text are left out.

    >>> [(s.text, len(s.marks)) for s in segments("abcdef", [Mark(1, 4, 1), Mark(3, 5, 2)])]
    [('a', 0), ('bc', 1), ('d', 2), ('e', 1), ('f', 0)]
    """
    opening: dict[int, list[Mark]] = defaultdict(list)
    closing: dict[int, list[Mark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda one: (one.start, -one.end, one.finding, one.quote)):
        if 0 <= mark.start < mark.end <= len(text):
            opening[mark.start].append(mark)
            closing[mark.end].append(mark)
    cuts = sorted({0, len(text), *opening, *closing})
    found: list[Segment] = []
    active: dict[Mark, None] = {}
    for start, end in pairwise(cuts):
        for mark in closing.get(start, ()):
            active.pop(mark, None)
        active.update(dict.fromkeys(opening.get(start, ())))
        found.append(
            Segment(
                start,
                text[start:end],
                tuple(active),
                tuple(opening.get(start, ())),
                tuple(closing.get(end, ())),
            )
        )
    return found
