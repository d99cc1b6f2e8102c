"""Addresses below a blueprint that are no pages: its pictures, and its exports as files."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps

from fastapi import FastAPI, Request, Response

from discovery_agent.discovery.access import may
from discovery_agent.discovery.drafting import blueprint_version
from discovery_agent.discovery.exporting import Format, export_blueprint
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.errors import AccessDenied, DiscoveryError, ExportError, NotFound
from discovery_agent.web.security import principal_of_request
from discovery_agent.web.ui import failures
from discovery_agent.web.ui.blueprint.pictures import SCHEMES, DrawnPictures, Scheme, drawn_from, pictures_of

_log = logging.getLogger(__name__)
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a picture or file may load when it is opened by itself: nothing."""

Serve = Callable[..., Awaitable[Response]]


def install_blueprint_files(app: FastAPI, ws: Workspace) -> None:
    """Serve pictures and exports to whoever may open the engagement."""
    drawn = DrawnPictures()
    base = "/engagements/{engagement_id}/blueprint/{number}"

    @app.get(base + "/pictures/{content}/{name}-{scheme}.svg", include_in_schema=False)
    @_saying_what_failed
    async def picture(request: Request, engagement_id: str, number: int, content: str, name: str, scheme: str) -> Response:
        await _admit(ws, request, engagement_id)
        shade: Scheme | None = next((one for one in SCHEMES if one == scheme), None)
        if shade is None:
            raise _NO_PICTURE
        key = (engagement_id, content, name, shade)
        found = drawn.find(key)
        if found is None:
            version = await blueprint_version(ws, engagement_id, number)
            if drawn_from(version) != content:
                raise _NO_PICTURE
            found = await drawn.draw(key, lambda: pictures_of(version).get(name), shade)
        if found is None:
            raise _NO_PICTURE
        headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": _ALONE}
        return Response(found, media_type="image/svg+xml", headers=headers)

    @app.get(base + "/export/{form}", include_in_schema=False)
    @_saying_what_failed
    async def export(request: Request, engagement_id: str, number: int, form: str) -> Response:
        await _admit(ws, request, engagement_id)
        wanted = request.query_params.get("for")
        if form not in set(Format) or (wanted and wanted not in set(Audience)):
            raise NotFound("There is no such export.", where=form)
        audience = Audience(wanted) if wanted else None
        file = await export_blueprint(ws, engagement_id, Format(form), number=number, audience=audience)
        headers = {
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": _ALONE,
        }
        return Response(file.data, media_type=file.media_type, headers=headers)


_NO_PICTURE = NotFound("There is no such picture.")


async def _admit(ws: Workspace, request: Request, engagement_id: str) -> None:
    principal = await principal_of_request(ws, request)
    if principal is None:
        raise AccessDenied("These pages open with a personal link.", remedy="Open your link again, or ask for a new one.")
    may(principal, engagement_id)


def _saying_what_failed(serve: Serve) -> Serve:
    """A reader who follows a link to a file gets a page that says why there is none."""

    @wraps(serve)
    async def served(*args: object, **kwargs: object) -> Response:
        try:
            return await serve(*args, **kwargs)
        except ExportError as error:
            return failures.failure_page(503, "It could not be exported", error.what, error.remedy)
        except DiscoveryError as error:
            return failures.page_of(error)
        except Exception:
            _log.exception("A picture or export could not be made")
            return failures.broken()

    return served
