"""Reading what an objective is composed from: the newest assessment, the register, and the findings behind them."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.discovery.agreement.entering import finder
from discovery_agent.discovery.assessment_records import HOLDS, Section
from discovery_agent.discovery.report.wording import ROLE_LABELS
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.ground import Ground
from discovery_agent.domain.agreement.names import Names
from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.coverage import Voice
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus
from discovery_agent.domain.goals import GoalTree
from discovery_agent.storage import Unit

MOST_GOALS = 200
"""Of the business goals with the most findings, so many are looked into."""
MOST_OF_A_KIND = 400


@dataclass(frozen=True)
class AgreementMaterial:
    """What is known of an engagement before a draft of its objective."""

    engagement: Engagement
    ground: Ground
    assessment_id: str


async def agreement_material(ws: Workspace, engagement_id: str) -> AgreementMaterial | None:
    """What an objective is composed from, all of it of one moment; None before the first assessment.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        engagement = await unit.engagements.get(engagement_id)
        heads = await unit.assessments.list(engagement_id)
        if not heads:
            return None
        return await _material(unit, engagement, heads[0].id)


async def _material(unit: Unit, engagement: Engagement, assessment_id: str) -> AgreementMaterial:
    async def section(which: Section) -> list:
        rows, _ = await unit.assessments.section(engagement.id, assessment_id, which.value, 0, None)
        return [HOLDS[which].model_validate(row) for row in rows]

    tree = GoalTree(
        business_goals=tuple(await section(Section.BUSINESS_GOALS)),
        unlinked_operational_goals=tuple(await section(Section.OPERATIONAL_GOALS)),
        unlinked_kpis=tuple(await section(Section.UNLINKED_KPIS)),
    )
    register = await _register(unit, engagement, await section(Section.CONFLICTS))
    voices: list[Voice] = await section(Section.VOICES)
    findings = await _findings(unit, engagement, tree)
    ground = Ground(
        tree=tree,
        register=register,
        findings={one.id: one for one in findings},
        constraints=tuple(one for one in findings if one.kind is FindingKind.CONSTRAINT),
        labels=await _labels(unit, engagement.id, voices),
        names=await _names(unit, engagement, voices),
    )
    return AgreementMaterial(engagement, ground, assessment_id)


async def _register(unit: Unit, engagement: Engagement, conflicts: list) -> tuple[RegisteredConflict, ...]:
    """The conflicts of the assessment with what people decided on them."""
    known = {one.id: one async for one in unit.conflicts.all(engagement.id)}
    return tuple(
        known.get(one.id) or RegisteredConflict(engagement_id=engagement.id, id=one.id, at=engagement.created_at, conflict=one)
        for one in conflicts
    )


async def _findings(unit: Unit, engagement: Engagement, tree: GoalTree) -> list[Finding]:
    """Findings of business goals, constraints and positions: none that a person rejected, and none of an interview that is private."""
    goals = sorted(tree.business_goals, key=lambda goal: -len(goal.finding_ids))[:MOST_GOALS]
    stored = await unit.findings.of_ids(engagement.id, [one for goal in goals for one in goal.finding_ids])
    for kind in (FindingKind.CONSTRAINT, FindingKind.POSITION):
        some, _ = await unit.findings.list(engagement.id, kind=kind, released_only=engagement.private_until_release, limit=MOST_OF_A_KIND)
        stored += some
    return [one.finding for one in stored if one.finding.status is not FindingStatus.REJECTED]


async def _labels(unit: Unit, engagement_id: str, voices: list[Voice]) -> dict[str, str]:
    """How a side is told without names: by department, or else by role."""
    stakeholder = finder(await unit.stakeholders.list(engagement_id))
    labels: dict[str, str] = {}
    for voice in voices:
        person = stakeholder(voice.name)
        role = person.role if person and person.role is not Role.UNKNOWN else voice.role
        if label := (person.department if person and person.department else ROLE_LABELS[role]):
            labels[voice.name] = label
    return labels


async def _names(unit: Unit, engagement: Engagement, voices: list[Voice]) -> Names:
    people = await unit.stakeholders.list(engagement.id)
    known = [*(one.name for one in people), *(one.name for one in voices)]
    return Names(known, f"{engagement.organisation} {engagement.title}")
