"""Asking for a draft: it is written in the background, and survives a crash."""

from __future__ import annotations

from discovery_agent.discovery.audit import note
from discovery_agent.discovery.drafting.material import NO_ASSESSMENT
from discovery_agent.discovery.jobs import submit
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.storage import new_id


async def draft_blueprint(ws: Workspace, engagement_id: str, actor: str = "") -> Job:
    """Have a version drafted from the newest assessment. One that waits already covers this request, too.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: nothing was assessed yet.
    """
    async with ws.database.unit() as unit:
        await unit.engagements.get(engagement_id)
        if not await unit.assessments.list(engagement_id):
            raise NO_ASSESSMENT
        waiting = [one for one in await unit.jobs.unfinished(engagement_id) if one.kind is JobKind.DRAFT and one.state is JobState.QUEUED]
        if waiting:
            job = waiting[0]
        else:
            now = ws.now()
            job = Job(
                id=new_id("j"), engagement_id=engagement_id, kind=JobKind.DRAFT, title="Blueprint", total=1, created_at=now, updated_at=now
            )
            await unit.jobs.add(job)
            await note(ws, unit, engagement_id, actor or "system", "blueprint.asked", job.id)
    await submit(ws, job)
    return job
