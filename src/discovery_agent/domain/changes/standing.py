"""What an assessment held, as far as a later one is compared with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import Field

from discovery_agent.domain.conflicts import ConflictKind
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Kpi
from discovery_agent.domain.goals import GoalTree, KpiNode
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty

FIELDS = {"baseline": "today's value", "target": "target", "change": "relative target", "deadline": "deadline", "direction": "direction"}
"""Fields of a KPI on which a newer word can differ, in words."""
GAPS = {**FIELDS, "measured_by": "way to measure", "owner": "owner"}
"""Fields of a KPI that may be unknown, in words."""


class StandingNode(Value):
    """A goal or KPI as it stood."""

    id: str
    kind: FindingKind
    statement: str
    finding_ids: tuple[str, ...]
    known: tuple[str, ...] = Field(default=(), description="Of a KPI: names of the fields that were known.")


class StandingVerdict(Value):
    """A verdict as it stood."""

    goal_id: str | None
    solution: SolutionClass | None
    certainty: Certainty
    shown: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Criterion -> the values that were firmly shown.")


class StandingConflict(Value):
    """A conflict as it stood."""

    id: str
    kind: ConflictKind
    about: str


class Standing(Value):
    """What an assessment held, as far as a later one is compared with it."""

    conversations: tuple[str, ...] = Field(default=(), description="Ids of the conversations it rests on.")
    nodes: tuple[StandingNode, ...] = ()
    verdicts: tuple[StandingVerdict, ...] = ()
    conflicts: tuple[StandingConflict, ...] = ()
    rejected: tuple[str, ...] = Field(default=(), description="Ids of the findings that people had rejected.")
    corrected: tuple[str, ...] = Field(default=(), description="Ids of the findings that people had corrected.")


def standing_of(tree: GoalTree, decisions: Decisions, findings: Iterable[Finding], conversations: Iterable[str]) -> Standing:
    """What a later assessment needs to know of this one."""
    status: dict[FindingStatus, list[str]] = defaultdict(list)
    for one in findings:
        status[one.status].append(one.id)
    return Standing(
        conversations=tuple(conversations),
        nodes=tuple(
            StandingNode(
                id=one.id,
                kind=one.kind,
                statement=one.statement,
                finding_ids=one.finding_ids,
                known=known_fields(one.kpi) if one.kpi else (),
            )
            for one in nodes_of(tree)
        ),
        verdicts=tuple(
            StandingVerdict(
                goal_id=goal.goal_id, solution=goal.necessity.solution, certainty=goal.necessity.certainty, shown=shown_values(goal)
            )
            for goal in decisions.goals
        ),
        conflicts=tuple(StandingConflict(id=one.id, kind=one.kind, about=one.about) for one in decisions.conflicts),
        rejected=tuple(status[FindingStatus.REJECTED]),
        corrected=tuple(status[FindingStatus.CORRECTED]),
    )


@dataclass(frozen=True)
class TreeNode:
    """A goal or KPI of the tree as it is now."""

    id: str
    kind: FindingKind
    statement: str
    finding_ids: tuple[str, ...]
    kpi: Kpi | None = None


def nodes_of(tree: GoalTree) -> list[TreeNode]:
    """Every goal and KPI of the tree: business goals, then operational goals, then KPIs."""
    operational = [goal for above in tree.business_goals for goal in above.operational_goals]
    return [
        *(TreeNode(one.id, FindingKind.BUSINESS_GOAL, one.statement, one.finding_ids) for one in tree.business_goals),
        *(
            TreeNode(one.id, FindingKind.OPERATIONAL_GOAL, one.statement, one.finding_ids)
            for one in (*operational, *tree.unlinked_operational_goals)
        ),
        *(_kpi_node(one) for one in tree.kpis),
    ]


def _kpi_node(node: KpiNode) -> TreeNode:
    return TreeNode(node.id, FindingKind.KPI, node.statement, node.finding_ids, node.kpi)


def known_fields(kpi: Kpi) -> tuple[str, ...]:
    """Names of the fields that are known."""
    return tuple(name for name in GAPS if getattr(kpi, name) is not None)


def shown_values(goal: GoalDecision) -> dict[str, tuple[str, ...]]:
    """Criterion -> the values that were firmly shown."""
    shown: dict[str, dict[str, None]] = defaultdict(dict)
    for rating in goal.necessity.ratings:
        shown[rating.criterion][rating.value] = None
    return {criterion: tuple(sorted(values)) for criterion, values in shown.items()}
