"""Stakeholders: who is interviewed, or speaks in transcripts; and speakers who are no stakeholders yet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, status
from pydantic import Field

from discovery_agent.discovery import engagements as use
from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.speakers import Speaker, add_speaker, speakers_of
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.errors import StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import Id, Limit, Name, Offset, Page, Version
from discovery_agent.web.api.stale import changed_meanwhile

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Stakeholders"], responses=problems())


class NewStakeholder(fields.Body):
    """A person to be interviewed or recognised in transcripts."""

    name: Name
    role: Role = Role.UNKNOWN
    department: Name | None = None


class KnownSpeaker(fields.Body):
    """A speaker who is to be a stakeholder."""

    name: Annotated[Name, Field(description="As the transcripts name them.")]


class StakeholderChange(fields.Body):
    """What is to be changed; what is left out stays."""

    version: Version
    name: Name | None = None
    role: Role | None = None
    department: Name | None = None


@router.get("/stakeholders", summary="List stakeholders")
async def list_stakeholders(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[StakeholderRecord]:
    """By name."""
    return fields.cut(await use.list_stakeholders(ws, engagement.id), offset, limit)


@router.post("/stakeholders", summary="Add a stakeholder", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def add_stakeholder(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewStakeholder, Body(examples=[{"name": "Maria Santos", "role": "business", "department": "Claims"}])],
) -> StakeholderRecord:
    """Two of one name could not be told apart, so the second is refused."""
    return await use.add_stakeholder(ws, engagement.id, new.name, role=new.role, department=new.department, actor=name_of(who))


@router.get("/stakeholders/{stakeholder_id}", summary="Show a stakeholder")
async def get_stakeholder(ws: Ws, engagement: Readable, stakeholder_id: Id) -> StakeholderRecord:
    """Name, role and department."""
    return await use.get_stakeholder(ws, engagement.id, stakeholder_id)


@router.patch("/stakeholders/{stakeholder_id}", summary="Change a stakeholder", responses=problems(409))
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
    "/stakeholders/{stakeholder_id}",
    summary="Remove a stakeholder",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(409),
)
async def remove_stakeholder(ws: Ws, who: Who, engagement: Changeable, stakeholder_id: Id) -> None:
    """With the links that were given to them. One with whom there are interviews stays."""
    await use.remove_stakeholder(ws, engagement.id, stakeholder_id, actor=name_of(who))


@router.get("/speakers", summary="List the speakers of transcripts")
async def list_speakers(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[Speaker]:
    """Those first who said most: in which transcripts, what part of the words, the function they stated, and which stakeholder they are."""
    return fields.cut(await speakers_of(ws, engagement.id), offset, limit)


@router.post("/speakers", summary="Make a speaker a stakeholder", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def make_stakeholder(
    ws: Ws, who: Who, engagement: Changeable, new: Annotated[KnownSpeaker, Body(examples=[{"name": "Maria Santos"}])]
) -> StakeholderRecord:
    """Under the name in the transcripts, which links the two; with the role and department that they tell, if any."""
    return await add_speaker(ws, engagement.id, new.name, actor=name_of(who))
