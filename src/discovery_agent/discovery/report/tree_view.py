"""The goal tree as the report draws it: three columns, with a visible hole where something is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from discovery_agent.discovery.report.finding_view import FindingIndex, FindingView, PersonView
from discovery_agent.discovery.report.kpi_view import GapView, KpiView, people_of
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode


@dataclass(frozen=True, slots=True)
class OperationalView:
    """An operational goal and its KPIs."""

    anchor: str
    statement: str
    findings: Sequence[FindingView]
    people: Sequence[PersonView]
    kpis: tuple[KpiView, ...]


@dataclass(frozen=True, slots=True)
class BusinessView:
    """A business goal with what serves it and what measures it."""

    anchor: str
    statement: str
    findings: Sequence[FindingView]
    people: Sequence[PersonView]
    operational_goals: tuple[OperationalView, ...]
    kpis: tuple[KpiView, ...]

    @property
    def all_kpis(self) -> tuple[KpiView, ...]:
        """KPIs of the goal itself and of the operational goals under it."""
        return tuple(kpi for goal in self.operational_goals for kpi in goal.kpis) + self.kpis


@dataclass(frozen=True, slots=True)
class TreeView:
    """The whole tree; orphans are what nobody tied to a goal above."""

    business_goals: Sequence[BusinessView]
    orphan_goals: tuple[OperationalView, ...]
    orphan_kpis: tuple[KpiView, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.business_goals or self.orphan_goals or self.orphan_kpis)


GoalNode = BusinessGoalNode | OperationalGoalNode


@dataclass(frozen=True, slots=True)
class Backing:
    """Where a goal stands on its page, and what it rests on."""

    anchor: str
    findings: Sequence[FindingView]
    people: Sequence[PersonView]


def tree_view(tree: GoalTree, kpis: Mapping[str, KpiView], backing: Callable[[GoalNode], Backing]) -> TreeView:
    """The tree with what backs each node."""

    def measured(nodes: tuple[KpiNode, ...]) -> tuple[KpiView, ...]:
        return tuple(kpis[node.id] for node in nodes)

    def operational(node: OperationalGoalNode) -> OperationalView:
        found = backing(node)
        return OperationalView(found.anchor, node.statement, found.findings, found.people, measured(node.kpis))

    def business(node: BusinessGoalNode) -> BusinessView:
        found = backing(node)
        return BusinessView(
            anchor=found.anchor,
            statement=node.statement,
            findings=found.findings,
            people=found.people,
            operational_goals=tuple(operational(child) for child in node.operational_goals),
            kpis=measured(node.kpis),
        )

    return TreeView(
        business_goals=tuple(business(node) for node in tree.business_goals),
        orphan_goals=tuple(operational(node) for node in tree.unlinked_operational_goals),
        orphan_kpis=measured(tree.unlinked_kpis),
    )


def numbered(index: FindingIndex) -> Callable[[GoalNode], Backing]:
    """Backs each goal with all its findings, and numbers the goals as they come."""
    counter = count(1)

    def backing(node: GoalNode) -> Backing:
        findings = index.of(node.finding_ids)
        return Backing(f"g{next(counter)}", findings, people_of(findings))

    return backing


def tree_gaps(tree: TreeView) -> tuple[GapView, ...]:
    """Where the chain from business goal to KPI is broken."""
    goals = len(tree.business_goals)
    operational = [child for goal in tree.business_goals for child in goal.operational_goals] + list(tree.orphan_goals)
    kpis = sum(len(goal.all_kpis) for goal in tree.business_goals) + sum(len(goal.kpis) for goal in tree.orphan_goals)
    gaps = (
        _gap("business goals without a KPI", goals, [goal for goal in tree.business_goals if not goal.all_kpis]),
        _gap(
            "operational goals without a KPI",
            len(operational),
            [goal for goal in operational if not goal.kpis],
        ),
        _gap("operational goals tied to no business goal", len(operational), list(tree.orphan_goals)),
        GapView(
            "KPIs tied to no goal",
            len(tree.orphan_kpis),
            kpis + len(tree.orphan_kpis),
            tuple((f"tree-{kpi.anchor}", kpi.metric) for kpi in tree.orphan_kpis),
        ),
    )
    return tuple(gap for gap in gaps if gap.count)


def _gap(label: str, of: int, lacking: list[BusinessView] | list[OperationalView]) -> GapView:
    return GapView(label, len(lacking), of, tuple((goal.anchor, goal.statement.rstrip(".")) for goal in lacking))
