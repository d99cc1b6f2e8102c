"""Cited knowledge as the report shows it: passages with where they stand, and what they explain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.retrieval import Citation, CitedPassage, KnowledgeUse, Purpose, UnusedPassage

KIND_NAMES: dict[PageKind, str] = {
    PageKind.LADDER: "Ladder of sufficiency",
    PageKind.QUESTIONS: "Questions",
    PageKind.TECHNIQUE: "Technique",
    PageKind.KPI: "KPI",
    PageKind.ARCHETYPE: "Process archetype",
    PageKind.DATA_READINESS: "Data readiness",
    PageKind.RISK: "Risk",
    PageKind.ESTIMATION: "Estimation",
    PageKind.AGREEMENT: "Agreement",
    PageKind.LESSON: "Lesson",
    PageKind.NO_AI_CASE: "Case without AI",
    PageKind.DOCUMENT: "Document",
}
"""What a kind of page is called."""

_RULE = re.compile(r"^[\s:|-][\s:-]*+\|[\s:|-]*$|^\s*(?:[-*_]\s*){3,}$", re.MULTILINE)
_START = re.compile(r"^\s*(?:#{1,6}|>)\s+", re.MULTILINE)
_BULLET = re.compile(r"^\s*[-*+]\s+")
# A mark of emphasis stands beside a word; `snake_case` and `3 * 4` have none. A backslash makes the sign after it plain.
_EMPHASIS = re.compile(r"\\([!-/:-@\[-`{-~])|(?<![\w*_`])[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?![\w*_`])")
_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,60})\}")
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class KnownView:
    """One cited passage."""

    anchor: str
    label: str
    """`K1`"""
    title: str
    kind: str
    where: str
    """Of a document, the name of its file and the heading, page or sheet. Empty for a page: its title and headings are the title here."""
    whose: str
    """The engagement whose document it is; empty for the general corpus."""
    paragraphs: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnusedView:
    """A passage that fits a goal and is cited nowhere."""

    goal: str
    title: str
    where: str
    paragraphs: tuple[str, ...]
    whose: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeView:
    """Everything that the knowledge base gave."""

    cited: tuple[KnownView, ...] = ()
    """All that is cited, in the order of their labels."""
    unused: tuple[UnusedView, ...] = ()
    notes: tuple[str, ...] = ()
    by_subject: Mapping[tuple[Purpose, str], tuple[KnownView, ...]] = field(
        default_factory=dict[tuple[Purpose, str], tuple[KnownView, ...]]
    )

    @property
    def general(self) -> tuple[KnownView, ...]:
        """What is cited of the general corpus."""
        return tuple(one for one in self.cited if not one.whose)

    @property
    def own(self) -> tuple[KnownView, ...]:
        """What is cited of the engagement's own documents."""
        return tuple(one for one in self.cited if one.whose)

    def on_verdict(self, goal_id: str | None) -> tuple[KnownView, ...]:
        """What explains the verdict on a goal."""
        return self.by_subject.get((Purpose.VERDICT, goal_id or ""), ())

    def on_gap(self, dimension: str) -> tuple[KnownView, ...]:
        """What explains a gap of the data."""
        return self.by_subject.get((Purpose.GAP, dimension), ())

    def on_question(self, item: str) -> tuple[KnownView, ...]:
        """What explains a question of the agenda."""
        return self.by_subject.get((Purpose.QUESTION, item), ())


def knowledge_view(use: KnowledgeUse | None) -> KnowledgeView:
    """Work out what the report shows of the knowledge base; nothing where it was not asked."""
    if use is None:
        return KnowledgeView()
    cited = {one.id: _known(one) for one in use.cited}
    return KnowledgeView(
        cited=tuple(cited.values()),
        unused=tuple(_unused(one) for one in use.unused),
        notes=use.notes,
        by_subject={(one.purpose, one.subject): tuple(cited[id_] for id_ in one.passages) for one in use.advice},
    )


def _known(one: CitedPassage) -> KnownView:
    passage = one.found.passage
    return KnownView(
        anchor=f"known-{one.id}",
        label=one.id.upper(),
        title=passage.citation.label,
        kind=KIND_NAMES[passage.kind],
        where=_where(passage.citation),
        whose=passage.citation.engagement or "",
        paragraphs=paragraphs(passage.text),
        sources=one.sources,
    )


def _unused(one: UnusedPassage) -> UnusedView:
    passage = one.found.passage
    return UnusedView(
        one.goal, passage.citation.label, _where(passage.citation), paragraphs(passage.text), passage.citation.engagement or ""
    )


def _where(citation: Citation) -> str:
    return where_it_stands(citation) if citation.engagement is not None else ""


def where_it_stands(citation: Citation) -> str:
    """Where a reader finds a passage: in a document by the name of its file and its headings, in a page by its offsets."""
    if citation.engagement is None:
        return f"{citation.page}.md, characters {citation.start} to {citation.end}"
    return ", ".join((citation.file or citation.page, *([" › ".join(citation.headings)] if citation.headings else [])))


def paragraphs(text: str) -> tuple[str, ...]:
    """The words of a passage without the marks of Markdown, a paragraph or item of a list each."""
    parts = (part for block in _PARAGRAPH.split(text) for part in re.split(r"\n(?=\s*(?:[-*+]|\d+\.|\|)\s)", block))
    plain = (_plain(part) for part in parts)
    return tuple(part for part in plain if part.strip("• "))


def _plain(part: str) -> str:
    text = _START.sub("", _RULE.sub("", part)).strip()
    bullet = "• " if _BULLET.match(text) else ""
    text = _BULLET.sub("", text).strip("|").replace("|", " · ")
    text = _EMPHASIS.sub(lambda found: found[1] or "", text)
    return bullet + " ".join(_PLACEHOLDER.sub(r"(\1)", text).split())
