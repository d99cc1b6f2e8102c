"""Answers that could not be read: noted among the jobs of the engagement, and read again as one of them."""

from __future__ import annotations

from discovery_agent.discovery.access import is_private
from discovery_agent.discovery.assessments import request_assessment
from discovery_agent.discovery.interviewing.reading import catch_up, unread_answers
from discovery_agent.discovery.interviewing.script import load_script, read_script
from discovery_agent.discovery.jobs import Ended, Steps
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Job, JobState
from discovery_agent.storage.records import ExtractionState


async def read_answers_again(ws: Workspace, job: Job, steps: Steps) -> Ended:
    """The whole job: each answer of an interview that failed or was left undone, and only those; what was found in others stays."""
    assert job.conversation_id is not None
    reread = _Rereading(ws, job, job.conversation_id)
    before: int = await steps("plan", reread.plan)
    await steps("read", reread.read)
    return await reread.outcome(before)


class _Rereading:
    """The steps of the job. An answer that was read is stored at once, so that none is paid for twice after a crash."""

    def __init__(self, ws: Workspace, job: Job, conversation_id: str) -> None:
        self._ws = ws
        self._job = job
        self._conversation = conversation_id

    async def plan(self) -> int:
        """How many answers are to be read."""
        async with self._ws.database.unit() as unit:
            many = len(await unread_answers(unit, await load_script(unit, self._conversation)))
            job = await unit.jobs.get(self._job.engagement_id, self._job.id)
            await unit.jobs.update(job.model_copy(update={"total": many, "updated_at": self._ws.now()}))
        return many

    async def read(self) -> None:
        """Read them, and have the engagement assessed if others may see what was found."""
        script = await read_script(self._ws, self._conversation)
        found = await catch_up(self._ws, script, again=True)
        if found and not is_private(script.record):
            await request_assessment(self._ws, self._job.engagement_id)

    async def outcome(self, before: int) -> Ended:
        """How it went."""
        async with self._ws.database.reading() as unit:
            left = await unread_answers(unit, await load_script(unit, self._conversation))
            records = await unit.extractions.list(self._job.engagement_id, self._conversation)
        failed = next((one for one in records if one.state is ExtractionState.FAILED), None)
        if not left or failed is None:
            return Ended()
        state = JobState.FAILED if len(left) >= before else JobState.DONE
        return Ended(state=state, message=f"{plural(len(left), 'answer')} could not be read: {failed.error}", remedy=failed.remedy)
