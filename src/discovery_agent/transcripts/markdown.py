"""Markdown: `**Name:** text`, headings, bullets, quotes, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from discovery_agent.transcripts.columns import Columns
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.header import Header
from discovery_agent.transcripts.labelled import read_labelled
from discovery_agent.transcripts.labels import Shape, shape
from discovery_agent.transcripts.lines import Line, take_apart
from discovery_agent.transcripts.source import Source

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#{0,6}[ \t]*\Z", re.DOTALL)
_QUOTED = re.compile(r" {0,3}(?:> ?){1,4}")
_BULLET = re.compile(r"\s{0,8}(?:[-*+•]|\d{1,4}[.)])[ \t]{1,4}")
_STRONG = re.compile(r"(?P<before>[^*_]{0,30})(\*\*|__)(?P<strong>[^*\n]{1,120}?)\2(?P<after>.*)\Z", re.DOTALL)
_SIGNS = re.compile(
    r"^(?: {0,3}#{1,6} \S| {0,3}(?:[-*+] )?(?:\*\*|__)[^*\n]{1,100}(?:\*\*|__)| {0,3}\|.+\| *$| {0,3}(?:>|\d{1,4}[.)]|[-*+•]) [^:\n]{1,60}:(?:\s|$))",
    re.MULTILINE,
)
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}[-:| ]*\Z")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.{0,4000}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def recognise(source: Source) -> float:
    """Headings, bold labels or table rows at the head of a line."""
    return 0.5 if _SIGNS.search(source.head) or _FRONT_MATTER.match(source.head) else 0.0


def read(source: Source) -> Draft:
    """A table of turns if there is one, else lines with their markup removed from the labels."""
    lines = list(source.lines)
    front = _FRONT_MATTER.match(source.head)
    header = Header()
    if front:
        size = front.group().count("\n")
        header.read([Line(text, number) for number, text in enumerate(lines[:size], 1)])
        lines[:size] = [""] * size
    draft = _table(lines) or read_labelled(markdown_lines(lines))
    header.apply(draft)
    return draft


def markdown_lines(lines: Sequence[str]) -> list[Line]:
    """Lines without quote marks and headings' `#`; bold and bullets go only where they mark a label."""
    result = [_line(text, number) for number, text in enumerate(lines, 1)]
    return _headings_that_speak(result)


def _line(text: str, number: int) -> Line:
    if quoted := _QUOTED.match(text):
        text = text[quoted.end() :]
    if text.lstrip().startswith("#") and (heading := _HEADING.match(text)):
        inner = heading.group(2).strip()
        return Line(inner.strip("*_ "), number, heading=len(heading.group(1)))
    bullet = _BULLET.match(text)
    inner = text[bullet.end() :] if bullet else text
    strong = _STRONG.match(inner) if "**" in inner[:40] or "__" in inner[:40] else None
    if strong:
        unmarked = f"{strong['before']}{strong['strong']}{strong['after']}"
        # Only a bold label is markup of the transcript; a bold word is how the speaker is quoted.
        parts = take_apart(unmarked)
        end = len(strong["before"]) + len(strong["strong"])
        if parts.name and parts.name in strong["strong"] and (parts.header or len(unmarked) - len(parts.text) <= end + 16):
            return Line(unmarked, number, emphasised=True)
    parts = take_apart(inner) if bullet else None
    if parts and parts.name and shape(parts.name) is not Shape.NONE:
        return Line(inner, number)
    return Line(text, number)


def _headings_that_speak(lines: list[Line]) -> list[Line]:
    """`### Anna Berg` above each of her turns: headings of a name's shape that repeat are labels."""
    names = [take_apart(line.text).name or line.text for line in lines if line.heading]
    repeated = {name for name in set(names) if names.count(name) > 1 and shape(name) >= Shape.SINGLE} if len(names) > 3 else set()
    if not repeated:
        return lines

    def speaks(line: Line) -> bool:
        name = take_apart(line.text).name or line.text
        return line.heading > 1 and (name in repeated or shape(name) >= Shape.FULL)

    return [
        replace(line, text=line.text if take_apart(line.text).name else f"{line.text}:", heading=0, emphasised=True)
        if speaks(line)
        else line
        for line in lines
    ]


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    for number, text in enumerate(lines, 1):
        stripped = text.strip()
        if stripped.startswith("|"):
            cells = [cell.replace("\\|", "|").strip().strip("*_") for cell in re.split(r"(?<!\\)\|", stripped.removesuffix("|")[1:])]
            yield number, cells


def _table(lines: Sequence[str]) -> Draft | None:
    rows = list(_rows(lines))
    columns = next(((at, found) for at, (_, cells) in enumerate(rows) if (found := Columns.find(cells))), None)
    if columns is None or columns[1].speaker is None:
        return None
    at, found = columns
    inside = {number for number, _ in rows[at:]}
    draft = read_labelled([_line("" if number in inside else text, number) for number, text in enumerate(lines, 1)])
    first = rows[at][0]
    table = [found.turn(cells, number) for number, cells in rows[at + 1 :] if not _TABLE_RULE.match("|".join(cells))]
    around = draft.turns
    draft.turns = [turn for turn in around if (turn.line or 0) < first] + [turn for turn in table if turn.text]
    draft.turns += [turn for turn in around if (turn.line or 0) >= first]
    return draft
