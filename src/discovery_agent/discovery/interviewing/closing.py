"""The end of an interview: its recap confirmed, corrected or rejected line by line, rated, and released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from discovery_agent.discovery.assessments import note_change
from discovery_agent.discovery.corrections import decided, store_decision
from discovery_agent.discovery.interviewing.floor import floor_of
from discovery_agent.discovery.interviewing.script import load_script
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value, content_id
from discovery_agent.domain.engagement import AuditEntry, ConversationRecord, ConversationState, StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.domain.interview.moves import RecapLine
from discovery_agent.domain.interview.recap import recap_lines
from discovery_agent.errors import InvalidRequest, StaleVersion

BEST_RATING = 4


class Confirm(Value):
    """The line is right."""


class Correct(Value):
    """The line should say something else."""

    text: str = Field(description="What is right, in the stakeholder's words.")


class Reject(Value):
    """The line is wrong, and nothing takes its place."""


Decision = Confirm | Correct | Reject


async def finish_recap(
    ws: Workspace, conversation_id: str, *, decisions: Mapping[str, Decision], rating: int, release: bool, actor: str
) -> ConversationRecord:
    """Store what the stakeholder says to the lines of the recap, and close the interview; all of it, or nothing.

    `decisions` go by the ids of the lines; findings of other lines stay proposed. `rating` says how well the recap describes
    their view, from 1 (poorly) to 4 (very well). The same call again changes nothing; one that differs from it only in that it
    releases, releases the interview later.

    Raises:
        NotFound: there is no such interview.
        InvalidRequest: it has not come to its recap, the rating is no such number, or a correction says nothing.
        StaleVersion: a line is not there any more, or somebody decided on a finding meanwhile.
    """
    if not 1 <= rating <= BEST_RATING:
        raise InvalidRequest(f"The rating is a number from 1 to {BEST_RATING}.", where="rating")
    async with ws.database.reading() as unit:
        script = await load_script(unit, conversation_id)
        found, _ = await unit.findings.list(script.record.engagement_id, conversation_id=conversation_id, limit=None)
    record = script.record
    mark = _mark(decisions, rating)
    if record.state is ConversationState.CLOSED and record.recap == mark:
        return await _release_later(ws, record, actor) if release and record.released_at is None else record
    _require_recap(record)
    changes = await _changes(ws, found, decisions)
    async with ws.database.unit() as unit:
        record = await unit.conversations.get(record.engagement_id, conversation_id)
        if record.state is ConversationState.CLOSED and record.recap == mark:  # the same call was quicker elsewhere
            return record
        _require_recap(record)
        for before, after in changes:
            await store_decision(ws, unit, before, after, actor)
        closed = record.model_copy(
            update={"state": ConversationState.CLOSED, "rating": rating, "released_at": ws.now() if release else None, "recap": mark}
        )
        record = await unit.conversations.update(closed)
        detail = f"rated {rating} of {BEST_RATING}, {'released' if release else 'not released'}"
        entry = AuditEntry(at=ws.now(), actor=actor, action="interview.closed", subject=conversation_id, detail=detail)
        await unit.audit.add(record.engagement_id, entry)
    floor_of(ws).forget(conversation_id)
    if release or not script.engagement.private_until_release:
        await note_change(ws, record.engagement_id)
    return record


def _mark(decisions: Mapping[str, Decision], rating: int) -> str:
    lines = [f"{line}:{type(one).__name__}:{one.text if isinstance(one, Correct) else ''}" for line, one in sorted(decisions.items())]
    return content_id("m", str(rating), *lines)


async def release_interview(ws: Workspace, conversation_id: str, *, actor: str) -> ConversationRecord:
    """Let the lead read an interview that was closed without being released.

    Raises:
        NotFound: there is no such interview.
        InvalidRequest: it is not closed yet.
    """
    async with ws.database.reading() as unit:
        record = (await load_script(unit, conversation_id)).record
    if record.state is not ConversationState.CLOSED:
        raise InvalidRequest("An interview is released when it is closed.", where="conversation", remedy="Finish its recap.")
    return record if record.released_at is not None else await _release_later(ws, record, actor)


async def _release_later(ws: Workspace, record: ConversationRecord, actor: str) -> ConversationRecord:
    async with ws.database.unit() as unit:
        now = await unit.conversations.get(record.engagement_id, record.id)
        if now.released_at is None:
            now = await unit.conversations.update(now.model_copy(update={"released_at": ws.now()}))
            entry = AuditEntry(at=ws.now(), actor=actor, action="interview.released", subject=record.id)
            await unit.audit.add(record.engagement_id, entry)
    floor_of(ws).forget(record.id)
    await note_change(ws, record.engagement_id)
    return now


def _require_recap(record: ConversationRecord) -> None:
    if record.state is ConversationState.OPEN:
        raise InvalidRequest("The interview has not come to its recap.", where="conversation", remedy="Stop it first.")
    if record.state is not ConversationState.RECAP:
        raise StaleVersion("The interview is closed already.", remedy="Load it again.")


async def _changes(
    ws: Workspace, found: Sequence[StoredFinding], decisions: Mapping[str, Decision]
) -> list[tuple[StoredFinding, StoredFinding]]:
    """Each finding that a decision concerns, before and after."""
    lines = {line.id: line for line in recap_lines([one.finding for one in found])}
    if strange := sorted(set(decisions) - set(lines)):
        raise StaleVersion("What was understood has changed meanwhile.", where=strange[0], remedy="Load the recap again.")
    by_id = {one.finding.id: one for one in found}
    return [
        (by_id[finding_id], after)
        for line_id, decision in decisions.items()
        for finding_id, after in (await _of_line(ws, lines[line_id], by_id, decision)).items()
    ]


async def _of_line(ws: Workspace, line: RecapLine, by_id: Mapping[str, StoredFinding], decision: Decision) -> dict[str, StoredFinding]:
    """What becomes of the findings of a line. A correction is one of what the line says, not of facts that were read beside it."""
    stored = [by_id[one] for one in line.finding_ids]
    match decision:
        case Confirm():
            return {one.finding.id: await decided(ws, one, FindingStatus.CONFIRMED) for one in stored if _undecided(one)}
        case Reject():
            return {one.finding.id: await decided(ws, one, FindingStatus.REJECTED) for one in stored}
        case Correct(text=text):
            first = stored[0].finding
            meant = [one for one in stored if one.finding.kind is not FindingKind.CRITERION or first.kind is FindingKind.CRITERION]
            return {one.finding.id: await decided(ws, one, FindingStatus.CORRECTED, text) for one in meant}


def _undecided(stored: StoredFinding) -> bool:
    """What a person has confirmed or corrected before needs no second word."""
    return stored.finding.status is FindingStatus.PROPOSED
