"""Text without a format of its own: Markdown, plain text, and tables in CSV."""

from __future__ import annotations

import csv
import re
from io import StringIO

from discovery_agent.knowledge.documents.extracted import Extracted, counted, escaped, refused, table
from discovery_agent.knowledge.documents.markdown_sight import without_hidden

_FRONT = re.compile(r"---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_TITLE = re.compile(r"^# +(.+?)[ #]*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)


def read_markdown(text: str) -> Extracted:
    """Markdown as it is, without front matter and what its readers do not see; a code fence that is never closed is closed."""
    text = _FRONT.sub("", text, count=1) if text.startswith("---") else text
    text, left_out = without_hidden(text)
    notes = [f"{counted(left_out, 'hidden passage')} {'was' if left_out == 1 else 'were'} left out."] if left_out else []
    if len(_FENCE.findall(text)) % 2:
        text += "\n```\n"
        notes.append("A code block is never closed; it was closed at the end.")
    title = _TITLE.search(text)
    return Extracted(text, title.group(1) if title else None, notes)


def read_text(text: str) -> Extracted:
    """Plain text; nothing in it is markup."""
    return Extracted(escaped(text))


def read_csv(text: str, where: str) -> Extracted:
    """A table with a header row.

    Raises:
        DocumentError: a quote is never closed, or the table is too wide.
    """
    head = "\n".join(text.split("\n")[:20])
    try:
        dialect = csv.Sniffer().sniff(head, delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    document = Extracted("")
    try:
        document.markdown = table(csv.reader(StringIO(text, newline=""), dialect), where, "The table", document)
        return document
    except csv.Error as error:
        raise refused(f"The table cannot be read: {error}.", "Export it again as CSV, or as a workbook.", where) from error
