"""What a sheet of a workbook hides, read from its XML before its cells are: the reader of cells says nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree.ElementTree import iterparse

from discovery_agent.knowledge.documents.extracted import MOST_COLUMNS, MOST_ROWS, Extracted, counted

_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_TRUE = ("1", "true")


@dataclass
class SheetSight:
    """Rows, from 1, and columns, from 0, that nobody sees; and cells whose formula was never worked out."""

    rows: set[int] = field(default_factory=set[int])
    columns: set[int] = field(default_factory=set[int])
    unsolved: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    hidden_rows: int = 0
    """Rows with content that were left out."""
    hidden_columns: set[int] = field(default_factory=set[int])
    """Columns with content that were left out."""

    def seen(self, row: int, cells: Sequence[str]) -> list[str]:
        """The cells of a row that a reader sees. What is left out is counted."""
        if row in self.rows:
            self.hidden_rows += any(cells)
            return []
        self.hidden_columns.update(at for at, cell in enumerate(cells) if cell and at in self.columns)
        return [cell for at, cell in enumerate(cells) if at not in self.columns]

    def tell(self, document: Extracted, name: str) -> None:
        """Note what was left out, once the rows were read."""
        parts = [counted(self.hidden_rows, "hidden row")] if self.hidden_rows else []
        parts += [counted(len(self.hidden_columns), "hidden column")] if self.hidden_columns else []
        if parts:
            document.notes.append(f"{name}: {' and '.join(parts)} left out.")
        unsolved = sum(row not in self.rows and column not in self.columns for row, column in self.unsolved)
        if unsolved:
            document.missing(
                f"{name}: {counted(unsolved, 'formula')} without a stored result left out. "
                "Open the workbook in a spreadsheet program, save it and add it again."
            )


def look(sheet: IO[bytes]) -> SheetSight:
    """Look at the XML of a sheet, as far as its rows are read.

    Raises:
        xml.etree.ElementTree.ParseError: it is damaged.
    """
    sight = SheetSight()
    row = column = 0
    all_hidden = False
    for event, element in iterparse(sheet, events=("start", "end")):
        tag = _local(element.tag)
        if event == "start":
            if tag == "sheetFormatPr":
                all_hidden = element.get("zeroHeight") in _TRUE
            elif tag == "col":
                sight.columns.update(_hidden_columns(element))
            elif tag == "row":
                row, column = int(element.get("r") or row + 1), 0
                if row > MOST_ROWS + 1:
                    break
                if element.get("hidden") in _TRUE or (all_hidden and element.get("ht") is None):
                    sight.rows.add(row)
        elif tag == "c":
            column = _column(element.get("r")) or column + 1
            if _is_unsolved(element):
                sight.unsolved.add((row, column - 1))
        elif tag == "row":
            element.clear()
    return sight


def _is_unsolved(cell: Any) -> bool:
    """Whether a cell holds a formula and no value. An empty text is a value, and is marked as text."""
    formula = value = None
    for child in cell:
        tag = _local(child.tag)
        formula, value = (child if tag == "f" else formula), (child if tag == "v" else value)
    if formula is None:
        return False
    return value is None or not (value.text or cell.get("t") == "str")


def _hidden_columns(element: Any) -> range:
    if element.get("hidden") not in _TRUE and element.get("width") not in ("0", "0.0"):
        return range(0)
    return range(int(element.get("min", 1)) - 1, min(int(element.get("max", 1)), MOST_COLUMNS))


def _column(reference: str | None) -> int:
    """The number of a column, from 1, in a reference such as `AB12`; 0 for none."""
    number = 0
    for sign in (reference or "").upper():
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - ord("A") + 1
    return number


def _local(tag: object) -> str:
    space, _, name = str(tag).rpartition("}")
    return name if space[1:] in _MAIN else ""
