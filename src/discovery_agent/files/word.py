"""The text of Word documents, walked in its XML: paragraphs and tables in the order of the page.

python-docx hides tracked insertions and content controls from its paragraphs, and with them what was said; so the tree
is walked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from docx import Document
from docx.oxml.ns import qn

from discovery_agent.files.word_sight import Sight

_HEADING_STYLE = re.compile(r"(?:heading|berschrift|titre|ttulo|titolo)\s?([1-6])\Z", re.IGNORECASE)
# Text that is shown a second time, or was deleted: reading it would put words into somebody's mouth.
_NOT_TEXT = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


class Paragraph(NamedTuple):
    """A paragraph; its lines are parted by `\\n`. `heading` is 1 to 6, or 0 for running text."""

    text: str
    heading: int


class Table(NamedTuple):
    """The cells of a table, row by row, each in one line."""

    rows: list[list[str]]


def blocks(data: bytes, *, hidden: bool = True) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables of a document; without `hidden`, what no reader of it sees is left out.

    Raises:
        Exception: whatever python-docx happens to raise for a damaged document.
    """
    document = Document(BytesIO(data))
    yield from _blocks(document.element.body, None if hidden else Sight.of(document))


def _blocks(body: Any, sight: Sight | None) -> Iterator[Paragraph | Table]:
    for child in _children(body):
        within = sight and sight.inside(child)
        if child.tag == qn("w:p"):
            yield _paragraph(child, within)
        elif child.tag == qn("w:tbl"):
            cells = [[" ".join("".join(_cell(cell, within)).split()) for cell in row.iter(qn("w:tc"))] for row in child.iter(qn("w:tr"))]
            yield Table(cells)
        else:
            yield from _blocks(child, within)


def _children(element: Any) -> Iterator[Any]:
    return (child for child in element.iterchildren() if isinstance(child.tag, str) and child.tag not in _NOT_TEXT)


def _paragraph(paragraph: Any, sight: Sight | None) -> Paragraph:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = style.get(qn("w:val"), "") if style is not None else ""
    match = _HEADING_STYLE.search(name)
    level = int(match.group(1)) if match else 1 if name.lower() == "title" else 0
    return Paragraph("".join(_text(paragraph, sight)), level)


def _cell(cell: Any, sight: Sight | None) -> Iterator[str]:
    return _text(cell, sight and sight.inside(cell))


def _text(element: Any, sight: Sight | None) -> Iterator[str]:
    for child in _children(element):
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            # `w:tab` also stands in tab settings of a paragraph, where it is no text.
            yield "\t" if element.tag == qn("w:r") else ""
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        else:
            if child.tag == qn("w:p"):  # in a text box
                yield "\n"
            within = sight and sight.inside(child)
            if child.tag != qn("w:r") or within is None or within.sees:
                yield from _text(child, within)
