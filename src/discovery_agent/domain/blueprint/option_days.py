"""The work of an option that is shown beside the chosen one, as one assumption: the days of all its packages together.

A plan lists the estimates that it is made of one by one. Of an option that nobody carries out they would be thirty lines that no task rests on.
"""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.blueprint.claims import FROM_PLANNING, Assumption
from discovery_agent.domain.blueprint.texts import counted, goal_in_short
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.changes import sound
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.work import MOST_DAYS, Estimate, Task


def option_days_id(solution: SolutionClass, epic_id: str) -> str:
    """Id of the assumption for an option of an epic."""
    return f"option_days.{solution.value}.{epic_id}"


def with_option_days(
    thread: Thread, solution: SolutionClass, tasks: Sequence[Task], settings: PlanSettings | None
) -> tuple[tuple[Task, ...], Assumption]:
    """The tasks of an option, and their days as one assumption; where a person changed it, all of them longer or shorter in step."""
    name = option_days_id(solution, thread.epic.id)
    changed = next((sound(one) for one in settings.assumptions if one.id == name and one.value is not None), None) if settings else None
    ends = [sum(getattr(one.estimate, end) for one in tasks) for end in ("optimistic", "likely", "pessimistic")]
    if changed is not None and ends[1] > 0:
        return tuple(_scaled(one, ends, changed) for one in tasks), changed
    goal = goal_in_short(thread.goal.statement, 120)
    return tuple(tasks), Assumption(
        id=name,
        text=f"Days of work for {solution.label}, an option for “{goal}” ({counted(len(tasks), 'piece')} of work)",
        value=round(ends[1], 2),
        low=round(ends[0], 2),
        high=round(ends[2], 2),
        unit="days",
        source=f"{FROM_PLANNING}: the work of this option, added up",
    )


def _scaled(task: Task, ends: Sequence[float], changed: Assumption) -> Task:
    likely = changed.value or 0.0
    wanted = (likely if changed.low is None else changed.low, likely, likely if changed.high is None else changed.high)
    days = (task.estimate.optimistic, task.estimate.likely, task.estimate.pessimistic)
    scaled = sorted(min(MOST_DAYS, one * now / was) if was else 0.0 for one, now, was in zip(days, wanted, ends, strict=True))
    estimate = Estimate(optimistic=scaled[0], likely=scaled[1], pessimistic=scaled[2])
    return task.model_copy(update={"estimate": estimate})
