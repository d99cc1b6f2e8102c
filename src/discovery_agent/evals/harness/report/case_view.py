"""A case under both arms, for reading: what only one of them noted comes first, its words marked in the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.discovery.report.highlights import Mark, Segment, segments
from discovery_agent.evals.harness.comparison import CaseDifference, SuiteComparison
from discovery_agent.evals.harness.metrics import SuiteTable
from discovery_agent.evals.harness.outcomes import Note
from discovery_agent.evals.harness.report.wording import figure, signed

TEXT_BUDGET = 3_000_000
"""Characters of case texts and notes that a page may hold; beyond that, cases show their scores alone."""

MOST_SHOWN = 25
"""Cases that a list opens with: those whose arms differ most. The others are there on request."""

BASE_ONLY, HEAD_ONLY, BOTH, NEITHER = 1, 2, 3, 4
"""Who noted the words of a mark; `NEITHER` are words that both arms missed."""

MISSED = "missed"
"""The kind of a note about what an arm did not find: its words are not the arm's."""


@dataclass(frozen=True)
class ScoreView:
    """One metric of one case."""

    metric: str
    title: str
    base: str
    head: str
    gain: float
    """Positive is better."""
    gain_text: str


@dataclass(frozen=True)
class NotePair:
    """The same thing in two arms; None on the side that does not mention it."""

    base: Note | None
    head: Note | None


@dataclass(frozen=True)
class CaseView:
    """One case."""

    id: str
    anchor: str
    slices: str
    scores: tuple[ScoreView, ...]
    primary: tuple[ScoreView, ...]
    gain: float
    """Sum of the gains on primary metrics, each in its margins: what cases are ordered by, worst first."""
    base_error: str | None
    head_error: str | None
    differing: tuple[NotePair, ...]
    alike: tuple[NotePair, ...]
    text: tuple[Segment, ...]
    whole: bool
    """Whether notes and text are on the page."""
    foremost: bool = True
    """Whether it is among those that a long list opens with."""

    @property
    def direction(self) -> str:
        """`worse`, `better` or `equal`."""
        return "equal" if abs(self.gain) < 1e-9 else "better" if self.gain > 0 else "worse"


def case_views(suite: SuiteComparison) -> tuple[CaseView, ...]:
    """The cases of a suite, worst first. Those whose arms differ most have their texts on the page,
    as far as the comparison holds them and the budget goes."""
    ordered = sorted(suite.cases, key=lambda case: (_margins(suite.table, case), case.case))
    budget = TEXT_BUDGET
    whole: set[str] = set()
    noted = [case for case in ordered if case.base_notes or case.head_notes or case.text]
    for case in sorted(noted, key=lambda case: (-abs(_margins(suite.table, case)), case.case)):
        budget -= _size(case)
        if budget < 0:
            break
        whole.add(case.case)
    foremost = {case.case for case in sorted(suite.cases, key=lambda case: (-abs(_margins(suite.table, case)), case.case))[:MOST_SHOWN]}
    return tuple(
        _view(suite.table, case, number, case.case in whole, case.case in foremost) for number, case in enumerate(ordered, start=1)
    )


def _view(table: SuiteTable, case: CaseDifference, number: int, whole: bool, foremost: bool) -> CaseView:
    scores = tuple(
        ScoreView(
            metric.name,
            metric.title,
            figure(case.base[metric.name]),
            figure(case.head[metric.name]),
            gain := metric.gain(case.base[metric.name], case.head[metric.name]),
            signed(gain),
        )
        for metric in table.metrics
        if metric.name in case.base and metric.name in case.head
    )
    names = {one.name for one in table.primary}
    pairs = pair_notes(case.base_notes, case.head_notes) if whole else []
    return CaseView(
        id=case.case,
        anchor=f"{table.suite.value}-{number}",
        slices=", ".join(f"{name} {value}" for name, value in case.slices.items()),
        scores=scores,
        primary=tuple(one for one in scores if one.metric in names),
        gain=_margins(table, case),
        base_error=case.base_error,
        head_error=case.head_error,
        differing=tuple(one for one in pairs if not _alike(one)),
        alike=tuple(one for one in pairs if _alike(one)),
        text=tuple(marked_text(case.text, pairs)) if whole and case.text else (),
        whole=whole,
        foremost=foremost,
    )


def _margins(table: SuiteTable, case: CaseDifference) -> float:
    """How much head gained on the primary metrics, in margins."""
    return sum(
        metric.gain(case.base[metric.name], case.head[metric.name]) / (metric.margin or 1.0)
        for metric in table.primary
        if metric.name in case.base and metric.name in case.head
    )


def _size(case: CaseDifference) -> int:
    notes = (*case.base_notes, *case.head_notes)
    return 200 + len(case.text) + sum(100 + len(note.text) + sum(60 + len(span.text) for span in note.spans) for note in notes)


def pair_notes(base: Sequence[Note], head: Sequence[Note]) -> list[NotePair]:
    """Notes of two arms side by side: by key where they have one, else by kind and words. Base's order first."""
    waiting: dict[tuple[str, str, str], list[Note]] = {}
    for note in head:
        waiting.setdefault(_about(note), []).append(note)
    pairs: list[NotePair] = []
    for note in base:
        others = waiting.get(_about(note), [])
        pairs.append(NotePair(note, others.pop(0) if others else None))
    left = {id(note) for notes in waiting.values() for note in notes}
    return pairs + [NotePair(None, note) for note in head if id(note) in left]


def _about(note: Note) -> tuple[str, str, str]:
    return (note.key, "", "") if note.key else ("", note.kind, note.text)


def _alike(pair: NotePair) -> bool:
    return pair.base is not None and pair.head is not None and (pair.base.kind, pair.base.text) == (pair.head.kind, pair.head.text)


def marked_text(text: str, pairs: Iterable[NotePair]) -> list[Segment]:
    """The text with the words of the notes marked by who noted them: base alone, head alone, both, or neither where both missed them."""
    by_base: set[str] = set()
    by_head: set[str] = set()
    missed: set[str] = set()
    for pair in pairs:
        for note, noted in ((pair.base, by_base), (pair.head, by_head)):
            if note is not None:
                (missed if note.kind == MISSED else noted).update(span.text for span in note.spans if span.text.strip())
    marks = [
        Mark(at, at + len(quote), number)
        for number, quotes in (
            (BOTH, by_base & by_head),
            (BASE_ONLY, by_base - by_head),
            (HEAD_ONLY, by_head - by_base),
            (NEITHER, missed - by_base - by_head),
        )
        for quote in sorted(quotes)
        if (at := text.find(quote)) >= 0
    ]
    return segments(text, marks)
