"""A mail that is written as a web page, as text: quotations marked by `>`, so that it is read like any other mail."""

from __future__ import annotations

import re

from lxml import (
    etree,  # pyright: ignore[reportAttributeAccessIssue]  # a compiled module without stubs
    html,
)

LARGEST_PAGE = 4_000_000
"""Characters of a page that are read: mails beyond are newsletters with pictures in them."""

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_BLOCKS = frozenset(
    {"p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article", "blockquote", "hr", "dl", "dt", "dd"}
)  # fmt: skip
_APART = frozenset({"p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\u200b\u00ad\ufeff]+")


def page_text(page: str) -> str:
    """The text that a reader of the page sees; what stands in a `blockquote` is marked by `>`, once for each level."""
    # What the page says of its own encoding is of the bytes that it came in.
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8")
    try:
        root = html.document_fromstring(page[:LARGEST_PAGE].encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return ""
    return _Reading().text_of(root)


class _Reading:
    """Lines, as they come out of a walk over the page."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._level = 0

    def text_of(self, root: html.HtmlElement) -> str:
        unseen: html.HtmlElement | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if unseen is not None:
                if event == "end" and element is unseen:
                    unseen = None
                    self._add(element.tail)
                continue
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                if element.tag in _UNSEEN or _HIDDEN.search(element.get("style") or ""):
                    unseen = element
                    continue
                self._begin(element.tag)
                self._add(element.text)
            else:
                self._end(element.tag)
                self._add(element.tail)
        self._break()
        return "\n".join(self._lines)

    def _begin(self, tag: str) -> None:
        if tag == "br" or tag in _BLOCKS:
            self._break()
        if tag in _APART:
            self._apart()
        if tag == "blockquote":
            self._level += 1
        elif tag == "li":
            self._line.append("- ")

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
        elif tag in ("td", "th"):
            self._line.append(" ")
        if tag == "blockquote":
            self._level -= 1
        if tag in _APART:
            self._apart()

    def _add(self, text: str | None) -> None:
        if text:
            self._line.append(text)

    def _break(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip(" ")
        self._line = []
        if line.strip("\xa0"):
            self._lines.append("> " * self._level + line)
        elif line:
            self._apart()  # a line that holds a fixed space only, which is how Outlook writes an empty one

    def _apart(self) -> None:
        mark = (">" * self._level) if self._level else ""
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(mark)
