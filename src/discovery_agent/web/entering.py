"""`/enter/{secret}`: the door behind every link that is given out.

Chat programs open links on their own to show a preview. So looking at a link never uses it up: the page has one button, and
only pressing it opens the session.
"""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from discovery_agent.discovery.access import is_valid, redeem
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.errors import AccessDenied
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import Refused
from discovery_agent.web.security import address_of, comes_from_elsewhere, set_session

_LONGEST = 200
_GONE = "This link does not work (any more)"
_GONE_REMEDY = (
    "It may have expired, been taken back, been replaced by a newer link, or been used before. Ask the person who sent it for a new one."
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center; }}
main {{ max-width: 28rem; padding: 1.5rem; text-align: center; }}
h1 {{ font-size: 1.4rem; }}
button {{ font: inherit; padding: .7rem 1.6rem; border: 0; border-radius: .5rem; background: #0b5f70; color: #fff; cursor: pointer; }}
button:focus-visible {{ outline: 3px solid #f2a900; outline-offset: 3px; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
{form}
</main>
</body>
</html>
"""
_FORM = '<form method="post"><button type="submit" autofocus>Continue</button></form>'


def entrance(workspace: Workspace, pace: Pace) -> APIRouter:
    """The routes of the door."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/enter/{secret}", methods=["GET", "HEAD"])
    async def look(request: Request, secret: str) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        if len(secret) > _LONGEST or not await is_valid(workspace, secret):
            return _page(_GONE, _GONE_REMEDY, status=404)
        return _page("Discovery Agent", "Press the button to come in. This device then stays signed in.", _FORM)

    @router.post("/enter/{secret}")
    async def enter(request: Request, secret: str) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        if comes_from_elsewhere(request.headers):
            return _page("This page was opened from another site", "Open the link itself, and press the button there.", status=403)
        try:
            session, principal = await redeem(workspace, secret[:_LONGEST])
        except AccessDenied:
            return _page(_GONE, _GONE_REMEDY, status=404)
        response = RedirectResponse(_first_page(principal), status_code=303)
        set_session(response, request.scope, session)
        return response

    return router


def _first_page(principal: Principal) -> str:
    if principal.role is AccessRole.OWNER:
        return "/"
    if principal.role is AccessRole.STAKEHOLDER:
        return "/interview"
    return f"/engagements/{principal.engagement_id}"


async def _too_fast(request: Request, pace: Pace) -> Response | None:
    try:
        await pace.entering(address_of(request.scope))
    except Refused as refused:
        response = _page("Too many tries", refused.problem.remedy or "", status=429)
        response.headers.update(refused.headers)
        return response
    return None


def _page(title: str, text: str, form: str = "", *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=escape(title), text=escape(text), form=form), status)
