"""Sessions: who one is, and how to come and go without a browser."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Request, Response, status
from pydantic import BaseModel, Field

from discovery_agent.discovery.access import SESSION_DAYS, leave, redeem
from discovery_agent.domain.engagement import Principal
from discovery_agent.errors import AccessDenied
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Paced, Who, Ws, problems
from discovery_agent.web.problems import no_access
from discovery_agent.web.security import address_of, drop_session_cookie, secret_of

router = APIRouter(tags=["Access"], responses=problems())


class Entry(fields.Body):
    """A link that was given out."""

    secret: Annotated[str, Field(min_length=1, max_length=200, description="The last part of the link's address.")]


class Opened(BaseModel):
    """A session."""

    session: str = Field(description="To be sent as `Authorization: Bearer ...`.")
    expires_at: datetime
    principal: Principal


@router.post(
    "/sessions",
    summary="Open a session with a link",
    status_code=status.HTTP_201_CREATED,
    openapi_extra={"security": []},
)
async def open_session(
    request: Request, ws: Ws, pace: Paced, entry: Annotated[Entry, Body(examples=[{"secret": "8m3s...the end of the link"}])]
) -> Opened:
    """For programs that were given a link, such as the owner's, which works once. Browsers open the link itself."""
    await pace.entering(address_of(request.scope))
    try:
        session, principal = await redeem(ws, entry.secret)
    except AccessDenied as error:
        raise no_access(error.what) from error
    return Opened(session=session, expires_at=ws.now() + timedelta(days=SESSION_DAYS), principal=principal)


@router.get("/session", summary="Show who one is")
async def show_session(who: Who) -> Principal:
    """The role that the key or session has, and what it opens."""
    return who


@router.delete("/session", summary="End the session", status_code=status.HTTP_204_NO_CONTENT)
async def end_session(request: Request, response: Response, ws: Ws) -> None:
    """The link that opened it keeps working, unless it works only once."""
    secret, _ = secret_of(request.headers)
    if secret is not None:
        await leave(ws, secret)
    drop_session_cookie(response)
