"""Who should bring a conflict to an end, by rule; a person decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.domain.goals import KpiNode

SENIORITY = (Role.SPONSOR, Role.BUSINESS, Role.COMPLIANCE, Role.TECHNICAL, Role.END_USER, Role.UNKNOWN)
"""Roles from the one that can decide most to the one that can decide least."""


def proposed_owner(
    conflict: Conflict, kpis: Mapping[str, KpiNode], stakeholder: Callable[[str], StakeholderRecord | None]
) -> StakeholderRecord | None:
    """Who answers for the KPI that the conflict is about; else the most senior role among its sides.

    `stakeholder` finds the stakeholder of a name. None if no side is a known stakeholder.
    """
    node = kpis.get(conflict.kpi_id or "")
    if node is not None and node.kpi.owner and "owner" not in node.disputed and (answers := stakeholder(node.kpi.owner)):
        return answers
    speakers = dict.fromkeys(name for side in conflict.sides for name in side.speakers)
    parties = [person for name in speakers if (person := stakeholder(name)) is not None]
    return min(parties, key=lambda person: SENIORITY.index(person.role), default=None)
