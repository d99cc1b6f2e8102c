"""An engagement that holds the conversations and findings of a case of `tests.domain.blueprint.cases`, assessed and ready to draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discovery_agent.discovery.assessments import request_assessment
from discovery_agent.discovery.drafting import draft_blueprint, latest_blueprint
from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.discovery.jobs import get_job
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Claim, Part
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Job
from discovery_agent.domain.findings import Finding
from discovery_agent.storage import Unit
from tests.domain.blueprint.cases import CASES


@dataclass
class Drafted:
    """One engagement in a workspace."""

    ws: Workspace
    id: str

    async def assess(self) -> None:
        await request_assessment(self.ws, self.id)
        await self.ws.settle()

    async def draft(self) -> Job:
        """Have a version drafted, and wait until it is there."""
        job = await draft_blueprint(self.ws, self.id, "Lea")
        await self.ws.settle()
        return await get_job(self.ws, self.id, job.id)

    async def newest(self) -> Blueprint:
        found = await latest_blueprint(self.ws, self.id)
        assert found is not None
        return found

    async def hear(self, talk: Conversation, said: Finding) -> None:
        """One more conversation with one finding, assessed."""
        async with self.ws.database.unit() as unit:
            await _store(self.ws, unit, self.id, talk, [said])
        await self.assess()

    async def findings(self) -> list[Finding]:
        async with self.ws.database.reading() as unit:
            return [one.finding async for one in unit.findings.all(self.id)]


async def drafted(ws: Workspace, name: str) -> Drafted:
    """An engagement of a case, assessed."""
    engagement = await create_engagement(ws, "Faster invoices", organisation="Halden Parts")
    async with ws.database.unit() as unit:
        for case in CASES[name]():
            await _store(ws, unit, engagement.id, case.talk, case.findings)
    found = Drafted(ws, engagement.id)
    await found.assess()
    return found


async def _store(ws: Workspace, unit: Unit, engagement_id: str, talk: Conversation, findings: Sequence[Finding]) -> None:
    record = ConversationRecord(
        id=talk.id,
        engagement_id=engagement_id,
        kind=talk.kind,
        title=talk.title,
        source=talk.source,
        format=talk.format,
        state=ConversationState.ANALYSED,
        created_at=ws.now(),
    )
    await unit.conversations.add(record, talk.utterances, participants=talk.participants)
    await unit.findings.put(engagement_id, talk.id, findings)


def parts_of(blueprint: Blueprint, section_id: SectionId) -> list[Part]:
    section = blueprint.section(section_id)
    assert section is not None
    return list(section.parts)


def with_claim(parts: list[Part], part_id: str, claim: Claim, at: int | None = None) -> list[Part]:
    """The parts with a claim put at a place of one of them, or added to it."""

    def changed(part: Part) -> Part:
        if part.id != part_id:
            return part
        claims = list(part.claims)
        if at is None:
            claims.append(claim)
        else:
            claims[at] = claim
        return part.model_copy(update={"claims": tuple(claims)})

    return [changed(part) for part in parts]
