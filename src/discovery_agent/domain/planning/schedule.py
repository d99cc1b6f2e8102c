"""Schedules under capacity, for many cases at once: when each task starts and ends if people are as many as they are.

A serial scheme (Kelley 1963; Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", 1996)
over a fixed order: each task in turn starts when all before it have ended and the first of its role's people is free. People
work as a queue with several servers, whose recursion (Kiefer and Wolfowitz, "On the theory of queues with many servers",
1955) rises with every duration and falls with every server. So no run gets longer because a task got shorter or people joined.
Of the orders in `orders.py` each case takes the one that ends first, as a team would.

Parts of people: less than one person does a task in days / people. One and a half people are one whole person, or two
at three quarters each, for all such roles alike, whichever ends first. Whoever runs a task that lasts longer than its work, such
as a trial, starts nothing else meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.planning.chance import Floats
from discovery_agent.domain.planning.orders import candidates
from discovery_agent.domain.planning.work import Task

Whole = NDArray[np.intp]

_NEARLY = 1e-6
"""Days that do not count as slack."""


@dataclass(frozen=True)
class Team:
    """The people of a role as the schedule sees them: so many, each working at this share of a full day."""

    people: int
    share: float


@dataclass(frozen=True)
class Schedules:
    """One schedule a case, as arrays of cases x tasks in working days."""

    start: Floats
    end: Floats
    slack: Floats

    @property
    def duration(self) -> Floats:
        """When the last task ends, of each case."""
        return self.end.max(axis=1, initial=0.0)

    @property
    def critical(self) -> NDArray[np.bool_]:
        """Whether a task lies on the longest chain of its case: of work that waits for work, or for the same person."""
        return self.slack <= _NEARLY


def teams(people: Mapping[str, float]) -> list[dict[str, Team]]:
    """The ways in which this many people can work: parts of a person left out, or spread over all; one way if there are none."""
    whole = {role: Team(max(1, floor(count)), min(1.0, count)) for role, count in people.items()}
    spread = {role: Team(ceil(count), count / ceil(count)) for role, count in people.items()}
    return [whole] if whole == spread else [whole, spread]


def schedule(tasks: Sequence[Task], people: Mapping[str, float], days: Floats) -> Schedules:
    """The shortest schedule of each case. `days` holds the days of each task in each case."""
    cases, count = days.shape
    start, end, slack = np.zeros((cases, count)), np.zeros((cases, count)), np.zeros((cases, count))
    best = np.full(cases, np.inf)
    used = {task.role for task in tasks}
    plan = _Waiting.of(tasks)
    ways = [(order, team) for order in candidates(tasks) for team in teams({role: people[role] for role in sorted(used)})]
    laid_out: list[_LaidOut] = []
    chosen = np.zeros(cases, dtype=np.intp)
    for number, (order, team) in enumerate(ways):
        one = _lay_out(plan, order, team, days)
        laid_out.append(one)
        last = one.end.max(axis=1, initial=0.0)
        better = last < best - _NEARLY
        best[better] = last[better]
        chosen[better] = number
    for number, (one, (order, _)) in enumerate(zip(laid_out, ways, strict=True)):
        rows = np.flatnonzero(chosen == number)
        if rows.size:
            start[rows], end[rows] = one.start[rows], one.end[rows]
            slack[rows] = _slack(plan, order, one, rows)
    return Schedules(start, end, slack)


@dataclass(frozen=True)
class _Waiting:
    """The network by places instead of ids."""

    roles: tuple[str, ...]
    before: tuple[tuple[int, ...], ...]
    least: tuple[float, ...]

    @classmethod
    def of(cls, tasks: Sequence[Task]) -> _Waiting:
        place = {task.id: index for index, task in enumerate(tasks)}
        return cls(
            roles=tuple(task.role for task in tasks),
            before=tuple(tuple(place[one] for one in dict.fromkeys(task.after)) for task in tasks),
            least=tuple(task.lasts_at_least for task in tasks),
        )


@dataclass(frozen=True)
class _LaidOut:
    """A schedule of each case in one order. `person_did` is the task that the same person did just before; the number of tasks for none."""

    start: Floats
    end: Floats
    person_did: Whole


def _lay_out(plan: _Waiting, order: Sequence[int], team: Mapping[str, Team], days: Floats) -> _LaidOut:
    cases, count = days.shape
    start, end = np.zeros((cases, count)), np.zeros((cases, count))
    rows: Whole = np.array(range(cases), dtype=np.intp)
    person_did = np.full((cases, count), count, dtype=np.intp)
    free = {role: np.zeros((cases, one.people)) for role, one in team.items()}
    did = {role: np.full((cases, one.people), count, dtype=np.intp) for role, one in team.items()}
    for task in order:
        ready = np.zeros(cases)
        for before in plan.before[task]:
            np.maximum(ready, end[:, before], out=ready)
        if not plan.least[task] and not days[:, task].any():
            # What takes no time takes nobody's time.
            start[:, task] = end[:, task] = ready
            continue
        role = plan.roles[task]
        person = free[role].argmin(axis=1)
        np.maximum(ready, free[role][rows, person], out=ready)
        start[:, task] = ready
        end[:, task] = ready + np.maximum(days[:, task] / team[role].share, plan.least[task])
        person_did[:, task] = did[role][rows, person]
        free[role][rows, person] = end[:, task]
        did[role][rows, person] = task
    return _LaidOut(start, end, person_did)


def _slack(plan: _Waiting, order: Sequence[int], one: _LaidOut, rows: Whole) -> Floats:
    """The backward pass of the critical path method, in which a task also waits for the person who does it."""
    start, end, person_did = one.start[rows], one.end[rows], one.person_did[rows]
    count = start.shape[1]
    last = end.max(axis=1, initial=0.0)
    # One column more than tasks: where there was no task before.
    latest_end = np.repeat(last[:, None], count + 1, axis=1)
    every = np.array(range(rows.size), dtype=np.intp)
    for task in reversed(order):
        latest_start = latest_end[:, task] - (end[:, task] - start[:, task])
        for before in plan.before[task]:
            np.minimum(latest_end[:, before], latest_start, out=latest_end[:, before])
        by_person = person_did[:, task]
        latest_end[every, by_person] = np.minimum(latest_end[every, by_person], latest_start)
    return np.maximum(latest_end[:, :count] - end, 0.0)
