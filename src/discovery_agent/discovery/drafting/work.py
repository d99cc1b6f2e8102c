"""Drafting a version: gather, compose by rules, let a model word some of it if there is one, store.

All of it is one step. Begun again after a crash it takes what is there then; words of a model that were paid for are kept and not
paid for again, and whether the version was stored is told by the job, which is stored with it.
"""

from __future__ import annotations

import asyncio
import os
import sys

from discovery_agent.discovery.apart import in_a_process
from discovery_agent.discovery.assessing import LARGE
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.drafting.material import gather
from discovery_agent.discovery.drafting.writing import written
from discovery_agent.discovery.jobs import Ended, Steps
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint, version_id
from discovery_agent.domain.blueprint.edit import edited_sections
from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.errors import DiscoveryError, NotFound, StaleVersion
from discovery_agent.settings import Settings

_COURTESY = 5


async def draft_version(ws: Workspace, job: Job, steps: Steps) -> Ended:
    """The whole job. Of very many findings it is a process of its own, so that the server goes on answering."""

    async def work() -> dict[str, str | None]:
        async with ws.database.reading() as unit:
            findings = sum((await unit.findings.counts(job.engagement_id)).values())
        if findings > LARGE:
            ended = await in_a_process(__name__, ws.settings, job.engagement_id)
        else:
            ended = await draft_now(ws, job)
        # What a step gives is remembered elsewhere than the engagement, and for longer: no word of anybody goes there.
        return {"state": ended.state.value, "message": None if ended.state is JobState.DONE else ended.message, "remedy": ended.remedy}

    ended = Ended.model_validate(await steps("draft", work))
    if ended.state is not JobState.DONE:
        return ended
    async with ws.database.reading() as unit:
        version = await unit.blueprints.latest(job.engagement_id)
    return ended if version is None else Ended(message=" ".join((f"Version {version.number}.", *version.notes)))


async def draft_now(ws: Workspace, job: Job) -> Ended:
    """Draft and store a version.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: nothing was assessed yet.
    """
    async with ws.database.reading() as unit:
        if (await unit.jobs.get(job.engagement_id, job.id)).done:  # stored, and then cut off
            return Ended()
        base = await unit.blueprints.latest(job.engagement_id)
        material = await gather(ws, unit, job.engagement_id)
    drafted = await asyncio.to_thread(compose, material)
    drafted = await written(ws, drafted, material)
    return await store(ws, job, drafted, base.number if base else 0)


def _told(drafted: Blueprint, parent: Blueprint | None) -> str:
    """What the draft does to the version before."""
    if parent is None:
        return "First draft."
    change = "Drafted anew."
    if replaced := edited_sections(parent):
        # What people wrote is not thrown away: it stays in the version before, and the differences show both texts.
        named = ", ".join(one.value.replace("_", " ") for one in replaced)
        change = f"{change} It replaces what people had rewritten in version {parent.number}: {named}."
    return change[:300]


async def store(ws: Workspace, job: Job, drafted: Blueprint, base: int) -> Ended:
    """Store it as the version after `base`, and that the job has done so, in one transaction.

    If somebody saved a version meanwhile, nothing is stored: the draft knows nothing of what they wrote.
    """
    try:
        async with ws.database.unit() as unit:
            latest = await unit.blueprints.latest(job.engagement_id)
            if latest is not None and latest.number != base:
                return _overtaken(latest.number)
            version = drafted.model_copy(
                update={
                    "id": version_id(base + 1),
                    "number": base + 1,
                    "parent": base or None,
                    "at": ws.now(),
                    "change": _told(drafted, latest),
                }
            )
            await unit.blueprints.add(version)
            current = await unit.jobs.get(job.engagement_id, job.id)
            await unit.jobs.update(current.model_copy(update={"done": 1, "updated_at": ws.now()}))
            await note(ws, unit, job.engagement_id, version.made_by, "blueprint.drafted", version.id, version.change)
    except StaleVersion:  # at the same moment
        return _overtaken(base + 1)
    return Ended()


def _overtaken(number: int) -> Ended:
    return Ended(
        state=JobState.FAILED,
        message=f"Somebody saved version {number} while this was drafted, so the draft was not stored.",
        remedy=f"Look at version {number}, and draft anew if it should be replaced.",
    )


def main() -> None:
    """Draft the version that the running job of the engagement on the command line asks for, with settings on standard input."""
    os.nice(_COURTESY)

    async def work() -> Ended:
        async with await Workspace.open(Settings.model_validate_json(sys.stdin.read())) as ws:
            async with ws.database.reading() as unit:
                jobs = [one for one in await unit.jobs.unfinished(sys.argv[1]) if one.kind is JobKind.DRAFT]
            if not jobs:
                return Ended()
            running = [one for one in jobs if one.state is JobState.RUNNING] or jobs
            try:
                return await draft_now(ws, running[0])
            except NotFound as error:
                return Ended(state=JobState.FAILED, message=error.what, remedy=error.remedy)
            except DiscoveryError as error:
                return Ended(state=JobState.FAILED, message=str(error.what), remedy=error.remedy)

    sys.stdout.write(asyncio.run(work()).model_dump_json())


if __name__ == "__main__":
    main()
