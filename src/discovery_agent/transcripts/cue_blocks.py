"""Caption files as blocks of a time line and text: WebVTT, SRT and SBV.

Written by hand because the libraries lose speech: webvtt-py drops the text after a blank line inside a cue and
every cue with a damaged time, and srt refuses such files. Here each line of the file is either structure or
lands in a cue, and what had to be guessed gets a note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.times import seconds


@dataclass(frozen=True)
class Grammar:
    """How one format writes its time line. Both patterns have two groups: begin and end."""

    timing: re.Pattern[str]
    damaged: re.Pattern[str]
    comments: bool = False
    """NOTE, STYLE and REGION blocks; and any line above a time line is an identifier, not only a number."""


@dataclass(slots=True)
class RawCue:
    """The lines of one cue, still with markup."""

    start: float | None
    end: float | None
    line: int
    identifier: str | None = None
    lines: list[str] = field(default_factory=list)


ARROW = Grammar(
    timing=re.compile(r"\s*(\d[\d:]{2,10}(?:[.,]\d{1,6})?)\s*-->\s*(\d[\d:]{2,10}(?:[.,]\d{1,6})?)(?:\s.{0,500})?\Z"),
    damaged=re.compile(r"\s*((?=[^\s>]{0,20}\d)[\w:.,;-]{1,20}?)\s*-{1,2}>\s*([\w:.,;-]{0,20})(?:\s.{0,500})?\Z"),
)
COMMA = Grammar(
    timing=re.compile(r"\s*(\d{1,3}:\d{1,2}:\d{1,2}[.]\d{1,6}),(\d{1,3}:\d{1,2}:\d{1,2}[.]\d{1,6})\s*\Z"),
    damaged=re.compile(r"\s*(\d{1,3}:\d{1,2}:[\w.]{0,12}),(\d{0,3}:?\w{0,3}:?[\w.]{0,12})\s*\Z"),
)
_COMMENT = re.compile(r"(NOTE|STYLE|REGION)(?:\s|\Z)")
_NUMBER = re.compile(r"\s*\d{1,7}\s*\Z")
_CUT_TIME = re.compile(r"\s*\d{1,2}:\d{1,2}[\d:.,]*\s*-{0,2}\s*\Z")


def read_blocks(lines: Sequence[str], grammar: Grammar, draft: Draft, first: int = 0) -> list[RawCue]:
    """The cues from line index `first` on."""
    cues: list[RawCue] = []
    identifier: str | None = None
    number = 0
    after_blank = True
    comment: str | None = None
    for index in range(first, len(lines)):
        text = lines[index].strip()
        here = index + 1
        if not text:
            after_blank, comment = True, None
            continue
        opens, after_blank = after_blank, False
        times = grammar.timing.match(text) if text[0].isdigit() and len(text) < 600 else None
        times = times or (grammar.damaged.match(text) if len(text) < 600 else None)
        if times:
            start, end = seconds(times.group(1)), seconds(times.group(2))
            if start is None or end is None:
                draft.note(f"The time of a cue cannot be read ({text[:60]}); its text was kept.", here)
            if cues and not cues[-1].lines:
                draft.note("A cue without text was skipped.", cues[-1].line)
            cues.append(RawCue(start, end, here, identifier))
            identifier, comment = None, None
        elif comment is not None:
            continue
        elif grammar.comments and opens and (match := _COMMENT.match(text)):
            comment = match.group(1)
            if comment == "NOTE":
                draft.note("A comment (NOTE) was left out.", here)
        elif _is_identifier(lines, index, grammar, opens, number):
            identifier = text
            number = int(text) if text.isdecimal() and len(text) < 8 else number
        elif opens and _NUMBER.match(text) and int(text) == number + 1:
            number += 1
            if any(line.strip() for line in lines[index + 1 : index + 2]):
                draft.note("A cue without a time; its text was kept.", here)
                cues.append(RawCue(None, None, here))
        elif index == len(lines) - 1 and _CUT_TIME.match(text) and cues:
            draft.note("The file ends in the middle of a time line.", here)
        else:
            _add(cues, lines[index], here, opens, draft)
    if cues and not cues[-1].lines:
        draft.note("A cue without text was skipped.", cues[-1].line)
    return cues


def _is_identifier(lines: Sequence[str], index: int, grammar: Grammar, opens: bool, number: int) -> bool:
    following = lines[index + 1] if index + 1 < len(lines) else ""
    if len(following) > 600 or not (grammar.timing.match(following) or grammar.damaged.match(following)):
        return False
    text = lines[index].strip()
    if _NUMBER.match(text):
        return opens or int(text) == number + 1
    return opens and grammar.comments


def _add(cues: list[RawCue], line: str, here: int, opens: bool, draft: Draft) -> None:
    if not cues:
        draft.note("Text before the first time line was kept.", here)
        cues.append(RawCue(None, None, here))
    elif opens and cues[-1].lines:
        draft.note("The text after a blank line was taken as part of the cue above it.", here)
    cues[-1].lines.append(line)
