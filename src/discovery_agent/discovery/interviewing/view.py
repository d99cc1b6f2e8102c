"""An interview as its stakeholder sees it, from any device."""

from __future__ import annotations

from pydantic import Field

from discovery_agent.discovery.interviewing.floor import floor_of
from discovery_agent.discovery.interviewing.known import known_of
from discovery_agent.discovery.interviewing.script import Script, load_script
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, StoredFinding, StoredUtterance
from discovery_agent.domain.interview.moves import Person, Progress, RecapLine
from discovery_agent.domain.interview.recap import recap_lines


class InterviewView(Value):
    """An interview with all that a page shows of it."""

    record: ConversationRecord
    title: str = Field(description="Of the engagement.")
    organisation: str
    purpose: str
    private: bool = Field(description="Whether the lead reads it only once it is released.")
    person: Person
    utterances: tuple[StoredUtterance, ...]
    progress: Progress
    understood: tuple[StoredFinding, ...] = Field(description="What was found so far, in the order of saying; also what was rejected.")
    recap: tuple[RecapLine, ...] = Field(default=(), description="The lines to go through, once the questions are over.")
    pending: bool = Field(description="Whether an answer, or the opening, waits for its reply: `resume` makes it, or joins it.")
    reading: bool = Field(description="Whether answers are being read just now, so that more may be understood in a moment.")


async def view_interview(ws: Workspace, conversation_id: str) -> InterviewView:
    """An interview as it stands.

    Raises:
        NotFound: there is none of that id.
    """
    await ws.prepare()
    async with ws.database.reading() as unit:
        script = await load_script(unit, conversation_id)
        found, _ = await unit.findings.list(script.record.engagement_id, conversation_id=conversation_id, limit=None)
    known = await known_of(ws, script.engagement)
    asking = script.record.state is ConversationState.OPEN
    return InterviewView(
        record=script.record,
        title=script.engagement.title,
        organisation=script.engagement.organisation,
        purpose=script.engagement.purpose,
        private=script.engagement.private_until_release,
        person=script.person,
        utterances=tuple(script.said),
        progress=script.progress(known, ws.bench.slots),
        understood=tuple(found),
        recap=() if asking else recap_lines([one.finding for one in found]),
        pending=script.waits_for_reply,
        reading=any(interview == conversation_id for interview, _ in floor_of(ws).readings),
    )


async def lines_of(ws: Workspace, script: Script) -> tuple[RecapLine, ...]:
    """The recap as things stand."""
    async with ws.database.reading() as unit:
        found, _ = await unit.findings.list(script.record.engagement_id, conversation_id=script.record.id, limit=None)
    return recap_lines([one.finding for one in found])
