"""Transcripts that are uploaded: stored first, then analysed in the background (`discovery.analysing`)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from discovery_agent.discovery.analysing import failed_windows
from discovery_agent.discovery.interviewing.reading import unread_answers
from discovery_agent.discovery.interviewing.script import load_script
from discovery_agent.discovery.jobs import submit
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import AuditEntry, ConversationRecord, ConversationState, Job, JobKind
from discovery_agent.errors import InvalidRequest, NotFound, TooMany
from discovery_agent.storage import Unit, new_id
from discovery_agent.transcripts.registry import LARGEST


async def upload_transcript(ws: Workspace, engagement_id: str, name: str, data: bytes, actor: str, *, job_id: str | None = None) -> Job:
    """Keep a file and have it analysed in the background. Once this returns, nothing of it is lost.

    Whether the file can be read shows in the job: one that cannot makes it fail, and says where and what to do. A conversation that
    the engagement has already is not analysed twice; the job says so. With `job_id`, the job gets that id.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: there is a job of that id.
        TooMany: the file is larger than any that is read.
    """
    name = file_name(name)
    if len(data) > LARGEST:
        raise TooMany(
            f"The file is larger than {LARGEST / 1e6:g} MB.",
            where=name,
            remedy="Split it, or give the transcript instead of the recording.",
        )
    job = new_job(ws, engagement_id, name)
    if job_id is not None:
        job = job.model_copy(update={"id": job_id})
    async with ws.database.unit() as unit:
        await unit.engagements.get(engagement_id)
        await unit.jobs.add(job)
        await unit.uploads.put(engagement_id, job.id, name, data)
        await unit.audit.add(engagement_id, AuditEntry(at=ws.now(), actor=actor, action="transcript.uploaded", subject=job.id, detail=name))
    await submit(ws, job)
    return job


async def retry_failed(ws: Workspace, engagement_id: str, conversation_id: str) -> Job:
    """Read the windows of a conversation again that failed or were never read, and only those; of an interview these are answers.

    One that is under way already is given back.

    Raises:
        NotFound: the engagement has no such conversation.
        InvalidRequest: everything in it was read.
    """
    async with ws.database.unit() as unit:
        record = await unit.conversations.get(engagement_id, conversation_id)
        for job in await unit.jobs.unfinished(engagement_id):
            if job.conversation_id == conversation_id:
                return job
        if not await _is_unread(unit, record):
            raise InvalidRequest("Every part of this conversation was read; there is nothing to try again.", where="conversation")
        kind = JobKind.READ_ANSWERS if record.kind is ConversationKind.INTERVIEW else JobKind.ANALYSE_TRANSCRIPT
        job = new_job(ws, engagement_id, record.title, conversation_id, kind)
        await unit.jobs.add(job)
    await submit(ws, job)
    return job


async def read_again(ws: Workspace, failed: Job) -> Job:
    """A new job for the file of one that failed before the file was read.

    Raises:
        InvalidRequest: the file is not kept any more, because it cannot be read.
    """
    job = new_job(ws, failed.engagement_id, failed.title)
    async with ws.database.unit() as unit:
        try:
            upload = await unit.uploads.get(failed.engagement_id, failed.id)
        except NotFound:
            raise InvalidRequest("The file could not be read.", where=failed.title, remedy="Upload it again once it is mended.") from None
        await unit.jobs.add(job)
        await unit.uploads.put(failed.engagement_id, job.id, upload.name, upload.data)
        await unit.uploads.delete(failed.engagement_id, failed.id)
    await submit(ws, job)
    return job


async def _is_unread(unit: Unit, record: ConversationRecord) -> bool:
    if record.kind is ConversationKind.INTERVIEW:
        return bool(await unread_answers(unit, await load_script(unit, record.id)))
    known = await unit.extractions.list(record.engagement_id, record.id)
    return record.state is ConversationState.WAITING or bool(failed_windows(known))


def new_job(
    ws: Workspace,
    engagement_id: str,
    title: str,
    conversation_id: str | None = None,
    kind: JobKind = JobKind.ANALYSE_TRANSCRIPT,
) -> Job:
    """A job that waits."""
    now = ws.now()
    return Job(
        id=new_id("j"),
        engagement_id=engagement_id,
        kind=kind,
        title=title,
        conversation_id=conversation_id,
        created_at=now,
        updated_at=now,
    )


async def is_there(unit: Unit, engagement_id: str, job_id: str) -> bool:
    """Whether the engagement has a job of that id."""
    try:
        await unit.jobs.get(engagement_id, job_id)
    except NotFound:
        return False
    return True


def file_name(name: str) -> str:
    """The last part of a name, without folders and without characters that mean something to a terminal or a file system."""
    plain = re.sub(r"[\x00-\x1f\x7f]", " ", name.replace("\\", "/"))
    return PurePosixPath(plain).name.strip().encode("utf-8", "replace").decode("utf-8")[:200] or "transcript"
