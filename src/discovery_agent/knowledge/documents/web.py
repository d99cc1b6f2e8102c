"""HTML: headings, text and tables that a reader would see. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from discovery_agent.knowledge.documents.extracted import Extracted, counted, escaped, refused, table
from discovery_agent.knowledge.documents.stylesheet import Stylesheet, has_background, hides, is_white

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOT_TEXT = frozenset("script style template noscript head svg iframe object nav form audio video canvas datalist".split())
_BLOCKS = frozenset("p div li section article br tr ul ol blockquote pre dt dd td th main body table".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


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
    page = _Page(where, _Sight(root))
    page.read(root)
    return page.extracted(title)


class _Page:
    """Walks a document once, in its order, without recursion: no depth of nesting can stop it."""

    def __init__(self, where: str, sight: _Sight) -> None:
        self._where = where
        self._sight = sight
        self._found = Extracted("")
        self._parts: list[str] = []
        self._words: list[str] = []
        self._level = 0

    def extracted(self, title: str | None) -> Extracted:
        """What was read, with what was left out."""
        document, hidden = self._found, self._sight.hidden
        if hidden:
            document.notes.insert(0, f"{counted(hidden, 'hidden element')} {'was' if hidden == 1 else 'were'} left out.")
        document.markdown, document.title = "\n\n".join(self._parts), title
        return document

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
            elif name in _NOT_TEXT or self._sight.misses(element):
                walk.skip_subtree()
            elif name == "table" and next(element.iterdescendants("table"), None) is None:
                # A table that holds tables is layout; the inner ones are read.
                self._finish()
                rows = [[" ".join(_visible_text(cell, self._sight)) for cell in row.iter("td", "th")] for row in element.iter("tr")]
                self._parts.append(table(rows, self._where, "A table", self._found))
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
            self._parts.append(f"{'#' * self._level} {text}" if self._level else escaped(text))
        self._level = 0


class _Sight:
    """What of a page its readers do not see."""

    def __init__(self, root: HtmlElement) -> None:
        self._sheet = Stylesheet([element.text_content() for element in root.iter("style")])
        self._missed: dict[HtmlElement, bool] = {}
        self._coloured: dict[HtmlElement, bool] = {}

    @property
    def hidden(self) -> int:
        """How many elements were missed."""
        return sum(self._missed.values())

    def misses(self, element: HtmlElement) -> bool:
        """Whether an element is hidden. To be asked of those around it before."""
        if element not in self._missed:
            declared = self._sheet.declared(element)
            parent = element.getparent()
            above = parent is not None and self._coloured.get(parent, False)
            self._coloured[element] = above or has_background(declared) or element.get("bgcolor") is not None
            white = is_white(declared.get("color") or (element.get("color") if element.tag == "font" else None))
            self._missed[element] = (
                element.get("hidden") is not None
                or element.get("aria-hidden") == "true"
                or (element.tag == "dialog" and element.get("open") is None)
                or hides(declared)
                or (white and not self._coloured[element])
            )
        return self._missed[element]


def _visible_text(cell: HtmlElement, sight: _Sight) -> Iterator[str]:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    for above in reversed(list(cell.iterancestors("tr", "tbody", "thead", "tfoot", "table"))):
        if sight.misses(above):
            return
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element is not cell and element.tail:
                yield element.tail
        elif not isinstance(element.tag, str) or element.tag in _NOT_TEXT or sight.misses(element):
            walk.skip_subtree()
        elif element.text:
            yield element.text
