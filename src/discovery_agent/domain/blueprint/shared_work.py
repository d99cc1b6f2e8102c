"""Work of two epics that is one and the same is planned once, with the first of them, and the other refers to it."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.blueprint.breakdown import Breakdown, SameWork
from discovery_agent.domain.blueprint.document import BacklogItem
from discovery_agent.domain.blueprint.texts import goal_in_short
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.planning.work import Task


def planned_once(works: Sequence[tuple[Thread, Breakdown]]) -> list[Breakdown]:
    """The work of epics, in their order, each piece planned with the first epic that needs it.

    Such a task serves the KPIs of all of them and has an item in each; where their estimates differ, the larger one holds.
    """
    kept: dict[str, tuple[Thread, Task]] = {}
    by_title: dict[str, list[str]] = {}
    instead: dict[str, str] = {}
    for thread, work in works:
        for task in work.tasks:
            found = _one_with(thread, task, work.same.get(task.id), [kept[one] for one in by_title.get(_key(task), ())])
            if found is None:
                kept[task.id] = thread, task
                if task.id in work.same:
                    by_title.setdefault(_key(task), []).append(task.id)
            else:
                instead[task.id] = found.id
                kept[found.id] = kept[found.id][0], _joined(kept[found.id][1], task)
    if not instead:
        return [work for _, work in works]
    epics = {id_: thread.epic.title for id_, (thread, _) in kept.items()}
    return [
        work.model_copy(
            update={
                "items": tuple(_referring(one, instead.get(one.id), epics, kept) for one in work.items),
                "tasks": tuple(_waiting(kept[one.id][1], instead) for one in work.tasks if one.id in kept),
            }
        )
        for _, work in works
    ]


def _key(task: Task) -> str:
    return task.title.casefold()


def _one_with(thread: Thread, task: Task, kind: SameWork | None, known: Sequence[tuple[Thread, Task]]) -> Task | None:
    """The task of an earlier epic that is this very work."""
    if kind is None:
        return None
    others = ((other, one) for other, one in known if other.epic.id != thread.epic.id)
    return next((one for other, one in others if kind is SameWork.ALWAYS or _same_data(other, thread)), None)


def _same_data(left: Thread, right: Thread) -> bool:
    """Whether two epics work on the same data: a system that both name, or a KPI that both move."""
    systems = {one.name.casefold() for one in left.systems} & {one.name.casefold() for one in right.systems}
    return bool(systems or {one.id for one in left.kpis} & {one.id for one in right.kpis})


def _joined(task: Task, other: Task) -> Task:
    larger = other if other.estimate.likely > task.estimate.likely else task
    return task.model_copy(
        update={
            "estimate": larger.estimate,
            "assumptions": larger.assumptions,
            "lasts_at_least": max(task.lasts_at_least, other.lasts_at_least),
            "item_ids": tuple(dict.fromkeys((*task.item_ids, *other.item_ids))),
            "kpi_ids": tuple(dict.fromkeys((*task.kpi_ids, *other.kpi_ids))),
            "findings": tuple(dict.fromkeys((*task.findings, *other.findings))),
            "mvp": task.mvp or other.mvp,
        }
    )


def _waiting(task: Task, instead: dict[str, str]) -> Task:
    """The task waiting for what is planned elsewhere."""
    return task.model_copy(update={"after": tuple(dict.fromkeys(instead.get(one, one) for one in task.after))})


def _referring(item: BacklogItem, elsewhere: str | None, epics: dict[str, str], kept: dict[str, tuple[Thread, Task]]) -> BacklogItem:
    """An item whose work is planned with another epic says so."""
    if elsewhere is None:
        return item
    told = f"It is the same work as in “{goal_in_short(epics[elsewhere], 80)}”, and is planned there, once."
    return item.model_copy(
        update={"story": f"{item.story} {told}", "planned_with": elsewhere, "assumptions": kept[elsewhere][1].assumptions}
    )
