"""One line of a transcript taken apart: time, speaker label, text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discovery_agent.transcripts.people import split_title
from discovery_agent.transcripts.times import TIME, seconds


@dataclass(frozen=True, slots=True)
class Line:
    """A line or paragraph. `heading` is its level, 0 for running text."""

    text: str
    number: int | None = None
    emphasised: bool = False
    heading: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What a line may be: `[time] name (title) time: text`.

    `label` is name with title as written. `header` says that the line holds only label and time, with the
    text below it. `tight` says that no space follows the colon.
    """

    text: str
    time: float | None = None
    label: str | None = None
    name: str | None = None
    header: bool = False
    tight: bool = False


# Every repetition is bounded and each match begins at the head of the line, so no line, however long, costs more
# than a fixed number of steps.
_LEAD = re.compile(
    rf"\s{{0,8}}(?:\[({TIME})(?:\s?[-–>]{{1,3}}\s?{TIME})?\]|\(({TIME})\)|({TIME})(?=[\s\]–-]|\Z))\s{{0,4}}(?:[-–—|]\s|:\s)?\s{{0,4}}"
)
_LABELLED = re.compile(
    r"\s{0,8}(?P<name>[^\s:：()\[\]<>{}*|\"][^:：()\[\]\n]{0,79}?)"
    rf"(?P<extra>(?:\s{{0,4}}[(\[][^()\[\]\n]{{1,80}}[)\]]){{0,2}})(?:\s{{1,4}}(?:[-–]\s)?(?P<time>{TIME}))?"
    r"\s{0,2}[:：](?P<rest>\s|\Z|(?=[^\s/\d]))"
)
_HEADER = re.compile(
    rf"\s{{0,8}}(?P<name>[^\s:：()\[\]<>{{}}|\"][^:：()\[\]\n]{{0,79}}?)(?P<extra>\s{{0,2}}\([^()\[\]\n]{{1,80}}\))?"
    rf"(?P<gap>\s{{1,20}})(?:[-–|]\s)?[(\[]?(?P<time>{TIME})(?:\s?[AaPp][Mm])?[)\]]?\s*\Z"
)
# The chat-style export of Zoom: "[Anna Berg] 09:13:28".
_BRACKETED = re.compile(rf"\s{{0,8}}\[(?P<name>[^\d\[\]\n][^\[\]\n]{{0,79}})\]\s{{1,4}}(?P<time>{TIME})\s*\Z")
_BRACKET = re.compile(r"[(\[]([^()\[\]]{1,80})[)\]]")
_TIME_ALONE = re.compile(rf"[\[(]?({TIME})[\])]?\Z")


def time_alone(text: str) -> float | None:
    """Seconds, if the line is nothing but a time mark."""
    text = text.strip()
    match = _TIME_ALONE.match(text) if len(text) < 24 else None
    return seconds(match.group(1)) if match else None


def take_apart(text: str) -> Parts:
    """Split a line by shape alone; whether the label is a speaker is not decided here."""
    start = 0
    time: float | None = None
    if lead := _LEAD.match(text):
        time = seconds(lead.group(1) or lead.group(2) or lead.group(3))
        if time is not None:
            start = lead.end()
    rest = text[start : start + 320]
    if time is None and (header := _BRACKETED.match(text) or (_HEADER.match(text) if len(text) < 240 else None)):
        at = seconds(header["time"])
        # One space before the time is also how "We start at 10:30" ends.
        if at is not None:
            extra = (header.groupdict().get("extra") or "").strip()
            label = f"{header['name']} {extra}".strip()
            return Parts(text="", time=at, label=label, name=header["name"].strip(), header=True, tight=_narrow(header))
    if match := _LABELLED.match(rest):
        name = match["name"].strip()
        titles: list[str] = []
        for bracket in _BRACKET.findall(match["extra"] or ""):
            at = seconds(bracket)
            if at is None:
                titles.append(f"({bracket.strip()})")
            elif time is None:
                time = at
        if match["time"] and time is None:
            time = seconds(match["time"])
        return Parts(
            text=text[start + match.end() :].strip(),
            time=time,
            label=" ".join([name, *titles]),
            name=split_title(name)[0] if "," in name else name,
            tight=match["rest"] == "" and match.end() < len(rest) and "：" not in match.group(),
        )
    return Parts(text=text[start:].strip(), time=time)


def _narrow(header: re.Match[str]) -> bool:
    gap = header.groupdict().get("gap")
    return gap is not None and gap != "\t" and len(gap) < 2 and not header.group().rstrip().endswith((")", "]"))
