"""What a reader of a document does not see is left out, and said; what is shown stays."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from discovery_agent.errors import DocumentError
from discovery_agent.knowledge.documents.extracted import Extracted
from discovery_agent.knowledge.documents.reading import read_document, read_here
from tests.knowledge.test_documents import pdf, word

WHITE = RGBColor(0xFF, 0xFF, 0xFF)


def workbook(build: Callable[[Worksheet], None]) -> bytes:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    build(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def html(body: str, style: str = "") -> Extracted:
    return read_here("page.html", f"<!doctype html><html><head><style>{style}</style></head><body>{body}</body></html>".encode())


def markdown(text: str) -> Extracted:
    return read_here("notes.md", text.encode())


def shaded(element: object, tag: str, fill: str) -> None:
    properties = element.find(qn(tag))  # type: ignore[attr-defined]
    if properties is None:
        properties = OxmlElement(tag)
        element.insert(0, properties)  # type: ignore[attr-defined]
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), fill)
    properties.append(shade)


def test_white_and_tiny_letters_and_hidden_styles_of_word_are_left_out() -> None:
    def build(document: object) -> None:
        paragraph = document.add_paragraph("Seen. ")  # type: ignore[attr-defined]
        paragraph.add_run("WHITE").font.color.rgb = WHITE
        paragraph.add_run("NEARLY").font.color.rgb = RGBColor(0xFE, 0xFD, 0xFC)
        paragraph.add_run("TINY").font.size = Pt(1)
        style = document.styles.add_style("Ghost", 1)  # type: ignore[attr-defined]
        style.font.hidden = True
        document.add_paragraph("STYLED", style="Ghost")  # type: ignore[attr-defined]
        child = document.styles.add_style("Child of ghost", 1)  # type: ignore[attr-defined]
        child.base_style = style
        document.add_paragraph("BASED", style="Child of ghost")  # type: ignore[attr-defined]

    found = read_here("a.docx", word(build))
    assert found.markdown == "Seen.\n" and found.notes == ["Hidden text was left out."]


def test_white_letters_on_a_coloured_ground_are_seen() -> None:
    def build(document: object) -> None:
        table = document.add_table(2, 1)  # type: ignore[attr-defined]
        for cell, text in zip((row.cells[0] for row in table.rows), ("Header", "Value"), strict=True):
            cell.paragraphs[0].add_run(text).font.color.rgb = WHITE
            shaded(cell._tc, "w:tcPr", "1F3864")
        banner = document.add_paragraph()  # type: ignore[attr-defined]
        banner.add_run("Banner").font.color.rgb = WHITE
        shaded(banner._p, "w:pPr", "000000")
        document.add_table(1, 1, style="Light Grid Accent 1").rows[0].cells[0].paragraphs[0].add_run("Styled").font.color.rgb = WHITE  # type: ignore[attr-defined]

    found = read_here("a.docx", word(build))
    assert all(text in found.markdown for text in ("Header: Value", "Banner", "Styled")) and not found.notes


def test_hidden_rows_and_columns_of_a_sheet_are_left_out_and_counted() -> None:
    def build(sheet: Worksheet) -> None:
        for row in (["Item", "Margin", "Price"], ["Bolt", "SECRET", 2], ["GHOST", 1, 1], ["Nut", "SECRET", 3]):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions["Z"].hidden = True  # holds nothing

    found = read_here("a.xlsx", workbook(build))
    assert "Item: Bolt; Price: 2" in found.markdown and "Item: Nut; Price: 3" in found.markdown
    assert not any(hidden in found.markdown for hidden in ("SECRET", "GHOST", "Margin"))
    assert found.notes == ["The sheet Sheet: 1 hidden row and 1 hidden column left out."] and not found.incomplete


def test_formulas_without_a_stored_result_are_told_of() -> None:
    def build(sheet: Worksheet) -> None:
        for row in (["Item", "Sum"], ["Bolt", "=1+1"], ["Nut", '=""']):
            sheet.append(row)

    found = read_here("a.xlsx", workbook(build))
    assert "Item: Bolt" in found.markdown and found.incomplete
    assert found.notes == [
        "The sheet Sheet: 2 formulas without a stored result left out. Open the workbook in a spreadsheet program, save it and add it again."
    ]


def test_a_workbook_of_which_nothing_can_be_seen_is_refused_with_the_reason() -> None:
    def build(sheet: Worksheet) -> None:
        sheet.append(["=A1"])

    with pytest.raises(DocumentError, match="1 formula without a stored result"):
        read_here("a.xlsx", workbook(build))


@pytest.mark.parametrize(
    ("style", "body"),
    [
        (".x { display: none }", '<p class="x">GHOST</p>'),
        (".a, p.x > span { visibility: hidden }", '<p class="x"><span>GHOST</span></p>'),
        ("@media screen { #x { display:none !important } }", '<p id="x" style="display:block">GHOST</p>'),
        (".sr { position: absolute; left: -9999px }", '<span class="sr">GHOST</span>'),
        ("", '<div style="position:fixed; top:-200em">GHOST</div>'),
        ("", '<p style="text-indent:-9999px">GHOST</p>'),
        ("", '<p style="height:0;overflow:hidden">GHOST</p>'),
        ("", '<p style="clip:rect(0,0,0,0); position:absolute">GHOST</p>'),
        ("[data-note] { opacity: 0 }", '<p data-note="1">GHOST</p>'),
        (".w { color: #fff }", '<p class="w">GHOST</p>'),
        ("", '<p style="color: rgb(255, 255, 255)">GHOST</p>'),
        ("", "<dialog>GHOST</dialog>"),
        (".x { display: none }", '<table><tr><th>K</th></tr><tr class="x"><td>GHOST</td></tr></table>'),
    ],
)
def test_what_a_stylesheet_or_a_place_beyond_the_page_hides_is_left_out(style: str, body: str) -> None:
    found = html(f"<p>Seen.</p>{body}<p>End.</p>", style)
    assert "GHOST" not in found.markdown and "Seen." in found.markdown and "End." in found.markdown
    assert found.notes == ["1 hidden element was left out."]


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("@media print { .x { display: none } }", '<p class="x">Shown</p>'),
        ("@media (max-width: 600px) { .x { display: none } }", '<p class="x">Shown</p>'),
        (".tab { display: none } .tab.on { display: block }", '<div class="tab on">Shown</div>'),
        (".x::before { display: none } .x:hover { display: none }", '<p class="x">Shown</p>'),
        ("nav .x { display: none }", '<p class="x">Shown</p>'),
        (".dark { background: #123 } .w { color: white }", '<div class="dark"><p class="w">Shown</p></div>'),
        ("", '<p style="opacity: 0.5; left: -4px; position: relative">Shown</p>'),
        ("/* .x { display: none } */", '<p class="x">Shown</p>'),
    ],
)
def test_what_a_reader_on_a_screen_sees_stays(style: str, body: str) -> None:
    found = html(body, style)
    assert found.markdown == "Shown\n" and not found.notes


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- GHOST -->",
        "<!-- GHOST\n\nover two paragraphs -->",
        '<span style="display:none">GHOST</span>',
        "<div hidden><div>GHOST</div> GHOST</div>",
        '<font color="white">GHOST</font>',
        '<p aria-hidden="true">GHOST</p>',
        "<script>GHOST</script>",
        "\n[//]: # (GHOST of a comment)\n",
    ],
)
def test_what_rendered_markdown_does_not_show_is_left_out(hidden: str) -> None:
    found = markdown(f"# Notes\n\nSeen {hidden} here.\n")
    assert "GHOST" not in found.markdown and "Seen" in found.markdown and "here." in found.markdown
    assert found.notes == ["1 hidden passage was left out."]


def test_a_comment_that_is_never_closed_hides_the_rest_of_markdown() -> None:
    assert markdown("Seen.\n\n<!-- GHOST\n\nGHOST").markdown == "Seen.\n"


@pytest.mark.parametrize(
    "shown", ["`<!-- code -->`", "```\n<!-- code -->\n<span hidden>x</span>\n```", "    <!-- code -->", "a < b and c > d"]
)
def test_code_in_markdown_shows_what_it_says(shown: str) -> None:
    found = markdown(f"# Notes\n\n{shown}\n")
    assert shown.strip() in found.markdown and not found.notes


def test_a_pdf_of_too_many_pages_is_refused_for_that_reason() -> None:
    for count in (3_001, 110_000):  # of the second, the library reads no list of pages at all
        with pytest.raises(DocumentError, match=r"pages"):
            read_here("long.pdf", pdf(*["x"] * count))


def test_whether_something_is_missing_comes_through_the_process_that_reads() -> None:
    long = b"id,name\n" + b"".join(b"%d,row\n" % number for number in range(6_000))
    assert read_document("long.csv", long).incomplete
    assert not read_document("short.csv", long[:2_000]).incomplete
    assert read_document("p.pdf", pdf("Words.", "")).incomplete
