"""Where the sentences and lines of a text stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?。！？]+[\"')»”’]*(?=\s|$)|[。！？]|\n+")
_ABBREVIATED = re.compile(r"(?:\b(?:approx|ca|no|nr|min|max|avg|mr|mrs|ms|dr|e\.g|i\.e|etc|vs|st)|\b\w)\.$", re.IGNORECASE)

_LONGEST_ABBREVIATION = 8

Stretch = tuple[int, int]
"""First character, and one past the last."""


def touch(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches have a character in common."""
    return one[0] < other[1] and other[0] < one[1]


def sentences(text: str) -> Iterator[Stretch]:
    """Where the sentences and lines of a text stand."""
    start = 0
    for found in _END.finditer(text):
        if _ABBREVIATED.search(text, max(start, found.end() - _LONGEST_ABBREVIATION), found.end()):
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[Stretch]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
