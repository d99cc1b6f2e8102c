"""The links that are given out: invites to interviews, and keys of members."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request, status
from pydantic import BaseModel, Field

from discovery_agent.discovery import access
from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessKey, AccessRole
from discovery_agent.domain.mail_address import LONGEST_ADDRESS
from discovery_agent.errors import NotFound
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Who, Ws, problems
from discovery_agent.web.api.fields import Id, Limit, Name, Offset, Page, only_numbers
from discovery_agent.web.links import PATH_ONLY, link_to

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Access"], responses=problems())
Days = Annotated[int, Field(ge=1, le=access.LONGEST_DAYS, description="How long the link works."), only_numbers]
Email = Annotated[
    str | None,
    Field(
        min_length=3,
        max_length=LONGEST_ADDRESS,
        description="Whoever signs in with this address needs no link. It stays as it is: a new link can have another one.",
    ),
]


class NewInvite(fields.Body):
    """Whom to invite."""

    stakeholder_id: Annotated[str, Field(min_length=1, max_length=80)]
    days: Days = access.INVITE_DAYS
    email: Email = None


class NewMember(fields.Body):
    """Whom to let in as lead or reviewer."""

    role: Literal["lead", "reviewer"]
    label: Annotated[Name, Field(description="Who it is for; the audit trail names them so.")]
    days: Days = access.MEMBER_DAYS
    email: Email = None


class GivenOut(BaseModel):
    """A link, shown this once: its secret is stored nowhere."""

    key: AccessKey
    secret: str = Field(description="Also works as `Authorization: Bearer ...`.")
    link: str = Field(description="The address to send to the person; its path only, if the service cannot vouch for its own address.")
    note: str | None = Field(default=None, description="What is to be done with a link that is a path only.")


def _given(request: Request, ws: Workspace, key: AccessKey, secret: str) -> GivenOut:
    link = link_to(request, secret, ws.settings.public_url)
    return GivenOut(key=key, secret=secret, link=link, note=PATH_ONLY if link.startswith("/") else None)


@router.get("/invites", summary="List invites")
async def list_invites(ws: Ws, engagement: Changeable, offset: Offset = 0, limit: Limit = 50) -> Page[AccessKey]:
    """The newest first; also those that expired or were taken back. Their secrets are stored nowhere."""
    return fields.cut(await _keys(ws, engagement.id, AccessRole.STAKEHOLDER), offset, limit)


@router.post("/invites", summary="Invite a stakeholder", status_code=status.HTTP_201_CREATED)
async def invite(
    request: Request,
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewInvite, Body(examples=[{"stakeholder_id": "s_Zb3kQ0vP1sXy", "days": 14}])],
) -> GivenOut:
    """A link to their own interview, and to nothing else. It works on every device until it expires or is taken back.

    Where interviews are private, a new link ends the earlier ones with their sessions, and whoever opens the interview sees that
    there is a new one.
    """
    key, secret = await access.invite(ws, engagement.id, new.stakeholder_id, days=new.days, email=new.email, actor=name_of(who))
    return _given(request, ws, key, secret)


@router.delete("/invites/{key_id}", summary="Take an invite back")
async def revoke_invite(ws: Ws, who: Who, engagement: Changeable, key_id: Id) -> AccessKey:
    """It stops working at once, sessions included. What was said stays."""
    return await _revoked(ws, who, engagement.id, key_id, AccessRole.STAKEHOLDER)


@router.get("/members", summary="List members")
async def list_members(ws: Ws, engagement: Changeable, offset: Offset = 0, limit: Limit = 50) -> Page[AccessKey]:
    """Leads and reviewers, the newest first; also those whose key expired or was taken back."""
    return fields.cut(await _keys(ws, engagement.id, AccessRole.LEAD, AccessRole.REVIEWER), offset, limit)


@router.post("/members", summary="Let a member in", status_code=status.HTTP_201_CREATED)
async def add_member(
    request: Request,
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewMember, Body(examples=[{"role": "reviewer", "label": "Jonas Weber"}])],
) -> GivenOut:
    """A lead may do everything in the engagement, a reviewer reads it."""
    key, secret = await access.member_link(
        ws, engagement.id, AccessRole(new.role), new.label, days=new.days, email=new.email, actor=name_of(who)
    )
    return _given(request, ws, key, secret)


@router.delete("/members/{key_id}", summary="Take a member's key back")
async def revoke_member(ws: Ws, who: Who, engagement: Changeable, key_id: Id) -> AccessKey:
    """It stops working at once, sessions included."""
    return await _revoked(ws, who, engagement.id, key_id, AccessRole.LEAD, AccessRole.REVIEWER)


async def _keys(ws: Ws, engagement_id: str, *roles: AccessRole) -> list[AccessKey]:
    return [key for key in await access.keys_of(ws, engagement_id) if key.role in roles]


async def _revoked(ws: Ws, who: Who, engagement_id: str, key_id: str, *roles: AccessRole) -> AccessKey:
    if all(key.id != key_id for key in await _keys(ws, engagement_id, *roles)):
        raise NotFound("There is no such key here.", where=key_id)
    return await access.revoke(ws, engagement_id, key_id, actor=name_of(who))
