"""A blueprint as a Word document: real headings, contents, tables and pictures, notes at the end."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from discovery_agent.discovery.drawing import Picture
from discovery_agent.discovery.exporting.telling import DEFECTS, SIGNATURES, Telling, assumed
from discovery_agent.discovery.exporting.word_parts import (
    bookmark,
    contents,
    page_numbers,
    plain_tables,
    repeat_head,
    shade,
    together,
)
from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.blueprint.claims import Part, Row
from discovery_agent.domain.blueprint.document import BlueprintSection
from discovery_agent.transcripts.own_output import MAKER

# What XML 1.0 cannot hold; the rest of it is made visible before.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDE_CM = 17.0
_NOTES_CM = 2.2
_NOTES_IN_BRIEF_CM = 1.7
_TALL_CM = 22.0
_TALL_IN_BRIEF_CM = 5.5
_CM_OF_INCH = 2.54
# Pictures are drawn for a page of this many inches.
_DRAWN_WIDE = 8.6
_MOST_OF_A_PROPERTY = 255
_MOST_OF_A_HEADER = 160
_FEWEST_WITH_CONTENTS = 4
_NORMAL_PT, _NORMAL_IN_BRIEF_PT = 10.5, 9.5
_SMALL_PT, _SMALLER_PT = 8.5, 7.5
_MANY_COLUMNS = 6
_APART_PT = 4
# Of a letter at one point, in a wide font: where the usual one is missing, another takes its place.
_LETTER_CM, _BOLD_CM, _PADDING_CM = 0.0225, 0.0245, 0.3
_LONGEST_WORD = 16


def render_docx(telling: Telling) -> bytes:
    """The document. Draws pictures, so never on an event loop."""
    import docx

    document: Any = docx.Document()
    _styled(document, _NORMAL_IN_BRIEF_PT if telling.is_brief else _NORMAL_PT)
    _framed(document, telling)
    document.core_properties.title = _plain(telling.title)[:_MOST_OF_A_PROPERTY]
    document.core_properties.category = MAKER  # by which a folder of transcripts knows it
    document.core_properties.author = _plain(telling.blueprint.made_by)[:_MOST_OF_A_PROPERTY]
    document.core_properties.created = document.core_properties.modified = telling.blueprint.at.replace(tzinfo=None)
    document.add_heading(_plain(telling.title), 0)
    document.add_paragraph(_plain(telling.subtitle))
    document.add_paragraph().add_run(_plain(telling.mark)).bold = True
    if len(telling.sections) >= _FEWEST_WITH_CONTENTS and not telling.is_brief:
        contents(document, [(_name(one), _plain(one.title)) for one in telling.sections])
    for section in telling.sections:
        bookmark(document.add_heading(_plain(section.title), 1), _name(section))
        if approved := telling.approved(section):
            paragraph = document.add_paragraph()
            paragraph.add_run(_plain(approved)).italic = True
            paragraph.paragraph_format.keep_with_next = True
        for part in section.parts:
            _part(document, telling, part)
        for picture in telling.pictures(section, paper=True):
            _picture(document, picture, _TALL_IN_BRIEF_CM if telling.is_brief else _TALL_CM)
    if telling.defects:
        document.add_heading(DEFECTS, 1)
        for one in telling.defects:
            document.add_paragraph(_plain(one), style="List Bullet")
    _signatures(document, telling)
    _notes(document, telling)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", visible(text))


def _name(section: BlueprintSection) -> str:
    return f"section_{section.id.value}"


def _styled(document: Any, normal_size: float) -> None:
    from docx.shared import Pt, RGBColor

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(normal_size)
    normal.paragraph_format.space_after = Pt(4)
    for name, size, above in (("Title", 22, 0), ("Heading 1", 16, 18), ("Heading 2", 11.5, 10)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0x0A, 0x5F, 0x73)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(above), Pt(4)
    plain_tables(document)


def _framed(document: Any, telling: Telling) -> None:
    from docx.shared import Cm

    for section in document.sections:
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.0)
        section.top_margin = section.bottom_margin = Cm(1.7 if telling.is_brief else 2.0)
        section.header.paragraphs[0].text = _plain(telling.running_head)[:_MOST_OF_A_HEADER]
        page_numbers(section.footer.paragraphs[0])


def _part(document: Any, telling: Telling, part: Part) -> None:
    if part.heading:
        document.add_heading(_plain(part.heading), 2)
    for claim in part.claims:
        paragraph = document.add_paragraph(_plain(claim.text), style="List Bullet")
        numbers = telling.notes.of(claim)
        if numbers:
            paragraph.add_run(f" [{numbers}]").font.superscript = True
    if part.rows:
        _table(document, telling, part)


def _table(document: Any, telling: Telling, part: Part) -> None:
    from docx.shared import Pt

    count = max(len(part.columns), *(len(row.cells) for row in part.rows))
    columns = [*part.columns, *[""] * (count - len(part.columns)), "Stands on"]
    table = document.add_table(rows=1 + len(part.rows), cols=len(columns), style="Table Grid")
    table.autofit = False
    size = _SMALLER_PT if count >= _MANY_COLUMNS else _SMALL_PT
    widths = _widths(columns, part.rows, size, _NOTES_IN_BRIEF_CM if telling.is_brief else _NOTES_CM)
    # Word reads the widths of cells, LibreOffice those of columns.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    texts = [columns, *([*row.cells, *[""] * (count - len(row.cells)), telling.notes.of(row)] for row in part.rows)]
    for at, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        for cell, text, width in zip(row.cells, cells, widths, strict=True):
            cell.width = width
            _fill(cell, text, size, head=at == 0)
        together(row, with_next=at == 0)
    repeat_head(table.rows[0])
    # Word joins tables that touch; what keeps them apart needs no line of its own.
    document.add_paragraph().paragraph_format.line_spacing = Pt(_APART_PT)


def _fill(cell: Any, text: str, size: float, *, head: bool) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(_plain(text))
    run.font.size, run.font.bold = Pt(size), head
    paragraph.paragraph_format.space_after = Pt(1)
    if head:
        shade(cell, "EFEEE9")


def _widths(columns: Sequence[str], rows: Sequence[Row], size: float, notes: float) -> list[Any]:
    """Widths by what stands in the columns: each holds its longest word, what is left goes to those with much to say.

    The last column holds numbers of notes.
    """
    from docx.shared import Cm

    room = _WIDE_CM - notes
    least: list[float] = []
    wish: list[float] = []
    for at, column in enumerate(columns[:-1]):
        cells = [row.cells[at] for row in rows if at < len(row.cells)]
        word = max((len(one) for cell in cells for one in cell.split()), default=1)
        head = max((len(one) for one in column.split()), default=1)
        least.append(max(min(word, _LONGEST_WORD) * size * _LETTER_CM, min(head, _LONGEST_WORD) * size * _BOLD_CM) + _PADDING_CM)
        wish.append(max(least[-1], max(map(len, cells), default=1) * size * _LETTER_CM + _PADDING_CM))
    if sum(wish) <= room:
        widths = [one * room / sum(wish) for one in wish]
    elif sum(least) >= room:
        widths = [one * room / sum(least) for one in least]
    else:
        more = [(want - need) ** 0.7 for need, want in zip(least, wish, strict=True)]
        widths = [need + (room - sum(least)) * part / sum(more) for need, part in zip(least, more, strict=True)]
    return [*map(Cm, widths), Cm(notes)]


def _picture(document: Any, picture: Picture, tall: float) -> None:
    from docx.shared import Cm, Pt
    from PIL import Image

    png = picture.png()
    image = Image.open(io.BytesIO(png))
    dots = image.info.get("dpi", (160.0, 160.0))[0]
    drawn = image.size[0] / dots
    width = min(_WIDE_CM * drawn / _DRAWN_WIDE, _WIDE_CM, tall * image.size[0] / image.size[1])
    document.add_picture(io.BytesIO(png), width=Cm(width))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    described = document.inline_shapes[-1]._inline.docPr
    described.set("descr", _plain(picture.words))
    described.set("title", _plain(picture.title))
    told = f"{picture.title}. {picture.caption}" if picture.caption else picture.title
    caption = document.add_paragraph().add_run(_plain(told))
    caption.italic = True
    caption.font.size = Pt(_SMALL_PT)


def _signatures(document: Any, telling: Telling) -> None:
    if telling.signatures:
        document.add_heading(SIGNATURES, 1)
    for line, below in telling.signatures:
        document.add_paragraph(_plain(line), style="List Bullet")
        for one in below:
            document.add_paragraph(_plain(one), style="List Bullet 2")


def _notes(document: Any, telling: Telling) -> None:
    notes = telling.notes
    if not notes.evidence and not notes.assumptions and not notes.hows:
        return
    document.add_heading("What it stands on", 1)
    if notes.evidence:
        document.add_heading("What was said", 2)
        for number, evidence in notes.evidence.values():
            _note(document, str(number), telling.said(evidence), _SMALLER_PT if telling.is_brief else _SMALL_PT)
    if notes.assumptions:
        document.add_heading("What is assumed", 2)
        for number, assumption in notes.assumptions.values():
            _note(document, number, assumed(assumption))
    if notes.hows:
        document.add_heading("How it was worked out", 2)
        for how, number in notes.hows.items():
            _note(document, number, how)
    if telling.closing:
        document.add_paragraph().add_run(telling.closing).italic = True


def _note(document: Any, number: str, words: str, size: float = _SMALL_PT) -> None:
    from docx.shared import Cm, Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(1.2), Cm(-1.2)
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(1.2))
    for text, bold in ((f"{number}\t", True), (_plain(words), False)):
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size)
