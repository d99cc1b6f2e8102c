"""Entering the conflicts of a new assessment into the register, in the transaction that stores the assessment."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from discovery_agent.discovery.assessment_records import Section
from discovery_agent.discovery.naming import name_to_the_eye
from discovery_agent.domain.agreement.entering import entries
from discovery_agent.domain.agreement.owners import proposed_owner
from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.domain.goals import KpiNode
from discovery_agent.errors import StaleVersion
from discovery_agent.storage import AssessmentRecord, Unit

_TRIES = 5


async def enter_conflicts(unit: Unit, record: AssessmentRecord) -> None:
    """Bring the register up to an assessment: what people decided on a conflict stays.

    Raises:
        StaleVersion: people change the register faster than it can be written.
    """
    for left in reversed(range(_TRIES)):
        try:
            await _enter(unit, record)
        except StaleVersion:  # a lead was quicker: read what they decided, and keep it
            if not left:
                raise
        else:
            return


async def _enter(unit: Unit, record: AssessmentRecord) -> None:
    conflicts = [Conflict.model_validate(row) for row in record.sections.get(Section.CONFLICTS.value, ())]
    about = {one.kpi_id for one in conflicts if one.kpi_id}
    nodes = [KpiNode.model_validate(row) for row in record.sections.get(Section.KPIS.value, ()) if row["id"] in about]
    known = {one.id: one async for one in unit.conflicts.all(record.engagement_id)}
    stakeholder = finder(await unit.stakeholders.list(record.engagement_id))
    owners = {
        one.id: owner.id if (owner := proposed_owner(one, {node.id: node for node in nodes}, stakeholder)) else None for one in conflicts
    }
    for entry in entries(record.engagement_id, conflicts, known, owners, record.created_at):
        await _write(unit, entry, known)


async def _write(unit: Unit, entry: RegisteredConflict, known: dict[str, RegisteredConflict]) -> None:
    if entry.id in known:
        await unit.conflicts.update(entry)
    else:
        await unit.conflicts.add(entry)


def finder(people: Iterable[StakeholderRecord]) -> Callable[[str], StakeholderRecord | None]:
    """Finds the stakeholder whom a transcript calls by a name."""
    by_name = {name_to_the_eye(person.name): person for person in people}
    return lambda name: by_name.get(name_to_the_eye(name))
