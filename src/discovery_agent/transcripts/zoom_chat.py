"""The chat of a Zoom meeting, which Zoom saves beside the recording: `10:02:11 From Anna Berg to Everyone:` and the message."""

from __future__ import annotations

import re

from discovery_agent.transcripts.draft import Draft, Turn
from discovery_agent.transcripts.source import Source
from discovery_agent.transcripts.times import seconds

_HEAD = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}[ T])?(\d{1,2}:\d{2}:\d{2})[ \t]+From[ \t]+(\S[^\n:]{0,120}?)(?:[ \t]+to[ \t]+(\S[^\n:]{0,200}?))?[ \t]*:[ \t]*(.*)\Z"
)
_PRIVATE = re.compile(r"\((?:direct message|privately)\)", re.IGNORECASE)
# Both repeat the words of another.
_REPEATS = re.compile(r"[ \t]*(?:replying to|reacted to|removed an? .{1,20} reaction from) [\"“]", re.IGNORECASE)


def recognise(source: Source) -> float:
    """The first line that is not empty says who writes to whom."""
    first = next((line for line in source.head.split("\n") if line.strip()), "")
    return 0.92 if _HEAD.match(first) else 0.0


def read(source: Source) -> Draft:
    """The messages to everyone. Direct messages are left out: they were not said to the meeting."""
    draft = Draft()
    turn: Turn | None = None
    begins: float | None = None
    private = 0
    for number, line in enumerate(source.lines, 1):
        if match := _HEAD.match(line):
            clock, name, to, text = match.groups()
            time = seconds(clock)
            begins = time if begins is None else begins
            turn = None
            if _PRIVATE.search(to or name):
                private += 1
                continue
            start = time - begins if time is not None and begins is not None and time >= begins else None
            turn = Turn("" if _REPEATS.match(text) else text, name, start, None, number)
            draft.turns.append(turn)
        elif turn is not None and line.strip() and not _REPEATS.match(line):
            turn.text += f"\n{line.strip()}"
    if private:
        draft.note(f"Left out: {private:,} direct messages.")
    return draft
