"""Reading answers for findings, beside the talk: each answer once, and again where it failed or was left undone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from discovery_agent.analysts.protocol import Analyst, Extraction, Window
from discovery_agent.discovery.assessments import note_change
from discovery_agent.discovery.interviewing.floor import floor_of
from discovery_agent.discovery.interviewing.script import INTERVIEWER, Script
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.engagement import Job, JobKind, JobState, StoredFinding, StoredUtterance
from discovery_agent.domain.findings import Finding, ProposedFinding, UnverifiedFinding
from discovery_agent.domain.grounding import ground_all, ordered_words
from discovery_agent.domain.interview.moves import AnswerKind
from discovery_agent.domain.joining import join_duplicates
from discovery_agent.errors import DiscoveryError
from discovery_agent.models.usage import Usage
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.records import ExtractionRecord, ExtractionState, Spent
from discovery_agent.storage.unit import Unit
from discovery_agent.telemetry.work import answer_read

_log = logging.getLogger(__name__)
PURPOSE = "interview.reading"
# So much of the talk before an answer is shown with it: two exchanges and its question.
_CONTEXT = 5
_NOTHING_TO_READ = (AnswerKind.DECLINES, AnswerKind.WANTS_TO_STOP)
# "Later" and "why do you ask?" say nothing of the work, unless more is said with them.
_LITTLE_TO_READ = (AnswerKind.LATER, AnswerKind.ASKS_BACK)
_FEW_WORDS = 15


Reading = asyncio.Task[tuple[StoredFinding, ...]]
"""An answer that is being read. It goes on whoever waits for it; `asyncio.shield` it."""


def window_key(answer: StoredUtterance) -> str:
    """Under which the reading of an answer is stored."""
    return f"answer-{answer.index}"


def read(ws: Workspace, script: Script, answer: StoredUtterance) -> Reading:
    """Find what an answer says, and store it; the same answer is read once at a time.

    A failure of the model is stored with the answer, and what rules find stands in for it until it is tried again.
    """
    floor = floor_of(ws)
    key = (script.record.id, answer.index)
    task = floor.readings.get(key)
    if task is None:
        task = floor.readings[key] = ws.spawn(_read(ws, script, answer), name=f"reading of {key}")
        task.add_done_callback(lambda _: floor.readings.pop(key, None))
    return task


async def catch_up(ws: Workspace, script: Script, *, again: bool = False) -> tuple[StoredFinding, ...]:
    """Read every answer that was not read yet, such as after a crash; with `again`, also those that failed."""
    async with ws.database.reading() as unit:
        open_answers = await unread_answers(unit, script, failed=again)
    found = await asyncio.gather(*(asyncio.shield(read(ws, script, answer)) for answer in open_answers))
    return tuple(finding for some in found for finding in some)


async def unread_answers(unit: Unit, script: Script, *, failed: bool = True) -> list[StoredUtterance]:
    """The answers that nobody has read; with `failed`, also those whose reading failed."""
    records = await unit.extractions.list(script.record.engagement_id, script.record.id)
    over = {one.window_key for one in records if one.state is ExtractionState.DONE or not failed}
    return [answer for answer in script.answers() if window_key(answer) not in over]


async def _read(ws: Workspace, script: Script, answer: StoredUtterance) -> tuple[StoredFinding, ...]:
    engagement_id, conversation_id = script.record.engagement_id, script.record.id
    conversation = script.excerpt(answer, _CONTEXT)
    analyst = await ws.analyst_for(engagement_id)
    extraction, trouble = Extraction(proposals=()), None
    if _holds_something(answer):
        extraction, trouble = await _propose(ws, analyst, conversation, answer)
    by = analyst.name
    if trouble is not None and analyst is not ws.rules:
        stand_in, _ = await _propose(ws, ws.rules, conversation, answer)
        extraction = Extraction(proposals=(*extraction.proposals, *stand_in.proposals), usage=extraction.usage)
        by = ws.rules.name
    answer_read(trouble is None)
    findings, unverified = await asyncio.to_thread(_checked, extraction.proposals, conversation, answer, by)
    record = ExtractionRecord(
        engagement_id=engagement_id,
        conversation_id=conversation_id,
        window_key=window_key(answer),
        first=answer.index,
        last=answer.index,
        state=ExtractionState.FAILED if trouble else ExtractionState.DONE,
        analyst=analyst.name,
        error=trouble.what if trouble else None,
        remedy=trouble.remedy if trouble else None,
        usage=Spent.of(extraction.usage),
        finding_ids=tuple(one.id for one in findings),
        unverified=unverified,
    )
    async with ws.database.unit() as unit:
        stored = await unit.findings.put(engagement_id, conversation_id, findings)
        await unit.extractions.put(record)
        if trouble is not None:
            await _note_unread(ws, unit, script, trouble)
        if extraction.usage.calls:
            await unit.spending.add(engagement_id, conversation_id, PURPOSE, extraction.usage, ws.now())
    if stored and not script.engagement.private_until_release:
        await note_change(ws, engagement_id)
    return tuple(stored)


async def _note_unread(ws: Workspace, unit: Unit, script: Script, trouble: DiscoveryError) -> None:
    """Show the failure among the jobs of the engagement, where it can be tried again; once for an interview."""
    record = script.record
    known = await unit.jobs.list(record.engagement_id, None)
    latest = next((job for job in known if job.kind is JobKind.READ_ANSWERS and job.conversation_id == record.id), None)
    if latest is not None and latest.state is not JobState.DONE:
        return
    await unit.jobs.add(
        Job(
            id=new_id("j"),
            engagement_id=record.engagement_id,
            kind=JobKind.READ_ANSWERS,
            title=record.title,
            state=JobState.FAILED,
            message=f"An answer could not be read: {trouble.what}",
            remedy=trouble.remedy,
            conversation_id=record.id,
            created_at=ws.now(),
            updated_at=ws.now(),
        )
    )


def _holds_something(answer: StoredUtterance) -> bool:
    if answer.reading is None:
        return True
    if answer.reading.kind in _LITTLE_TO_READ:
        return len(answer.text.split()) > _FEW_WORDS
    return answer.reading.kind not in _NOTHING_TO_READ


async def _propose(
    ws: Workspace, analyst: Analyst, conversation: Conversation, answer: StoredUtterance
) -> tuple[Extraction, DiscoveryError | None]:
    """What an analyst reads in an answer; and what went wrong, if anything did. One half that fails does not lose the other."""
    floor = floor_of(ws)
    first = max(conversation.utterances[0].index, answer.index - 1)
    window = Window(first=first, last=answer.index)
    async with floor.rules_limit if analyst is ws.rules else floor.model_limit:
        halves = await asyncio.gather(
            analyst.extract(conversation, window), analyst.rate(conversation, window, ws.bench.tables), return_exceptions=True
        )
    proposals: list[ProposedFinding] = []
    usage, trouble = Usage(), None
    for half in halves:
        if isinstance(half, Extraction):
            proposals.extend(half.proposals)
            usage = usage.plus(half.usage)
        elif isinstance(half, DiscoveryError):
            trouble = half
        elif isinstance(half, Exception):
            _log.error("An answer could not be read by %s.", analyst.name, exc_info=half)
            trouble = trouble or DiscoveryError(f"The answer could not be read ({type(half).__name__}).", remedy="Try again.")
        else:
            raise half
    return Extraction(proposals=tuple(proposals), usage=usage), trouble


def _checked(
    proposals: Sequence[ProposedFinding], conversation: Conversation, answer: StoredUtterance, analyst: str
) -> tuple[tuple[Finding, ...], tuple[UnverifiedFinding, ...]]:
    """The findings whose quotes hold, if one of them is of this answer; and those whose quotes do not hold."""
    findings: list[Finding] = []
    unverified: list[UnverifiedFinding] = []
    ordered = ordered_words(conversation) if proposals else frozenset[str]()
    for proposal in proposals:
        checked = ground_all(proposal, conversation, analyst, ordered)
        if isinstance(checked, UnverifiedFinding):
            if any(quote.utterance_id == answer.id for quote in proposal.quotes):
                unverified.append(checked)
        elif any(quote.utterance_id == answer.id for quote in checked.quotes):
            findings.append(_own(checked, answer))
    return join_duplicates(findings), tuple(unverified)


def _own(finding: Finding, answer: StoredUtterance) -> Finding:
    """The finding as the stakeholder's: what they said in this answer comes first, and the interviewer is nobody who says anything."""
    quotes = tuple(sorted(finding.quotes, key=lambda quote: quote.utterance_id != answer.id))
    return finding.model_copy(update={"quotes": quotes, "speakers": tuple(name for name in finding.speakers if name != INTERVIEWER)})
