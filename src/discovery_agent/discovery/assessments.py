"""Assessments as they are asked for and read: whole, as an overview, or page by page.

An assessment is everything that follows from the findings of an engagement: the goal tree, the decisions, the knowledge that
explains them, and what changed. It is computed in the background (`discovery.assessing`) and kept; its long lists are read in slices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discovery_agent.discovery.assessment_records import (
    HOLDS,
    Assessment,
    AssessmentOverview,
    ChangeHead,
    Section,
    VerdictCount,
    restored,
)
from discovery_agent.discovery.jobs import InProcess, runner_of, submit
from discovery_agent.discovery.known import interview_known
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.storage import Unit, new_id

__all__ = [
    "Assessment",
    "AssessmentOverview",
    "ChangeHead",
    "Section",
    "VerdictCount",
    "assessment_overview",
    "assessment_section",
    "interview_known",
    "latest_assessment",
    "note_change",
    "request_assessment",
]

DEBOUNCE_SECONDS = 2.0
"""An assessment waits so long, so that several changes lead to one; the first of an engagement does not wait."""
READING_SECONDS = 15.0
"""It waits so long while transcripts are being read: those that end meanwhile are covered, and one that takes long keeps nobody waiting."""


async def request_assessment(ws: Workspace, engagement_id: str) -> Job:
    """Have the engagement assessed in the background. One that waits already covers this request, too.

    To be called after what it should rest on is stored.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.unit() as unit:
        await unit.engagements.get(engagement_id)
        delay = DEBOUNCE_SECONDS if await unit.assessments.list(engagement_id) else 0.0
        if await _reads(unit, engagement_id):
            delay = READING_SECONDS
        job = await _waiting(ws, unit, engagement_id)
    await submit(ws, job, delay=delay)
    return job


async def note_change(ws: Workspace, engagement_id: str, *, first: bool = True) -> None:
    """Something that assessments rest on has changed: the server assesses the engagement, this one or the next that starts.

    Without `first`, only if it was assessed before.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.unit() as unit:
        if not first and not await unit.assessments.list(engagement_id):
            return
        job = await _waiting(ws, unit, engagement_id)
    if not isinstance(runner_of(ws), InProcess):
        await submit(ws, job, delay=DEBOUNCE_SECONDS)


async def _waiting(ws: Workspace, unit: Unit, engagement_id: str) -> Job:
    """The assessment that waits, or a new one."""
    for job in await unit.jobs.unfinished(engagement_id, state=JobState.QUEUED, kind=JobKind.ASSESS, limit=1):
        return job
    now = ws.now()
    job = Job(id=new_id("j"), engagement_id=engagement_id, kind=JobKind.ASSESS, title="Assessment", total=1, created_at=now, updated_at=now)
    await unit.jobs.add(job)
    return job


async def _reads(unit: Unit, engagement_id: str) -> bool:
    """Whether there is a transcript of which something is unread yet."""
    kind = JobKind.ANALYSE_TRANSCRIPT
    under_way = await unit.jobs.unfinished(engagement_id, state=JobState.RUNNING, kind=kind)
    if any(not one.total or one.done < one.total for one in under_way):
        return True
    return bool(await unit.jobs.unfinished(engagement_id, state=JobState.QUEUED, kind=kind, limit=1))


async def latest_assessment(ws: Workspace, engagement_id: str) -> Assessment | None:
    """The newest assessment, whole; None if there is none. Large for large engagements: pages read the overview and sections.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        record = await unit.assessments.latest(engagement_id, sections=True)
        stale = await _under_way(unit, engagement_id)
    return None if record is None else restored(record, stale=stale)


async def assessment_overview(ws: Workspace, engagement_id: str) -> AssessmentOverview | None:
    """The newest assessment without its long lists; None if there is none.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        record = await unit.assessments.latest(engagement_id)
        stale = await _under_way(unit, engagement_id)
    return None if record is None else AssessmentOverview.model_validate({**record.payload["overview"], "stale": stale})


async def assessment_section(
    ws: Workspace, engagement_id: str, section: Section, *, assessment_id: str | None = None, offset: int = 0, limit: int = 50
) -> tuple[Sequence[Any], int]:
    """Some items of a section in their order, and how many there are; of the newest assessment unless another is named.

    What the items are is said at each `Section`. Without any assessment there are none.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        if assessment_id is None:
            heads = await unit.assessments.list(engagement_id)
            if not heads:
                return (), 0
            assessment_id = heads[0].id
        rows, total = await unit.assessments.section(engagement_id, assessment_id, section.value, offset, limit)
    return tuple(HOLDS[section].model_validate(row) for row in rows), total


async def is_coming(ws: Workspace, engagement_id: str) -> bool:
    """Whether anything of an engagement is being read or assessed, or waits for it."""
    async with ws.database.reading() as unit:
        return bool(await unit.jobs.unfinished(engagement_id, limit=1))


async def _under_way(unit: Unit, engagement_id: str) -> bool:
    return bool(await unit.jobs.unfinished(engagement_id, kind=JobKind.ASSESS, limit=1))
