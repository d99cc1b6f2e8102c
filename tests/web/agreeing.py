"""An engagement in which people differ on a target, as it stands after an assessment, for the tests of API and pages."""

from __future__ import annotations

from discovery_agent.discovery.agreement.entering import enter_conflicts
from discovery_agent.discovery.assessment_records import Assessment, kept
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.changes import ChangeReport
from discovery_agent.domain.conflicts import find_conflicts
from discovery_agent.domain.conversation import ConversationKind, Role, Utterance
from discovery_agent.domain.coverage import Coverage, Voice
from discovery_agent.domain.decisions import Decisions
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.necessity import Contradiction
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.storage.ids import new_id
from tests.domain.agreement.grounds import alike, goal, kpi, limit, means, two_targets
from tests.domain.said import amount

PEOPLE = (("Ingrid Halden", Role.SPONSOR), ("Marek Dvorak", Role.BUSINESS), ("Sofia Lind", Role.TECHNICAL))
SAID = (
    goal("Keep our workshop customers"),
    means("Answer every email without copying numbers"),
    kpi("churn", turn=20, unit="%", direction="decrease", baseline=amount(9, "%"), target=amount(6, "%"), deadline="the end of June"),
    limit("Data must not leave the EU"),
    *two_targets(),
)


async def assessed(
    ws: Workspace, engagement: Engagement, said: tuple[Finding, ...] = SAID, contradictions: tuple[Contradiction, ...] = ()
) -> None:
    """Store a meeting in which all of this was said, and what follows from it."""
    record = ConversationRecord(
        id="c",
        engagement_id=engagement.id,
        kind=ConversationKind.MEETING,
        title="Kickoff",
        state=ConversationState.ANALYSED,
        created_at=ws.now(),
    )
    longest = max(int(quote.utterance_id.removeprefix("u")) for one in said for quote in one.quotes)
    words = {quote.utterance_id: quote for one in said for quote in one.quotes}
    turns = [
        Utterance(index=at, speaker=words[f"u{at}"].speaker, text=words[f"u{at}"].text)
        if f"u{at}" in words
        else Utterance(index=at, speaker="Marek Dvorak", text="Yes.")
        for at in range(longest + 1)
    ]
    tree = build_goal_tree(said, alike)
    voices = tuple(Voice(name=name, role=role, turns=3, findings=2) for name, role in PEOPLE)
    assessment = Assessment(
        id=new_id("a"),
        created_at=ws.now(),
        basis=new_id("b"),
        analyst="rules",
        goal_tree=tree,
        decisions=Decisions(
            conflicts=find_conflicts(tree, said, alike, contradictions),
            coverage=Coverage(voices=voices, missing_roles=(), single_voices=()),
        ),
        knowledge=KnowledgeUse(),
        change=ChangeReport(),
    )
    stored = kept(assessment, engagement.id, findings=len(said), conversations=1, more={})
    async with ws.database.unit() as unit:
        await unit.conversations.add(record, turns)
        await unit.findings.put(engagement.id, "c", said)
        await unit.assessments.add(stored)
        await enter_conflicts(unit, stored)
