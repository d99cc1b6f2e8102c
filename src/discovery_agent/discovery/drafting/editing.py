"""What people change in a blueprint. Each change is the next version, names who made it, and is refused if somebody was quicker."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import Field

from discovery_agent.discovery.audit import note
from discovery_agent.discovery.drafting.checking import checked, cleaned
from discovery_agent.discovery.drafting.material import SETTINGS, gather
from discovery_agent.discovery.drafting.reading import live_findings
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Assumption, Evidence, Part
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.defects import cited, defects_of
from discovery_agent.domain.blueprint.differences import differences_of
from discovery_agent.domain.blueprint.document import Blueprint, SectionId, version_id
from discovery_agent.domain.blueprint.edit import with_edits, with_section
from discovery_agent.domain.blueprint.material import Material, Sources
from discovery_agent.domain.blueprint.replay import Edit
from discovery_agent.domain.blueprint.support import STATED
from discovery_agent.domain.blueprint.texts import counted, on_day
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.economics import Span
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.work import LEAST_PEOPLE, Estimate, RoleRate
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.storage import Unit


class PlanChanges(Value):
    """What a lead changes of the plan; what is None or absent stays as it is."""

    starts_on: date | None = None
    roles: tuple[RoleRate, ...] = Field(default=(), description="Whole roles, by id.")
    estimates: dict[str, Estimate | None] = Field(
        default_factory=dict[str, "Estimate | None"], description="Task -> another estimate; None takes a person's estimate back."
    )


async def save_section(
    ws: Workspace, engagement_id: str, base_number: int, section_id: SectionId, parts: Sequence[Part], actor: str
) -> Blueprint:
    """Store a section as somebody rewrote it, as the next version. `base_number` is the version that they were looking at.

    Raises:
        NotFound: there is no such version or section.
        StaleVersion: there is a newer version; it says which sections differ.
        InvalidRequest: the section is computed, or the parts do not hold together.
    """
    async with ws.database.reading() as unit:
        base = await _newest(unit, engagement_id, base_number)
        evidence = await _citable(unit, base, parts)
        live = await live_findings(unit, engagement_id, list(evidence))

    def rewritten() -> Blueprint:
        known = with_section(base, section_id, cleaned(parts, base.section(section_id)), actor, evidence.__contains__)
        cites = [one for one in sorted(cited(known)) if one in evidence]
        changed = known.model_copy(update={"evidence": tuple(evidence[one] for one in cites)})
        return changed.model_copy(update={"defects": defects_of(changed, live.__contains__)})

    changed = await asyncio.to_thread(rewritten)
    title = section_id.value.replace("_", " ")
    return await _store(ws, base, changed, actor, f"Section rewritten: {title}.", "blueprint.section_edited", section_id.value)


async def save_assumption(ws: Workspace, engagement_id: str, base_number: int, assumption: Assumption, actor: str) -> Blueprint:
    """Change an assumption that is listed; plan and economics are computed anew. It holds for drafts to come, too.

    Raises:
        NotFound: there is no such version or assumption.
        StaleVersion: there is a newer version.
        InvalidRequest: the values are in no order, or do not suit the assumption.
    """
    async with ws.database.reading() as unit:
        base = await _newest(unit, engagement_id, base_number)
        before = await unit.plan_settings.find(engagement_id, SETTINGS)
    listed = next((one for one in base.assumptions if one.id == assumption.id), None)
    if listed is None:
        raise NotFound("This version lists no such assumption.", where=assumption.id)
    changed = checked(listed, assumption, actor)
    settings = before or PlanSettings(engagement_id=engagement_id, id=SETTINGS, at=ws.now())
    others = tuple(one for one in settings.assumptions if one.id != changed.id)
    roles, estimates = _as_settings(settings, base, changed, actor)
    after = settings.model_copy(
        update={"assumptions": (*others, changed), "roles": roles, "estimates": estimates, "changed_by": actor, "at": ws.now()}
    )
    return await _recompute(
        ws, base, before, after, actor, f"Assumption changed: {listed.text}", "blueprint.assumption_changed", changed.id
    )


async def save_plan(ws: Workspace, engagement_id: str, base_number: int, changes: PlanChanges, actor: str) -> Blueprint:
    """Change the start, people and rates, or estimates; the plan is computed anew. It holds for drafts to come, too.

    Raises:
        NotFound: there is no such version.
        StaleVersion: there is a newer version.
        InvalidRequest: a role or task is not known.
    """
    async with ws.database.reading() as unit:
        base = await _newest(unit, engagement_id, base_number)
        before = await unit.plan_settings.find(engagement_id, SETTINGS)
    names = {one.id: one.name for one in ws.bench.planning.roles}
    if strange := [one.id for one in changes.roles if one.id not in names]:
        raise InvalidRequest("The planning table has no such role.", where=strange[0], remedy=f"Use one of {', '.join(sorted(names))}.")
    if few := [one.id for one in changes.roles if not one.people >= LEAST_PEOPLE]:
        raise InvalidRequest(f"A role has {LEAST_PEOPLE:g} people at least.", where=f"roles.{few[0]}.people")
    settings = before or PlanSettings(engagement_id=engagement_id, id=SETTINGS, at=ws.now())
    # An estimate can change the course, so that its own task is gone: it can be taken back all the same.
    back = {name for name, one in changes.estimates.items() if one is None and name in settings.estimates}
    if strange := [one for one in changes.estimates if one not in _task_ids(base) | back]:
        raise InvalidRequest("The plan of this version has no such task.", where=strange[0])
    set_now = [
        one.model_copy(update={"name": " ".join(printable(one.name).split()) or names[one.id], "changed_by": actor})
        for one in changes.roles
    ]
    by_id = {one.id: one for one in (*settings.roles, *set_now)}
    rated = {f"rate.{one.id}" for one in changes.roles}
    after = settings.model_copy(
        update={
            "starts_on": changes.starts_on or settings.starts_on,
            "roles": tuple(by_id.values()),
            "estimates": {name: one for name, one in {**settings.estimates, **changes.estimates}.items() if one is not None},
            "assumptions": tuple(one for one in settings.assumptions if one.id not in rated),
            "changed_by": actor,
            "at": ws.now(),
        }
    )
    return await _recompute(ws, base, before, after, actor, _told(changes), "blueprint.plan_changed", base.id)


async def plan_settings(ws: Workspace, engagement_id: str) -> PlanSettings | None:
    """What a lead set for plans; None as long as everything comes from the table.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.plan_settings.find(engagement_id, SETTINGS)


async def idle_estimates(ws: Workspace, engagement_id: str) -> tuple[str, ...]:
    """Tasks for which somebody gave an estimate and that the newest plan does not hold: the estimate waits, or is to be taken back.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        settings = await unit.plan_settings.find(engagement_id, SETTINGS)
        newest = await unit.blueprints.latest(engagement_id)
    if settings is None or newest is None:
        return ()
    tasks = _task_ids(newest)
    return tuple(one for one in settings.estimates if one not in tasks)


def _task_ids(version: Blueprint) -> set[str]:
    return {one.id for one in version.plan.tasks} if version.plan else set()


async def _newest(unit: Unit, engagement_id: str, base_number: int) -> Blueprint:
    """The version that a change is made on, which has to be the newest."""
    newest = await unit.blueprints.latest(engagement_id)
    base = await unit.blueprints.find(engagement_id, version_id(base_number))
    if newest is None or base is None:
        raise NotFound("There is no such version of the blueprint.", where=str(base_number))
    if newest.number != base.number:
        raise await asyncio.to_thread(_overtaken, base, newest)
    return base


def _overtaken(base: Blueprint, newest: Blueprint) -> StaleVersion:
    differ = differences_of(base, newest)
    names = ", ".join(one.title for one in differ.sections) or "none of its sections"
    return StaleVersion(
        f"Version {newest.number} by {newest.made_by} is newer than version {base.number}; what differs: {names}.",
        where="base_number",
        remedy="Look at what differs, and make your change on the newest version.",
    )


async def _citable(unit: Unit, base: Blueprint, parts: Sequence[Part]) -> Mapping[str, Evidence]:
    """What the version cites already, and further findings that the parts cite: of conversations that may be read, and not rejected."""
    evidence = {one.finding_id: one for one in base.evidence}
    wanted = [one for part in parts for held in (*part.claims, *part.rows) for one in held.findings if one not in evidence]
    stored = await unit.findings.of_ids(base.engagement_id, wanted) if wanted else []
    private = (await unit.engagements.get(base.engagement_id)).private_until_release
    titles: dict[str, str] = {}
    allowed = []
    for one in stored:
        record = await unit.conversations.get(base.engagement_id, one.conversation_id)
        released = not private or record.stakeholder_id is None or record.released_at is not None
        if released and one.finding.status is not FindingStatus.REJECTED:
            titles[record.id] = record.title
            allowed.append(one.finding)
    evidence |= {one.finding_id: one for one in Sources(allowed, titles).evidence(one.id for one in allowed)}
    return evidence


def _as_settings(
    settings: PlanSettings, base: Blueprint, changed: Assumption, actor: str
) -> tuple[tuple[RoleRate, ...], dict[str, Estimate]]:
    """A rate or the estimate of one task is a setting of its own, and an assumption only in the list."""
    roles, estimates = {one.id: one for one in settings.roles}, dict(settings.estimates)
    kind, _, name = changed.id.partition(".")
    if changed.value is None or base.plan is None:
        return tuple(roles.values()), estimates
    low = changed.value if changed.low is None else changed.low
    high = changed.value if changed.high is None else changed.high
    role = next((one for one in base.plan.inputs.roles if kind == "rate" and one.id == name), None)
    if role is not None:
        rate = Span(low=low, likely=changed.value, high=high)
        roles[role.id] = role.model_copy(update={"day_rate": rate, "changed_by": actor})
    if kind == "estimate" and name in estimates:
        estimates[name] = Estimate(optimistic=low, likely=changed.value, pessimistic=high)
    return tuple(roles.values()), estimates


def _told(changes: PlanChanges) -> str:
    what = [
        *([f"start on {on_day(changes.starts_on)}"] if changes.starts_on else []),
        *([f"people and rates of {', '.join(one.name for one in changes.roles)}"] if changes.roles else []),
        *([counted(len(changes.estimates), "estimate")] if changes.estimates else []),
    ]
    return f"Plan changed: {'; '.join(what)}." if what else "Plan computed anew."


async def _recompute(
    ws: Workspace, base: Blueprint, before: PlanSettings | None, after: PlanSettings, actor: str, change: str, action: str, subject: str
) -> Blueprint:
    """The version anew under other settings, with what people had rewritten put back in."""
    async with ws.database.reading() as unit:
        material = await gather(ws, unit, base.engagement_id, assessment_id=base.assessment_id, settings=after)
    changed, lost = await asyncio.to_thread(_anew, material, base)
    if lost:
        names = ", ".join(dict.fromkeys(one.section_id.value.replace("_", " ") for one in lost))
        change = f"{change} {counted(len(lost), 'rewritten line')} found no place any more, in: {names}; version {base.number} has them."
    if material.assessment_id != base.assessment_id:
        change = f"{change} It rests on a newer assessment."
    return await _store(ws, base, changed, actor, change, action, subject, before=before, after=after)


def _anew(material: Material, base: Blueprint) -> tuple[Blueprint, tuple[Edit, ...]]:
    drafted = compose(material)
    stated = [one for one in base.assumptions if one.id.startswith(f"{STATED}-")]
    own = {one.id: one for one in material.settings.assumptions} if material.settings else {}
    changed, lost = with_edits(drafted, base.edits, [own.get(one.id, one) for one in stated])
    kept = {one.finding_id: one for one in base.evidence}
    here = {one.finding_id: one for one in material.sources.evidence(cited(changed))}
    evidence = tuple(found for one in sorted(cited(changed)) if (found := here.get(one) or kept.get(one)))
    changed = changed.model_copy(update={"evidence": evidence})
    return changed.model_copy(update={"defects": defects_of(changed, lambda one: material.sources.find(one) is not None)}), lost


async def _store(
    ws: Workspace,
    base: Blueprint,
    changed: Blueprint,
    actor: str,
    change: str,
    action: str,
    subject: str,
    *,
    before: PlanSettings | None = None,
    after: PlanSettings | None = None,
) -> Blueprint:
    """Store the next version, and settings with it, if `base` is still the newest."""
    version = changed.model_copy(
        update={
            "id": version_id(base.number + 1),
            "number": base.number + 1,
            "parent": base.number,
            "at": ws.now(),
            "made_by": actor,
            "change": change[:300],
            "version": 1,
        }
    )
    async with ws.database.unit() as unit:
        newest = await unit.blueprints.latest(base.engagement_id)
        if newest is not None and newest.number != base.number:
            raise await asyncio.to_thread(_overtaken, base, newest)
        if after is not None:
            await (unit.plan_settings.update(after) if before is not None else unit.plan_settings.add(after))
        await unit.blueprints.add(version)
        await note(ws, unit, base.engagement_id, actor, action, subject, f"version {version.number}: {change}"[:2000])
    return version
