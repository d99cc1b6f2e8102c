"""Versions as they are read: the newest, one of a number, a list of all, what differs, what a task stands on."""

from __future__ import annotations

import asyncio
from datetime import datetime

from pydantic import Field

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.defects import defects_of
from discovery_agent.domain.blueprint.differences import BlueprintDifferences, differences_of
from discovery_agent.domain.blueprint.document import Blueprint, Course, version_id
from discovery_agent.domain.blueprint.trace import Trace, trace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.errors import NotFound
from discovery_agent.storage import Unit


class BlueprintHead(Value):
    """A version in a list."""

    number: int
    parent: int | None
    at: datetime
    made_by: str
    change: str
    course: Course
    title: str
    content_hash: str
    defects: int = Field(description="How many there were when it was made.")
    signed: bool = False


async def latest_blueprint(ws: Workspace, engagement_id: str) -> Blueprint | None:
    """The newest version; None if there is none.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.blueprints.latest(engagement_id)


async def blueprint_version(ws: Workspace, engagement_id: str, number: int) -> Blueprint:
    """The version of a number.

    Raises:
        NotFound: there is none of that number.
    """
    async with ws.database.reading() as unit:
        return await version_in(unit, engagement_id, number)


async def blueprint_versions(ws: Workspace, engagement_id: str, offset: int = 0, limit: int = 50) -> tuple[list[BlueprintHead], int]:
    """The newest versions first, and how many there are.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        versions, total = await unit.blueprints.heads(engagement_id, offset, limit)
        heads: list[BlueprintHead] = []
        for one in versions:
            signature = await unit.sign_offs.find(engagement_id, one.id)
            # Whether a signature still holds is told by the version itself, which somebody may have changed in the database.
            whole = await unit.blueprints.get(engagement_id, one.id) if signature else None
            content = await asyncio.to_thread(_hash, whole) if whole else one.content_hash
            heads.append(
                BlueprintHead(
                    number=one.number,
                    parent=one.parent,
                    at=one.at,
                    made_by=one.made_by,
                    change=one.change,
                    course=one.course,
                    title=one.title,
                    content_hash=content,
                    defects=one.defects,
                    signed=signature is not None and signature.content_hash == content,
                )
            )
    return heads, total


async def differences(ws: Workspace, engagement_id: str, older: int, newer: int) -> BlueprintDifferences:
    """What differs between two versions, section by section.

    Raises:
        NotFound: there is none of one of the numbers.
    """
    async with ws.database.reading() as unit:
        before, after = await version_in(unit, engagement_id, older), await version_in(unit, engagement_id, newer)
    return await asyncio.to_thread(differences_of, before, after)


async def task_trace(ws: Workspace, engagement_id: str, number: int, task_id: str) -> Trace:
    """From a task up to its goal and down to what was said.

    Raises:
        NotFound: there is no such version or task.
    """
    return trace(await blueprint_version(ws, engagement_id, number), task_id)


async def with_current_defects(ws: Workspace, blueprint: Blueprint) -> Blueprint:
    """The same version with the defects that it has as of today: a finding that it cites may have been rejected since."""
    async with ws.database.reading() as unit:
        live = await live_findings(unit, blueprint.engagement_id, [one.finding_id for one in blueprint.evidence])
    found = await asyncio.to_thread(defects_of, blueprint, live.__contains__)
    return blueprint.model_copy(update={"defects": found})


def _hash(blueprint: Blueprint) -> str:
    return blueprint.content_hash


async def live_findings(unit: Unit, engagement_id: str, ids: list[str]) -> set[str]:
    """Those of some ids that are there and that nobody rejected."""
    stored = await unit.findings.of_ids(engagement_id, ids)
    return {one.finding.id for one in stored if one.finding.status is not FindingStatus.REJECTED}


async def version_in(unit: Unit, engagement_id: str, number: int) -> Blueprint:
    """The version of a number, within a transaction.

    Raises:
        NotFound: there is none of that number.
    """
    found = await unit.blueprints.find(engagement_id, version_id(number))
    if found is None:
        raise NotFound("There is no such version of the blueprint.", where=str(number), remedy="Look at the list of versions.")
    return found
