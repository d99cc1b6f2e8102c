"""From every task up to a business goal and down to the sentence somebody said, and back."""

from __future__ import annotations

from discovery_agent.domain.blueprint.claims import Evidence
from discovery_agent.domain.blueprint.document import BacklogItem, Blueprint, Epic, GoalCourse, KpiTarget
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.planning.work import Task
from discovery_agent.errors import NotFound


class Trace(Value):
    """What one task is for, and what it stands on. An empty link is an orphan, which `defects` names, too."""

    task: Task
    items: tuple[BacklogItem, ...]
    epic: Epic | None
    kpis: tuple[KpiTarget, ...]
    goal: GoalCourse | None
    also: tuple[Epic, ...] = ()
    """Other epics that the same work serves."""
    evidence: tuple[Evidence, ...]
    """The findings of task, items, KPIs and goal, with the sentences that prove them."""

    @property
    def whole(self) -> bool:
        """Whether no link is missing."""
        return bool(self.items and self.epic and self.kpis and self.goal and self.evidence)


def trace(blueprint: Blueprint, task_id: str) -> Trace:
    """The trace of a task.

    Raises:
        NotFound: the plan has no such task.
    """
    tasks = blueprint.plan.tasks if blueprint.plan else ()
    task = next((one for one in tasks if one.id == task_id), None)
    if task is None:
        raise NotFound("The plan of this version has no such task.", where=task_id, remedy="Look at the plan of the version that you mean.")
    epic = next((one for one in blueprint.epics if one.id == task.epic_id), None)
    items = tuple(item for one in blueprint.epics for item in one.items if item.id in task.item_ids)
    also = tuple(one for one in blueprint.epics if one is not epic and any(item.id in task.item_ids for item in one.items))
    goal = goal_of(blueprint, epic) if epic else None
    wanted = dict.fromkeys(
        (
            *task.kpi_ids,
            *(one for item in items for one in item.kpi_ids),
            *(id_ for one in ((epic, *also) if epic else also) for id_ in one.kpi_ids),
        )
    )
    kpis = tuple(one for one in blueprint.kpis if one.id in wanted)
    findings = dict.fromkeys(
        (
            *task.findings,
            *(one for item in items for one in item.findings),
            *(id_ for one in ((epic, *also) if epic else also) for id_ in one.findings),
            *(one for kpi in kpis for one in kpi.findings),
            *(goal.findings if goal else ()),
        )
    )
    by_id = {one.finding_id: one for one in blueprint.evidence}
    return Trace(
        task=task, items=items, epic=epic, kpis=kpis, goal=goal, also=also, evidence=tuple(by_id[one] for one in findings if one in by_id)
    )


def goal_of(blueprint: Blueprint, epic: Epic) -> GoalCourse | None:
    """The goal that an epic serves."""
    return next((one for one in blueprint.goals if one.goal_id == epic.goal_id), None)


class Standing(Value):
    """What stands on one finding."""

    evidence: Evidence
    goals: tuple[GoalCourse, ...]
    kpis: tuple[KpiTarget, ...]
    epics: tuple[Epic, ...]
    tasks: tuple[Task, ...]
    choices: tuple[str, ...]
    """Ids."""
    sections: tuple[str, ...]
    """Ids of sections with a claim or row that cites it."""


def standing_on(blueprint: Blueprint, finding_id: str) -> Standing:
    """Back from a finding to everything that stands on it.

    Raises:
        NotFound: the version does not cite it.
    """
    evidence = next((one for one in blueprint.evidence if one.finding_id == finding_id), None)
    if evidence is None:
        raise NotFound("This version does not cite such a finding.", where=finding_id)
    epics = tuple(one for one in blueprint.epics if finding_id in one.findings or any(finding_id in item.findings for item in one.items))
    ids = {one.id for one in epics}
    return Standing(
        evidence=evidence,
        goals=tuple(one for one in blueprint.goals if finding_id in one.findings),
        kpis=tuple(one for one in blueprint.kpis if finding_id in one.findings),
        epics=epics,
        tasks=tuple(one for one in (blueprint.plan.tasks if blueprint.plan else ()) if one.epic_id in ids or finding_id in one.findings),
        choices=tuple(one.id for one in blueprint.choices if finding_id in one.findings),
        sections=tuple(
            section.id.value
            for section in blueprint.sections
            if any(finding_id in held.findings for told in section.parts for held in (*told.claims, *told.rows))
        ),
    )
