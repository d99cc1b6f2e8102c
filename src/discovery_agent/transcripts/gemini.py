"""Documents of Google Meet in which Gemini's notes stand above the transcript: the notes are nobody's words, so they are cut off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.domain.conversation import ReadingNote
from discovery_agent.transcripts.lines import Line

_BY_GEMINI = re.compile(r"\bGemini\b.{0,40}\bnotes\b|\bnotes\b.{0,20}\bGemini\b", re.IGNORECASE)
_TRANSCRIPT = re.compile(r"[\W_]{0,12}Transcript[\W_]{0,8}\Z", re.IGNORECASE)
LEFT_OUT = "Left out, written by Gemini and said by nobody: the notes above the transcript."
ONLY_NOTES = "This is a summary that Gemini wrote, without the transcript: quotes from it are no words of the people in the meeting."


def without_notes(lines: Sequence[Line]) -> tuple[list[Line], list[ReadingNote]]:
    """The lines of the transcript, and what a reader should know. Documents without notes of Gemini stay as they are."""
    if not any(_BY_GEMINI.search(line.text) for line in lines):
        return list(lines), []
    at = next((place for place, line in enumerate(lines) if place and _TRANSCRIPT.match(line.text.strip())), None)
    if at is None:
        return list(lines), [ReadingNote(message=ONLY_NOTES)]
    return list(lines[at + 1 :]), [ReadingNote(message=LEFT_OUT)]
