"""Word documents, among them the transcripts that Teams saves."""

from __future__ import annotations

from collections.abc import Iterator

from discovery_agent.files import archives
from discovery_agent.files.word import Paragraph, blocks
from discovery_agent.transcripts.columns import Columns
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.gemini import without_notes
from discovery_agent.transcripts.labelled import read_labelled
from discovery_agent.transcripts.lines import Line
from discovery_agent.transcripts.markdown import markdown_lines
from discovery_agent.transcripts.source import Source


def recognise(source: Source) -> float:
    """A zip archive with a Word document in it."""
    if not source.data.startswith(b"PK"):
        return 0.0
    if archives.holds(source.data, "word/"):
        return 1.0
    # A truncated archive has lost its list of contents, which stands at the end.
    damaged = b"word/" in source.data[: 1 << 16] or source.suffix == ".docx"
    return 0.9 if damaged and not archives.holds(source.data, "") else 0.0


def read(source: Source) -> Draft:
    """Paragraphs and table rows in the order of the document, then read as labelled lines.

    Raises:
        TranscriptError: damaged, far larger unpacked than packed, or with a document type definition.
    """
    _check(source)
    try:
        lines = list(_lines(source.data))
    except Exception as error:  # python-docx raises whatever its parts happen to raise
        raise source.error("The Word document is damaged.", "Open it in Word and save it again, or save it as plain text.") from error
    lines, notes = without_notes(_unmarked(lines))
    draft = read_labelled(lines)
    draft.notes += notes
    return draft


def _check(source: Source) -> None:
    try:
        archives.check(source.data, "Word document")
    except archives.Fault as fault:
        raise source.error(fault.what, fault.remedy) from fault


def _unmarked(lines: list[Line]) -> list[Line]:
    """Documents made from Markdown keep `**Name:**` as text."""
    marked = markdown_lines([line.text for line in lines])
    return [
        Line(mark.text, None, line.emphasised or mark.emphasised, line.heading) if not mark.heading else line
        for line, mark in zip(lines, marked, strict=True)
    ]


def _lines(data: bytes) -> Iterator[Line]:
    for block in blocks(data):
        if isinstance(block, Paragraph):
            for text in block.text.split("\n"):
                yield Line(text, heading=block.heading if text.strip() else 0)
            yield Line("")
        else:
            yield from _table(block.rows)


def _table(rows: list[list[str]]) -> Iterator[Line]:
    """Rows as `Name: text`, by the header row or, without one, where a row has two cells."""
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
