"""What a reader gives: the document as Markdown, and what it left out; plus the limits that every reader keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from discovery_agent.domain.unseen import visible
from discovery_agent.errors import DocumentError

LARGEST_FILE = 50_000_000
LONGEST_TEXT = 10_000_000
MOST_COLUMNS = 256
MOST_ROWS = 5_000
"""Rows of a table that are read. A knowledge base explains; a table with more is data, and belongs in a database."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n?|\u2028|\u2029|\x85")
_UNBROKEN = re.compile(r"\S{400,}")
_MARKUP = re.compile(r"[ \t]*(#|```|~~~|<)")
_UNDERLINE = re.compile(r"[ \t]*(=+|-+)[ \t]*$")


@dataclass
class Extracted:
    """A document in Markdown."""

    markdown: str
    title: str | None = None
    notes: list[str] = field(default_factory=list)
    incomplete: bool = False
    """Whether something is missing that readers of the document see, and not only what was hidden from them."""

    def missing(self, note: str) -> None:
        """Note that something is missing that readers see."""
        self.notes.append(note)
        self.incomplete = True


def counted(count: int, what: str) -> str:
    """`1 hidden row`, `2 hidden rows`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def refused(what: str, remedy: str, where: str) -> DocumentError:
    """The error of a document that does not join, to be raised by the caller."""
    return DocumentError(what, where=where, remedy=remedy)


def escaped(text: str) -> str:
    """Running text of a document as Markdown: none of its lines can pass for a heading, a code fence or HTML."""
    lines: list[str] = []
    for line in text.split("\n"):
        if _MARKUP.match(line):
            line = "\\" + line.lstrip()
        elif _UNDERLINE.match(line) and lines and lines[-1].strip():
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def cleaned(document: Extracted, where: str) -> Extracted:
    """The document without what no reader sees and no passage can hold; what was taken out is noted.

    Raises:
        DocumentError: nothing readable remains, or too much.
    """
    notes = list(document.notes)
    text = document.markdown.encode("utf-8", "replace").decode("utf-8")
    text = _CONTROL.sub(" ", _LINE_END.sub("\n", text))
    plain = visible(text)
    if len(text) - len(plain) > 1:
        notes.append(f"{len(text) - len(plain):,} invisible characters were left out.")
    shorter = _UNBROKEN.sub(lambda run: f"[{len(run[0])} characters without a space left out]", plain)
    if shorter != plain:
        notes.append("Long runs without a space, such as embedded files, were left out.")
    if not any(sign.isalnum() for sign in shorter):
        raise refused("The document holds no text.", "If it is a scan, run text recognition first and add the result.", where)
    if len(shorter) > LONGEST_TEXT:
        raise refused(f"The document holds {len(shorter):,} characters of text; at most {LONGEST_TEXT:,} are taken.", "Split it.", where)
    return Extracted(shorter.strip() + "\n", _title(document.title), notes, document.incomplete)


def _title(title: str | None) -> str | None:
    plain = " ".join(visible(_CONTROL.sub(" ", title or "")).encode("utf-8", "replace").decode("utf-8").split())
    return plain[:200] or None


def table(rows: Iterable[Sequence[str]], where: str, name: str, document: Extracted) -> str:
    """Rows as lines of `Header: value; Header: value`, which can each be understood, found and cited by itself.

    `document` is told if rows are missing.

    Raises:
        DocumentError: the table is too wide to be read by anybody.
    """
    lines: list[str] = []
    header: list[str] | None = None
    for number, row in enumerate(rows):
        cells = [" ".join(cell.split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise refused(
                f"{name} has {len(cells):,} columns; at most {MOST_COLUMNS} are taken.",
                "Export the columns that matter and add that file.",
                where,
            )
        if not cells:
            continue
        if header is None:
            header = cells
            lines.append(" | ".join(cells))
            continue
        if number > MOST_ROWS:
            document.missing(f"{name}: only the first {MOST_ROWS:,} rows were read.")
            break
        lines.append("; ".join(_cell(header, at, cell) for at, cell in enumerate(cells) if cell))
    return escaped("\n".join(lines))


def _cell(header: Sequence[str], at: int, cell: str) -> str:
    name = header[at] if at < len(header) else ""
    return f"{name}: {cell}" if name else cell
