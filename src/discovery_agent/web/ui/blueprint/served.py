"""Addresses below a blueprint that are no pages: its pictures, and its exports as files."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI, Request, Response

from discovery_agent.discovery.drafting import blueprint_version
from discovery_agent.discovery.exporting import Format, export_blueprint
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.errors import NotFound
from discovery_agent.web.ui.blueprint.pictures import SCHEMES, DrawnPictures, Scheme, drawn_from, pictures_of
from discovery_agent.web.ui.served import admit, drawing, saved, saying_what_failed


def install_blueprint_files(app: FastAPI, ws: Workspace) -> None:
    """Serve pictures and exports to whoever may open the engagement."""
    drawn = DrawnPictures()
    base = "/engagements/{engagement_id}/blueprint/{number}"

    @app.get(base + "/pictures/{content}/{name}-{scheme}.svg", include_in_schema=False)
    @saying_what_failed
    async def picture(request: Request, engagement_id: str, number: int, content: str, name: str, scheme: str) -> Response:
        await admit(ws, request, engagement_id)
        shade: Scheme | None = next((one for one in SCHEMES if one == scheme), None)
        if shade is None:
            raise _NO_PICTURE
        key = (engagement_id, content, name, shade)
        found = drawn.find(key)
        if found is None:
            version = await blueprint_version(ws, engagement_id, number)
            if await asyncio.to_thread(drawn_from, version) != content:
                raise _NO_PICTURE
            found = await drawn.draw(key, lambda: pictures_of(version).get(name), shade)
        if found is None:
            raise _NO_PICTURE
        return drawing(found)

    @app.get(base + "/export/{form}", include_in_schema=False)
    @saying_what_failed
    async def export(request: Request, engagement_id: str, number: int, form: str) -> Response:
        await admit(ws, request, engagement_id)
        wanted = request.query_params.get("for")
        if form not in set(Format) or (wanted and wanted not in set(Audience)):
            raise NotFound("There is no such export.", where=form)
        audience = Audience(wanted) if wanted else None
        return saved(await export_blueprint(ws, engagement_id, Format(form), number=number, audience=audience))


_NO_PICTURE = NotFound("There is no such picture.")
