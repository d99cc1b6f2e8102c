"""HTML: headings, text and tables that a reader would see. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from discovery_agent.knowledge.documents.extracted import Extracted, escaped, refused, table

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOT_TEXT = frozenset("script style template noscript head svg iframe object nav form".split())
_BLOCKS = frozenset("p div li section article br tr ul ol blockquote pre dt dd td th main body table".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|color\s*:\s*(?:white|#fff(?:fff)?)\b",
    re.IGNORECASE,
)


def read(text: str, where: str) -> Extracted:
    """The visible text in Markdown; hidden elements are left out and noted.

    Raises:
        DocumentError: a table is too wide, or elements are nested too deeply.
    """
    from lxml import html

    # Without an own declaration of its encoding, which lxml would refuse in text that is decoded already.
    parser = html.HTMLParser(huge_tree=True)
    root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text) or "<html></html>", parser=parser)
    if any("depth" in error.message.lower() for error in parser.error_log):  # what lies deeper would be lost in silence
        raise refused("The elements of the page are nested too deeply to be read.", "Save its text as plain text.", where)
    title = root.findtext(".//title")
    page = _Page(where)
    page.read(root)
    return Extracted("\n\n".join(page.parts), title, page.notes)


class _Page:
    """Walks a document once, in its order, without recursion: no depth of nesting can stop it."""

    def __init__(self, where: str) -> None:
        self.parts: list[str] = []
        self._where = where
        self._table_notes: list[str] = []
        self._words: list[str] = []
        self._level = 0
        self._hidden = 0

    @property
    def notes(self) -> list[str]:
        """What was left out."""
        hidden = f"{self._hidden} hidden element{' was' if self._hidden == 1 else 's were'} left out."
        return ([hidden] if self._hidden else []) + self._table_notes

    def read(self, root: HtmlElement) -> None:
        """Collect the paragraphs."""
        from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # a compiled module without stubs

        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            name = element.tag if isinstance(element.tag, str) else ""
            if event in ("comment", "pi"):
                self._say(element.tail)
            elif event == "end":
                if name in _BLOCKS or name in _HEADINGS:
                    self._finish()
                self._say(element.tail)
            elif name in _NOT_TEXT:
                walk.skip_subtree()
            elif _is_hidden(element):
                self._hidden += 1
                walk.skip_subtree()
            elif name == "table" and next(element.iterdescendants("table"), None) is None:
                # A table that holds tables is layout; the inner ones are read.
                self._finish()
                rows = [[" ".join(_visible_text(cell)) for cell in row.iter("td", "th")] for row in element.iter("tr")]
                self.parts.append(table(rows, self._where, "A table", self._table_notes))
                walk.skip_subtree()
            else:
                if name in _BLOCKS or name in _HEADINGS:
                    self._finish()
                self._level = _HEADINGS.get(name, self._level)
                self._say("- " if name == "li" else "")
                self._say(element.text)
        self._finish()

    def _say(self, text: str | None) -> None:
        if text:
            self._words.append(text)

    def _finish(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text and text != "-":
            self.parts.append(f"{'#' * self._level} {text}" if self._level else escaped(text))
        self._level = 0


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or element.get("aria-hidden") == "true" or bool(style and _HIDDEN.search(style))


def _visible_text(cell: HtmlElement) -> Iterator[str]:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element is not cell and element.tail:
                yield element.tail
        elif not isinstance(element.tag, str) or element.tag in _NOT_TEXT or _is_hidden(element):
            walk.skip_subtree()
        elif element.text:
            yield element.text
