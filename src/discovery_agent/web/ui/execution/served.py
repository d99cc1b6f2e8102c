"""Addresses below the page of execution that are no pages: charts of KPIs, and the review dates as a calendar file."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from discovery_agent.discovery.access import may
from discovery_agent.discovery.exporting.files import export_calendar
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.errors import AccessDenied, DiscoveryError
from discovery_agent.web.security import principal_of_request
from discovery_agent.web.ui import failures
from discovery_agent.web.ui.blueprint.pictures import SCHEMES, DrawnPictures, Scheme
from discovery_agent.web.ui.execution.charts import chart_of, drawn_from

_ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a chart or file may load when it is opened by itself: nothing."""


def install_execution_files(app: FastAPI, ws: Workspace) -> None:
    """Serve charts and the calendar to whoever may open the engagement."""
    drawn = DrawnPictures()
    base = "/engagements/{engagement_id}/execution"

    @app.get(base + "/charts/{kpi_id}/{content}-{scheme}.svg", include_in_schema=False)
    async def chart(request: Request, engagement_id: str, kpi_id: str, content: str, scheme: str) -> Response:
        try:
            await _admit(ws, request, engagement_id)
            shade: Scheme | None = next((one for one in SCHEMES if one == scheme), None)
            if shade is None:
                return failures.not_there()
            key = (engagement_id, kpi_id, content, shade)
            found = drawn.find(key)
            if found is None:
                drift, picture = await chart_of(ws, engagement_id, kpi_id)
                if picture is None or drawn_from(picture, drift) != content:
                    return failures.not_there()
                found = await drawn.draw(key, lambda: picture, shade)
            if found is None:
                return failures.not_there()
        except DiscoveryError as error:
            return failures.page_of(error)
        headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": _ALONE}
        return Response(found, media_type="image/svg+xml", headers=headers)

    @app.get(base + "/reviews.ics", include_in_schema=False)
    async def calendar(request: Request, engagement_id: str) -> Response:
        try:
            await _admit(ws, request, engagement_id)
            file = await export_calendar(ws, engagement_id)
        except DiscoveryError as error:
            return failures.page_of(error)
        headers = {
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": _ALONE,
        }
        return Response(file.data, media_type=file.media_type, headers=headers)


async def _admit(ws: Workspace, request: Request, engagement_id: str) -> None:
    principal = await principal_of_request(ws, request)
    if principal is None:
        raise AccessDenied("These pages open with a personal link.", remedy="Open your link again, or ask for a new one.")
    may(principal, engagement_id)
