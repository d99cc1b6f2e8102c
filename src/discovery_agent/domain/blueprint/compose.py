"""Composes a whole blueprint from what was found, decided and agreed. The same material always gives the same blueprint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from discovery_agent.domain.blueprint.agreed import with_agreement
from discovery_agent.domain.blueprint.builder import builder_vision, component_assumptions, people_in_the_loop
from discovery_agent.domain.blueprint.choices import choices_of, taken_up
from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.closed_periods import closed_periods, held_against_work
from discovery_agent.domain.blueprint.courses import BUILDS_NOTHING, course_of_all
from discovery_agent.domain.blueprint.defects import cited, defects_of
from discovery_agent.domain.blueprint.delivery import economics_section, plan_section
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Course, Epic, version_id
from discovery_agent.domain.blueprint.draft import Draft
from discovery_agent.domain.blueprint.effects import rates_for, with_changes
from discovery_agent.domain.blueprint.held_against import held_against, warned
from discovery_agent.domain.blueprint.limits import limits_said
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.memo import memo
from discovery_agent.domain.blueprint.options import with_options
from discovery_agent.domain.blueprint.planned import planned, starts_on
from discovery_agent.domain.blueprint.risks import duties_of, duty_assumptions, risks
from discovery_agent.domain.blueprint.scope import assumptions_section, backlog, choices, mvp, non_goals
from discovery_agent.domain.blueprint.sponsor import sponsor_vision
from discovery_agent.domain.blueprint.targets import distinct
from discovery_agent.domain.blueprint.threads import Threads, threads_of
from discovery_agent.domain.blueprint.work_time import with_work_time


def compose(material: Material) -> Blueprint:
    """One version: courses, epics, plan, choices, all sections, and what is wrong with it."""
    material = _decided_anew(with_work_time(with_agreement(material)))
    threads = with_options(material, threads_of(material, material.planning.horizon_months))
    threads = _in_scope(material, threads)
    work = planned(material, threads)
    said = limits_said(material) if work.plan else ()
    rates = rates_for(material, (one.currency for one in said if one.currency))
    limits = held_against(work.plan, said, rates, first_work=_decides_later(threads)) if work.plan else ()
    if work.plan:
        limits = (*limits, *held_against_work(work.plan, closed_periods(material)))
    compared = {id_ for one in limits for id_ in one.assumptions}
    first_kpis = distinct(kpi for one in threads.first for kpi in one.kpis)
    plan = warned(work.plan, limits, first_kpis) if work.plan else None
    duties = duties_of(material, threads)
    draft = Draft(
        material=material,
        course=course_of_all(one.goal.course for one in threads.all),
        threads=threads,
        items=work.items,
        plan=plan,
        limits=limits,
        choices=choices_of(material, threads, work.items),
        assumptions=_with_changes(
            (
                *work.assumptions,
                *component_assumptions(threads.first),
                *duty_assumptions(duties),
                *(one for one in rates.values() if one.id in compared),
            ),
            material.settings.assumptions if material.settings else (),
        ),
    )
    sections = (
        *([memo(draft)] if draft.course in BUILDS_NOTHING else []),
        sponsor_vision(draft),
        builder_vision(draft),
        non_goals(draft),
        people_in_the_loop(draft),
        risks(draft, duties),
        mvp(draft),
        backlog(draft),
        plan_section(draft),
        economics_section(draft),
        choices(draft),
        assumptions_section(draft.assumptions),
    )
    return finished(_blueprint(draft, sections), material)


def _decided_anew(material: Material) -> Material:
    """The same with the economics of each goal as people changed their assumptions."""
    if material.settings is None or not material.settings.assumptions:
        return material
    changed, table = material.settings.assumptions, material.tables.economics
    goals = tuple(with_changes(one, changed, table) for one in material.decisions.goals)
    return replace(material, decisions=material.decisions.model_copy(update={"goals": goals}))


def finished(blueprint: Blueprint, material: Material) -> Blueprint:
    """The same with the evidence of all that it cites, and its defects found anew."""
    sources = material.sources
    kept = {one.finding_id: one for one in blueprint.evidence}
    here = {one.finding_id: one for one in sources.evidence(cited(blueprint))}
    evidence = tuple(found for one in sorted(cited(blueprint)) if (found := here.get(one) or kept.get(one)))
    whole = blueprint.model_copy(update={"evidence": evidence})
    return whole.model_copy(update={"defects": defects_of(whole, lambda one: sources.find(one) is not None)})


def _blueprint(draft: Draft, sections: Iterable[BlueprintSection]) -> Blueprint:
    material = draft.material
    return Blueprint(
        engagement_id=material.engagement_id,
        id=version_id(material.number),
        at=material.at,
        number=material.number,
        parent=material.parent,
        made_by=material.made_by,
        change=material.change,
        title=material.title,
        organisation=material.organisation,
        assessment_id=material.assessment_id,
        course=draft.course,
        objective=material.outcome.draft.text if material.outcome else "",
        starts_on=starts_on(material),
        goals=tuple(one.goal for one in draft.threads.all),
        kpis=draft.kpis,
        epics=tuple(_epic(one.epic, draft) for one in draft.threads.all),
        choices=draft.choices,
        plan=draft.plan,
        limits=draft.limits,
        sections=tuple(one for one in sections if one.parts),
        assumptions=draft.assumptions,
    )


def _decides_later(threads: Threads) -> bool:
    """Whether something of the first version is only prepared, or asked about, and what is built is decided on after that."""
    return any(one.goal.course in (Course.PREPARE_FIRST, Course.UNDECIDED) for one in threads.first)


def _epic(epic: Epic, draft: Draft) -> Epic:
    return epic.model_copy(update={"items": draft.items.get(epic.id, ())})


def _in_scope(material: Material, threads: Threads) -> Threads:
    """The same, each epic citing the wishes and decisions that it carries out."""
    return replace(
        threads,
        all=tuple(
            replace(
                one, epic=one.epic.model_copy(update={"findings": material.sources.live((*one.epic.findings, *taken_up(material, one)))})
            )
            for one in threads.all
        ),
    )


def _with_changes(found: Sequence[Assumption], changed: Sequence[Assumption]) -> tuple[Assumption, ...]:
    """Each once, as a person changed it if one did."""
    by_id = {one.id: one for one in changed}
    return tuple({one.id: by_id.get(one.id, one) for one in found}.values())
