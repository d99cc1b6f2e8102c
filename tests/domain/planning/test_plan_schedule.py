"""Schedules under capacity: small ones worked by hand, and what must hold for any."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.planning.plans import benefit, inputs, networks, role, task, teams

from discovery_agent.domain.planning.chance import Chance, Floats, draw_estimate
from discovery_agent.domain.planning.schedule import Schedules, schedule
from discovery_agent.domain.planning.simulation import forecast
from discovery_agent.domain.planning.work import Task

_TINY = 1e-6


def planned(tasks: list[Task], people: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Start and end of each task at the likeliest values."""
    found = schedule(tasks, people, np.array([[one.estimate.likely for one in tasks]]))
    return {one.id: (float(found.start[0, at]), float(found.end[0, at])) for at, one in enumerate(tasks)}


def test_one_person_does_one_thing_at_a_time() -> None:
    assert planned([task("a", 3), task("b", 2)], {"developer": 1}) == {"a": (0, 3), "b": (3, 5)}


def test_two_people_do_two_things_at_a_time() -> None:
    # a and b start at once; c takes up the one who is free first, on day 2.
    assert planned([task("a", 3), task("b", 2), task("c", 4)], {"developer": 2})["c"] in [(2, 6), (0, 4)]
    ends = planned([task("a", 3), task("b", 2), task("c", 4)], {"developer": 2}).values()
    assert max(end for _, end in ends) == 5  # c and (a then b) side by side: max(4, 3 + 2)


def test_half_a_person_takes_twice_as_long() -> None:
    assert planned([task("a", 3), task("b", 2, "a")], {"developer": 0.5}) == {"a": (0, 6), "b": (6, 10)}


def test_one_and_a_half_people_are_one_whole_or_two_at_three_quarters_whichever_ends_sooner() -> None:
    # A chain: one whole person needs 3 + 3 days; at three quarters it would be 8.
    assert planned([task("a", 3), task("b", 3, "a")], {"developer": 1.5})["b"] == (3, 6)
    # Side by side: two at three quarters need 3 / 0.75 = 4 days for both; one whole person would need 6.
    assert planned([task("a", 3), task("b", 3)], {"developer": 1.5}) == {"a": (0, 4), "b": (0, 4)}


def test_roles_do_not_stand_in_for_each_other() -> None:
    tasks = [task("write", 4, role="analyst"), task("build", 3), task("train", 1, "build", role="trainer")]
    assert planned(tasks, {"analyst": 1, "developer": 1, "trainer": 1}) == {"write": (0, 4), "build": (0, 3), "train": (3, 4)}


def test_a_trial_lasts_its_agreed_time_whatever_the_work_in_it() -> None:
    tasks = [task("trial", 2, lasts=15), task("judge", 1, "trial", role="analyst")]
    assert planned(tasks, {"developer": 1, "analyst": 1}) == {"trial": (0, 15), "judge": (15, 16)}
    assert planned([task("trial", 20, lasts=15)], {"developer": 1})["trial"] == (0, 20)


def test_what_takes_no_time_takes_nobodys_time() -> None:
    tasks = [task("long", 5, role="analyst"), task("milestone", 0, "long"), task("build", 3)]
    assert planned(tasks, {"developer": 1, "analyst": 1}) == {"long": (0, 5), "milestone": (5, 5), "build": (0, 3)}


def test_slack_counts_the_person_one_waits_for() -> None:
    # One developer: a (0-3), then b (3-5). The analyst's c (0-1) may slip until day 4.
    tasks = [task("a", 3), task("b", 2), task("c", 1, role="analyst")]
    found = schedule(tasks, {"developer": 1, "analyst": 1}, np.array([[3.0, 2.0, 1.0]]))
    assert found.slack[0].tolist() == [0, 0, 4]
    assert found.critical[0].tolist() == [True, True, False]


def test_the_urgent_task_goes_first() -> None:
    # `long` heads a chain of 2 + 8 days, `short` stands alone: taking `short` first would end on day 13 instead of 10.
    tasks = [task("short", 3), task("long", 2), task("after", 8, "long", role="analyst")]
    assert planned(tasks, {"developer": 1, "analyst": 1}) == {"short": (2, 5), "long": (0, 2), "after": (2, 10)}


def test_no_task_is_no_time() -> None:
    found = schedule([], {}, np.zeros((3, 0)))
    assert found.duration.tolist() == [0, 0, 0]


def drawn(tasks: tuple[Task, ...], runs: int = 20) -> Floats:
    chance = Chance(5, runs)
    return np.stack([draw_estimate(one.estimate, chance.of_task(one.id)) for one in tasks], axis=1) if tasks else np.zeros((runs, 0))


@settings(deadline=None)
@given(networks(), teams())
def test_no_task_starts_before_what_it_waits_for_has_ended_in_any_run(tasks: tuple[Task, ...], people: dict[str, float]) -> None:
    found = schedule(tasks, people, drawn(tasks))
    place = {one.id: at for at, one in enumerate(tasks)}
    for at, one in enumerate(tasks):
        for before in one.after:
            assert (found.start[:, at] >= found.end[:, place[before]] - _TINY).all()


@settings(deadline=None)
@given(networks(), teams())
def test_never_are_more_people_at_work_than_there_are(tasks: tuple[Task, ...], people: dict[str, float]) -> None:
    days = drawn(tasks)
    found = schedule(tasks, people, days)
    for run in range(days.shape[0]):
        for name, count in people.items():
            assert _most_at_work(tasks, found, days, run, name) <= count + _TINY


def _most_at_work(tasks: tuple[Task, ...], found: Schedules, days: Floats, run: int, name: str) -> float:
    """The most people of a role at work at any moment: it changes only where a task starts."""
    of_role = [at for at, one in enumerate(tasks) if one.role == name and found.end[run, at] > found.start[run, at]]
    length = {at: found.end[run, at] - found.start[run, at] for at in of_role}
    return max(
        (
            sum(
                days[run, at] / length[at]
                for at in of_role
                if found.start[run, at] - _TINY <= found.start[run, moment] and found.end[run, at] > found.start[run, moment] + _TINY
            )
            for moment in of_role
        ),
        default=0.0,
    )


@settings(deadline=None)
@given(networks(), teams(), st.sampled_from([("analyst",), ("developer",), ("trainer",), ("analyst", "developer", "trainer")]))
def test_doubling_people_lengthens_no_run(tasks: tuple[Task, ...], people: dict[str, float], doubled: tuple[str, ...]) -> None:
    more = {name: count * 2 if name in doubled else count for name, count in people.items()}
    days = drawn(tasks)
    assert (schedule(tasks, more, days).duration <= schedule(tasks, people, days).duration + _TINY).all()


@settings(deadline=None)
@given(networks(), teams(), st.data())
def test_a_shorter_task_lengthens_no_run(tasks: tuple[Task, ...], people: dict[str, float], data: st.DataObject) -> None:
    if not tasks:
        return
    days = drawn(tasks)
    shorter = days.copy()
    shorter[:, data.draw(st.integers(0, len(tasks) - 1))] *= data.draw(st.sampled_from([0.1, 0.5, 0.9]))
    assert (schedule(tasks, people, shorter).duration <= schedule(tasks, people, days).duration + _TINY).all()


@settings(deadline=None)
@given(networks(), teams())
def test_slipping_by_the_slack_moves_no_end(tasks: tuple[Task, ...], people: dict[str, float]) -> None:
    found = schedule(tasks, people, drawn(tasks, 3))
    place = {one.id: at for at, one in enumerate(tasks)}
    late = found.end + found.slack
    assert (late <= found.duration[:, None] + _TINY).all()
    for at, one in enumerate(tasks):
        for before in one.after:
            assert (late[:, place[before]] <= found.start[:, at] + found.slack[:, at] + _TINY).all()
    if tasks:
        assert found.critical.any(axis=1).all()


def test_leaving_gaps_unfilled_costs_little() -> None:
    chance = random.Random(1)
    longer: list[float] = []
    for _ in range(20):
        tasks = [
            task(
                f"t{at}",
                float(chance.randint(1, 9)),
                *sorted({f"t{chance.randrange(max(0, at - 8), at)}" for _ in range(chance.choice([0, 1, 2]))} if at else ()),
                role=chance.choice(["analyst", "developer", "trainer"]),
            )
            for at in range(20)
        ]
        people = {name: chance.choice([1, 1, 2, 3]) for name in ("analyst", "developer", "trainer")}
        ours = max(end for _, end in planned(tasks, dict(people)).values())
        best = min(_with_gaps_filled(tasks, people, [chance.random() for _ in tasks]) for _ in range(40))
        longer.append(ours / best)
    assert sum(longer) / len(longer) < 1.03
    assert max(longer) < 1.2


def _with_gaps_filled(tasks: list[Task], people: dict[str, int], urgency: list[float]) -> float:
    """Length of the serial schedule that puts each task into the earliest gap, for one random order."""
    place = {one.id: at for at, one in enumerate(tasks)}
    start: dict[int, float] = {}
    end: dict[int, float] = {}
    while len(end) < len(tasks):
        free = [at for at in range(len(tasks)) if at not in end and all(place[one] in end for one in tasks[at].after)]
        at = min(free, key=lambda one: urgency[one])
        role, length = tasks[at].role, tasks[at].estimate.likely
        ready = max((end[place[one]] for one in tasks[at].after), default=0.0)
        same = [one for one in end if tasks[one].role == role]
        for moment in sorted({ready, *(one for one in end.values() if one > ready)}):
            inside = [moment, *(start[one] for one in same if moment < start[one] < moment + length)]
            if all(sum(start[one] <= now < end[one] for one in same) < people[role] for now in inside):
                start[at], end[at] = moment, moment + length
                break
    return max(end.values())


def test_graham_s_anomaly_does_not_occur() -> None:
    # Graham 1969: nine tasks, three people, 12 days; by list scheduling a fourth person would make it 15.
    lengths = dict(zip("abcdefghi", [3, 2, 2, 2, 4, 4, 4, 4, 9], strict=True))
    after = {"i": ("a",), **dict.fromkeys("efgh", ("d",))}
    tasks = [task(name, length, *after.get(name, ())) for name, length in lengths.items()]
    days = np.array([[float(one.estimate.likely) for one in tasks]])
    three, four = (float(schedule(tasks, {"developer": people}, days).duration[0]) for people in (3, 4))
    assert three == pytest.approx(12)
    assert four <= three


def test_a_role_has_a_hundredth_of_a_person_at_least() -> None:
    for people in (0.0, 1e-6, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="people"):
            role(people=people)
    found = forecast([task("a", 10_000), task("b", 10_000, "a")], inputs(role(people=0.01)), benefit(1000))
    assert found.duration_days.likely == 2_000_000
    assert found.payback_month is None and found.pilot_month is None
