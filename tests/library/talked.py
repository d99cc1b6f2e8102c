"""A small engagement in a database, for whoever searches it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Conversation, ConversationKind, Role
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, ConversationState, Engagement, Principal
from discovery_agent.domain.findings import Finding, FindingKind
from tests.builders import conversation, finding

OWNER = Principal(key_id="k", role=AccessRole.OWNER)

KICK_OFF = conversation(
    [
        ("Ada", "We want claims paid within five days by June."),
        ("Ben", "Half of the time goes into waiting for the surveyor's papers."),
        ("Ada", "Broken windscreens are a fifth of all cases."),
    ],
    title="Claims weekly",
)
SAID_OPENLY = [
    finding(KICK_OFF, FindingKind.BUSINESS_GOAL, "Pay claims within five days", [(0, "claims paid within five days by June")]),
    finding(KICK_OFF, FindingKind.PAIN_POINT, "Documents arrive late", [(1, "waiting for the surveyor's papers")]),
    finding(
        KICK_OFF, FindingKind.PROCESS_STEP, "Windscreens are a fifth of all cases", [(2, "Broken windscreens are a fifth of all cases.")]
    ),
]
ALONE = conversation([("Cleo", "Two surveyors invent mileage, and everybody knows.")], title="Interview with Cleo")
SAID_ALONE = [finding(ALONE, FindingKind.RISK, "Surveyors invent mileage", [(0, "Two surveyors invent mileage, and everybody knows.")])]


async def engagement_with_talks(ws: Workspace) -> Engagement:
    """A meeting, and an interview that its stakeholder has not released."""
    made = await create_engagement(ws, "Claims")
    cleo = await add_stakeholder(ws, made.id, "Cleo", role=Role.TECHNICAL)
    await put(ws, made.id, KICK_OFF, SAID_OPENLY)
    await put(ws, made.id, ALONE, SAID_ALONE, stakeholder_id=cleo.id)
    return made


async def put(
    ws: Workspace, engagement_id: str, talk: Conversation, found: Sequence[Finding], *, stakeholder_id: str | None = None
) -> ConversationRecord:
    """A conversation with what was found in it; with a stakeholder, it is their interview."""
    record = ConversationRecord(
        id=talk.id,
        engagement_id=engagement_id,
        kind=ConversationKind.INTERVIEW if stakeholder_id else ConversationKind.MEETING,
        title=talk.title,
        held_on=talk.held_on,
        stakeholder_id=stakeholder_id,
        state=ConversationState.CLOSED if stakeholder_id else ConversationState.ANALYSED,
        created_at=ws.now() + timedelta(seconds=1),
    )
    async with ws.database.unit() as unit:
        await unit.conversations.add(record, talk.utterances)
        await unit.findings.put(engagement_id, talk.id, found)
    return record
