"""The analysis of a transcript in the background: read the file, cut the conversation up, read each window, store what it gave."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from discovery_agent.analysts.protocol import Analyst, Window
from discovery_agent.discovery.analyse import check_proposals, read_window
from discovery_agent.discovery.assessments import request_assessment
from discovery_agent.discovery.jobs import Ended, Steps, window_limit
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Conversation, Stakeholder, content_id
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Job, JobState
from discovery_agent.errors import InvalidRequest, ModelError, NotFound, SpendLimitReached, StaleVersion, TranscriptError
from discovery_agent.storage import ExtractionRecord, ExtractionState, Spent, Unit
from discovery_agent.transcripts import read_transcript_bytes

PURPOSE = "transcript"
"""What the calls of an analysis are booked under."""
_ATTEMPTS = 5


async def analyse_upload(ws: Workspace, job: Job, steps: Steps) -> Ended:
    """The whole job: read the file, cut the conversation up, read each window, and have the engagement assessed."""
    analysis = _Analysis(ws, job)
    read = await steps("read", analysis.read)
    if "conversation" not in read:
        return await analysis.refused()
    conversation_id: str = read["conversation"]
    planned: list[list[Any]] = await steps("plan", partial(analysis.plan, conversation_id))

    async def one(first: int, last: int, key: str) -> None:
        await steps("window", partial(analysis.read_window, conversation_id, first, last, key))
        analysis.ended.add(key)  # also those that ended before a crash and were not run again

    windows = [asyncio.create_task(one(*window)) for window in planned]
    try:
        await asyncio.gather(*windows)
    except BaseException:
        for window in windows:
            window.cancel()
        await asyncio.gather(*windows, return_exceptions=True)
        raise
    await steps("finish", partial(analysis.finish, conversation_id, bool(planned)))
    return await analysis.outcome(conversation_id, bool(read["twin"]), bool(planned))


class _Analysis:
    """The steps of one job. Each may be run again after a crash, and then finds what it had stored.

    What a step gives is remembered elsewhere than the engagement, and for longer: it is ids and numbers, and no word of anybody.
    """

    def __init__(self, ws: Workspace, job: Job) -> None:
        self._ws = ws
        self._job = job
        self._engagement = job.engagement_id
        self.ended: set[str] = set()
        """Keys of the windows that ended."""
        self._loading = asyncio.Lock()
        self._loaded: tuple[Conversation, Analyst] | None = None

    async def read(self) -> dict[str, Any]:
        """Store the conversation in the file; the file is not needed any more then."""
        async with self._ws.database.reading() as unit:
            job = await unit.jobs.get(self._engagement, self._job.id)
            if job.conversation_id is not None:
                record = await unit.conversations.get(self._engagement, job.conversation_id)
                return {"conversation": record.id, "twin": self._job.conversation_id is None and record.created_at < job.created_at}
            upload = await unit.uploads.get(self._engagement, job.id)
            people = await unit.stakeholders.list(self._engagement)
        known = [Stakeholder(name=one.name, role=one.role, department=one.department) for one in people]
        try:
            conversation = await asyncio.to_thread(read_transcript_bytes, upload.data, upload.name, stakeholders=known)
        except TranscriptError as error:
            why = f"{error.where}: {error.what}" if error.where else error.what
            async with self._ws.database.unit() as unit:
                await unit.jobs.update(job.model_copy(update={"message": why, "remedy": error.remedy, "updated_at": self._ws.now()}))
                await unit.uploads.delete(self._engagement, job.id)
            return {"refused": True}
        try:
            twin = await self._store(job, conversation)
        except InvalidRequest:  # another upload of the same words was a moment faster
            twin = await self._store(job, conversation)
        return {"conversation": conversation.id, "twin": twin}

    async def refused(self) -> Ended:
        """How it ends if the file could not be read, which was noted with the job."""
        async with self._ws.database.reading() as unit:
            job = await unit.jobs.get(self._engagement, self._job.id)
        return Ended(state=JobState.FAILED, message=job.message, remedy=job.remedy)

    async def _store(self, job: Job, conversation: Conversation) -> bool:
        """Add the conversation unless it is there; whether it is."""
        async with self._ws.database.unit() as unit:
            twin = await _existing(unit, self._engagement, conversation.id)
            if twin is None:
                await unit.conversations.add(
                    _record(self._ws, self._engagement, conversation),
                    conversation.utterances,
                    participants=conversation.participants,
                    notes=conversation.notes,
                )
            await unit.jobs.update(job.model_copy(update={"conversation_id": conversation.id, "updated_at": self._ws.now()}))
            await unit.uploads.delete(self._engagement, job.id)
        return twin is not None

    async def plan(self, conversation_id: str) -> list[list[Any]]:
        """What is to be read: first and last utterance and the key of each window that was not read."""
        async with self._ws.database.reading() as unit:
            known = await unit.extractions.list(self._engagement, conversation_id)
            record = await unit.conversations.get(self._engagement, conversation_id)
        todo = [[one.first, one.last, one.window_key] for one in failed_windows(known)]
        if record.state is ConversationState.WAITING:
            conversation, analyst = await self._load(conversation_id)
            covered = {index for one in known for index in range(one.first, one.last + 1)}
            for window in await asyncio.to_thread(analyst.windows, conversation):
                if not covered.issuperset(range(window.first, window.last + 1)):
                    todo.append([window.first, window.last, _key(conversation_id, window, analyst)])
        async with self._ws.database.unit() as unit:
            # Of several jobs for one conversation, in whichever processes, the first to plan reads it. No clock decides that.
            await unit.engagements.hold(self._engagement)
            if any(one.conversation_id == conversation_id and one.total for one in await self._others_that_run(unit)):
                return []
            await self._note_progress(unit, total=len(todo))
        return todo

    async def _others_that_run(self, unit: Unit) -> list[Job]:
        """The other jobs of the engagement that have begun and not ended."""
        return [one for one in await unit.jobs.unfinished(self._engagement, state=JobState.RUNNING) if one.id != self._job.id]

    async def read_window(self, conversation_id: str, first: int, last: int, key: str) -> bool:
        """Read one window and store what it gave, or that it failed; whether it was read."""
        ws = self._ws
        async with ws.database.reading() as unit:
            if await _was_read(unit, self._engagement, conversation_id, key):
                return True
        conversation, analyst = await self._load(conversation_id)
        async with window_limit(ws):
            found = None
            try:
                found = await read_window(conversation, Window(first=first, last=last), analyst, ws.bench.tables)
                outcome = {"state": ExtractionState.DONE, "usage": Spent.of(found.usage)}
            except (ModelError, SpendLimitReached) as error:
                outcome = {"state": ExtractionState.FAILED, "error": error.what, "remedy": error.remedy}
            findings, unverified = await asyncio.to_thread(check_proposals, conversation, analyst.name, found.proposals if found else ())
            record = ExtractionRecord(
                engagement_id=self._engagement,
                conversation_id=conversation_id,
                window_key=key,
                first=first,
                last=last,
                analyst=analyst.name,
                finding_ids=tuple(one.id for one in findings),
                unverified=unverified,
                **outcome,
            )
            async with ws.database.unit() as unit:
                if findings:
                    await unit.findings.put(self._engagement, conversation_id, findings)
                await unit.extractions.put(record)
                if found and (found.usage.calls or found.usage.cached_calls):
                    await unit.spending.add(self._engagement, conversation_id, PURPOSE, found.usage)
                self.ended.add(key)
                await self._note_progress(unit)
        return found is not None

    async def finish(self, conversation_id: str, read: bool) -> None:
        """Have the engagement assessed if something new was found out."""
        async with self._ws.database.reading() as unit:
            known = await unit.extractions.list(self._engagement, conversation_id)
        failed = failed_windows(known)
        if len(failed) < len(known):
            await self._mark_analysed(conversation_id)
        if read and len(failed) < len(known):
            await request_assessment(self._ws, self._engagement)

    async def outcome(self, conversation_id: str, twin: bool, read: bool) -> Ended:
        """How it went."""
        async with self._ws.database.reading() as unit:
            known = await unit.extractions.list(self._engagement, conversation_id)
            title = (await unit.conversations.get(self._engagement, conversation_id)).title if twin else None
        return _outcome(known, failed_windows(known), title, read)

    async def _mark_analysed(self, conversation_id: str) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                async with self._ws.database.unit() as unit:
                    record = await unit.conversations.get(self._engagement, conversation_id)
                    if record.state is ConversationState.WAITING:
                        await unit.conversations.update(record.model_copy(update={"state": ConversationState.ANALYSED}))
                return
            except StaleVersion:
                if attempt == _ATTEMPTS - 1:
                    raise

    async def _load(self, conversation_id: str) -> tuple[Conversation, Analyst]:
        """The conversation and who reads it, once for all windows."""
        async with self._loading:
            if self._loaded is None:
                async with self._ws.database.reading() as unit:
                    conversation = await unit.conversations.load(self._engagement, conversation_id)
                self._loaded = conversation, await self._ws.analyst_for(self._engagement)
            return self._loaded

    async def _note_progress(self, unit: Unit, *, total: int | None = None) -> None:
        """Progress is for people only: it may lag behind, and is made right when the job ends."""
        job = await unit.jobs.get(self._engagement, self._job.id)
        changes = {"done": max(job.done, len(self.ended)), "total": job.total if total is None else total, "updated_at": self._ws.now()}
        await unit.jobs.update(job.model_copy(update=changes))


def _outcome(known: Sequence[ExtractionRecord], failed: Sequence[ExtractionRecord], twin: str | None, read: bool) -> Ended:
    same = f"This is the same conversation as “{twin}”, which is here already" if twin is not None else ""
    if failed:
        what = f"{len(failed)} of {len(known)} stretches could not be read: {failed[0].error}"
        state = JobState.FAILED if len(failed) == len(known) else JobState.DONE
        return Ended(state=state, message=f"{same}. {what}" if same else what, remedy=failed[0].remedy or "Try them again.")
    if not same:
        return Ended()
    return Ended(message=f"{same}; what was still unread in it was read now." if read else f"{same}; nothing was analysed again.")


def failed_windows(records: Iterable[ExtractionRecord]) -> list[ExtractionRecord]:
    """Those that can be tried again."""
    return [one for one in records if one.state is ExtractionState.FAILED]


def _key(conversation_id: str, window: Window, analyst: Analyst) -> str:
    return content_id("w", conversation_id, str(window.first), str(window.last), analyst.name)


async def _existing(unit: Unit, engagement_id: str, conversation_id: str) -> ConversationRecord | None:
    try:
        return await unit.conversations.get(engagement_id, conversation_id)
    except NotFound:
        return None


async def _was_read(unit: Unit, engagement_id: str, conversation_id: str, key: str) -> bool:
    try:
        return (await unit.extractions.get(engagement_id, conversation_id, key)).state is ExtractionState.DONE
    except NotFound:
        return False


def _record(ws: Workspace, engagement_id: str, conversation: Conversation) -> ConversationRecord:
    return ConversationRecord(
        id=conversation.id,
        engagement_id=engagement_id,
        kind=conversation.kind,
        title=conversation.title,
        source=conversation.source,
        format=conversation.format,
        held_on=conversation.held_on,
        state=ConversationState.WAITING,
        created_at=ws.now(),
    )
