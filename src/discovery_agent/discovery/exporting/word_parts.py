"""Parts of a Word document that python-docx has no names for: contents, page numbers, bookmarks, plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def contents(document: Any, entries: Sequence[tuple[str, str]]) -> None:
    """Contents with a link to each section, by bookmark and title; whoever updates the field in Word gets page numbers, too."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document.add_paragraph().add_run("Contents").bold = True
    first = document.add_paragraph()
    for kind in ("begin", None, "separate"):
        first.add_run()._r.append(_field(kind) if kind else _instruction(r' TOC \o "1-1" \h \z '))
    paragraph = first
    for at, (name, title) in enumerate(entries):
        paragraph = first if at == 0 else document.add_paragraph()
        paragraph.paragraph_format.space_after = 0
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), name)
        link.append(paragraph.add_run(title)._r)
        paragraph._p.append(link)
    paragraph.add_run()._r.append(_field("end"))


def page_numbers(paragraph: Any) -> None:
    """Number the pages in a footer."""
    paragraph.alignment = 2  # right
    for text in ("Page ", "PAGE", " of ", "NUMPAGES"):
        if not text.isupper():
            paragraph.add_run(text)
            continue
        for part in (_field("begin"), _instruction(f" {text} "), _field("separate")):
            paragraph.add_run()._r.append(part)
        paragraph.add_run("1")
        paragraph.add_run()._r.append(_field("end"))


def bookmark(paragraph: Any, name: str) -> None:
    """Give a paragraph a name that links lead to."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    number = str(len(paragraph.part.element.xpath("//w:bookmarkStart")) + 1)
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), number)
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), number)
    # Properties come first in a paragraph.
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def plain_tables(document: Any) -> None:
    """Let tables have thin grey lines between their rows and none between columns."""
    from docx.oxml.ns import qn

    for border in document.styles["Table Grid"].element.iter(qn("w:tblBorders")):
        for side in border:
            inner = side.tag in (qn("w:left"), qn("w:right"), qn("w:start"), qn("w:end"), qn("w:insideV"))
            side.set(qn("w:val"), "nil" if inner else "single")
            side.set(qn("w:color"), "C4C3BC")
    for margins in document.styles["Normal Table"].element.iter(qn("w:tblCellMar")):
        for side in margins:
            if side.tag in (qn("w:left"), qn("w:right"), qn("w:start"), qn("w:end")):
                side.set(qn("w:w"), "70")


def repeat_head(row: Any) -> None:
    """Let the head of a table stand on each page that it reaches."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def together(row: Any, *, with_next: bool) -> None:
    """Do not break a row over two pages, nor leave it alone at the end of one."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    if with_next:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def shade(cell: Any, colour: str) -> None:
    """Give a cell a background."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)


def _field(kind: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _instruction(text: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = text
    return instruction
