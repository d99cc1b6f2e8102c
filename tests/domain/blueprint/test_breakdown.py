"""The work of each course: what must be in it, what it names, and that it claims nothing and hangs together."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.domain.blueprint.breakdown import Breakdown, Gap, NamedKpi, NamedThing, WorkFor, break_down
from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.document import Course
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning import network
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.work import Estimate, Stage, Task
from discovery_agent.errors import InvalidRequest
from discovery_agent.knowledge.tables import load_planning, load_tables

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"
TABLE = load_planning(KNOWLEDGE)
TABLES = load_tables(KNOWLEDGE)
COURSES = [
    (Course.CHANGE_PROCESS, SolutionClass.PROCESS_CHANGE),
    (Course.AUTOMATE, SolutionClass.RULES_AUTOMATION),
    (Course.AUTOMATE, SolutionClass.ANALYTICS),
    (Course.BUILD_WITH_AI, SolutionClass.PREDICTIVE_ML),
    (Course.BUILD_WITH_AI, SolutionClass.GENERATIVE_AI),
    (Course.BUILD_WITH_AI, SolutionClass.HYBRID),
    (Course.PREPARE_FIRST, SolutionClass.HYBRID),
    (Course.UNDECIDED, None),
    (Course.DO_NOT_BUILD, None),
]
BUILT = COURSES[:6]
WITH_AI = COURSES[3:6]


def work(course: Course, solution: SolutionClass | None, **changes: object) -> WorkFor:
    plain = WorkFor(
        epic_id="e1",
        goal="Answer warranty questions within a day",
        course=course,
        solution=solution,
        systems=(NamedThing(name="SAP", findings=("f-sap",)),),
        kpis=(NamedKpi(id="k-days", metric="days to answer"),),
        findings=("f-goal",),
    )
    return plain.model_copy(update=changes)


def stages(found: Breakdown) -> set[Stage]:
    return {task.stage for task in found.tasks}


@pytest.mark.parametrize(("course", "solution"), BUILT)
def test_the_days_of_a_plain_case_agree_with_the_early_estimate(course: Course, solution: SolutionClass) -> None:
    likely = sum(task.estimate.likely for task in break_down(work(course, solution), TABLE).tasks)
    early = TABLES.economics.build_days[solution]
    assert early.low <= likely <= early.high
    assert likely == pytest.approx(early.likely, rel=0.15)


@pytest.mark.parametrize(("course", "solution"), BUILT)
def test_whatever_changes_is_tried_in_a_pilot_judged_rolled_out_and_watched(course: Course, solution: SolutionClass) -> None:
    found = break_down(work(course, solution), TABLE)
    assert stages(found) == set(Stage)
    words = " ".join(text for item in found.items for text in (item.title, item.story, *item.acceptance)).lower()
    for must in (
        "pilot" if course is not Course.CHANGE_PROCESS else "trial",
        "works council",
        "watch",
        "go back" if course is Course.CHANGE_PROCESS else "switch",
    ):
        if solution is not SolutionClass.ANALYTICS or must != "switch":
            assert must in words
    roles = {task.role for task in found.tasks}
    assert {"trainer", "works_council", "process_owner"} <= roles
    if course is not Course.CHANGE_PROCESS:
        assert "data_protection" in roles


@pytest.mark.parametrize(("course", "solution"), WITH_AI)
def test_a_learned_model_brings_human_checks_evaluation_and_legal_steps_as_work(course: Course, solution: SolutionClass) -> None:
    tasks = {task.id.removeprefix("e1."): task for task in break_down(work(course, solution), TABLE).tasks}
    needed = {
        "build_review_desk",
        "build_evaluation",
        "evaluate_on_cases",
        "review_errors",
        "try_without_ai",
        "watch_model",
        "practise_rollback",
        "assess_data_protection",
        "classify_ai_system",
        "agree_works_council",
        "pilot_beside_people",
        "train_people",
    }
    assert needed <= set(tasks)
    assert all(tasks[one].estimate.likely > 0 for one in needed)
    ordered = [task.id.removeprefix("e1.") for task in network.order(list(tasks.values()))]
    for before, after in [
        ("assess_data_protection", "pilot_beside_people"),
        ("agree_works_council", "pilot_beside_people"),
        ("evaluate_on_cases", "pilot_beside_people"),
        ("practise_rollback", "pilot_beside_people"),
        ("judge_pilot", "roll_out_ai"),
    ]:
        assert before in _all_before(tasks, after), (before, after)
        assert ordered.index(before) < ordered.index(after)


def _all_before(tasks: dict[str, Task], name: str) -> set[str]:
    found: set[str] = set()
    todo = [name]
    while todo:
        for before in tasks[todo.pop()].after:
            short = before.removeprefix("e1.")
            if short not in found:
                found.add(short)
                todo.append(short)
    return found


def test_a_change_of_process_builds_no_software_and_needs_no_developer() -> None:
    found = break_down(work(Course.CHANGE_PROCESS, SolutionClass.PROCESS_CHANGE), TABLE)
    assert {task.role for task in found.tasks} == {"process_owner", "works_council", "domain_expert", "trainer"}
    assert "SAP" not in str(found)


def test_not_building_is_work_of_its_own_and_nothing_is_built_or_piloted() -> None:
    found = break_down(work(Course.DO_NOT_BUILD, None), TABLE)
    assert found.tasks
    assert not {Stage.BUILD, Stage.PILOT} & stages(found)


def test_each_named_system_is_connected_by_its_name() -> None:
    systems = (NamedThing(name="SAP", findings=("f-sap",)), NamedThing(name="Old Mailbox {kpi}", findings=("f-mail",)))
    found = break_down(work(Course.AUTOMATE, SolutionClass.RULES_AUTOMATION, systems=systems), TABLE)
    connects = {task.id: task for task in found.tasks if "connect_for_rules" in task.id}
    assert [task.title for task in connects.values()] == ["Read from and write to SAP", "Read from and write to Old Mailbox {kpi}"]
    assert [task.findings for task in connects.values()] == [("f-sap", "f-goal"), ("f-mail", "f-goal")]
    assert "e1.connect_for_rules.sap" in connects
    replay = next(task for task in found.tasks if task.id == "e1.replay_rules")
    assert set(connects) <= set(replay.after)
    assert not any("find_system" in task.id for task in found.tasks)


def test_without_a_named_system_finding_it_is_work_and_no_name_is_invented() -> None:
    found = break_down(work(Course.AUTOMATE, SolutionClass.RULES_AUTOMATION, systems=()), TABLE)
    (find,) = [item for item in found.items if "find_system" in item.id]
    assert "nobody has named it yet" in find.story
    assert not any("connect_for_rules" in task.id for task in found.tasks)
    assert "e1.find_system_for_rules" in next(task for task in found.tasks if task.id == "e1.replay_rules").after


def test_each_kpi_without_a_baseline_or_an_owner_is_named_in_work_before_the_rest() -> None:
    kpis = (
        NamedKpi(id="k1", metric="days to answer", has_baseline=False, findings=("f-k1",)),
        NamedKpi(id="k2", metric="repeat calls", has_owner=False),
    )
    found = break_down(work(Course.BUILD_WITH_AI, SolutionClass.HYBRID, kpis=kpis), TABLE)
    titles = {task.id: task.title for task in found.tasks}
    assert titles["e1.measure_baseline.k1"] == "Measure where “days to answer” stands today"
    assert titles["e1.name_owner"] == "Find an owner for “repeat calls”"
    assert "e1.measure_baseline.k2" not in titles
    scope = next(task for task in found.tasks if task.id == "e1.set_scope")
    assert {"e1.measure_baseline.k1", "e1.name_owner"} <= set(scope.after)
    of_one = {"e1.measure_baseline.k1": ("k1",), "e1.name_owner": ("k2",)}
    assert all(task.kpi_ids == of_one.get(task.id, ("k1", "k2")) for task in found.tasks)
    assert all(item.kpi_ids == of_one.get(item.id, ("k1", "k2")) for item in found.items)


def test_the_owners_of_several_kpis_are_found_in_one_task() -> None:
    kpis = tuple(NamedKpi(id=f"k{at}", metric=name, has_owner=False) for at, name in enumerate(("one", "two", "three", "four")))
    found = break_down(work(Course.AUTOMATE, SolutionClass.RULES_AUTOMATION, kpis=kpis), TABLE)
    (task,) = [one for one in found.tasks if "name_owner" in one.id]
    assert task.title == "Find an owner for “one”, “two”, “three” and 1 further KPI" and task.kpi_ids == ("k0", "k1", "k2", "k3")


@pytest.mark.parametrize("dimension", [one.id for one in TABLES.readiness.dimensions])
def test_each_closed_gate_is_opened_by_work_of_its_own(dimension: str) -> None:
    gaps = (Gap(dimension=dimension, action="Find the person who can grant access.", findings=("f-gap",)),)
    found = break_down(work(Course.PREPARE_FIRST, SolutionClass.HYBRID, gaps=gaps), TABLE)
    (opens,) = [item for item in found.items if item.id == f"e1.open_{dimension}"]
    assert "Find the person who can grant access." in opens.story
    assert opens.findings[0] == "f-gap"
    assert stages(found) == {Stage.PREPARE}  # nothing is built before the gates are open
    last = network.order(found.tasks)[-1]
    assert last.id == "e1.decide_after_preparing"


def test_a_gate_that_nobody_told_of_is_asked_about_and_not_paid_for_as_if_it_were_closed() -> None:
    unknown = tuple(Gap(dimension=one.id, action=one.request, closed=False) for one in TABLES.readiness.dimensions)
    plain = break_down(work(Course.BUILD_WITH_AI, SolutionClass.GENERATIVE_AI), TABLE)
    asked = break_down(work(Course.BUILD_WITH_AI, SolutionClass.GENERATIVE_AI, gaps=unknown), TABLE)
    more = {task.id for task in asked.tasks} - {task.id for task in plain.tasks}
    assert len(more) == len(unknown) and all(".ask_about_gate." in one for one in more)


def test_what_does_not_occur_hands_on_what_it_waits_for() -> None:
    # `assess_data_protection` waits for `open_privacy` only where that gate is closed.
    gaps = (Gap(dimension="privacy", action="Have the legal basis settled."),)
    closed = break_down(work(Course.BUILD_WITH_AI, SolutionClass.HYBRID, gaps=gaps), TABLE)
    assert next(one for one in closed.tasks if one.id == "e1.assess_data_protection").after == ("e1.open_privacy",)
    plain = break_down(work(Course.BUILD_WITH_AI, SolutionClass.HYBRID), TABLE)
    assert next(one for one in plain.tasks if one.id == "e1.assess_data_protection").after == ()


def test_an_open_verdict_is_asked_for_question_by_question() -> None:
    questions = (NamedThing(name="In what form does the material come in?"), NamedThing(name="How many cases are there a month?"))
    found = break_down(work(Course.UNDECIDED, None, open_questions=questions), TABLE)
    asked = [task for task in found.tasks if ".ask_open_question." in task.id]
    assert [task.title for task in asked] == [f"Find out: {one.name}" for one in questions]
    assert {task.id for task in asked} <= set(next(task for task in found.tasks if task.id == "e1.decide_after_asking").after)


@pytest.mark.parametrize(("course", "solution"), COURSES)
def test_every_task_traces_to_its_epic_item_kpi_and_assumption(course: Course, solution: SolutionClass | None) -> None:
    found = break_down(work(course, solution), TABLE)
    items, assumptions = {item.id for item in found.items}, {one.id: one for one in found.assumptions}
    network.check(found.tasks)
    for task in found.tasks:
        assert task.epic_id == "e1" and task.kpi_ids == ("k-days",)
        assert set(task.item_ids) <= items and task.item_ids
        estimate = assumptions[task.assumptions[0]]
        assert (estimate.low, estimate.value, estimate.high) == (task.estimate.optimistic, task.estimate.likely, task.estimate.pessimistic)
        assert "planning table" in estimate.source and ".yaml" not in estimate.source
        assert task.role in {role.id for role in TABLE.roles}
    assert all(item.acceptance and not re.search(r"\{\w*\}", item.title + item.story + "".join(item.acceptance)) for item in found.items)


def test_no_template_claims_a_figure() -> None:
    for package in TABLE.packages:
        assert not re.search(r"\d", " ".join([package.title, package.story, *package.acceptance])), package.id


def test_what_comes_after_the_first_version_is_marked() -> None:
    found = break_down(work(Course.BUILD_WITH_AI, SolutionClass.HYBRID), TABLE)
    assert [item.id for item in found.items if not item.mvp] == ["e1.widen_scope"]
    later = break_down(work(Course.BUILD_WITH_AI, SolutionClass.HYBRID, mvp=False), TABLE)
    assert not any(item.mvp for item in later.items) and not any(task.mvp for task in later.tasks)


def settings(**changes: object) -> PlanSettings:
    return PlanSettings(engagement_id="e", id="settings", at=datetime(2026, 9, 1, tzinfo=UTC), changed_by="Ada", **changes)  # type: ignore[arg-type]


def test_a_person_s_estimate_of_one_task_holds_for_it_alone() -> None:
    systems = (NamedThing(name="SAP"), NamedThing(name="Jira"))
    own = settings(estimates={"e1.connect_for_rules.sap": Estimate(optimistic=1, likely=2, pessimistic=3)})
    found = break_down(work(Course.AUTOMATE, SolutionClass.RULES_AUTOMATION, systems=systems), TABLE, own)
    by_id = {task.id: task for task in found.tasks}
    assert by_id["e1.connect_for_rules.sap"].estimate.likely == 2
    assert by_id["e1.connect_for_rules.jira"].estimate.likely == 6
    (assumption,) = [one for one in found.assumptions if one.id in by_id["e1.connect_for_rules.sap"].assumptions]
    assert (assumption.value, assumption.changed_by) == (2, "Ada")


def test_a_changed_assumption_holds_for_every_task_that_stands_on_it() -> None:
    changed = (
        Assumption(id="estimate.connect_for_rules", text="Days", value=20, low=3, high=14, changed_by="Ada"),
        Assumption(id="lasts.pilot_rules", text="Days", value=40, changed_by="Ada"),
    )
    found = break_down(work(Course.AUTOMATE, SolutionClass.RULES_AUTOMATION), TABLE, settings(assumptions=changed))
    by_id = {task.id: task for task in found.tasks}
    # A likeliest value above the old high end takes the high end along.
    assert by_id["e1.connect_for_rules.sap"].estimate == Estimate(optimistic=3, likely=20, pessimistic=20)
    assert by_id["e1.pilot_rules"].lasts_at_least == 40
    assert next(one for one in found.assumptions if one.id == "estimate.connect_for_rules").changed_by == "Ada"


@pytest.mark.parametrize(
    ("name", "value", "low"),
    [
        ("estimate.build_rules", -1, None),
        ("estimate.build_rules", float("nan"), None),
        ("estimate.build_rules", 1e9, None),
        ("estimate.build_rules", 5, -1),
        ("lasts.pilot_rules", -3, None),
    ],
)
def test_a_change_that_cannot_be_computed_with_is_refused_by_name(name: str, value: float, low: float | None) -> None:
    own = settings(assumptions=(Assumption(id=name, text="Days", value=value, low=low),))
    with pytest.raises(InvalidRequest, match=name):
        break_down(work(Course.AUTOMATE, SolutionClass.RULES_AUTOMATION), TABLE, own)


@given(st.lists(st.text(min_size=1, max_size=200), max_size=6), st.sampled_from(COURSES))
def test_any_names_give_distinct_ids_and_a_network_that_holds(names: list[str], course: tuple[Course, SolutionClass | None]) -> None:
    things = tuple(NamedThing(name=one) for one in names)
    kpis = tuple(NamedKpi(id=one, metric=one, has_baseline=False, has_owner=False) for one in names)
    found = break_down(work(*course, systems=things, kpis=kpis, open_questions=things), TABLE)
    network.check(found.tasks)
    assert all(one.isprintable() and len(one) <= 120 for task in found.tasks for one in (task.id, *task.assumptions))
