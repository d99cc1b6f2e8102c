"""Assessments as values and as they are stored: a small part that is read whole, and long lists that are read in slices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.domain.changes import ChangeReport, Completed, Moved, NewConversation, Node, Superseded
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.coverage import Coverage, SingleVoice, Voice
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode
from discovery_agent.domain.necessity import Certainty
from discovery_agent.domain.retrieval import Advice, CitedPassage, KnowledgeUse, UnusedPassage
from discovery_agent.storage import AssessmentRecord


class Section(StrEnum):
    """A long list of an assessment, and what it holds."""

    BUSINESS_GOALS = "business_goals"
    """`BusinessGoalNode`, each with the operational goals and KPIs below it."""
    OPERATIONAL_GOALS = "operational_goals"
    """`OperationalGoalNode`: those that could not be tied to a business goal."""
    UNLINKED_KPIS = "unlinked_kpis"
    """`KpiNode`: those that could not be tied to a goal."""
    KPIS = "kpis"
    """`KpiNode`: all of the tree, for lists of KPIs and their gaps."""
    GOALS = "goals"
    """`GoalDecision`: the verdict for each operational goal."""
    CONFLICTS = "conflicts"
    AGENDA = "agenda"
    VOICES = "voices"
    SINGLE_VOICES = "single_voices"
    CITED = "cited"
    ADVICE = "advice"
    UNUSED = "unused"
    CONFIRMED = "confirmed"
    """This and the following: the parts of the change report."""
    COMPLETED = "completed"
    CONTRADICTED = "contradicted"
    SUPERSEDED = "superseded"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"


HOLDS: dict[Section, type[Value]] = {
    Section.BUSINESS_GOALS: BusinessGoalNode,
    Section.OPERATIONAL_GOALS: OperationalGoalNode,
    Section.UNLINKED_KPIS: KpiNode,
    Section.KPIS: KpiNode,
    Section.GOALS: GoalDecision,
    Section.CONFLICTS: Conflict,
    Section.AGENDA: AgendaItem,
    Section.VOICES: Voice,
    Section.SINGLE_VOICES: SingleVoice,
    Section.CITED: CitedPassage,
    Section.ADVICE: Advice,
    Section.UNUSED: UnusedPassage,
    Section.CONFIRMED: Node,
    Section.COMPLETED: Completed,
    Section.CONTRADICTED: Conflict,
    Section.SUPERSEDED: Superseded,
    Section.ADDED: Node,
    Section.WITHDRAWN: Node,
    Section.MOVED: Moved,
}


class VerdictCount(Value):
    """How many operational goals have a verdict."""

    solution: str | None = Field(description="Solution class; None where no verdict leads.")
    certainty: Certainty
    goals: int = Field(ge=1)


class ChangeHead(Value):
    """What the change report is about; its entries are sections."""

    before: str | None = None
    since: datetime | None = None
    conversations: tuple[NewConversation, ...] = Field(default=(), description="At most 50 of them.")
    resolved: tuple[str, ...] = Field(default=(), description="Subjects of conflicts that are gone; at most 50.")


class AssessmentOverview(Value):
    """An assessment without its long lists: all that an overview page shows at once."""

    id: str
    created_at: datetime
    basis: str
    analyst: str
    stale: bool = Field(default=False, description="Whether a newer one is under way.")
    findings: int = Field(ge=0, description="Findings that it rests on.")
    conversations: int = Field(ge=0, description="Conversations that it rests on.")
    sizes: dict[str, int] = Field(description="Section -> how many items it has.")
    verdicts: tuple[VerdictCount, ...] = ()
    ready: dict[str, int] = Field(default_factory=dict[str, int], description="Goals whose data is `ready`, `not_ready` or `unknown`.")
    kpi_gaps: dict[str, int] = Field(default_factory=dict[str, int], description="Field -> how many KPIs lack it.")
    missing_roles: tuple[Role, ...] = ()
    knowledge_notes: tuple[str, ...] = ()
    change: ChangeHead = ChangeHead()


class Assessment(Value):
    """Everything that follows from the findings of an engagement."""

    id: str
    created_at: datetime
    basis: str = Field(description="The same for the same findings, people, tables and analyst.")
    analyst: str
    goal_tree: GoalTree
    decisions: Decisions
    knowledge: KnowledgeUse
    change: ChangeReport
    stale: bool = Field(default=False, description="Whether a newer one is under way.")


def kept(
    assessment: Assessment, engagement_id: str, *, findings: int, conversations: int, more: dict[str, list[dict[str, Any]]]
) -> AssessmentRecord:
    """An assessment as it is stored; `more` are sections for the next assessment and for interviews."""
    sections = {section: _plain(items) for section, items in _lists(assessment).items()}
    overview = AssessmentOverview(
        id=assessment.id,
        created_at=assessment.created_at,
        basis=assessment.basis,
        analyst=assessment.analyst,
        findings=findings,
        conversations=conversations,
        sizes={section.value: len(items) for section, items in sections.items()},
        verdicts=_verdicts(assessment.decisions),
        ready=_ready(assessment.decisions),
        kpi_gaps=_gaps(assessment.goal_tree),
        missing_roles=assessment.decisions.coverage.missing_roles,
        knowledge_notes=assessment.knowledge.notes,
        change=ChangeHead(
            before=assessment.change.before,
            since=assessment.change.since,
            conversations=assessment.change.conversations[:50],
            resolved=assessment.change.resolved[:50],
        ),
    )
    payload = {
        "overview": overview.model_dump(mode="json"),
        "change": {
            "conversations": _plain(assessment.change.conversations),
            "resolved": list(assessment.change.resolved),
        },
    }
    return AssessmentRecord(
        id=assessment.id,
        engagement_id=engagement_id,
        basis=assessment.basis,
        analyst=assessment.analyst,
        created_at=assessment.created_at,
        payload=payload,
        sections={**{section.value: items for section, items in sections.items()}, **more},
    )


def restored(record: AssessmentRecord, *, stale: bool = False) -> Assessment:
    """A stored assessment, with its sections, as it was."""

    def items(section: Section) -> list[dict[str, Any]]:
        return record.sections.get(section.value, [])

    overview = AssessmentOverview.model_validate(record.payload["overview"])
    return Assessment.model_validate(
        {
            "id": record.id,
            "created_at": record.created_at,
            "basis": record.basis,
            "analyst": record.analyst,
            "goal_tree": {
                "business_goals": items(Section.BUSINESS_GOALS),
                "unlinked_operational_goals": items(Section.OPERATIONAL_GOALS),
                "unlinked_kpis": items(Section.UNLINKED_KPIS),
            },
            "decisions": {
                "goals": items(Section.GOALS),
                "conflicts": items(Section.CONFLICTS),
                "agenda": items(Section.AGENDA),
                "coverage": Coverage(
                    voices=tuple(map(Voice.model_validate, items(Section.VOICES))),
                    missing_roles=overview.missing_roles,
                    single_voices=tuple(map(SingleVoice.model_validate, items(Section.SINGLE_VOICES))),
                ),
            },
            "knowledge": {
                "cited": items(Section.CITED),
                "advice": items(Section.ADVICE),
                "unused": items(Section.UNUSED),
                "notes": overview.knowledge_notes,
            },
            "change": {
                "before": overview.change.before,
                "since": overview.change.since,
                **record.payload["change"],
                **{section.value: items(section) for section in _CHANGES},
            },
            "stale": stale,
        }
    )


_CHANGES = (
    Section.CONFIRMED,
    Section.COMPLETED,
    Section.CONTRADICTED,
    Section.SUPERSEDED,
    Section.ADDED,
    Section.WITHDRAWN,
    Section.MOVED,
)


def _lists(assessment: Assessment) -> dict[Section, Sequence[Value]]:
    tree, decisions, knowledge, change = assessment.goal_tree, assessment.decisions, assessment.knowledge, assessment.change
    return {
        Section.BUSINESS_GOALS: tree.business_goals,
        Section.OPERATIONAL_GOALS: tree.unlinked_operational_goals,
        Section.UNLINKED_KPIS: tree.unlinked_kpis,
        Section.KPIS: tree.kpis,
        Section.GOALS: decisions.goals,
        Section.CONFLICTS: decisions.conflicts,
        Section.AGENDA: decisions.agenda,
        Section.VOICES: decisions.coverage.voices,
        Section.SINGLE_VOICES: decisions.coverage.single_voices,
        Section.CITED: knowledge.cited,
        Section.ADVICE: knowledge.advice,
        Section.UNUSED: knowledge.unused,
        **{section: getattr(change, section.value) for section in _CHANGES},
    }


def _plain(items: Sequence[Value]) -> list[dict[str, Any]]:
    return [item.model_dump(mode="json") for item in items]


def _verdicts(decisions: Decisions) -> tuple[VerdictCount, ...]:
    counts: dict[tuple[str | None, Certainty], int] = {}
    for goal in decisions.goals:
        solution = goal.necessity.solution
        verdict = (solution.value if solution else None, goal.necessity.certainty)
        counts[verdict] = counts.get(verdict, 0) + 1
    return tuple(VerdictCount(solution=solution, certainty=certainty, goals=goals) for (solution, certainty), goals in counts.items())


def _ready(decisions: Decisions) -> dict[str, int]:
    words = {True: "ready", False: "not_ready", None: "unknown"}
    counts: dict[str, int] = {}
    for goal in decisions.goals:
        word = words[goal.readiness.ready if goal.readiness else None]
        counts[word] = counts.get(word, 0) + 1
    return counts


def _gaps(tree: GoalTree) -> dict[str, int]:
    counts: dict[str, int] = {}
    for node in tree.kpis:
        for gap in node.kpi.gaps:
            counts[gap] = counts.get(gap, 0) + 1
    return counts
