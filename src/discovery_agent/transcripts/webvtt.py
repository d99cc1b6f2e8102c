"""WebVTT: the captions of Teams, Zoom, Webex, YouTube and most players."""

from __future__ import annotations

import re
from collections.abc import Iterator

from discovery_agent.transcripts.cue_blocks import ARROW, Grammar, RawCue, read_blocks
from discovery_agent.transcripts.cues import Cue, join_cues, name_speakers, unroll
from discovery_agent.transcripts.dates import only_date
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.markup import plain
from discovery_agent.transcripts.source import Source

_VTT = Grammar(ARROW.timing, ARROW.damaged, comments=True)
_TIMING = re.compile(r"^[ \t]{0,8}\d[\d:.]{4,14}[ \t]{0,8}-->[ \t]{0,8}\d", re.MULTILINE)
# `<v Anna Berg>`, `<v.loud Anna>`, and `<v.Anna.Berg>` where the name itself became classes.
_VOICE = re.compile(r"<v((?:\.[^\s<>.]{1,60}){0,8})(?:[ \t\n]{1,4}([^<>]{0,200}))?>|</v>")
# Webex puts the speaker into the identifier: 7 "Anna Berg" (1234567)
_WEBEX = re.compile(r'\d{1,6}\s"([^"]{1,100})"\s\(\d{1,20}\)\Z')


def recognise(source: Source) -> float:
    """Sure with the WEBVTT mark; likely where it is missing but time lines use a point."""
    if source.head.lstrip().startswith("WEBVTT"):
        return 1.0
    return 0.85 if _TIMING.search(source.head) else 0.0


def read(source: Source) -> Draft:
    """Cues of one speaker joined to turns; all text of the file is kept, also of damaged cues."""
    draft = Draft()
    first = _skip_header(source, draft)
    raw = read_blocks(source.lines, _VTT, draft, first)
    cues = [piece for cue in raw for piece in _voices(cue)]
    draft.turns = join_cues(name_speakers(unroll(cues)))
    return draft


def _skip_header(source: Source, draft: Draft) -> int:
    """Index of the first line below the header block, and title and date from it."""
    lines = source.lines
    top = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not lines[top].lstrip().startswith("WEBVTT"):
        draft.note("The WEBVTT line at the top is missing.", top + 1)
        return top
    if title := lines[top].strip().removeprefix("WEBVTT").strip(" \t-–"):
        draft.title, draft.held_on = title, only_date(title)
    for index in range(top + 1, len(lines)):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if not lines[index].strip() or _VTT.timing.match(lines[index][:600]) or _VTT.timing.match(following[:600]):
            return index
    return len(lines)


def _voices(cue: RawCue) -> Iterator[Cue]:
    """The cue split at its voice tags; a tag that is never closed holds to the end."""
    webex = _WEBEX.match(cue.identifier) if cue.identifier else None
    speaker = webex.group(1) if webex else None
    text = "\n".join(cue.lines)
    at = 0
    for tag in (*_VOICE.finditer(text), None):
        piece = plain(text[at : tag.start() if tag else len(text)])
        if piece.strip():
            yield Cue(piece, speaker, cue.start, cue.end, cue.line)
        if tag is not None:
            speaker, at = _name(tag), tag.end()


def _name(tag: re.Match[str]) -> str | None:
    classes, name = tag.groups()
    named = plain(name or "").strip() or (classes or "").replace(".", " ").strip()
    return " ".join(named.split()) or None
