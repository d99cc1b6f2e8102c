"""From epics to a plan: the work of each, who does it, what it brings, and the forecast of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from discovery_agent.domain.blueprint.breakdown import Breakdown, Gap, NamedKpi, NamedThing, WorkFor, break_down
from discovery_agent.domain.blueprint.claims import FROM_PLANNING, Assumption
from discovery_agent.domain.blueprint.document import BacklogItem, Course, KpiTarget, Plan
from discovery_agent.domain.blueprint.effects import benefit_of
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.shared_work import planned_once
from discovery_agent.domain.blueprint.texts import goal_in_short
from discovery_agent.domain.blueprint.threads import MOST_WITH_ITEMS, Thread, Threads
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.simulation import forecast
from discovery_agent.domain.planning.work import Estimate, PlanInputs, RoleRate, Stage, Task
from discovery_agent.domain.readiness import GateState

MOST_QUESTIONS = 4
"""So many of the questions that would settle a verdict are asked first; each answer changes what is left to ask."""
_NEW_YEAR, _SATURDAY, _DAYS_A_WEEK = (1, 1), 5, 7
AGREE_ON_A_KPI = "agree_kpi"
_AGREE_DAYS = Estimate(optimistic=0.5, likely=1, pessimistic=3)
_AGREE_ROLE = "process_owner"


@dataclass(frozen=True)
class Planned:
    """The work of a blueprint."""

    items: dict[str, tuple[BacklogItem, ...]]
    """Epic -> its items; later epics beyond the first dozen are not broken down yet."""
    plan: Plan | None
    """The plan of the first version; None if nobody stated a goal."""
    assumptions: tuple[Assumption, ...]


def planned(material: Material, threads: Threads) -> Planned:
    """Items of the first epics, and the plan of those of the first version."""
    items: dict[str, tuple[BacklogItem, ...]] = {}
    tasks: list[Task] = []
    assumptions: list[Assumption] = []
    told = threads.all[:MOST_WITH_ITEMS]
    measured: set[str] = set()
    works: list[tuple[Thread, Breakdown]] = []
    for thread in sorted(told, key=lambda one: not one.first):  # a KPI that several share is the first epic's work
        work = work_of(material, thread, thread.goal.course, thread.goal.solution, frozenset(measured))
        measured.update(one.id for one in thread.kpis)
        works.append((thread, work))
    first = [one for one in works if one[0].first]
    for (thread, _), work in zip(works, [*planned_once(first), *(work for _, work in works[len(first) :])], strict=True):
        items[thread.epic.id] = work.items
        used = {id_ for one in (*work.items, *work.tasks) for id_ in one.assumptions}
        assumptions += (one for one in work.assumptions if one.id in used)
        if thread.first:
            tasks += work.tasks
    options = [one for thread in threads.all for one in thread.options or ()]
    of_options = [used for one in options for used in one.assumptions]
    if not tasks:
        return Planned(items, None, (*assumptions, *of_options))
    leading = threads.first[0]
    compared = [one.work for one in leading.options or ()]
    inputs = inputs_of(material, [*tasks, *(task for option in options for task in option.work.tasks)])
    benefit, of_benefit = benefit_of(material, threads.first)
    plan = Plan(
        inputs=inputs,
        tasks=tuple(tasks),
        forecast=forecast(
            tasks,
            inputs,
            benefit,
            options=compared,
            chosen=leading.goal.solution if leading.goal.course is not Course.DO_NOT_BUILD else None,
            pilot_by=material.planning.pilot_by_month,
        ),
    )
    return Planned(items, plan, (*assumptions, *of_benefit, *of_options, *_rates(inputs)))


def starts_on(material: Material) -> date:
    """The day that the lead set, or the first day of the month after next on which people work: they have to agree first."""
    if material.settings and material.settings.starts_on:
        return material.settings.starts_on
    day = material.at.date()
    months = day.year * 12 + day.month + 1
    first = date(months // 12, months % 12 + 1, 1)
    if (first.month, first.day) == _NEW_YEAR:
        first += timedelta(days=1)
    return first + timedelta(days=max(0, _DAYS_A_WEEK - first.weekday()) if first.weekday() >= _SATURDAY else 0)


def inputs_of(material: Material, tasks: Sequence[Task]) -> PlanInputs:
    """What the plan is computed from: the table, and what the lead changed of it. Roles that have no task are left out."""
    table = material.planning
    changed = {one.id: one for one in material.settings.roles} if material.settings else {}
    used = {one.role for one in tasks}
    return PlanInputs(
        starts_on=starts_on(material),
        currency=material.tables.economics.currency,
        roles=tuple(changed.get(one.id, one) for one in table.roles if one.id in used),
        days_a_month=table.days_a_month,
        horizon_months=table.horizon_months,
        runs=table.runs,
        seed=table.seed,
        correlation=table.correlation,
    )


def work_of(
    material: Material, thread: Thread, course: Course, solution: SolutionClass | None, measured: frozenset[str] = frozenset()
) -> Breakdown:
    """The work of an epic, if it went that course. KPIs that are `measured` have their baseline and owner from another epic's work."""
    work = WorkFor(
        epic_id=thread.epic.id,
        goal=goal_in_short(thread.goal.statement),
        course=course,
        solution=solution,
        systems=tuple(NamedThing(name=one.name, findings=one.findings) for one in thread.systems),
        gaps=_gaps(material, thread),
        kpis=tuple(_named(one, measured) for one in thread.kpis),
        open_questions=tuple(
            NamedThing(name=one.question, findings=thread.goal.findings[:2]) for one in thread.decision.necessity.pivotal[:MOST_QUESTIONS]
        ),
        mvp=thread.first,
        findings=thread.goal.findings[:6],
    )
    found = break_down(work, material.planning, material.settings)
    return found if thread.kpis else _with_a_kpi_first(material, thread, found)


def _named(kpi: KpiTarget, measured: frozenset[str]) -> NamedKpi:
    elsewhere = kpi.id in measured
    return NamedKpi(
        id=kpi.id,
        metric=kpi.metric,
        has_baseline=elsewhere or "baseline" not in kpi.gaps,
        has_owner=elsewhere or kpi.owner is not None,
        findings=kpi.findings[:4],
    )


def _gaps(material: Material, thread: Thread) -> tuple[Gap, ...]:
    readiness = thread.decision.readiness
    return tuple(
        Gap(
            dimension=one.dimension,
            action=one.next_step,
            closed=one.state is GateState.CLOSED,
            findings=material.sources.citing([claim.quotes[0] for claim in one.claims], 3),
        )
        for one in (readiness.gaps if readiness else ())
        if one.next_step
    )


def _with_a_kpi_first(material: Material, thread: Thread, found: Breakdown) -> Breakdown:
    """The same work with agreeing on a KPI before it: without one nobody could tell whether it did any good."""
    epic, goal = thread.epic.id, goal_in_short(thread.goal.statement)
    name = f"{epic}.{AGREE_ON_A_KPI}"
    settings = material.settings
    changed = next((one for one in settings.assumptions if one.id == f"estimate.{AGREE_ON_A_KPI}"), None) if settings else None
    estimate = (settings.estimates.get(name) if settings else None) or _changed(changed) or _AGREE_DAYS
    assumption = Assumption(
        id=f"estimate.{AGREE_ON_A_KPI}",
        text="Days of one person to agree on a KPI for a goal that has none",
        value=estimate.likely,
        low=estimate.optimistic,
        high=estimate.pessimistic,
        unit="days",
        source="rule of thumb of this program: two conversations and a page",
        changed_by=changed.changed_by if changed else "",
    )
    title = f"Agree on a KPI for “{goal}”"
    roles = {one.id for one in material.planning.roles}
    task = Task(
        id=name,
        title=title,
        stage=Stage.PREPARE,
        role=_AGREE_ROLE if _AGREE_ROLE in roles else material.planning.roles[0].id,
        estimate=estimate,
        epic_id=epic,
        item_ids=(name,),
        mvp=thread.first,
        findings=thread.goal.findings[:6],
        assumptions=(assumption.id,),
    )
    item = BacklogItem(
        id=name,
        title=title,
        story=f"As sponsor, I can tell by a figure whether “{goal}” is reached, so that the work can be judged.",
        acceptance=(
            "The KPI has a way of measuring, a value of today, a target, a date and an owner.",
            "Whoever stated the goal agrees with it.",
        ),
        mvp=thread.first,
        findings=thread.goal.findings[:6],
        assumptions=(assumption.id,),
    )
    after = tuple(one if one.after else one.model_copy(update={"after": (name,)}) for one in found.tasks)
    return Breakdown(items=(item, *found.items), tasks=(task, *after), assumptions=(assumption, *found.assumptions))


def _changed(assumption: Assumption | None) -> Estimate | None:
    if assumption is None or assumption.value is None:
        return None
    low = assumption.value if assumption.low is None else min(assumption.low, assumption.value)
    high = assumption.value if assumption.high is None else max(assumption.high, assumption.value)
    return Estimate(optimistic=low, likely=assumption.value, pessimistic=high)


def _rates(inputs: PlanInputs) -> tuple[Assumption, ...]:
    """What a day of each role costs: nobody said it, unless a person changed it here."""
    return tuple(_rate(one, inputs.currency) for one in inputs.roles)


def _rate(role: RoleRate, currency: str) -> Assumption:
    return Assumption(
        id=f"rate.{role.id}",
        text=f"Cost of a day of one person: {role.name}",
        value=role.day_rate.likely,
        low=role.day_rate.low,
        high=role.day_rate.high,
        unit=f"{currency} a day",
        source="changed in the plan" if role.changed_by else FROM_PLANNING,
        changed_by=role.changed_by,
    )
