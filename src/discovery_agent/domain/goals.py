"""The goal tree: business goals <- operational goals <- KPIs, merged across conversations.

A node never invents words: its statement is the statement of one of the findings joined in it.
"""

from __future__ import annotations

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.findings import Kpi


class KpiNode(Value):
    """One KPI, joined from every finding about the same metric."""

    id: str
    statement: str
    kpi: Kpi
    finding_ids: tuple[str, ...]
    disputed: tuple[str, ...] = ()
    """Names of KPI fields on which the joined findings differ, such as `target`."""


class OperationalGoalNode(Value):
    """One operational goal, and the KPIs that measure it."""

    id: str
    statement: str
    finding_ids: tuple[str, ...]
    kpis: tuple[KpiNode, ...] = ()


class BusinessGoalNode(Value):
    """One business goal, the operational goals that serve it, and KPIs that measure it directly."""

    id: str
    statement: str
    finding_ids: tuple[str, ...]
    operational_goals: tuple[OperationalGoalNode, ...] = ()
    kpis: tuple[KpiNode, ...] = ()


class GoalTree(Value):
    """Everything that is aimed for. What could not be tied to a goal above it stays visible as an orphan."""

    business_goals: tuple[BusinessGoalNode, ...] = ()
    unlinked_operational_goals: tuple[OperationalGoalNode, ...] = ()
    unlinked_kpis: tuple[KpiNode, ...] = ()

    @property
    def kpis(self) -> tuple[KpiNode, ...]:
        """Every KPI of the tree, in reading order."""
        found: list[KpiNode] = []
        for goal in self.business_goals:
            for operational in goal.operational_goals:
                found.extend(operational.kpis)
            found.extend(goal.kpis)
        for operational in self.unlinked_operational_goals:
            found.extend(operational.kpis)
        found.extend(self.unlinked_kpis)
        return tuple(found)
