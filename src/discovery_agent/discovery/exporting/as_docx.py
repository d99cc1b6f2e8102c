"""A blueprint as a Word document: real headings, tables and pictures, notes at the end."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from discovery_agent.discovery.drawing import Picture
from discovery_agent.discovery.exporting.telling import Telling, assumed, quoted
from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.blueprint.claims import Claim, Part, Row

# What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDE_CM = 17.0
_NOTES_CM = 2.2
_TALL_CM = 23.0


def render_docx(telling: Telling) -> bytes:
    """The document. Draws pictures, so never on an event loop."""
    import docx
    from docx.shared import Cm, Pt

    document: Any = docx.Document()
    for section in document.sections:
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.0)
        section.top_margin = section.bottom_margin = Cm(2.0)
        section.header.paragraphs[0].text = _plain(telling.mark)
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)
    document.core_properties.title = _plain(telling.title)
    document.core_properties.author = _plain(telling.blueprint.made_by)
    document.add_heading(_plain(telling.title), 0)
    document.add_paragraph(_plain(telling.subtitle))
    document.add_paragraph().add_run(_plain(telling.mark)).bold = True
    for section in telling.sections:
        document.add_heading(_plain(section.title), 1)
        for part in section.parts:
            _part(document, telling, part)
        for picture in telling.pictures(section):
            _picture(document, picture.png(), picture)
    _notes(document, telling)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    return _NO_XML.sub("", visible(text))


def _part(document: Any, telling: Telling, part: Part) -> None:
    if part.heading:
        document.add_heading(_plain(part.heading), 2)
    for claim in part.claims:
        paragraph = document.add_paragraph(_plain(claim.text), style="List Bullet")
        _cites(paragraph, telling, claim)
    if part.rows:
        columns = [*part.columns, "Stands on"]
        table = document.add_table(rows=1, cols=len(columns), style="Light Grid Accent 1")
        table.autofit = False
        widths = _widths(columns, part.rows)
        for cell, column in zip(table.rows[0].cells, columns, strict=True):
            cell.text = _plain(column)
        _repeat_head(table)
        for row in part.rows:
            cells = table.add_row().cells
            for cell, value in zip(cells, row.cells, strict=False):
                cell.text = _plain(value)
                _small(cell)
            _cites(cells[-1].paragraphs[0], telling, row)
        # Word reads the widths of cells, LibreOffice those of columns.
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
        document.add_paragraph()


def _widths(columns: Sequence[str], rows: Sequence[Row]) -> list[Any]:
    """Widths by what stands in the columns; the last one holds numbers of notes."""
    from docx.shared import Cm

    texts = [[column, *(row.cells[at] for row in rows if at < len(row.cells))] for at, column in enumerate(columns[:-1])]
    weights = [min(max(sum(map(len, text)) / len(text), max(map(len, text[0].split()), default=4) + 2, 7), 60) for text in texts]
    share = (_WIDE_CM - _NOTES_CM) / sum(weights)
    return [*(Cm(weight * share) for weight in weights), Cm(_NOTES_CM)]


def _small(cell: Any) -> None:
    from docx.shared import Pt

    for paragraph in cell.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(8.5)


def _repeat_head(table: Any) -> None:
    """Let the head of a table stand on each page that it reaches."""
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _cites(paragraph: Any, telling: Telling, cited: Claim | Row) -> None:
    numbers = telling.notes.of(cited)
    if numbers:
        run = paragraph.add_run(f" [{numbers}]")
        run.font.superscript = True


def _picture(document: Any, png: bytes, picture: Picture) -> None:
    from docx.shared import Cm, Pt
    from PIL import Image

    wide, tall = Image.open(io.BytesIO(png)).size
    width = min(_WIDE_CM, _TALL_CM * wide / tall)
    document.add_picture(io.BytesIO(png), width=Cm(width))
    described = document.inline_shapes[-1]._inline.docPr
    described.set("descr", _plain(picture.words))
    told = f"{picture.title}. {picture.caption}" if picture.caption else picture.title
    caption = document.add_paragraph().add_run(_plain(told))
    caption.italic = True
    caption.font.size = Pt(8.5)


def _notes(document: Any, telling: Telling) -> None:
    notes = telling.notes
    if not notes.evidence and not notes.assumptions and not notes.hows:
        return
    document.add_heading("What it stands on", 1)
    if notes.evidence:
        document.add_heading("What was said", 2)
        for number, evidence in notes.evidence.values():
            _note(document, str(number), quoted(evidence))
    if notes.assumptions:
        document.add_heading("What is assumed", 2)
        for number, assumption in notes.assumptions.values():
            _note(document, number, assumed(assumption))
    if notes.hows:
        document.add_heading("How it was worked out", 2)
        for how, number in notes.hows.items():
            _note(document, number, how)


def _note(document: Any, number: str, words: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{number}  ").bold = True
    paragraph.add_run(_plain(words))
