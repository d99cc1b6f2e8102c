"""Captions to turns: who speaks in a cue, lines that captions repeat, and where a turn ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from discovery_agent.transcripts.draft import Turn
from discovery_agent.transcripts.labels import Candidate, accepted
from discovery_agent.transcripts.lines import take_apart

_PAUSE = 0.8
_LONG_TURN = 60
_LONGEST_TURN = 90
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]{0,3}\Z")
_DASH = re.compile(r"\s{0,4}(?:[-–—]\s{1,4}|>>+\s{0,4})")


@dataclass(slots=True)
class Cue:
    """A caption, or the part of one that one person says. `turns` asks for a new turn although no name is known."""

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    line: int | None = None
    turns: bool = False


def unroll(cues: Sequence[Cue]) -> list[Cue]:
    """Join once what rolling captions show twice: the last lines of a cue again as the first of the next.

    Only where the file rolls, that is where cues of several lines repeat the cue before: a "Yes." that two
    cues say in an ordinary file was said twice.
    """
    overlaps = [_overlap(cues[index - 1], cue) if index else 0 for index, cue in enumerate(cues)]
    rolling = sum(1 for cue, lines in zip(cues, overlaps, strict=True) if lines and "\n" in cue.text.strip())
    if rolling < 2 and not (rolling and len(cues) <= 6):
        return list(cues)
    unrolled: list[Cue] = []
    for cue, lines in zip(cues, overlaps, strict=True):
        rest = "\n".join(cue.text.strip().split("\n")[lines:]) if lines else cue.text
        if rest.strip():
            unrolled.append(Cue(rest, cue.speaker, cue.start, cue.end, cue.line, cue.turns))
        elif unrolled:
            unrolled[-1].end = cue.end if cue.end is not None else unrolled[-1].end
    return unrolled


def _overlap(before: Cue, cue: Cue) -> int:
    if before.speaker != cue.speaker:
        return 0
    earlier = [line.strip() for line in before.text.strip().split("\n")][-4:]
    lines = [line.strip() for line in cue.text.strip().split("\n", 5)]
    return next((size for size in range(min(len(earlier), len(lines), 4), 0, -1) if earlier[-size:] == lines[:size] and lines[0]), 0)


def name_speakers(cues: Sequence[Cue]) -> list[Cue]:
    """Take `Name: text`, `- text` and `>> text` apart, where the file as a whole shows that names are meant."""
    candidates: list[Candidate] = []
    unnamed = 0
    for cue in cues:
        if cue.speaker is None:
            unnamed += 1
            for line in cue.text.split("\n"):
                parts = take_apart(_DASH.sub("", line, count=1) if _DASH.match(line) else line)
                if parts.name and not parts.header and not parts.tight:
                    candidates.append(Candidate(parts.name))
    names = accepted(candidates, unnamed)
    result: list[Cue] = []
    for cue in cues:
        if cue.speaker is None:
            result.extend(_spoken_lines(cue, names))
        else:
            result.append(cue)
    return result


def _spoken_lines(cue: Cue, names: frozenset[str]) -> list[Cue]:
    found: list[Cue] = []
    for offset, line in enumerate(cue.text.split("\n")):
        dash = _DASH.match(line)
        text = line[dash.end() :] if dash else line
        parts = take_apart(text)
        label = parts.label if parts.name and not parts.header and parts.name.casefold() in names else None
        if not text.strip():
            continue
        if label is not None or dash or not found:
            at = cue.line + offset if cue.line is not None and offset else cue.line
            found.append(Cue(parts.text if label else text.strip(), label, cue.start, cue.end, at, bool(dash)))
        else:
            found[-1].text = f"{found[-1].text} {text.strip()}"
    return found


def join_cues(cues: Sequence[Cue]) -> list[Turn]:
    """One turn for the consecutive cues of one speaker.

    Without names a turn ends at a sentence end before a pause, or after about 60 words: nobody knows who
    speaks, and one turn of an hour could not be quoted. A nameless cue that goes on in the middle of a named
    speaker's sentence is taken as that speaker's.
    """
    turns: list[Turn] = []
    said: list[str] = []
    words = 0
    for cue in cues:
        text = " ".join(cue.text.split())
        if not text:
            continue
        last = turns[-1] if turns else None
        same = last is not None and not cue.turns and _goes_on(last, said[-1], words, cue, text)
        if last is not None and same:
            said.append(text)
            words += text.count(" ") + 1
            last.end = cue.end if cue.end is not None else last.end
            if last.start is None:
                last.start = cue.start
        else:
            if last is not None:
                last.text = " ".join(said)
            turns.append(Turn("", cue.speaker, cue.start, cue.end, cue.line))
            said = [text]
            words = text.count(" ") + 1
    if turns:
        turns[-1].text = " ".join(said)
    return turns


def _goes_on(last: Turn, before: str, words: int, cue: Cue, text: str) -> bool:
    ended = _SENTENCE_END.search(before[-6:]) is not None
    pause = cue.start - last.end if cue.start is not None and last.end is not None else 0.0
    if cue.speaker is not None:
        return cue.speaker == last.speaker
    if last.speaker is not None:
        return not ended and pause < _PAUSE and text[0].islower()
    if ended and pause >= _PAUSE:
        return False
    return words < _LONG_TURN or (words < _LONGEST_TURN and not ended)
