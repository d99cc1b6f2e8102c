"""Turns that are too long to be one: a whole talk on one line, without a speaker between, or a recording that nobody cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

from discovery_agent.transcripts.draft import Draft, Turn

MOST_CHARACTERS = 5_000
"""Of one turn, which are about six minutes of speech. What reads a turn may take longer than in proportion to its length."""

_SENTENCE_END = re.compile(r"(?:[.!?…][\"'”’)\]]{0,3}(?=\s)|[。！？])")
_SPACE = re.compile(r"\s")


def cut_long(turns: list[Turn], draft: Draft) -> list[Turn]:
    """The turns, those that are too long cut into several of the same speaker: after a sentence where one ends, else between words.

    Each piece has the times of the whole, for nobody knows when within them it was said.
    """
    cut: list[Turn] = []
    for turn in turns:
        if len(turn.text) <= MOST_CHARACTERS:
            cut.append(turn)
            continue
        pieces = [Turn(piece, turn.speaker, turn.start, turn.end, turn.line) for piece in _pieces(turn.text)]
        draft.note(f"One turn of {len(turn.text):,} characters was cut into {len(pieces):,}.", turn.line)
        cut.extend(pieces)
    return cut


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = _end_of_piece(text, start) if len(text) - start > MOST_CHARACTERS else len(text)
        if piece := text[start:end].strip():
            yield piece
        start = end


def _end_of_piece(text: str, start: int) -> int:
    most = start + MOST_CHARACTERS
    for mark in (_SENTENCE_END, _SPACE):
        ends = [found.end() for found in mark.finditer(text, start, most)]
        if ends and ends[-1] > start + MOST_CHARACTERS // 2:
            return ends[-1]
    return most
