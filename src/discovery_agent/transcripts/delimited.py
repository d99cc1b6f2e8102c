"""CSV and its relatives: one turn a row, with a header row that names the columns."""

from __future__ import annotations

import csv
from collections import Counter

from discovery_agent.transcripts.columns import SPEAKER, TEXT, Columns
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.source import Source

_DELIMITERS = (",", ";", "\t", "|")
_NAMES = "Name the columns in the first row, such as `speaker,text` (also start, end)."


def recognise(source: Source) -> float:
    """A first row that names speaker and text; less sure where rows are regular but unnamed."""
    if _columns(source):
        return 0.9
    if source.suffix in (".csv", ".tsv"):
        return 0.55
    return 0.45 if _regular(source) else 0.0


def read(source: Source) -> Draft:
    """One turn per row.

    Raises:
        TranscriptError: no header row, or a quotation mark that never closes.
    """
    found = _columns(source)
    if found is None:
        known = f"Known names: {', '.join(SPEAKER[:5])} and {', '.join(TEXT[:4])}."
        raise source.error("The table has no header row that names its columns.", f"{_NAMES} {known}", _top(source) + 1)
    delimiter, columns = found
    # The default of 128 kB a cell is less than one long turn; raised once, never lowered, so safe with threads.
    csv.field_size_limit(max(csv.field_size_limit(), len(source.text) + 1))
    draft = Draft()
    top = _top(source)
    rows = csv.reader((line + "\n" for line in source.lines[top:]), delimiter=delimiter)
    line, before = top + 1, 0
    for index, cells in enumerate(rows):
        line = top + before + 1
        before = rows.line_num
        if index == 0:
            continue
        turn = columns.turn(cells, line)
        if turn.text.strip():
            draft.turns.append(turn)
        elif any(cell.strip() for cell in cells):
            draft.note("A row without text was skipped.", line)
    if top + before > line and "".join(source.lines[line - 1 :]).count('"') % 2:
        raise source.error("A quotation mark in this row is never closed.", "Close it, or double a quotation mark inside a cell.", line)
    return draft


def _top(source: Source) -> int:
    return next((index for index, line in enumerate(source.lines) if line.strip()), 0)


def _columns(source: Source) -> tuple[str, Columns] | None:
    header = source.lines[_top(source)][:2000]
    for delimiter in _DELIMITERS:
        # A row that begins with a bar is Markdown.
        if delimiter in header and not header.lstrip().startswith("|"):
            columns = Columns.find(next(csv.reader([header], delimiter=delimiter), []))
            if columns:
                return delimiter, columns
    return None


def _regular(source: Source) -> bool:
    """Three rows or more, all with the same number of delimiters, two at least: nobody writes prose like that."""
    rows = [line for line in source.head.split("\n")[:200] if line.strip()]
    if len(rows) < 3 or rows[0].lstrip().startswith("|"):
        return False
    return any(len(counts := Counter(line.count(mark) for line in rows)) == 1 and min(counts) >= 2 for mark in (";", "\t"))
