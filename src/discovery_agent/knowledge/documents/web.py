"""HTML: headings, text and tables that a reader would see. Nothing is fetched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from discovery_agent.knowledge.documents.extracted import Extracted, escaped, table

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_NOT_TEXT = ("script", "style", "template", "noscript", "head", "svg", "iframe", "object", "nav", "form")
_BLOCKS = {"p", "div", "li", "section", "article", "br", "tr", "ul", "ol", "blockquote", "pre", "dt", "dd", "td", "th", "main", "body"}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|color\s*:\s*(?:white|#fff(?:fff)?)\b",
    re.IGNORECASE,
)


def read(text: str, where: str) -> Extracted:
    """The visible text in Markdown; hidden elements are left out and noted.

    Raises:
        DocumentError: a table is too wide.
    """
    from bs4 import BeautifulSoup, Comment

    soup = BeautifulSoup(text, "lxml")
    title = soup.title.get_text(" ") if soup.title else None
    for element in soup.find_all(string=lambda string: isinstance(string, Comment)):
        element.extract()
    for element in soup.find_all(_NOT_TEXT):
        element.decompose()
    notes: list[str] = []
    hidden = [element for element in soup.find_all(True) if not element.decomposed and _is_hidden(element)]
    for element in hidden:
        if not element.decomposed:
            element.decompose()
    if hidden:
        notes.append(f"{len(hidden)} hidden elements were left out.")
    _rewrite_tables(soup, where, notes)
    return Extracted("\n\n".join(_blocks(soup)), title, notes)


def _is_hidden(element: Tag) -> bool:
    style = element.get("style")
    return element.has_attr("hidden") or element.get("aria-hidden") == "true" or bool(style and _HIDDEN.search(str(style)))


def _rewrite_tables(soup: BeautifulSoup, where: str, notes: list[str]) -> None:
    for element in soup.find_all("table"):
        if element.decomposed or element.find("table"):
            continue  # a table that holds tables is layout; the inner ones are read
        rows = [[cell.get_text(" ") for cell in row.find_all(("td", "th"))] for row in element.find_all("tr")]
        block = soup.new_tag("p")
        block["data-table"] = "1"
        block.string = table(rows, where, "A table", notes)
        element.replace_with(block)


def _blocks(soup: BeautifulSoup) -> list[str]:
    """Paragraphs in the order of the page. Walked without recursion, so that no depth of nesting can stop it."""
    from bs4 import Tag
    from bs4.element import NavigableString

    parts: list[str] = []
    words: list[str] = []
    heading: Tag | None = None

    def finish() -> None:
        text = " ".join("".join(words).split())
        words.clear()
        if text:
            level = int(heading.name[1]) if heading is not None else 0
            parts.append(f"{'#' * level} {text}" if level else escaped(text))

    for node in soup.descendants:
        if isinstance(node, Tag):
            if heading is not None and heading not in node.parents:
                finish()
                heading = None
            if re.fullmatch(r"h[1-6]", node.name):
                finish()
                heading = node
            elif node.name in _BLOCKS and heading is None:
                finish()
                if node.name == "li":
                    words.append("- ")
        elif type(node) is NavigableString:
            parent = node.parent
            if parent is not None and parent.get("data-table"):
                finish()
                parts.append(str(node))
                continue
            if heading is not None and heading not in node.parents:
                finish()
                heading = None
            words.append(str(node))
    finish()
    return parts
