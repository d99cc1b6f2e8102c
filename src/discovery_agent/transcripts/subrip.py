"""SRT subtitles, and SBV, the form in which YouTube hands out captions."""

from __future__ import annotations

import re

from discovery_agent.transcripts.cue_blocks import ARROW, COMMA, Grammar, read_blocks
from discovery_agent.transcripts.cues import Cue, join_cues, name_speakers, unroll
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.markup import plain
from discovery_agent.transcripts.source import Source

_SRT_TIMING = re.compile(r"^[ \t]{0,8}\d[\d:]{4,10},\d{1,3}[ \t]{0,8}-->", re.MULTILINE)
_NUMBERED_TIMING = re.compile(r"^[ \t]{0,8}\d{1,7}[ \t]{0,8}\n[ \t]{0,8}\d[\d:.,]{4,14}[ \t]{0,8}-->", re.MULTILINE)


def recognise_srt(source: Source) -> float:
    """Time lines with a comma before the milliseconds, or numbered time lines without a WEBVTT mark."""
    if _SRT_TIMING.search(source.head):
        return 0.9
    return 0.86 if _NUMBERED_TIMING.search(source.head) else 0.0


def recognise_sbv(source: Source) -> float:
    """The first line of text is `0:00:01.000,0:00:02.000`."""
    first = next((line for line in source.lines if line.strip()), "")
    return 0.9 if len(first) < 80 and COMMA.timing.match(first) else 0.0


def read_srt(source: Source) -> Draft:
    """Cues of one speaker joined to turns; all text is kept, also of damaged cues."""
    return _read(source, ARROW)


def read_sbv(source: Source) -> Draft:
    """As SRT, with the time line of SBV."""
    return _read(source, COMMA)


def _read(source: Source, grammar: Grammar) -> Draft:
    draft = Draft()
    raw = read_blocks(source.lines, grammar, draft)
    cues = [Cue(plain("\n".join(cue.lines)), None, cue.start, cue.end, cue.line) for cue in raw]
    draft.turns = join_cues(name_speakers(unroll(cues)))
    return draft
