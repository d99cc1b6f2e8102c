"""Stakeholders: who is interviewed, or speaks in transcripts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, status

from discovery_agent.discovery import engagements as use
from discovery_agent.discovery.access import name_of
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.errors import StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import Id, Limit, Name, Offset, Page, Version
from discovery_agent.web.api.stale import changed_meanwhile

router = APIRouter(prefix="/engagements/{engagement_id}/stakeholders", tags=["Stakeholders"], responses=problems())


class NewStakeholder(fields.Body):
    """A person to be interviewed or recognised in transcripts."""

    name: Name
    role: Role = Role.UNKNOWN
    department: Name | None = None


class StakeholderChange(fields.Body):
    """What is to be changed; what is left out stays."""

    version: Version
    name: Name | None = None
    role: Role | None = None
    department: Name | None = None


@router.get("", summary="List stakeholders")
async def list_stakeholders(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[StakeholderRecord]:
    """By name."""
    return fields.cut(await use.list_stakeholders(ws, engagement.id), offset, limit)


@router.post("", summary="Add a stakeholder", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def add_stakeholder(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewStakeholder, Body(examples=[{"name": "Maria Santos", "role": "business", "department": "Claims"}])],
) -> StakeholderRecord:
    """Two of one name could not be told apart, so the second is refused."""
    return await use.add_stakeholder(ws, engagement.id, new.name, role=new.role, department=new.department, actor=name_of(who))


@router.get("/{stakeholder_id}", summary="Show a stakeholder")
async def get_stakeholder(ws: Ws, engagement: Readable, stakeholder_id: Id) -> StakeholderRecord:
    """Name, role and department."""
    return await use.get_stakeholder(ws, engagement.id, stakeholder_id)


@router.patch("/{stakeholder_id}", summary="Change a stakeholder", responses=problems(409))
async def update_stakeholder(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    stakeholder_id: Id,
    change: Annotated[StakeholderChange, Body(examples=[{"version": 1, "role": "sponsor"}])],
) -> StakeholderRecord:
    """What is left out stays as it is. An older version than the stored one is refused, and the answer shows how it stands."""
    before = await use.get_stakeholder(ws, engagement.id, stakeholder_id)
    try:
        return await use.update_stakeholder(ws, before.model_copy(update=change.model_dump(exclude_none=True)), actor=name_of(who))
    except StaleVersion as error:
        raise changed_meanwhile(error, await use.get_stakeholder(ws, engagement.id, stakeholder_id)) from error


@router.delete(
    "/{stakeholder_id}",
    summary="Remove a stakeholder",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(409),
)
async def remove_stakeholder(ws: Ws, who: Who, engagement: Changeable, stakeholder_id: Id) -> None:
    """With the links that were given to them. One with whom there are interviews stays."""
    await use.remove_stakeholder(ws, engagement.id, stakeholder_id, actor=name_of(who))
