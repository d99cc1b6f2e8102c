"""What addresses of pictures and files have in common: who is let in, what the answer says of itself, and pages for what fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps

from fastapi import Request, Response

from discovery_agent.discovery.access import may
from discovery_agent.discovery.exporting import ExportedFile
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.errors import AccessDenied, DiscoveryError
from discovery_agent.web.downloads import download
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import Refused
from discovery_agent.web.security import address_of, principal_of_request
from discovery_agent.web.ui import failures

_log = logging.getLogger(__name__)
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a picture or file may load when it is opened by itself: nothing."""

Serve = Callable[..., Awaitable[Response]]


async def admit(ws: Workspace, request: Request, engagement_id: str) -> None:
    """Let only those on who may open the engagement.

    Raises:
        AccessDenied: nobody is known to ask.
        NotFound: it is not theirs.
        Refused: too many requests of nobody known came from this address.
    """
    principal = await principal_of_request(ws, request)
    if principal is None:
        pace: Pace = request.app.state.pace
        await pace.refused(address_of(request.scope))
        raise AccessDenied("These pages open with a personal link.", remedy="Open your link again, or ask for a new one.")
    may(principal, engagement_id)


def drawing(svg: bytes) -> Response:
    """A picture. Its address holds what it shows, so it may be kept for good."""
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": _ALONE}
    return Response(svg, media_type="image/svg+xml", headers=headers)


def saved(file: ExportedFile) -> Response:
    """A file to be saved."""
    return download(file, {"Cache-Control": "private, no-store", "Content-Security-Policy": _ALONE})


def saying_what_failed(serve: Serve) -> Serve:
    """A reader who follows a link to a file gets a page that says why there is none."""

    @wraps(serve)
    async def served(*args: object, **kwargs: object) -> Response:
        try:
            return await serve(*args, **kwargs)
        except Refused as refused:
            return failures.too_fast(refused)
        except DiscoveryError as error:
            return failures.page_of(error)
        except Exception:
            _log.exception("A picture or file could not be made")
            return failures.broken()

    return served
