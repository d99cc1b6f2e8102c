"""Opening what somebody asks for by its id: if it is theirs to read, and without what its stakeholder has not released."""

from __future__ import annotations

from discovery_agent.discovery.access import may, may_open, visible
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, Engagement, Principal


async def opened_engagement(ws: Workspace, who: Principal, engagement_id: str, *, write: bool = False) -> Engagement:
    """An engagement, for one who may read it or, with `write`, change it.

    Raises:
        NotFound: it is not there, or not theirs.
        AccessDenied: their role may not do this.
    """
    may(who, engagement_id, write=write)
    async with ws.database.reading() as unit:
        return await unit.engagements.get(engagement_id)


async def opened(
    ws: Workspace, who: Principal, conversation_id: str, engagement_id: str | None = None, *, speak: bool = False, write: bool = False
) -> ConversationRecord:
    """The record of a conversation, for one who may read it, speak in it, or change what came of it.

    Raises:
        NotFound: it is not there, or not theirs.
        AccessDenied: its words are still private, or their role may not do this.
    """
    async with ws.database.reading() as unit:
        if engagement_id is None:
            record = await unit.conversations.find(conversation_id)
        else:
            record = await unit.conversations.get(engagement_id, conversation_id)
        # Its own stakeholder reads an interview whatever the setting is; and this stands before the first word of each turn.
        private = who.role is AccessRole.STAKEHOLDER or (await unit.engagements.get(record.engagement_id)).private_until_release
    may_open(who, record, private=private, speak=speak, write=write)
    return record


def seen(record: ConversationRecord, who: Principal, engagement: Engagement) -> ConversationRecord:
    """A record without what its stakeholder has not released."""
    if visible(who, record, private=engagement.private_until_release):
        return record
    return record.model_copy(update={"rating": None, "findings": 0})
