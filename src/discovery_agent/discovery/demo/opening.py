"""The sample engagements in a workspace of their own: transcripts, people with their roles, and interviews to try out."""

from __future__ import annotations

import asyncio
from pathlib import Path

from discovery_agent.discovery.access import invite, member_link
from discovery_agent.discovery.demo.sample import PEOPLE, Sample, samples
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement, list_engagements, list_stakeholders
from discovery_agent.discovery.interviews import open_interview, start_interview
from discovery_agent.discovery.jobs import list_jobs
from discovery_agent.discovery.reviewing import reviewers_of
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import AccessRole, Engagement, StakeholderRecord
from discovery_agent.transcripts import load_stakeholders

ACTOR = "demo"


class DemoReviewer(Value):
    """An invented reviewer whose link was made just now."""

    name: str
    secret: str


class Demo(Value):
    """A sample engagement as it was opened."""

    engagement_id: str
    title: str
    interview_secret: str
    """Opens the interview that waits."""
    interviewed: str
    reviewers: tuple[DemoReviewer, ...] = ()
    """Those whose links were made at this start; a link is shown once, so at a later start there are none."""


async def open_demo(ws: Workspace) -> tuple[Demo, ...]:
    """Make the sample engagements, or add what an earlier start left out; transcripts are analysed in the background.

    Raises:
        ConfigurationError: a sample that ships with the program is missing or damaged.
    """
    return tuple([await _open(ws, folder, sample) for folder, sample in samples()])


async def _open(ws: Workspace, folder: Path, sample: Sample) -> Demo:
    engagement = await _engagement(ws, sample)
    people = await _people(ws, engagement.id, folder)
    known = {job.title for job in await list_jobs(ws, engagement.id, limit=None)}
    for file in sorted(folder.iterdir()):
        if file.name != PEOPLE and file.name not in known:
            await upload_transcript(ws, engagement.id, file.name, await asyncio.to_thread(file.read_bytes), ACTOR)
    person = people[sample.interview]
    record = await start_interview(ws, engagement.id, person.id)
    async for _ in open_interview(ws, record.id):
        pass
    _, secret = await invite(ws, engagement.id, person.id, actor=ACTOR)
    return Demo(
        engagement_id=engagement.id,
        title=engagement.title,
        interview_secret=secret,
        interviewed=person.name,
        reviewers=await _reviewers(ws, engagement.id, sample),
    )


async def _reviewers(ws: Workspace, engagement_id: str, sample: Sample) -> tuple[DemoReviewer, ...]:
    """Links for the reviewers of the story who have none yet: they review with the same keys."""
    known = {one.name for one in await reviewers_of(ws, engagement_id) if one.role is AccessRole.REVIEWER and not one.revoked}
    made: list[DemoReviewer] = []
    for name in sample.story.reviewers if sample.story else ():
        if name not in known:
            _, secret = await member_link(ws, engagement_id, AccessRole.REVIEWER, name, actor=ACTOR)
            made.append(DemoReviewer(name=name, secret=secret))
    return tuple(made)


async def _engagement(ws: Workspace, sample: Sample) -> Engagement:
    found, _ = await list_engagements(ws, 0, 50)
    named = next((one for one in found if one.title == sample.title), None)
    if named is not None:
        return named
    return await create_engagement(ws, sample.title, organisation=sample.organisation, purpose=sample.purpose, actor=ACTOR)


async def _people(ws: Workspace, engagement_id: str, folder: Path) -> dict[str, StakeholderRecord]:
    people = {one.name: one for one in await list_stakeholders(ws, engagement_id)}
    for person in load_stakeholders(folder / PEOPLE):
        if person.name not in people:
            people[person.name] = await add_stakeholder(
                ws, engagement_id, person.name, role=person.role, department=person.department, actor=ACTOR
            )
    return people
