"""Blueprints and review dates as files."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from discovery_agent.discovery import exporting as use
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.web.api.context import Readable, Ws, problems
from discovery_agent.web.api.fields import LARGEST_NUMBER
from discovery_agent.web.downloads import download

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Blueprint"], responses=problems())

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the version.")]
_EXAMPLES = {
    "for the board": {"summary": "For the board, to be printed", "value": "pdf"},
    "to be edited": {"summary": "To be passed around in Word", "value": "docx"},
    "for a tracker": {"summary": "The backlog for Jira", "value": "jira"},
}
_NAMED = {
    "Content-Disposition": {
        "description": "The name of the file: a plain one, and after RFC 5987 one with the title as it is.",
        "schema": {"type": "string"},
        "example": "attachment; filename=\"blueprint-claims-v3-draft.md\"; filename*=UTF-8''Blueprint%20Claims-v3-draft.md",
    }
}


def _files(*media_types: str, example: str) -> dict[int | str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = {
        one: {"schema": {"type": "object"} if one == "application/json" else {"type": "string", "format": "binary"}} for one in media_types
    }
    content[media_types[0]]["example"] = example
    return {200: {"description": "The file.", "headers": _NAMED, "content": content}}


@router.get(
    "/blueprints/{number}/export",
    summary="Export a version of the blueprint",
    response_class=Response,
    responses={
        **_files(
            *dict.fromkeys(one.media_type.partition(";")[0] for one in use.Format), example="# Blueprint: Claims\n\n**DRAFT. Nobody has ..."
        ),
        **problems(409),
    },
)
async def export(
    ws: Ws,
    engagement: Readable,
    number: Number,
    format: Annotated[
        use.Format,
        Query(
            description="Markdown, Word, HTML, PDF, JSON with a published schema, or the backlog for a tracker.",
            openapi_examples=_EXAMPLES,  # type: ignore[arg-type]
        ),
    ],
    audience: Annotated[Audience | None, Query(description="For whom it is told; documents without one hold everything.")] = None,
) -> Response:
    """A version that nobody has signed is marked as a draft, in its name, too. A PDF needs a browser beside the server: without one, 409."""
    return download(await use.export_blueprint(ws, engagement.id, format, number=number, audience=audience))


@router.get(
    "/review-dates.ics",
    summary="Export review dates as a calendar",
    response_class=Response,
    responses={**_files("text/calendar", example="BEGIN:VCALENDAR\r\nVERSION:2.0\r\n..."), **problems(409)},
)
async def calendar(ws: Ws, engagement: Readable) -> Response:
    """An all-day entry for each date, which keeps its identity when it is moved or called off. Without any date planned, 409."""
    return download(await use.export_calendar(ws, engagement.id))
