"""Cited knowledge as the report shows it: passages with where they stand, and what they explain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery_agent.discovery.report.wording import sentence_case
from discovery_agent.domain.retrieval import CitedPassage, KnowledgeUse, Purpose, Retrieved, UnusedPassage

_MARKUP = re.compile(r"^\s*(?:[-*+]|\d+\.|#{1,6}|>)\s+|[*_`]{1,3}|^\s*\|?[\s:|-]+\|[\s:|-]*$", re.MULTILINE)
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
    """File, and characters from and to."""
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


@dataclass(frozen=True, slots=True)
class KnowledgeView:
    """Everything that the knowledge base gave."""

    cited: tuple[KnownView, ...] = ()
    unused: tuple[UnusedView, ...] = ()
    notes: tuple[str, ...] = ()
    by_subject: Mapping[tuple[Purpose, str], tuple[KnownView, ...]] = field(
        default_factory=dict[tuple[Purpose, str], tuple[KnownView, ...]]
    )

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
        anchor=one.id,
        label=one.id.upper(),
        title=passage.citation.label,
        kind=sentence_case(passage.kind.value.replace("_", " ")),
        where=_where(one.found),
        whose=passage.citation.engagement or "",
        paragraphs=_paragraphs(passage.text),
        sources=one.sources,
    )


def _unused(one: UnusedPassage) -> UnusedView:
    return UnusedView(one.goal, one.found.passage.citation.label, _where(one.found), _paragraphs(one.found.passage.text))


def _where(found: Retrieved) -> str:
    citation = found.passage.citation
    return f"{citation.page}.md, characters {citation.start} to {citation.end}"


def _paragraphs(text: str) -> tuple[str, ...]:
    """The words of a passage without the marks of Markdown, a paragraph or item of a list each."""
    parts = (part for block in _PARAGRAPH.split(text) for part in re.split(r"\n(?=\s*(?:[-*+]|\d+\.|\|)\s)", block))
    plain = (" ".join(_MARKUP.sub("", part).strip().strip("|").replace("|", " · ").split()) for part in parts)
    return tuple(part for part in plain if part)
