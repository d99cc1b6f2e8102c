"""What the first two gates are computed from, and what the others start with: the assessment, the agreement, people and owners of gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from discovery_agent.discovery.agreement.standing import read_agreement
from discovery_agent.discovery.assessment_records import Assessment, restored
from discovery_agent.discovery.known import as_stakeholder
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.domain.conversation import Stakeholder
from discovery_agent.domain.coverage import Voice
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.gates import GateFacts, Objective
from discovery_agent.domain.goals import GoalTree
from discovery_agent.storage.unit import Unit

_LIVE = "discovery.gates: assessments"
_MOST_HELD = 4


async def early_facts(ws: Workspace, unit: Unit, engagement_id: str) -> GateFacts:
    """Everything that bears on the gates of Discovery and Feasibility.

    Raises:
        NotFound: there is no such engagement.
    """
    assessment = await _assessment(ws, unit, engagement_id)
    tree = assessment.goal_tree if assessment else None
    decisions: Sequence[GoalDecision] = assessment.decisions.goals if assessment else ()
    agenda: Sequence[AgendaItem] = assessment.decisions.agenda if assessment else ()
    records = await unit.stakeholders.list(engagement_id)
    return GateFacts(
        today=ws.now().date(),
        tree=tree,
        decisions=decisions,
        agenda=agenda,
        speakers=await speakers_of_findings(unit, engagement_id, _stated(tree)),
        people=_people([as_stakeholder(one) for one in records], assessment.decisions.coverage.voices if assessment else ()),
        names={one.id: one.name for one in records},
        leads=await _leads(ws, unit, engagement_id),
        objective=await _objective(unit, engagement_id),
        gap_owners=[one async for one in unit.gap_owners.all(engagement_id)],
    )


async def speakers_of_findings(unit: Unit, engagement_id: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Finding -> who said it."""
    return {one.finding.id: one.finding.speakers for one in await unit.findings.of_ids(engagement_id, list(ids))} if ids else {}


async def _assessment(ws: Workspace, unit: Unit, engagement_id: str) -> Assessment | None:
    """The newest assessment. It is large and never changes, and gates are looked at again and again: it is parsed once by each process."""
    cache: dict[str, Assessment] = ws.live.setdefault(_LIVE, {})
    await unit.engagements.get(engagement_id)
    heads = await unit.assessments.list(engagement_id)
    held = cache.pop(engagement_id, None)
    record = None
    if heads and (held is None or held.id != heads[0].id):
        record = await unit.assessments.latest(engagement_id, sections=True)
    found = await asyncio.to_thread(restored, record) if record is not None else held if heads else None
    if found is not None:
        cache[engagement_id] = found
        while len(cache) > _MOST_HELD:
            cache.pop(next(iter(cache)))
    return found


def _people(known: list[Stakeholder], voices: Iterable[Voice]) -> list[Stakeholder]:
    """Stakeholders, and whoever spoke in a meeting and is none."""
    named = {one.name for one in known}
    return [*known, *(Stakeholder(name=one.name, role=one.role) for one in voices if one.name and one.name not in named)]


def _stated(tree: GoalTree | None) -> list[str]:
    """What business goals and KPIs rest on."""
    ids: list[str] = []
    for goal in tree.business_goals if tree else ():
        ids += goal.finding_ids
        ids += [one for kpi in (*goal.kpis, *(kpi for below in goal.operational_goals for kpi in below.kpis)) for one in kpi.finding_ids]
    return ids


async def _leads(ws: Workspace, unit: Unit, engagement_id: str) -> tuple[str, ...]:
    keys = [one for one in await unit.access.list(engagement_id) if one.role is AccessRole.LEAD and one.revoked_at is None]
    names = dict.fromkeys(one.label for one in keys if one.label and (one.expires_at is None or one.expires_at > ws.now()))
    return tuple(names) or ("Owner",)


async def _objective(unit: Unit, engagement_id: str) -> Objective:
    agreement = await read_agreement(unit, engagement_id)
    latest = agreement.latest
    return Objective(outcome=agreement.outcome, round=latest, answers=agreement.answers_to(latest.id) if latest else ())
