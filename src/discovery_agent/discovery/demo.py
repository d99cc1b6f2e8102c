"""The sample engagement in a workspace of its own: transcripts, people with their roles, and an interview to try out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import yaml

from discovery_agent.discovery.access import invite
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement, list_engagements, list_stakeholders
from discovery_agent.discovery.interviews import open_interview, start_interview
from discovery_agent.discovery.jobs import list_jobs
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.errors import ConfigurationError
from discovery_agent.settings import data_folder
from discovery_agent.transcripts import load_stakeholders

_ACTOR = "demo"
_PEOPLE = "people.yaml"


class Sample(Value):
    """What the file beside the sample's transcripts says of it."""

    title: str
    organisation: str
    purpose: str
    interview: str


class Demo(Value):
    """The sample engagement as it was opened."""

    engagement_id: str
    interview_secret: str
    """Opens the interview that waits."""
    interviewed: str


async def open_demo(ws: Workspace) -> Demo:
    """Make the sample engagement, or add what an earlier start left out; transcripts are analysed in the background.

    Raises:
        ConfigurationError: the sample that ships with the program is missing or damaged.
    """
    folder, sample = _sample()
    engagement = await _engagement(ws, sample)
    people = await _people(ws, engagement.id, folder)
    known = {job.title for job in await list_jobs(ws, engagement.id, limit=None)}
    for file in sorted(folder.iterdir()):
        if file.name != _PEOPLE and file.name not in known:
            await upload_transcript(ws, engagement.id, file.name, await asyncio.to_thread(file.read_bytes), _ACTOR)
    person = people[sample.interview]
    record = await start_interview(ws, engagement.id, person.id)
    async for _ in open_interview(ws, record.id):
        pass
    _, secret = await invite(ws, engagement.id, person.id, actor=_ACTOR)
    return Demo(engagement_id=engagement.id, interview_secret=secret, interviewed=person.name)


def _sample() -> tuple[Path, Sample]:
    files = sorted(data_folder("samples").glob("*.yaml"))
    for file in files:
        folder = file.with_suffix("")
        if folder.is_dir():
            try:
                return folder, Sample.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
            except (ValueError, yaml.YAMLError) as error:
                raise ConfigurationError("The description of the sample engagement is damaged.", where=str(file)) from error
    raise ConfigurationError("The sample engagement is missing.", remedy="Install the package again.")


async def _engagement(ws: Workspace, sample: Sample) -> Engagement:
    found, _ = await list_engagements(ws, 0, 50)
    named = next((one for one in found if one.title == sample.title), None)
    if named is not None:
        return named
    return await create_engagement(ws, sample.title, organisation=sample.organisation, purpose=sample.purpose, actor=_ACTOR)


async def _people(ws: Workspace, engagement_id: str, folder: Path) -> dict[str, StakeholderRecord]:
    people = {one.name: one for one in await list_stakeholders(ws, engagement_id)}
    for person in load_stakeholders(folder / _PEOPLE):
        if person.name not in people:
            people[person.name] = await add_stakeholder(
                ws, engagement_id, person.name, role=person.role, department=person.department, actor=_ACTOR
            )
    return people
