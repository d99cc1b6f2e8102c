"""One figure for one thing: what an option costs and brings is told alike wherever it is told."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.domain.blueprint.drafts import draft_of, material_of

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.work import Stage

NAMES = ("automate", "build_with_ai", "change_process", "do_not_build", "several")
IDS = "|".join(one.value for one in SolutionClass if "_" in one.value)


@pytest.fixture(scope="module", params=NAMES)
def version(request: pytest.FixtureRequest) -> Blueprint:
    return draft_of(request.param)


def rows(version: Blueprint, part_id: str) -> list[tuple[str, ...]]:
    section = version.section(SectionId.ECONOMICS)
    assert section
    return [row.cells for part in section.parts if part.id == part_id for row in part.rows]


def test_the_options_of_the_leading_goal_cost_the_same_in_both_tables(version: Blueprint) -> None:
    options = {cells[0].removesuffix(" (chosen)"): cells[1] for cells in rows(version, "options")}
    goals = rows(version, "goals")
    assert options and {cells[1]: cells[2] for cells in goals[: len(options)]} == options


def test_every_goal_that_is_broken_down_has_its_options_beside_each_other(version: Blueprint) -> None:
    goals = [cells for cells in rows(version, "goals") if cells[0]]
    assert len(goals) == len(version.goals)
    assert all("(P50)" in cells[2] for cells in rows(version, "goals"))


@pytest.mark.parametrize("name", ["change_process", "do_not_build"])
def test_the_memo_tells_the_cost_that_the_tables_tell(name: str) -> None:
    version = draft_of(name)
    memo = version.section(SectionId.MEMO)
    assert memo
    costs = {cost for cells in rows(version, "goals") for cost in re.findall(r"[\d,]+ EUR", cells[2])}
    spared = [claim.text for part in memo.parts for claim in part.claims if "spares about" in claim.text]
    assert spared and all(re.findall(r"[\d,]+ EUR", one)[0] in costs for one in spared)


def test_the_assumptions_are_those_that_the_figures_stand_on(version: Blueprint) -> None:
    ids = [one.id for one in version.assumptions]
    assert len(ids) == len(set(ids))
    assert not [one for one in ids if one.startswith(("build_days.", "day_rate"))]  # of the early estimate, which is told nowhere


def test_no_placeholder_and_no_id_of_a_class_reaches_a_reader(version: Blueprint) -> None:
    texts = [one.text for one in version.assumptions]
    texts += [claim.text for section in version.sections for part in section.parts for claim in part.claims]
    texts += [cell for section in version.sections for part in section.parts for row in part.rows for cell in row.cells[:-1]]
    texts += [bar.name for bar in (version.plan.forecast.tornado if version.plan else ())]
    assert not [one for one in texts if re.search(rf"{{\w+}}|\b(?:{IDS})\b|““|””", one)]
    assert not [one for one in texts if re.search(r"\b\d{4}-\d\d-\d\d\b", one)]


def test_each_epic_brings_its_effect_from_the_month_after_it_is_live() -> None:
    version = draft_of("several")
    assert version.plan
    live: dict[str, float] = {}
    for task in version.plan.tasks:
        if task.stage is Stage.ROLL_OUT and task.epic_id:
            end = next(one.end for one in version.plan.forecast.tasks if one.task_id == task.id)
            live[task.epic_id] = max(live.get(task.epic_id, 0.0), end)
    assert len(live) > 1
    first = min(live.values()) / version.plan.inputs.days_a_month
    begins = next(one.month for one in version.plan.forecast.months if one.effect)
    last = max(live.values()) / version.plan.inputs.days_a_month
    assert first < begins <= last


def test_a_kpi_that_two_epics_share_is_measured_and_owned_once() -> None:
    material = material_of("automate")
    business = material.tree.business_goals[0]
    node = business.operational_goals[0]
    kpi = node.kpis[0]
    bare = kpi.model_copy(update={"kpi": kpi.kpi.model_copy(update={"baseline": None, "owner": None})})
    twins = tuple(node.model_copy(update={"id": name, "kpis": (bare,)}) for name in ("o-1", "o-2"))
    tree = material.tree.model_copy(update={"business_goals": (business.model_copy(update={"operational_goals": twins}),)})
    goal = material.decisions.goals[0]
    goals = (goal.model_copy(update={"goal_id": "o-1"}), goal.model_copy(update={"goal_id": "o-2", "statement": "Release credit notes"}))
    version = compose(replace(material, tree=tree, decisions=material.decisions.model_copy(update={"goals": goals})))
    assert version.plan and sum(one.mvp for one in version.epics) == 2
    titles = [one.title for one in version.plan.tasks]
    assert sum("Measure where" in one for one in titles) == 1 and sum("Find an owner for “" in one for one in titles) == 1


def test_a_gate_that_nobody_spoke_of_is_asked_about_and_takes_no_work_to_open() -> None:
    version = draft_of("automate")
    assert version.plan and version.goals[0].course.value == "automate"
    asking = [one for one in version.plan.tasks if ".ask_about_gate" in one.id]
    assert asking and all(one.estimate.likely == 0.5 for one in asking)
    assert not [one for one in version.plan.tasks if ".open_" in one.id]


def test_a_gate_that_is_known_to_be_closed_takes_work_to_open() -> None:
    version = draft_of("prepare_first")
    assert version.plan and [one for one in version.plan.tasks if ".open_privacy" in one.id or ".open_quality" in one.id]
