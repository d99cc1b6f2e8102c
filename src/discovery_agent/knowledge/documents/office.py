"""Word documents and Excel workbooks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from discovery_agent.errors import DocumentError
from discovery_agent.files import archives
from discovery_agent.files.word import Paragraph, blocks
from discovery_agent.knowledge.documents.extracted import MOST_COLUMNS, MOST_ROWS, Extracted, escaped, refused, table
from discovery_agent.knowledge.documents.sheets import SheetSight, look

_MOST_SHEETS = 100


def read_word(data: bytes, where: str) -> Extracted:
    """Headings, paragraphs and tables, without text that its author hid.

    Raises:
        DocumentError: damaged, or a trap.
    """
    _check(data, "Word document", where)
    document = Extracted("")
    try:
        parts = [_block(block, where, document) for block in blocks(data, hidden=False)]
        if parts != [_block(block, where, Extracted("")) for block in blocks(data)]:
            document.notes.append("Hidden text was left out.")
    except DocumentError:
        raise
    except Exception as error:  # python-docx raises whatever its parts happen to raise
        raise refused("The Word document is damaged.", "Open it in Word and save it again.", where) from error
    document.markdown = "\n\n".join(part for part in parts if part.strip())
    return document


def _block(block: Any, where: str, document: Extracted) -> str:
    if not isinstance(block, Paragraph):
        return table(block.rows, where, "A table", document)
    text = block.text.strip()
    return f"{'#' * block.heading} {' '.join(text.split())}" if block.heading and text else escaped(text)


def read_workbook(data: bytes, where: str) -> Extracted:
    """Every sheet below a heading with its name; cells as they were last computed, without those that are hidden.

    Raises:
        DocumentError: damaged, a trap, or too wide.
    """
    _check(data, "workbook", where)
    from openpyxl import load_workbook

    document = Extracted("")
    parts: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            for number, sheet in enumerate(book.worksheets):
                if number == _MOST_SHEETS:
                    document.missing(f"Only the first {_MOST_SHEETS} sheets were read.")
                    break
                if sheet.sheet_state != "visible":
                    document.notes.append(f"The hidden sheet {sheet.title} was left out.")
                    continue
                name = f"The sheet {sheet.title}"
                sight = look(_source(sheet))
                text = table(_rows(sheet, where, sight), where, name, document)
                sight.tell(document, name)
                if text.strip():
                    parts.append(f"## Sheet {' '.join(sheet.title.split())}\n\n{text}")
            book.close()
    except DocumentError:
        raise
    except Exception as error:  # so does openpyxl
        raise refused("The workbook is damaged.", "Open it in a spreadsheet program and save it again.", where) from error
    document.markdown = "\n\n".join(parts)
    if not parts and document.notes:
        raise refused(f"Nothing in the workbook can be read. {' '.join(document.notes)}", "Show what is hidden and save it again.", where)
    return document


def _source(sheet: Any) -> Any:
    """The XML of a sheet, which openpyxl offers under no public name."""
    return sheet.parent._archive.open(sheet._worksheet_path)


def _rows(sheet: Any, where: str, sight: SheetSight) -> Iterator[list[str]]:
    """Rows as text. What the sheet says of its own size is not believed: it may say anything."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if len(row) > MOST_COLUMNS and any(value is not None for value in row[MOST_COLUMNS:]):
            raise refused(
                f"The sheet {sheet.title} has {len(row):,} columns; at most {MOST_COLUMNS} are taken.",
                "Export the columns that matter and add that file.",
                where,
            )
        if number > MOST_ROWS + 1:
            yield ["more"]
            return
        yield sight.seen(number + 1, [_shown(value) for value in row[:MOST_COLUMNS]])


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _check(data: bytes, name: str, where: str) -> None:
    try:
        archives.check(data, name)
    except archives.Fault as fault:
        raise refused(fault.what, fault.remedy, where) from fault
