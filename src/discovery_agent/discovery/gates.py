"""Where an engagement stands between its phases: what the next gate lacks, who can supply it, and who closes which readiness gap."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from discovery_agent.discovery.access import may, name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.gate_facts import early_facts, speakers_of_findings
from discovery_agent.discovery.reviewing.looking import newest_signed_in, standing_in
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind, Role, Value
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.execution import check_ins_of, standing_check_ins
from discovery_agent.domain.gates import (
    GapOwner,
    GateFacts,
    Gates,
    Missing,
    Phase,
    findings_of_goals,
    gap_id,
    gates_of_facts,
    readiness_gaps,
)
from discovery_agent.domain.interview.moves import Move
from discovery_agent.domain.readiness import GateState
from discovery_agent.errors import NotFound, StaleVersion
from discovery_agent.storage.unit import Unit


class ReadinessGap(Value):
    """A gap that keeps the data of an operational goal from being ready, and who closes it."""

    id: str
    goal_id: str | None
    goal: str
    dimension: str
    name: str
    state: GateState
    next_step: str | None
    roles: tuple[Role, ...]
    owner: GapOwner | None = None


async def gates_of(ws: Workspace, engagement_id: str) -> Gates:
    """All five gates, computed from the newest assessment, the agreement, the newest blueprint and its reviews, plan and check-ins.

    Raises:
        NotFound: there is no such engagement.
    """
    facts = await _facts(ws, engagement_id)
    return await asyncio.to_thread(gates_of_facts, facts)


async def gate_missing(ws: Workspace, engagement_id: str, phase: Phase, offset: int = 0, limit: int = 50) -> tuple[Sequence[Missing], int]:
    """Some of what a gate lacks, and how much there is.

    Raises:
        NotFound: there is no such engagement.
    """
    missing = (await gates_of(ws, engagement_id)).gate(phase).missing
    return missing[offset : offset + limit], len(missing)


async def gaps_of(ws: Workspace, engagement_id: str, offset: int = 0, limit: int = 50) -> tuple[list[ReadinessGap], int]:
    """Some readiness gaps, goal by goal, each with its owner if it has one; and how many there are.

    Raises:
        NotFound: there is no such engagement.
    """
    gaps = [
        ReadinessGap(
            id=gap_id(goal.goal_id, gap.dimension),
            goal_id=goal.goal_id,
            goal=goal.statement,
            dimension=gap.dimension,
            name=gap.name,
            state=gap.state,
            next_step=gap.next_step,
            roles=gap.roles,
            owner=owner,
        )
        for goal, gap, owner in readiness_gaps(await _facts(ws, engagement_id))
    ]
    return gaps[offset : offset + limit], len(gaps)


async def set_gap_owner(
    ws: Workspace,
    engagement_id: str,
    gap: str,
    owner_id: str | None,
    *,
    due: date | None = None,
    version: int | None,
    principal: Principal,
) -> GapOwner:
    """Say which stakeholder closes a readiness gap, or with None that nobody does. `version` is that of the owner shown, None for none.

    Raises:
        NotFound: the engagement is not theirs, or it has no such gap or stakeholder.
        AccessDenied: they are neither owner nor lead.
        StaleVersion: somebody named an owner meanwhile.
    """
    may(principal, engagement_id, write=True)
    facts = await _facts(ws, engagement_id)
    found = next(((goal, one.dimension) for goal, one, _ in readiness_gaps(facts) if gap_id(goal.goal_id, one.dimension) == gap), None)
    if found is None:
        raise NotFound("There is no such readiness gap, or it is closed by now.", where=gap)
    goal, dimension = found
    findings = findings_of_goals(facts.tree).get(goal.goal_id or "", ())
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        owner = await unit.stakeholders.get(engagement_id, owner_id) if owner_id else None
        known = [one async for one in unit.gap_owners.all(engagement_id)]
        before = next((one for one in known if one.is_about(goal.goal_id, frozenset(findings), dimension)), None)
        people = {one.id for one in await unit.stakeholders.list(engagement_id)}
        shown = before if before and before.owner_id in people else None  # one who has left is shown as nobody
        if (shown.version if shown else None) != version:
            raise StaleVersion("Somebody named an owner of this gap meanwhile.", where=gap, remedy="Load it again, and decide anew.")
        named = GapOwner(
            engagement_id=engagement_id,
            id=before.id if before else gap,
            at=ws.now(),
            version=before.version if before else 1,
            goal_id=goal.goal_id,
            goal=goal.statement,
            goal_findings=findings,
            dimension=dimension,
            owner_id=owner_id,
            owner=owner.name if owner else "",
            due=due,
            set_by=principal.name,
        )
        stored = await (unit.gap_owners.update(named) if before else unit.gap_owners.add(named))
        action = "gap.owner_set" if owner else "gap.owner_removed"
        await note(
            ws, unit, engagement_id, name_of(principal), action, stored.id, f"{dimension}, {goal.statement}: {stored.owner or 'nobody'}"
        )
    return stored


async def _facts(ws: Workspace, engagement_id: str) -> GateFacts:
    """Everything that bears on a gate. What is in interviews that are still private is not in an assessment, so it is not in here."""
    async with ws.database.reading() as unit:
        early = await early_facts(ws, unit, engagement_id)
        newest = await unit.blueprints.latest(engagement_id)
        signed = await newest_signed_in(unit, engagement_id)
        carried_out = signed or newest
        check_ins = standing_check_ins([one async for one in unit.check_ins.all(engagement_id)])
        kpis = carried_out.kpis if carried_out else ()
        checked = {kpi.id: mine[-1].day for kpi in kpis if (mine := check_ins_of(kpi, check_ins))}
        dates = [one async for one in unit.review_dates.all(engagement_id)]
        return replace(
            early,
            speakers={**early.speakers, **await speakers_of_findings(unit, engagement_id, [one for kpi in kpis for one in kpi.findings])},
            named=await _named(unit, engagement_id),
            blueprint=newest,
            review=await standing_in(ws, unit, newest) if newest else None,
            signed=signed.number if signed else None,
            carried_out=carried_out,
            checked=checked,
            next_review=min((one.day for one in dates if one.day >= early.today and not one.held and not one.cancelled), default=None),
        )


async def _named(unit: Unit, engagement_id: str) -> dict[str, list[str]]:
    """Whom stakeholders named as those who would know, by the question they were asked and by what it was about.

    Only of interviews that were released, or that nobody holds back.
    """
    engagement = await unit.engagements.get(engagement_id)
    records, _ = await unit.conversations.list(engagement_id, limit=None)
    found: dict[str, list[str]] = {}
    for record in records:
        if record.kind is not ConversationKind.INTERVIEW or (engagement.private_until_release and record.released_at is None):
            continue
        asked: Move | None = None
        for one in await unit.conversations.utterances(engagement_id, record.id):
            if one.move is not None:
                asked = one.move
            elif one.reading is not None and one.reading.knows and asked is not None:
                for about in (asked.slot, asked.about):
                    found.setdefault(about, []).extend(one.reading.knows)
    return found
