"""Exported documents as their readers see them: plain text, and the numbers that it cites."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import docx
from docx.table import Table
from markdown_it import MarkdownIt

from discovery_agent.discovery.exporting import Format, rendered
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.review import SignOff

_VOID = {"meta", "link", "br", "wbr", "hr", "img", "input"}


class _Page(HTMLParser):
    """Texts that a reader sees, and everything that could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes.update(given)
        self.ids += [given["id"]] if "id" in given and not self._hidden else []
        self.links += [given[name] for name in ("href", "src") if name in given and not given[name].startswith("#p")]
        if self._hidden:
            self._hidden += [] if tag in _VOID else [tag]
        elif tag in ("style", "svg", "title") or given.get("class") == "card":
            self._hidden.append(tag)
        elif tag not in ("wbr", "span", "b", "em", "strong"):
            self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag == self._hidden[-1]:
            self._hidden.pop()
        elif tag not in ("wbr", "span", "b", "em", "strong"):
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def page_of(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page


def one_line(text: str) -> str:
    return " ".join(text.split())


def document_of(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def blocks_of(data: bytes) -> Iterator[str]:
    """Paragraphs and cells of a Word document in reading order."""
    for block in document_of(data).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield from (cell.text for cell in row.cells)
        else:
            yield block.text


def seen(data: bytes, form: Format) -> str:
    """All that a reader of the document sees, on one line."""
    if form is Format.WORD:
        return one_line(" ".join(blocks_of(data)))
    if form is Format.MARKDOWN:
        return one_line("".join(page_of(MarkdownIt("commonmark", {"html": True}).enable("table").render(data.decode())).texts))
    return one_line("".join(page_of(data.decode()).texts))


@dataclass(frozen=True)
class Cited:
    """Numbers in the text, and numbers that have a note."""

    text: frozenset[str]
    notes: frozenset[str]


def cited(data: bytes, form: Format) -> Cited:
    return _CITED[form](data)


def _numbers(told: str) -> Iterator[str]:
    """`1-3, A2` as 1, 2, 3, A2."""
    for part in filter(None, (one.strip() for one in told.split(","))):
        found = re.fullmatch(r"([AC]?)(\d+)(?:-\1(\d+))?", part)
        assert found, told
        letter, first, last = found.groups()
        yield from (f"{letter}{number}" for number in range(int(first), int(last or first) + 1))


def _of_markdown(data: bytes) -> Cited:
    text = data.decode()
    body, *notes = re.split(r"^## (?:What was said|What is assumed|How it was worked out)$", text, flags=re.MULTILINE)
    told: list[str] = []
    for line in body.splitlines():
        found = re.search(r" \(((?:[AC]?\d+(?:-[AC]?\d+)?(?:, )?)+)\)$", line) if line.startswith("- ") else None
        told += [found.group(1)] if found else []
        cell = re.search(r"\| ([^|]*) \|$", line)
        told += [cell.group(1)] if cell and cell.group(1).strip() not in ("Stands on", "---", "") else []
    return Cited(
        frozenset(number for one in told for number in _numbers(one)),
        frozenset(re.findall(r"^- \*\*(\w+)\*\* \S", "\n".join(notes), flags=re.MULTILINE)),
    )


def _of_word(data: bytes) -> Cited:
    document = document_of(data)
    told = [run.text.strip(" []") for one in document.paragraphs for run in one.runs if run.font.superscript]
    told += [row.cells[-1].text for table in document.tables for row in table.rows[1:]]
    notes = [found.group(1) for one in document.paragraphs if (found := re.match(r"([AC]?\d+)\t\S", one.text))]
    return Cited(frozenset(number for one in told for number in _numbers(one)), frozenset(notes))


def _of_html(data: bytes) -> Cited:
    html = data.decode()
    told = re.findall(r'<a class="cite" href="#(\w+)" aria-describedby="\1">(\w+)<', html)
    assert all(anchor.removeprefix("e") == number for anchor, number in told)
    notes = re.findall(r'<dt>(\w+)</dt><dd id="(\w+)">\S', html)
    return Cited(frozenset(anchor for anchor, _ in told), frozenset(anchor for _, anchor in notes))


_CITED: dict[Format, Callable[[bytes], Cited]] = {Format.MARKDOWN: _of_markdown, Format.WORD: _of_word, Format.HTML: _of_html}
READABLE = tuple(_CITED)
"""Formats that need no other program; a PDF is the page of HTML, printed."""


def exported(blueprint: Blueprint, form: Format, audience: Audience | None = None, signed: SignOff | None = None) -> bytes:
    return rendered(blueprint, form, audience=audience, signed=signed).data
