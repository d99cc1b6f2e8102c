"""Engagements: list, make, change, export, delete; and their audit trail."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Body, Response, status
from pydantic import Field

from discovery_agent.discovery import engagements as use
from discovery_agent.discovery.access import may, name_of
from discovery_agent.domain.engagement import DEFAULT_QUESTIONS, AccessRole, AuditEntry, Engagement
from discovery_agent.errors import AccessDenied, StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Owner, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import Limit, Line, Offset, Page, Prose, Short, Truth, Version, only_numbers
from discovery_agent.web.api.stale import changed_meanwhile

router = APIRouter(prefix="/engagements", tags=["Engagements"], responses=problems())

_EXAMPLE = {
    "title": "Claims handling",
    "organisation": "Northwind Insurance",
    "purpose": "Find out why claims take nine days, and what would make them faster.",
    "question_budget": 12,
    "private_until_release": True,
}


class NewEngagement(fields.Body):
    """An engagement to be made."""

    title: Line
    organisation: Short = ""
    purpose: Prose = ""
    question_budget: Annotated[int, Field(ge=1, le=60, description="Most questions of an interview."), only_numbers] = DEFAULT_QUESTIONS
    private_until_release: Annotated[
        Truth, Field(description="Whether an interview stays private until its stakeholder releases it at the end.")
    ] = True
    share_quotes: Annotated[Truth, Field(description="Whether stakeholders may be shown what others said, and who.")] = False


class EngagementChange(fields.Body):
    """What is to be changed; what is left out stays."""

    version: Version
    title: Line | None = None
    organisation: Short | None = None
    purpose: Prose | None = None
    question_budget: Annotated[int, Field(ge=1, le=60), only_numbers] | None = None
    private_until_release: Truth | None = None
    share_quotes: Truth | None = None


@router.get("", summary="List engagements")
async def list_engagements(ws: Ws, who: Who, offset: Offset = 0, limit: Limit = 50) -> Page[Engagement]:
    """The newest first. The owner sees all, a lead or reviewer their own."""
    if who.role is AccessRole.OWNER:
        items, total = await use.list_engagements(ws, offset, limit)
        return Page(items=items, total=total, offset=offset, limit=limit)
    if who.engagement_id is None:
        raise AccessDenied("This key opens no engagement.")
    may(who, who.engagement_id)
    return fields.cut([await use.get_engagement(ws, who.engagement_id)], offset, limit)


@router.post("", summary="Make an engagement", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def create_engagement(ws: Ws, who: Owner, new: Annotated[NewEngagement, Body(examples=[_EXAMPLE])]) -> Engagement:
    """Only the owner may."""
    return await use.create_engagement(ws, **new.model_dump(), actor=name_of(who))


@router.get("/{engagement_id}", summary="Show an engagement")
async def get_engagement(engagement: Readable) -> Engagement:
    """Its title, purpose and settings."""
    return engagement


@router.patch("/{engagement_id}", summary="Change an engagement", responses=problems(409))
async def update_engagement(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    change: Annotated[EngagementChange, Body(examples=[{"version": 1, "question_budget": 10}])],
) -> Engagement:
    """What is left out stays as it is. An older version than the stored one is refused, and the answer shows how it stands."""
    wanted = engagement.model_copy(update=change.model_dump(exclude_none=True))
    try:
        return await use.update_engagement(ws, wanted, actor=name_of(who))
    except StaleVersion as error:
        raise changed_meanwhile(error, await use.get_engagement(ws, engagement.id)) from error


@router.delete("/{engagement_id}", summary="Delete an engagement", status_code=status.HTTP_204_NO_CONTENT)
async def delete_engagement(ws: Ws, who: Who, engagement: Changeable) -> None:
    """With everything in it: conversations, findings, documents, vectors, keys. It cannot be undone."""
    await use.delete_engagement(ws, engagement.id, actor=name_of(who))


@router.get(
    "/{engagement_id}/export",
    summary="Export an engagement",
    response_class=Response,
    responses={200: {"description": "A file of JSON.", "content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def export_engagement(ws: Ws, engagement: Changeable) -> Response:
    """All of it as one JSON file, except secrets, and the words of interviews that are still private."""
    whole = await use.export_engagement(ws, engagement.id)
    return Response(
        await asyncio.to_thread(json.dumps, whole),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{engagement.id}.json"'},
    )


@router.get("/{engagement_id}/audit", summary="Show who did what")
async def audit_trail(ws: Ws, engagement: Changeable, offset: Offset = 0, limit: Limit = 50) -> Page[AuditEntry]:
    """The latest first."""
    items, total = await use.audit_trail(ws, engagement.id, offset, limit)
    return Page(items=items, total=total, offset=offset, limit=limit)
