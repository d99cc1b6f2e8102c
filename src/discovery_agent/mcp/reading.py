"""What an engagement holds, for one who may read it: the same objects as the API gives, under the same rights."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from discovery_agent.discovery.access import may
from discovery_agent.discovery.assessments import AssessmentOverview, Section, assessment_overview, assessment_section
from discovery_agent.discovery.drafting import BlueprintHead, blueprint_versions
from discovery_agent.discovery.engagements import get_engagement, list_engagements
from discovery_agent.discovery.gates import gates_of
from discovery_agent.discovery.opening import opened, opened_engagement, seen
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, Engagement, Principal
from discovery_agent.domain.goals import GoalTree
from discovery_agent.errors import AccessDenied
from discovery_agent.mcp.answers import EngagementSummary, gate_summary, verdict_summary


class Turn(Value):
    """One turn of one speaker; `id` is what quotes name."""

    id: str
    index: int
    speaker: str | None
    text: str
    start: float | None
    end: float | None


async def engagements_seen(ws: Workspace, who: Principal, offset: int, limit: int) -> tuple[list[Engagement], int]:
    """Some of the engagements that somebody may read, the newest first, and how many there are.

    Raises:
        AccessDenied: an invite opens its own interview only.
    """
    if who.role is AccessRole.OWNER:
        return await list_engagements(ws, offset, limit)
    if who.engagement_id is None:
        raise AccessDenied("This key opens no engagement.")
    may(who, who.engagement_id)
    return [await get_engagement(ws, who.engagement_id)][offset : offset + limit], 1


async def own_conversations(ws: Workspace, who: Principal) -> list[ConversationRecord]:
    """The interviews of the stakeholder who asks."""
    if who.engagement_id is None or who.stakeholder_id is None:
        return []
    async with ws.database.reading() as unit:
        records, _ = await unit.conversations.list(who.engagement_id, limit=None, stakeholder_id=who.stakeholder_id)
    return [one for one in records if one.stakeholder_id == who.stakeholder_id]


async def summary_of(ws: Workspace, who: Principal, engagement_id: str, offset: int = 0, limit: int = 20) -> EngagementSummary:
    """Where an engagement stands; `offset` and `limit` count in each of its lists.

    Raises:
        NotFound: it is not there, or not theirs.
        AccessDenied: an invite opens its own interview only.
    """
    engagement = await opened_engagement(ws, who, engagement_id)
    overview = await assessment_overview(ws, engagement_id)
    goals, operational, kpis, verdicts, conflicts, agenda = [
        await _part(ws, engagement_id, section, overview, offset, limit)
        for section in (
            Section.BUSINESS_GOALS,
            Section.OPERATIONAL_GOALS,
            Section.UNLINKED_KPIS,
            Section.GOALS,
            Section.CONFLICTS,
            Section.AGENDA,
        )
    ]
    gates = await gates_of(ws, engagement_id)
    return EngagementSummary(
        engagement=engagement,
        phase=gates.current,
        gates=tuple(map(gate_summary, gates.gates)),
        assessment=overview,
        goal_tree=GoalTree(business_goals=tuple(goals), unlinked_operational_goals=tuple(operational), unlinked_kpis=tuple(kpis)),
        verdicts=tuple(await asyncio.to_thread(lambda: [verdict_summary(one) for one in verdicts])),
        conflicts=tuple(conflicts),
        ask_next=tuple(agenda),
        blueprint=await _newest(ws, engagement_id),
        sizes=_sizes(overview),
        offset=offset,
        limit=limit,
    )


async def section_of(
    ws: Workspace, who: Principal, engagement_id: str, section: Section, offset: int, limit: int
) -> tuple[Sequence[Value], int]:
    """Some items of a list of the newest assessment, and how many there are; raises as `summary_of`."""
    may(who, engagement_id)
    return await assessment_section(ws, engagement_id, section, offset=offset, limit=limit)


async def conversations_of(
    ws: Workspace, who: Principal, engagement_id: str, offset: int, limit: int
) -> tuple[list[ConversationRecord], int]:
    """Some conversations, the newest first. Of a private interview it shows that it is there and how far it has come; raises as `summary_of`."""
    engagement = await opened_engagement(ws, who, engagement_id)
    async with ws.database.reading() as unit:
        items, total = await unit.conversations.list(engagement_id, offset, limit)
    return [seen(one, who, engagement) for one in items], total


async def turns_of(
    ws: Workspace, who: Principal, engagement_id: str, conversation_id: str, offset: int, limit: int
) -> tuple[list[Turn], int]:
    """Some of what was said in a conversation, in order.

    Raises:
        NotFound: it is not there, or not theirs.
        AccessDenied: its words are still private.
    """
    record = await opened(ws, who, conversation_id, engagement_id)
    async with ws.database.reading() as unit:
        said = await unit.conversations.utterances(engagement_id, conversation_id, offset, limit)
    turns = [Turn(id=one.id, index=one.index, speaker=one.speaker, text=one.text, start=one.start, end=one.end) for one in said]
    return turns, record.utterances


async def _part(
    ws: Workspace, engagement_id: str, section: Section, overview: AssessmentOverview | None, offset: int, limit: int
) -> Sequence[Any]:
    """A part of one and the same assessment, also if another is stored meanwhile."""
    if overview is None:
        return ()
    return (await assessment_section(ws, engagement_id, section, assessment_id=overview.id, offset=offset, limit=limit))[0]


async def _newest(ws: Workspace, engagement_id: str) -> BlueprintHead | None:
    heads, _ = await blueprint_versions(ws, engagement_id, 0, 1)
    return heads[0] if heads else None


_NAMES = {
    Section.BUSINESS_GOALS: "business_goals",
    Section.OPERATIONAL_GOALS: "unlinked_operational_goals",
    Section.UNLINKED_KPIS: "unlinked_kpis",
    Section.GOALS: "verdicts",
    Section.CONFLICTS: "conflicts",
    Section.AGENDA: "ask_next",
}


def _sizes(overview: AssessmentOverview | None) -> dict[str, int]:
    return {name: overview.sizes.get(section.value, 0) if overview else 0 for section, name in _NAMES.items()}
