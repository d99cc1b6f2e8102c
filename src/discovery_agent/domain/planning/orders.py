"""In which order people take up the work: a few candidates, from the critical path method.

None of them depends on how many people there are. That is what keeps the schedule from Graham's anomalies (Graham, "Bounds
on Multiprocessing Timing Anomalies", 1969), where more people make a plan longer because they change the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from discovery_agent.domain.planning import network
from discovery_agent.domain.planning.estimates import mean
from discovery_agent.domain.planning.work import Task

_TEAMS = (1, 2, 3)
"""People of each role for whom the work is laid out once, to learn good orders."""


def candidates(tasks: Sequence[Task]) -> list[tuple[int, ...]]:
    """Orders worth trying, as places in `tasks`; each task comes after all that it waits for.

    By latest start (a strong rule for scarce people: Kolisch, "Efficient priority rules for the resource-constrained project
    scheduling problem", 1996), by earliest start, and as one, two or three people of each role would take the work up.
    """
    days = {task.id: max(mean(task.estimate), task.lasts_at_least) for task in tasks}
    times = network.critical_path_method(tasks, days)
    latest = {one: time.latest_start for one, time in times.items()}
    urgencies = [latest, {one: time.start for one, time in times.items()}]
    urgencies += [_taken_up(tasks, days, latest, people) for people in _TEAMS]
    place = {task.id: index for index, task in enumerate(tasks)}
    found = (tuple(place[task.id] for task in network.order_by(tasks, urgency)) for urgency in urgencies)
    return list(dict.fromkeys(found))


def _taken_up(tasks: Sequence[Task], days: Mapping[str, float], latest: Mapping[str, float], people: int) -> dict[str, float]:
    """When each task starts if whoever of a role is free takes up the most urgent task that can start."""
    place = {task.id: index for index, task in enumerate(tasks)}
    free = {task.role: people for task in tasks}
    waits = {task.id: len(set(task.after)) for task in tasks}
    after: dict[str, list[str]] = {task.id: [] for task in tasks}
    for task in tasks:
        for before in set(task.after):
            after[before].append(task.id)
    queues: dict[str, list[tuple[float, int]]] = {role: [] for role in free}
    for task in tasks:
        if not waits[task.id]:
            queues[task.role].append((latest[task.id], place[task.id]))
    for queue in queues.values():
        heapify(queue)
    start: dict[str, float] = {}
    running: list[tuple[float, int]] = []
    now = 0.0
    while True:
        for role, queue in queues.items():
            while queue and free[role]:
                at = heappop(queue)[1]
                free[role] -= 1
                start[tasks[at].id] = now
                heappush(running, (now + days[tasks[at].id], at))
        if not running:
            return start
        now, at = heappop(running)
        free[tasks[at].role] += 1
        for follower in after[tasks[at].id]:
            waits[follower] -= 1
            if not waits[follower]:
                heappush(queues[tasks[place[follower]].role], (latest[follower], place[follower]))
