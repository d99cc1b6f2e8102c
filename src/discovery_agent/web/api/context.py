"""What routes are given: the workspace, who asks, and what they may open."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from discovery_agent.discovery.opening import opened, opened_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Engagement, Principal
from discovery_agent.errors import AccessDenied
from discovery_agent.web.api.fields import Id
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import MEDIA_TYPE, Problem

__all__ = ["Changeable", "Owner", "Paced", "Readable", "Who", "Ws", "opened", "problems"]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _pace(request: Request) -> Pace:
    return request.app.state.pace


def _principal(request: Request) -> Principal:
    return request.state.principal


Ws = Annotated[Workspace, Depends(_workspace)]
Paced = Annotated[Pace, Depends(_pace)]
Who = Annotated[Principal, Depends(_principal)]


def _owner(who: Who) -> Principal:
    if who.role is not AccessRole.OWNER:
        raise AccessDenied("Only the owner may do this.")
    return who


async def _read(ws: Ws, who: Who, engagement_id: Id) -> Engagement:
    return await opened_engagement(ws, who, engagement_id)


async def _changed(ws: Ws, who: Who, engagement_id: Id) -> Engagement:
    return await opened_engagement(ws, who, engagement_id, write=True)


Owner = Annotated[Principal, Depends(_owner)]
"""The owner, or nobody."""
Readable = Annotated[Engagement, Depends(_read)]
"""The engagement of the path, for one who may read it."""
Changeable = Annotated[Engagement, Depends(_changed)]
"""The engagement of the path, for one who may change it."""


_WORDS = {
    400: "The request cannot be read.",
    401: "No valid link or key came with it.",
    403: "The role of the one who asks may not do this, or the object is private.",
    404: "There is no such object, or none that the one who asks may see.",
    405: "The address takes other methods.",
    409: "It cannot be done as things stand; for an old version, `current` holds the newest.",
    413: "The request is larger than is taken.",
    415: "The content is of a kind that is not read.",
    422: "The request does not fit its schema; `errors` says where.",
    429: "Too many requests; `Retry-After` says when the next is taken.",
    500: "An error that nobody foresaw.",
    502: "The language model failed.",
    503: "The database, the index or the language model cannot be reached, or is busy; `Retry-After` says when to try again.",
    507: "There is no room left to store it; what was stored before is safe.",
}
_ALWAYS = (400, 401, 403, 404, 413, 415, 422, 429, 500, 503, 507)


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """Documentation of what can go wrong: what always can, and these statuses."""
    return {
        status: {"model": Problem, "description": _WORDS[status], "content": {MEDIA_TYPE: {"example": _example(status)}}}
        for status in sorted({*_ALWAYS, *more})
    }


def _example(status: int) -> dict[str, Any]:
    return {"type": "urn:discovery-agent:problem:example", "title": _WORDS[status], "status": status}
