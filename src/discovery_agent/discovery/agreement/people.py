"""Whom a draft can be put to: stakeholders who hold a link that works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessKey, AccessRole, StakeholderRecord
from discovery_agent.storage import Unit


@dataclass(frozen=True, slots=True)
class Askable:
    """A stakeholder, and whether they can be asked."""

    person: StakeholderRecord
    invited: bool
    """Whether they hold a link that works."""


async def askable(ws: Workspace, engagement_id: str) -> list[Askable]:
    """Every stakeholder by name, with whether they can be asked.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await read_askable(unit, engagement_id, ws.now())


async def read_askable(unit: Unit, engagement_id: str, now: datetime) -> list[Askable]:
    """The same, within a transaction."""
    keys = await unit.access.list(engagement_id)
    invited = {key.stakeholder_id for key in keys if key.role is AccessRole.STAKEHOLDER and _works(key, now)}
    return [Askable(person, person.id in invited) for person in await unit.stakeholders.list(engagement_id)]


def _works(key: AccessKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
