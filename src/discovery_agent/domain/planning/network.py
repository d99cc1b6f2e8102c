"""Tasks as a network: what must be done before what, and where time is to spare (critical path method).

Critical path method: Kelley and Walker, "Critical-Path Planning and Scheduling", 1959. Forward pass: a task starts when
the last task before it has ended. Backward pass: it must have ended before the first task after it has to start. Slack is
the distance of the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from discovery_agent.domain.planning.work import Task
from discovery_agent.errors import InvalidRequest


def check(tasks: Sequence[Task]) -> None:
    """Whether the work can be done at all.

    Raises:
        InvalidRequest: two tasks share an id, a task waits for one that is not there, or tasks wait for each other in a
            circle, which is named.
    """
    known: set[str] = set()
    for task in tasks:
        if task.id in known:
            raise InvalidRequest(f"Two tasks are called `{task.id}`.", where=task.id, remedy="Give each task an id of its own.")
        known.add(task.id)
    for task in tasks:
        if strange := [one for one in task.after if one not in known]:
            raise InvalidRequest(
                f"Task `{task.id}` waits for `{strange[0]}`, which is no task of this plan.",
                where=task.id,
                remedy="Correct the id, or leave it out.",
            )
    if cycle := circle({task.id: task.after for task in tasks}):
        raise InvalidRequest(
            f"Tasks wait for each other in a circle: {' -> '.join(cycle)}.",
            where=cycle[0],
            remedy="Take one of these dependencies out.",
        )


def order(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks so that each comes after all that it waits for; otherwise in the order given.

    Raises:
        InvalidRequest: as `check` does.
    """
    check(tasks)
    return _in_order(tasks, {task.id: float(index) for index, task in enumerate(tasks)})


def order_by(tasks: Sequence[Task], urgency: Mapping[str, float]) -> tuple[Task, ...]:
    """As `order`, and among tasks that may come next the one with the smallest `urgency` first, then as given."""
    check(tasks)
    return _in_order(tasks, urgency)


def _in_order(tasks: Sequence[Task], urgency: Mapping[str, float]) -> tuple[Task, ...]:
    place = {task.id: index for index, task in enumerate(tasks)}
    waits = {task.id: len(set(task.after)) for task in tasks}
    after: dict[str, list[str]] = {task.id: [] for task in tasks}
    for task in tasks:
        for before in dict.fromkeys(task.after):
            after[before].append(task.id)
    free = [(urgency[task.id], place[task.id]) for task in tasks if not waits[task.id]]
    heapify(free)
    found: list[Task] = []
    while free:
        task = tasks[heappop(free)[1]]
        found.append(task)
        for follower in after[task.id]:
            waits[follower] -= 1
            if not waits[follower]:
                heappush(free, (urgency[follower], place[follower]))
    return tuple(found)


def circle(before: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Ids that wait for each other, in the order in which the work would have to be done and the first again at the end; None without a circle.

    `before` names for each what it waits for.
    """
    done: set[str] = set()
    for start in before:
        path: list[str] = []
        on_path: set[str] = set()
        todo: list[tuple[str, bool]] = [(start, False)]
        while todo:
            one, leaving = todo.pop()
            if leaving:
                on_path.discard(path.pop())
                done.add(one)
            elif one in on_path:
                return [*path[path.index(one) :], one][::-1]
            elif one not in done:
                path.append(one)
                on_path.add(one)
                todo.append((one, True))
                todo.extend((next_one, False) for next_one in reversed(before[one]))
    return None


@dataclass(frozen=True)
class Times:
    """When a task can start and end at the earliest, and must at the latest, if people are never short. In working days."""

    start: float
    end: float
    latest_start: float
    latest_end: float

    @property
    def slack(self) -> float:
        """How much later it may start without moving the end of the plan."""
        return self.latest_start - self.start


def critical_path_method(tasks: Sequence[Task], days: Mapping[str, float]) -> dict[str, Times]:
    """The times of each task by forward and backward pass, with `days` as durations.

    Raises:
        InvalidRequest: as `check` does.
    """
    ordered = order(tasks)
    start: dict[str, float] = {}
    end: dict[str, float] = {}
    for task in ordered:
        start[task.id] = max((end[before] for before in task.after), default=0.0)
        end[task.id] = start[task.id] + days[task.id]
    last = max(end.values(), default=0.0)
    latest_end = dict.fromkeys(end, last)
    for task in reversed(ordered):
        for before in task.after:
            latest_end[before] = min(latest_end[before], latest_end[task.id] - days[task.id])
    return {task.id: Times(start[task.id], end[task.id], latest_end[task.id] - days[task.id], latest_end[task.id]) for task in ordered}
