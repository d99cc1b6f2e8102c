"""How results are shown in notebooks and shells: what of each is worth a line.

Results are plain values of `domain` and `discovery`, which know nothing of notebooks. This module gives their classes the methods by which
notebooks ask a value for its looks (`_repr_html_`, `_repr_markdown_`, `_repr_pretty_`); `docs/decisions/0018` says why here and why so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import singledispatch
from typing import Any, Protocol

from discovery_agent.discovery.assess import CaseAssessment
from discovery_agent.discovery.evidence import Evidence
from discovery_agent.discovery.report.decision_view import headline, open_words
from discovery_agent.discovery.report.kpi_view import field_text
from discovery_agent.discovery.report.wording import KIND_LABELS, STATUS_LABELS, analyst_words, plural, sentence_case
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.findings import Finding, Quote
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode
from discovery_agent.domain.necessity import NecessityAssessment, RungReading
from discovery_agent.domain.readiness import ReadinessAssessment
from discovery_agent.library.outline import Line, as_html, as_markdown, as_text

_QUESTIONS = 5
_REQUESTS = 5
_MARKS = {True: "holds", False: "fails", None: "open"}


@singledispatch
def outline(value: object) -> Line:
    """What is shown of a result.

    Raises:
        TypeError: nothing of the kind is shown.
    """
    raise TypeError(f"{type(value).__name__} has no display.")


@outline.register
def _(value: GoalTree) -> Line:
    found = [_business(one) for one in value.business_goals]
    if value.unlinked_operational_goals:
        loose = tuple(map(_operational, value.unlinked_operational_goals))
        found.append(Line("Operational goals that no business goal was named for", below=loose))
    if value.unlinked_kpis:
        found.append(Line("KPIs that no goal was named for", below=tuple(map(_kpi, value.unlinked_kpis))))
    return Line("Goal tree", remark="" if found else "no goal was found", below=tuple(found))


def _business(goal: BusinessGoalNode) -> Line:
    return Line(goal.statement, label="Goal", below=(*map(_operational, goal.operational_goals), *map(_kpi, goal.kpis)))


def _operational(goal: OperationalGoalNode) -> Line:
    return Line(goal.statement, label="Operational", below=tuple(map(_kpi, goal.kpis)))


def _kpi(node: KpiNode) -> Line:
    baseline, target = (field_text(node.kpi, name) for name in ("baseline", "target"))
    course = f"{baseline or 'today not known'} → {target or 'no target yet'}"
    more = [
        course,
        *([node.kpi.deadline] if node.kpi.deadline else []),
        *([f"disputed: {', '.join(node.disputed)}"] if node.disputed else []),
    ]
    return Line(node.kpi.metric, label="KPI", remark="; ".join(more))


@outline.register
def _(value: NecessityAssessment) -> Line:
    below = [*_ladder(value)]
    for one in value.contradictions:
        sides = (
            Line(side.means, remark=side.solution.label if side.solution else "no verdict", below=tuple(_said(side.ratings)))
            for side in one.sides
        )
        below.append(Line(one.name, label="Contradiction", below=tuple(sides)))
    if value.pivotal:
        asked = tuple(Line(one.question) for one in value.pivotal[:_QUESTIONS])
        below.append(Line("What would change it, most decisive first", below=asked))
    return Line(_verdict(value), below=tuple(below))


def _verdict(verdict: NecessityAssessment) -> str:
    leader = next((rung for rung in verdict.ladder if rung.id == verdict.rung), None)
    if leader is None:
        return f"{headline(verdict)}. {open_words(verdict)}"
    return f"{headline(verdict)}: {leader.label} ({verdict.certainty.value}, {verdict.confidence:.0%})"


def _ladder(verdict: NecessityAssessment) -> Iterator[Line]:
    for rung in verdict.ladder:
        state = "leads" if rung.id == verdict.rung else _MARKS[rung.holds]
        yield Line(sentence_case(rung.label), remark=f"{state}, {rung.probability:.0%}", below=tuple(_lacks(rung)))


def _lacks(rung: RungReading) -> Iterator[Line]:
    for condition in rung.lacking:
        yield Line(condition.lacks, below=tuple(_said(condition.ratings)))


class _Proven(Protocol):
    @property
    def quotes(self) -> tuple[Quote, ...]: ...


def _said(proven: Iterable[_Proven]) -> Iterator[Line]:
    quotes = {(quote.speaker, quote.text): quote for one in proven for quote in one.quotes}
    return (Line(quote.text, quote=True, remark=quote.speaker or "") for quote in quotes.values())


@outline.register
def _(value: ReadinessAssessment) -> Line:
    return Line("Data: next requests", remark="" if value.gaps else "no gap is known", below=tuple(_requests(value)))


def _requests(readiness: ReadinessAssessment) -> Iterator[Line]:
    for gap in readiness.gaps[:_REQUESTS]:
        yield Line(gap.next_step or "", label=gap.name)


@outline.register
def _(value: GoalDecision) -> Line:
    verdict = outline(value.necessity)
    data = (outline(value.readiness),) if value.readiness and value.readiness.gaps else ()
    return Line(value.statement, remark=verdict.text, below=(*verdict.below, *data))


@outline.register
def _(value: Decisions) -> Line:
    return Line("Verdicts", remark="" if value.goals else "no goal to decide on", below=tuple(map(outline, value.goals)))


@outline.register
def _(value: CaseAssessment) -> Line:
    verdict = outline(value.necessity)
    data = (outline(value.readiness),) if value.readiness and value.readiness.gaps else ()
    return Line(verdict.text, below=(*verdict.below, *data))


@outline.register
def _(value: EngagementAnalysis) -> Line:
    decisions = value.decisions
    below = [outline(value.goal_tree)]
    if decisions is not None:
        below.append(Line("Verdicts", below=tuple(Line(goal.statement, remark=_verdict(goal.necessity)) for goal in decisions.goals)))
        below.append(Line("Conflicts", below=tuple(Line(one.crux, label=one.about) for one in decisions.conflicts)))
        below.append(
            Line("Ask next", below=tuple(Line(one.question, remark=", ".join(one.people)) for one in decisions.agenda[:_QUESTIONS]))
        )
    below.append(Line("Findings", below=tuple(_kinds(value.findings))))
    failed = sum(len(one.failed_windows) for one in value.conversations)
    below.append(Line("Not read", below=tuple(Line(one.source, remark=one.error) for one in value.unreadable)))
    heard = plural(len(value.conversations), "conversation")
    trouble = f", {plural(failed, 'stretch', 'stretches')} failed" if failed else ""
    remark = f"{heard}, {analyst_words(value.analyst)}{trouble}"
    return Line(value.title, remark=remark, below=tuple(one for one in below if one.below or one.remark))


def _kinds(findings: Sequence[Finding]) -> Iterator[Line]:
    for kind, (one, several) in KIND_LABELS.items():
        found = tuple(finding for finding in findings if finding.kind is kind)
        if found:
            yield Line(plural(len(found), one, several), below=tuple(map(outline, found)), folded=True)


@outline.register
def _(value: Finding) -> Line:
    return Line(value.statement, remark=STATUS_LABELS[value.status], below=tuple(_said([value])))


@outline.register
def _(value: Evidence) -> Line:
    return Line(value.statement, label=KIND_LABELS[value.kind][0], remark=value.conversation_title, below=tuple(_said([value])))


@outline.register
def _(value: Blueprint) -> Line:
    below = [
        Line("Goals", below=tuple(Line(one.statement, remark=one.course.label) for one in value.goals)),
        Line(
            "KPIs",
            below=tuple(
                Line(one.metric, remark=f"{one.baseline or 'today not known'} → {one.target or 'no target yet'}") for one in value.kpis
            ),
        ),
        Line("Epics", below=tuple(Line(one.title, remark=plural(len(one.items), "backlog item")) for one in value.epics)),
    ]
    if value.plan:
        budget, currency = value.plan.forecast.budget, value.plan.inputs.currency
        below.append(Line(f"{budget.p50:,.0f} to {budget.p80:,.0f} {currency} (P50, P80)", label="Budget"))
        below.append(Line(value.plan.inputs.starts_on.isoformat(), label="Starts", remark=plural(len(value.plan.tasks), "task")))
    below.append(Line("To approve", below=tuple(Line(one.asked, remark=one.kind.value) for one in value.choices)))
    return Line(
        value.title, remark=f"version {value.number}, {value.course.label}", below=tuple(one for one in below if one.below or one.label)
    )


SHOWN: tuple[type[Any], ...] = (
    GoalTree,
    NecessityAssessment,
    ReadinessAssessment,
    GoalDecision,
    Decisions,
    CaseAssessment,
    EngagementAnalysis,
    Finding,
    Evidence,
    Blueprint,
)
"""What notebooks show by `outline`."""


def show_in_notebooks() -> None:
    """Let notebooks show these results as outlines. Their `repr` stays that of any value."""
    for kind in SHOWN:
        for name, method in _METHODS.items():
            setattr(kind, name, method)


def _pretty(self: object, printer: Any, cycle: bool) -> None:
    printer.text("..." if cycle else as_text(outline(self)))


_METHODS: dict[str, Callable[..., object]] = {
    "_repr_html_": lambda self: as_html(outline(self)),
    "_repr_markdown_": lambda self: as_markdown(outline(self)),
    "_repr_pretty_": _pretty,
}
