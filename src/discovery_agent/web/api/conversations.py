"""Conversations of an engagement: list them, read them, upload transcripts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, status
from pydantic import BaseModel, Field

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.archive_uploads import TakenArchive, upload_archive
from discovery_agent.discovery.opening import seen
from discovery_agent.discovery.uploads import retry_failed, upload_transcript
from discovery_agent.domain.engagement import ConversationRecord, Job
from discovery_agent.files.bundles import LARGEST_UNPACKED, MOST_ENTRIES
from discovery_agent.web.api.context import Changeable, Paced, Readable, Who, Ws, opened, problems
from discovery_agent.web.api.fields import Id, Limit, Offset, Page
from discovery_agent.web.api.files import SentFile, form, sent_files_and_archives
from discovery_agent.web.api.said import Said, said_of
from discovery_agent.web.bodies import MOST_UPLOAD_BYTES

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Conversations"], responses=problems())


class Uploaded(BaseModel):
    """The work that the files gave."""

    jobs: list[Job] = Field(description="One for each file that is no archive.")
    archives: list[TakenArchive] = Field(description="What became of each archive; its jobs are read with the others.")


@router.get("/conversations", summary="List conversations")
async def list_conversations(
    ws: Ws,
    who: Who,
    engagement: Readable,
    stakeholder_id: Annotated[str | None, Query(max_length=80, description="Interviews with this stakeholder only.")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Page[ConversationRecord]:
    """The newest first. Of a private interview it shows that it is there and how far it has come."""
    async with ws.database.reading() as unit:
        items, total = await unit.conversations.list(engagement.id, offset, limit, stakeholder_id)
    return Page(items=[seen(one, who, engagement) for one in items], total=total, offset=offset, limit=limit)


@router.get("/conversations/{conversation_id}", summary="Show a conversation")
async def get_conversation(ws: Ws, who: Who, engagement: Readable, conversation_id: Id) -> ConversationRecord:
    """Without its words. Of a private interview it shows that it is there and how far it has come."""
    async with ws.database.reading() as unit:
        return seen(await unit.conversations.get(engagement.id, conversation_id), who, engagement)


@router.get("/conversations/{conversation_id}/utterances", summary="Read a conversation")
async def utterances(ws: Ws, who: Who, engagement_id: Id, conversation_id: Id, offset: Offset = 0, limit: Limit = 50) -> Page[Said]:
    """What was said, in order."""
    record = await opened(ws, who, conversation_id, engagement_id)
    async with ws.database.reading() as unit:
        said = await unit.conversations.utterances(engagement_id, conversation_id, offset, limit)
    return Page(items=[said_of(one) for one in said], total=record.utterances, offset=offset, limit=limit)


@router.post(
    "/transcripts",
    summary="Upload transcripts",
    status_code=status.HTTP_202_ACCEPTED,
    openapi_extra=form(
        f"A zip archive may be as large as the request ({MOST_UPLOAD_BYTES / 1e6:g} MB), with at most {MOST_ENTRIES:,} files in it "
        f"that take {LARGEST_UNPACKED / 1e9:g} GB unpacked."
    ),
    responses=problems(415),
)
async def upload(request: Request, ws: Ws, who: Who, pace: Paced, engagement: Changeable) -> Uploaded:
    """Each file is stored, then read and analysed in the background; its format is told by its content.

    A file that cannot be read makes its job fail, which says why. One that the engagement has already is not analysed again.
    Of a zip archive each file inside is a transcript, with a job of its own; what is none is listed with the reason, and
    loses none of the others. People in a `people.yaml` inside become stakeholders. Archives inside are not opened.
    """
    await pace.upload(who.key_id)
    jobs: list[Job] = []
    archives: list[TakenArchive] = []
    async for file in sent_files_and_archives(request):
        if isinstance(file, SentFile):
            jobs.append(await upload_transcript(ws, engagement.id, file.name, file.data, name_of(who)))
        else:
            archives.append(await upload_archive(ws, engagement.id, file.name, file.file, name_of(who)))
    return Uploaded(jobs=jobs, archives=archives)


@router.post(
    "/conversations/{conversation_id}/retry",
    summary="Read again what failed",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problems(409),
)
async def retry(ws: Ws, engagement: Changeable, conversation_id: Id) -> Job:
    """Only the stretches of a transcript or the answers of an interview that could not be read; what was read stays.

    Answers that could not be read stand among the jobs, as a failed one of kind `read_answers`. Reading them again shows nobody more of
    an interview that is still private.
    """
    return await retry_failed(ws, engagement.id, conversation_id)
