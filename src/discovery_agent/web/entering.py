"""`/enter/{secret}`: the door behind every link that is given out; `/leave`: the way out again.

Chat programs open links on their own to show a preview. So looking at a link never uses it up: the page has one button, and
only pressing it opens the session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from markupsafe import escape
from starlette.responses import RedirectResponse, Response

from discovery_agent.discovery.access import is_valid, leave, redeem
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.errors import AccessDenied, DiscoveryError
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import Refused
from discovery_agent.web.security import address_of, comes_from_elsewhere, drop_session_cookie, secret_of, set_session
from discovery_agent.web.single_sign_on.next_page import first_page, way_to_sign_in
from discovery_agent.web.ui.failures import failure_page, page_of, plain_page, too_fast

if TYPE_CHECKING:
    from discovery_agent.web.single_sign_on.provider import Provider

_LONGEST = 200
_GONE = "This link does not work (any more)"
_GONE_REASONS = "It may have expired, been taken back, been replaced by a newer link, or been used before."
_GONE_REMEDY = "Ask the person who sent it for a new one."
_OUT = "This device opens your pages no more. To come back, open your link again, or ask for a new one if it works only once."
_OUT_HERE = (
    "This device opens your pages no more. Your organisation may still know you here: whoever uses this browser next could sign in as you."
)
_FORM = '<form method="post"><button class="button main" type="submit" autofocus>Continue</button></form>'


def entrance(workspace: Workspace, pace: Pace, provider: Provider | None = None) -> APIRouter:
    """The routes of the door; `provider` is where people sign in, if they can."""
    router = APIRouter(include_in_schema=False)
    way_on = way_to_sign_in(workspace.settings)

    @router.api_route("/enter/{secret}", methods=["GET", "HEAD"])
    async def look(request: Request, secret: str) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        if len(secret) > _LONGEST or not await is_valid(workspace, secret):
            return failure_page(404, _GONE, _GONE_REASONS, _GONE_REMEDY, way_on)
        return plain_page(200, "Come in", "Press the button to open what you were invited to. This device then stays signed in.", _FORM)

    @router.post("/enter/{secret}")
    async def enter(request: Request, secret: str) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        if comes_from_elsewhere(request.headers):
            return failure_page(403, "This page was opened from another site", "Open the link itself, and press the button there.")
        try:
            session, principal = await redeem(workspace, secret[:_LONGEST])
        except AccessDenied:
            return failure_page(404, _GONE, _GONE_REASONS, _GONE_REMEDY, way_on)
        except DiscoveryError as error:
            return page_of(error)
        response = RedirectResponse(first_page(principal.role, principal.engagement_id), status_code=303)
        set_session(response, request.scope, session, workspace.settings.public_url)
        return response

    @router.post("/leave")
    async def go(request: Request) -> Response:
        if comes_from_elsewhere(request.headers):
            return failure_page(403, "This page was opened from another site", "Sign out on the page itself.")
        secret, _ = secret_of(request.headers)
        try:
            signed_in = secret is not None and await leave(workspace, secret)
        except DiscoveryError as error:
            return page_of(error)
        if signed_in and provider is not None:
            response = plain_page(200, "You are signed out", _OUT_HERE, await _way_out_there(provider))
        else:
            response = plain_page(200, "You are signed out", _OUT)
        drop_session_cookie(response)
        return response

    return router


async def _way_out_there(provider: Provider) -> str:
    """The link that signs somebody out at the provider as well, and so of everything else that they use it for; theirs to press."""
    try:
        address = await provider.sign_out_address()
    except AccessDenied:  # it does not answer; here they are out
        return ""
    return f'<p><a class="button" href="{escape(address)}">Sign out of your organisation, too</a></p>' if address else ""


async def _too_fast(request: Request, pace: Pace) -> Response | None:
    try:
        await pace.entering(address_of(request.scope))
    except Refused as refused:
        return too_fast(refused)
    return None
