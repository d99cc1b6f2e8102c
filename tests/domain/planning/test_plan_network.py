"""Work as a network: circles are refused by name, and the critical path is worked by hand."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.planning.plans import networks, task

from discovery_agent.domain.planning import network
from discovery_agent.domain.planning.work import Task
from discovery_agent.errors import InvalidRequest


def test_a_circle_is_refused_and_named_in_the_order_of_the_work() -> None:
    tasks = [task("scope", 1), task("build", 2, "scope", "pilot"), task("test", 1, "build"), task("pilot", 3, "test")]
    with pytest.raises(InvalidRequest) as caught:
        network.check(tasks)
    assert "build -> test -> pilot -> build" in caught.value.what or "test -> pilot -> build -> test" in caught.value.what
    assert "scope" not in caught.value.what
    assert caught.value.remedy


def test_a_task_that_waits_for_itself_is_a_circle() -> None:
    with pytest.raises(InvalidRequest, match="build -> build"):
        network.check([task("build", 1, "build")])


def test_a_task_that_waits_for_one_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(InvalidRequest, match="`build` waits for `design`"):
        network.check([task("build", 1, "design")])


def test_two_tasks_of_one_id_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="Two tasks are called `build`"):
        network.check([task("build", 1), task("build", 2)])


def test_the_critical_path_method_worked_by_hand() -> None:
    # a(3) -> b(2) -> d(4) and a -> c(6) -> d; e(1) stands alone.
    tasks = [task("d", 4, "b", "c"), task("b", 2, "a"), task("c", 6, "a"), task("a", 3), task("e", 1)]
    times = network.critical_path_method(tasks, {one.id: one.estimate.likely for one in tasks})
    # Forward: a 0-3, b 3-5, c 3-9, d 9-13, e 0-1; the plan ends at 13.
    assert {one: (time.start, time.end) for one, time in times.items()} == {
        "a": (0, 3),
        "b": (3, 5),
        "c": (3, 9),
        "d": (9, 13),
        "e": (0, 1),
    }
    # Backward: d starts by 9; b may end by 9, so it starts by 7 instead of 3; e may end by 13.
    assert {one: time.slack for one, time in times.items()} == {"a": 0, "b": 4, "c": 0, "d": 0, "e": 12}


@given(networks())
def test_each_task_comes_after_all_that_it_waits_for(tasks: tuple[Task, ...]) -> None:
    place = {one.id: at for at, one in enumerate(network.order(tasks))}
    assert set(place) == {one.id for one in tasks}
    assert all(place[before] < place[one.id] for one in tasks for before in one.after)


@given(networks(), st.data())
def test_any_circle_is_refused_and_what_is_named_is_one(tasks: tuple[Task, ...], data: st.DataObject) -> None:
    behind = {one.id: set(one.after) for one in tasks}
    pairs = [(one.id, before) for one in tasks for before in _all_before(one.id, behind)]
    if not pairs:
        return
    late, early = data.draw(st.sampled_from(pairs))
    closed = [one.model_copy(update={"after": (*one.after, late)}) if one.id == early else one for one in tasks]
    with pytest.raises(InvalidRequest) as caught:
        network.check(closed)
    named = re.search(r"circle: (.*)\.$", caught.value.what)
    assert named
    ids = named[1].split(" -> ")
    after = {one.id: one.after for one in closed}
    assert len(ids) >= 3 and ids[0] == ids[-1]
    assert all(before in after[one] for before, one in pairwise(ids))


def _all_before(one: str, behind: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(behind[one])
    while todo:
        before = todo.pop()
        if before not in found:
            found.add(before)
            todo.extend(behind[before])
    return found
