"""Estimates that nobody's plan uses now: their tasks are gone from it, and come back with their figures if it needs them again."""

from __future__ import annotations

from collections.abc import Iterable

from discovery_agent.discovery.drafting import PlanChanges, blueprint_version, idle_estimates, plan_settings
from discovery_agent.web.ui.blueprint.desk import Desk
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, div, heading, p, words_of
from discovery_agent.web.ui.plan.inputs import compute_anew
from discovery_agent.web.ui.plan.words import days_of

_LOOKED_THROUGH = 30
"""Versions that are looked through for the titles of the tasks."""


async def show_idle_estimates(desk: Desk) -> None:
    """Each with its days and the way to take it back; nothing where every estimate is used, or an older version is read."""
    ws, engagement_id = desk.visit.workspace, desk.engagement.id
    if desk.shown.number != desk.newest or not (idle := await idle_estimates(ws, engagement_id)):
        return
    settings = await plan_settings(ws, engagement_id)
    if settings is None:
        return
    titles = await _titles(desk, idle)
    with div("stack idle"):
        heading(3, "Estimates that wait")
        p("Somebody estimated these tasks, and the plan does not hold them now. If they come back, the estimates count again.", "quiet")
        with Piece("ul", "", "rows"):
            for task_id in idle:
                title = titles.get(task_id, "A task of an earlier version")
                with Piece("li"):
                    with div("what"):
                        words_of(title)
                        p(f"{days_of(settings.estimates[task_id])} days (low / likely / high)", "small quiet")
                    if desk.editable:
                        _take_back(desk, task_id, title)


def _take_back(desk: Desk, task_id: str, title: str) -> None:
    async def take_back() -> None:
        await compute_anew(desk, desk.shown, PlanChanges(estimates={task_id: None}))

    button(desk.visit, "Take back", take_back, "slim", aria_label=f"Take back the estimate of: {title[:80]}")


async def _titles(desk: Desk, task_ids: Iterable[str]) -> dict[str, str]:
    """The titles of tasks that the newest version does not hold, from the newest one that does."""
    wanted, found = set(task_ids), dict[str, str]()
    for number in range(desk.newest - 1, max(0, desk.newest - 1 - _LOOKED_THROUGH), -1):
        if not wanted:
            break
        version = await blueprint_version(desk.visit.workspace, desk.engagement.id, number)
        tasks = version.plan.tasks if version.plan else ()
        found |= {one.id: one.title for one in tasks if one.id in wanted}
        wanted -= found.keys()
    return found
