"""Word documents, among them the transcripts that Teams saves."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from discovery_agent.transcripts.columns import Columns
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.labelled import read_labelled
from discovery_agent.transcripts.lines import Line
from discovery_agent.transcripts.markdown import markdown_lines
from discovery_agent.transcripts.source import Source

_LARGEST_UNPACKED = 200_000_000
_LARGEST_PART = 60_000_000
_MOST_PARTS = 5_000
_HEADING_STYLE = re.compile(r"(?:heading|berschrift|titre|ttulo|titolo)\s?([1-6])\Z", re.IGNORECASE)
# Text that is shown a second time, or was deleted: reading it would put words into somebody's mouth.
_NOT_SPEECH = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def recognise(source: Source) -> float:
    """A zip archive with a Word document in it."""
    if not source.data.startswith(b"PK"):
        return 0.0
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            return 1.0 if any(name.startswith("word/") for name in archive.namelist()) else 0.0
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        # A truncated archive has lost its list of contents, which stands at the end.
        return 0.9 if b"word/" in source.data[: 1 << 16] or source.suffix == ".docx" else 0.0


def read(source: Source) -> Draft:
    """Paragraphs and table rows in the order of the document, then read as labelled lines.

    Raises:
        TranscriptError: damaged, far larger unpacked than packed, or with a document type definition.
    """
    _check(source)
    try:
        body = Document(BytesIO(source.data)).element.body
        # python-docx hides tracked insertions and content controls from its paragraphs, and with them what
        # was said; so the tree is walked here.
        lines = list(_lines(body))
    except Exception as error:  # python-docx raises whatever its parts happen to raise
        raise source.error("The Word document is damaged.", "Open it in Word and save it again, or save it as plain text.") from error
    return read_labelled(_unmarked(lines))


def _check(source: Source) -> None:
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            parts = archive.infolist()
            # The sizes are those that unpacking stops at, so a false one cannot let more through.
            total = sum(part.file_size for part in parts)
            largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
            if total > _LARGEST_UNPACKED or largest > _LARGEST_PART or len(parts) > _MOST_PARTS:
                raise source.error("The Word document unpacks to far more than a transcript.", "Save its text as plain text.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        head = stream.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00D" in head or b"\x00<\x00!\x00D" in head:
                        raise source.error(
                            "The Word document holds a document type definition, which Word never writes.", "Save it again with Word."
                        )
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, zipfile.zlib.error) as error:  # pyright: ignore[reportAttributeAccessIssue]
        raise source.error("The Word document is damaged or cut off.", "Copy or export it again.") from error


def _unmarked(lines: list[Line]) -> list[Line]:
    """Documents made from Markdown keep `**Name:**` as text."""
    marked = markdown_lines([line.text for line in lines])
    return [
        Line(mark.text, None, line.emphasised or mark.emphasised, line.heading) if not mark.heading else line
        for line, mark in zip(lines, marked, strict=True)
    ]


def _lines(body: Any) -> Iterator[Line]:
    for child in _children(body):
        if child.tag == qn("w:p"):
            yield from _paragraph(child)
            yield Line("")
        elif child.tag == qn("w:tbl"):
            yield from _table(child)
        else:
            yield from _lines(child)


def _children(element: Any) -> Iterator[Any]:
    return (child for child in element.iterchildren() if isinstance(child.tag, str) and child.tag not in _NOT_SPEECH)


def _paragraph(paragraph: Any) -> Iterator[Line]:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = style.get(qn("w:val"), "") if style is not None else ""
    match = _HEADING_STYLE.search(name)
    level = int(match.group(1)) if match else 1 if name.lower() == "title" else 0
    for text in "".join(_text(paragraph)).split("\n"):
        yield Line(text, heading=level if text.strip() else 0)


def _text(element: Any) -> Iterator[str]:
    for child in _children(element):
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            # `w:tab` also stands in tab settings of a paragraph, where it is no text.
            yield "\t" if element.tag == qn("w:r") else ""
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:p"):  # a text box
            yield "\n"
            yield from _text(child)
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        else:
            yield from _text(child)


def _table(table: Any) -> Iterator[Line]:
    """Rows as `Name: text`, by the header row or, without one, where a row has two cells."""
    rows = [[" ".join("".join(_text(cell)).split()) for cell in row.iter(qn("w:tc"))] for row in table.iter(qn("w:tr"))]
    columns = Columns.find(rows[0]) if rows else None
    for cells in rows[1:] if columns else rows:
        if columns:
            turn = columns.turn(cells, None)
            time = f"[{_clock(turn.start)}] " if turn.start is not None else ""
            yield Line(f"{time}{turn.speaker}: {turn.text}" if turn.speaker else turn.text, emphasised=True)
        elif len(cells) == 2 and cells[0] and cells[1]:
            yield Line(f"{cells[0].removesuffix(':')}: {cells[1]}", emphasised=True)
        else:
            yield Line(" | ".join(cell for cell in cells if cell))
        yield Line("")


def _clock(time: float) -> str:
    whole = int(time)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}.{round(time % 1 * 1000):03}"[: -4 if time % 1 < 0.0005 else None]
