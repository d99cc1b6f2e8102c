"""Cuts a page into passages: by heading first, then, where a section is too long, by tokens.

Headings are found by markdown-it-py, because a passage must be citable by its offsets and nothing may be lost: the
heading splitters of langchain-text-splitters rewrite the text, and drop what follows an unclosed code fence. Long sections go
through its token-aware recursive splitter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from discovery_agent.domain.orders import marks
from discovery_agent.domain.retrieval import Citation, Passage
from discovery_agent.knowledge.pages import Page

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from markdown_it.token import Token

CUT_VERSION = "3"
"""Raised when the same page would give other passages, or other marks on them: an index made before is then made anew."""

PASSAGE_TOKENS = 210
"""Longest passage. The local embedding model reads 256 tokens; title and headings, which go in front, need the rest."""

OVERLAP_TOKENS = 24
_CHARACTERS_PER_TOKEN = 12  # more than any language has, so that an unbroken line cannot pass as one token
_SAYS_SOMETHING = re.compile(r"[^\W_].*[^\W_]", re.DOTALL)  # at least two letters or digits


@dataclass(frozen=True)
class Section:
    """The text below one heading, up to the next of any level; `start` is its offset in the page."""

    headings: tuple[str, ...]
    start: int
    text: str


def sections(page: Page) -> Iterator[Section]:
    """The sections of a page that hold text, in order."""
    headings = list(_headings(page.body.text))
    starts = [0, *accumulate(len(line) for line in page.body.text.splitlines(keepends=True))]
    path: list[tuple[int, str]] = []
    ends = [line for _, _, line, _ in headings] + [len(starts) - 1]
    if (headings and headings[0][2] > 0) or not headings:
        yield from _section(page, (), starts[0], starts[ends[0]])
    for (level, title, _, after), end in zip(headings, ends[1:], strict=True):
        path = [(above, name) for above, name in path if above < level] + [(level, title)]
        yield from _section(page, tuple(name for _, name in path), starts[after], starts[end])


def _section(page: Page, headings: tuple[str, ...], start: int, end: int) -> Iterator[Section]:
    text = page.body.text[start:end]
    if text.strip():
        lead = len(text) - len(text.lstrip())
        yield Section(headings, page.body.start + start + lead, text.strip())


def _headings(text: str) -> Iterator[tuple[int, str, int, int]]:
    """Level, words, first line and line after, of each heading at the top level of the document."""
    from markdown_it import MarkdownIt

    if not re.search(r"^ {0,3}(?:#|=+\s*$|-+\s*$)", text, re.MULTILINE):
        return
    tokens: list[Token] = MarkdownIt("commonmark").parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            words = " ".join(re.sub(r"[*_`]+", "", tokens[at + 1].content).split())
            yield int(token.tag[1]), words[:200], token.map[0], token.map[1]


class Cutter:
    """Cuts pages into passages. `tokens_of` counts the tokens of a text as the embedding model does.

    `is_clean` knows whole texts of pages that were looked through before, and give no orders.
    """

    def __init__(self, tokens_of: Callable[[str], int], is_clean: Callable[[str], bool] = lambda _: False) -> None:
        self._tokens_of = tokens_of
        self._is_clean = is_clean
        self._splitter: RecursiveCharacterTextSplitter | None = None

    def passages(self, page: Page) -> Iterator[Passage]:
        """The passages of a page, in order; each knows its headings and its offsets in the page's file.

        Those that give orders to a language model are marked. So are all below a title, heading or file name that does.
        """
        pieces = [
            (section, start, text)
            for section in sections(page)
            for start, text in self._pieces(section.text)
            if _SAYS_SOMETHING.search(text)
        ]
        clean = page.front.file is None and self._is_clean(page.text)
        headed = [(section.headings, text) for section, _, text in pieces]
        marked = [False] * len(pieces) if clean else marks(page.front.title, page.front.file, headed)
        for (section, start, text), instructs in zip(pieces, marked, strict=True):
            citation = Citation(
                page=page.id,
                title=page.front.title,
                headings=section.headings,
                start=section.start + start,
                end=section.start + start + len(text),
                engagement=page.engagement,
                file=page.front.file,
            )
            yield Passage(citation=citation, kind=page.front.kind, text=text, instructs=instructs)

    def _pieces(self, text: str) -> Iterator[tuple[int, str]]:
        if self._length(text) <= PASSAGE_TOKENS:
            yield 0, text
            return
        if self._splitter is None:
            from langchain_text_splitters import RecursiveCharacterTextSplitter  # slow to import

            self._splitter = RecursiveCharacterTextSplitter(
                chunk_size=PASSAGE_TOKENS,
                chunk_overlap=OVERLAP_TOKENS,
                length_function=self._length,
                separators=["\n\n", "\n", r"(?<=[.!?])\s+", " ", ""],
                is_separator_regex=True,
                keep_separator="start",
            )
        start = -1
        for piece in self._splitter.split_text(text):
            # The splitter's own `add_start_index` takes the overlap for characters, and then finds nothing.
            start = text.index(piece, start + 1)
            yield start, piece

    def _length(self, text: str) -> int:
        return max(self._tokens_of(text), len(text) // _CHARACTERS_PER_TOKEN)


def indexed_text(passage: Passage) -> str:
    """What a passage is found by: its page's title and headings, then its own words."""
    return f"{passage.citation.label}\n{passage.text}"
