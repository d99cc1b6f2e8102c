"""Work in the background, and its progress."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response, status

from discovery_agent.discovery.jobs import get_job, some_jobs, try_again
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobState
from discovery_agent.web.api.context import Changeable, Readable, Ws, problems
from discovery_agent.web.api.fields import Id, Limit, Offset, Page
from discovery_agent.web.sse import event_stream, events_schema

router = APIRouter(prefix="/engagements/{engagement_id}/jobs", tags=["Jobs"], responses=problems())

LOOK_SECONDS = 0.5
"""So often is a job looked at for those who watch it; it may run in another process."""
_ENDED = (JobState.DONE, JobState.FAILED)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An event `job` each time something changed, the last when the job has ended.",
        "content": {"text/event-stream": {"schema": events_schema(["job"], Job)}},
    }
}


@router.get("", summary="List jobs")
async def jobs(
    ws: Ws,
    engagement: Readable,
    state: Annotated[JobState | None, Query(description="Those that stand there only, such as `failed`.")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Page[Job]:
    """The newest first."""
    items, counts = await some_jobs(ws, engagement.id, offset, limit, state=state)
    total = sum(counts.values()) if state is None else counts.get(state, 0)
    return Page(items=items, total=total, offset=offset, limit=limit)


@router.get("/{job_id}", summary="Show a job")
async def job(ws: Ws, engagement: Readable, job_id: Id) -> Job:
    """How far it has come, or how it ended."""
    return await get_job(ws, engagement.id, job_id)


@router.get("/{job_id}/events", summary="Watch a job", response_class=Response, responses=_STREAM)
async def watch(ws: Ws, engagement: Readable, job_id: Id) -> Response:
    """A stream of the job as it changes."""
    return await event_stream(_changes(ws, engagement.id, job_id), lambda _: "job")


@router.post("/{job_id}/retry", summary="Try a job again", status_code=status.HTTP_202_ACCEPTED, responses=problems(409))
async def retry(ws: Ws, engagement: Changeable, job_id: Id) -> Job:
    """One that failed, as a new job that keeps what the first had done."""
    return await try_again(ws, engagement.id, job_id)


async def _changes(ws: Workspace, engagement_id: str, job_id: str) -> AsyncIterator[Job]:
    before: Job | None = None
    while True:
        now = await get_job(ws, engagement_id, job_id)
        if now != before:
            yield now
        if now.state in _ENDED:
            return
        before = now
        await asyncio.sleep(LOOK_SECONDS)
