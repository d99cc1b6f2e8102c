"""Addresses below the page of execution that are no pages: charts of KPIs, and the review dates as a calendar file."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from discovery_agent.discovery.exporting import export_calendar
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.errors import NotFound
from discovery_agent.web.ui.blueprint.pictures import SCHEMES, DrawnPictures, Scheme
from discovery_agent.web.ui.execution.charts import chart_of, drawn_from
from discovery_agent.web.ui.served import admit, drawing, saved, saying_what_failed


def install_execution_files(app: FastAPI, ws: Workspace) -> None:
    """Serve charts and the calendar to whoever may open the engagement."""
    drawn = DrawnPictures()
    base = "/engagements/{engagement_id}/execution"

    @app.get(base + "/charts/{kpi_id}/{content}-{scheme}.svg", include_in_schema=False)
    @saying_what_failed
    async def chart(request: Request, engagement_id: str, kpi_id: str, content: str, scheme: str) -> Response:
        await admit(ws, request, engagement_id)
        shade: Scheme | None = next((one for one in SCHEMES if one == scheme), None)
        if shade is None:
            raise _NO_CHART
        key = (engagement_id, kpi_id, content, shade)
        found = drawn.find(key)
        if found is None:
            drift, picture = await chart_of(ws, engagement_id, kpi_id)
            if picture is None or drawn_from(picture, drift) != content:
                raise _NO_CHART
            found = await drawn.draw(key, lambda: picture, shade)
        if found is None:
            raise _NO_CHART
        return drawing(found)

    @app.get(base + "/reviews.ics", include_in_schema=False)
    @saying_what_failed
    async def calendar(request: Request, engagement_id: str) -> Response:
        await admit(ws, request, engagement_id)
        return saved(await export_calendar(ws, engagement_id))


_NO_CHART = NotFound("There is no such chart.")
