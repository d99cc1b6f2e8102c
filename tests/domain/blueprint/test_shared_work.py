"""Work that two epics have in common is planned once, and traces to the KPIs of both."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tests.domain.blueprint.drafts import material_of
from tests.domain.blueprint.tables import tables
from tests.domain.said import amount, finding

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.trace import trace
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import Finding, FindingKind, Kpi
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.planning.network import check

K = FindingKind
TALK = "invoices-and-reminders"


def told(kind: FindingKind, text: str, turn: int, **more: object) -> Finding:
    return finding(kind, text, "Marek Novak", turn, conversation=TALK, **more)  # type: ignore[arg-type]


def process(goal: str, metric: str, noun: str, start: int) -> list[Finding]:
    """A process that rules can carry out in Navision."""
    kpi = Kpi(metric=metric, unit="minutes", baseline=amount(14, "minutes"), target=amount(4, "minutes"), deadline="by the end of 2027")
    return [
        told(K.BUSINESS_GOAL, f"The {noun} are settled on time", start),
        told(K.OPERATIONAL_GOAL, goal, start + 1),
        told(K.KPI, f"{metric}: from 14 to 4 minutes", start + 1, kpi=kpi),
        told(K.PROCESS_STEP, f"The {noun} are typed from Navision by hand", start + 2),
        told(K.CRITERION, f"The {noun} come as a table of fields", start + 2, criterion=("input", "fields")),
        told(K.CRITERION, f"Typing {noun} is dull work", start + 3, criterion=("cause", "effort")),
        told(K.CRITERION, f"The rules for {noun} are written down", start + 3, criterion=("rules", "complete")),
        told(K.CRITERION, f"The {noun} go out or they do not", start + 4, criterion=("output", "fixed_action")),
        told(K.CRITERION, f"Odd {noun} stay with us", start + 4, criterion=("rest", "people")),
    ]


def two_processes() -> Material:
    findings = [
        *process("Release invoices without typing", "Time per invoice", "invoices", 0),
        *process("Send reminders without typing", "Time per reminder", "reminders", 40),
    ]

    def same(left: str, right: str) -> float:
        nouns = [noun for noun in ("invoice", "reminder") if noun in left.lower() and noun in right.lower()]
        return 1.0 if left == right else 0.6 if nouns else 0.0

    tree = build_goal_tree(findings, same)
    base = material_of("automate")
    return replace(
        base,
        findings=findings,
        tree=tree,
        conversations={TALK: "Invoices and reminders"},
        decisions=decide(findings, tree, [], tables(), same),
        planning=base.planning.model_copy(update={"runs": 100}),
    )


def drafted() -> Blueprint:
    version = compose(two_processes())
    assert [one.mvp for one in version.epics] == [True, True], [one.why_value for one in version.epics]
    return version


def test_the_same_system_is_tied_in_once_and_so_is_what_is_done_for_all() -> None:
    version = drafted()
    assert version.plan
    titles = Counter(one.title for one in version.plan.tasks)
    for title in ("Read from and write to Navision", "Check data protection", "Hear the works council, where there is one"):
        assert titles[title] == 1, title
    assert titles["Carry the rules out"] == 2, "each process has rules of its own"
    check(version.plan.tasks)


def test_the_other_epic_refers_to_it_and_the_task_traces_to_the_kpis_of_both() -> None:
    version = drafted()
    assert version.plan
    first, second = version.epics
    (task,) = [one for one in version.plan.tasks if one.title == "Read from and write to Navision"]
    assert task.epic_id == first.id and set(task.kpi_ids) == {*first.kpi_ids, *second.kpi_ids}
    items = [one for one in second.items if one.planned_with == task.id]
    assert items and all(f"the same work as in “{first.title}”" in one.story for one in items)
    traced = trace(version, task.id)
    assert traced.whole and {one.id for one in traced.kpis} == {*first.kpi_ids, *second.kpi_ids}
    assert traced.also == (second,) and {one.id for one in traced.items} == set(task.item_ids) and len(task.item_ids) == 2
    assert {one.finding_id for one in traced.evidence} >= set(second.findings)


def test_what_waits_for_the_work_waits_for_it_where_it_is_planned() -> None:
    version = drafted()
    assert version.plan
    first, second = version.epics
    (task,) = [one for one in version.plan.tasks if one.title == "Read from and write to Navision"]
    waiting = {one.epic_id for one in version.plan.tasks if task.id in one.after}
    assert waiting == {first.id, second.id}
    assert not [one for one in version.defects if one.severity.value == "blocks"]
