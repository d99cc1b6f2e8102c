"""Whole blueprints, one of each course: what they open with, what they hold, and what they stand on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.cases.likeness import alike
from tests.domain.blueprint.drafts import draft_of, material_of
from tests.domain.blueprint.tables import tables

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.defects import blocking, cited
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Course, Epic, SectionId
from discovery_agent.domain.blueprint.sponsor import MOST_WORDS, words_in
from discovery_agent.domain.blueprint.trace import standing_on, trace
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import CriterionReading, Finding, FindingKind, FindingStatus
from discovery_agent.domain.planning.network import check
from discovery_agent.domain.planning.work import Stage
from discovery_agent.errors import NotFound

ALL = tuple(CASES)


@cache
def drafted(name: str) -> Blueprint:
    return draft_of(name)


def section(name: str, section_id: SectionId) -> BlueprintSection:
    found = drafted(name).section(section_id)
    assert found is not None
    return found


def texts(name: str, section_id: SectionId, part_id: str) -> list[str]:
    return [claim.text for part in section(name, section_id).parts if part.id == part_id for claim in part.claims]


def rows(name: str, section_id: SectionId, part_id: str) -> list[tuple[str, ...]]:
    return [row.cells for part in section(name, section_id).parts if part.id == part_id for row in part.rows]


@pytest.mark.parametrize("name", ALL[:-1])
def test_each_case_takes_its_course(name: str) -> None:
    assert drafted(name).course is Course(name)


@pytest.mark.parametrize("name", ALL)
def test_every_claim_and_row_stands_on_something_and_nothing_blocks(name: str) -> None:
    version = drafted(name)
    held = [one for part in version.sections for told in part.parts for one in (*told.claims, *told.rows)]
    assert held and all(one.supported for one in held)
    assert not blocking(version.defects), blocking(version.defects)
    assert {one.finding_id for one in version.evidence} == set(cited(version))
    assert all(one.quotes for one in version.evidence)


@pytest.mark.parametrize("name", ALL)
def test_the_same_material_gives_the_same_blueprint(name: str) -> None:
    assert draft_of(name) == drafted(name)


@pytest.mark.parametrize("name", ALL)
def test_the_sponsors_vision_fits_a_page_and_ends_with_the_kpis(name: str) -> None:
    vision = section(name, SectionId.SPONSOR_VISION)
    assert words_in(vision.parts) <= MOST_WORDS
    assert {"for_whom", "need", "product", "unlike"} <= {part.id for part in vision.parts}
    if drafted(name).kpis:
        assert vision.parts[-1].id == "kpis"


@pytest.mark.parametrize("name", ALL)
def test_every_task_traces_to_its_goal_and_to_a_sentence(name: str) -> None:
    version = drafted(name)
    assert version.plan and version.plan.tasks
    check(version.plan.tasks)
    for task in version.plan.tasks:
        found = trace(version, task.id)
        assert found.items and found.epic and found.goal and found.evidence
        assert found.kpis or not found.epic.kpi_ids
        back = standing_on(version, found.goal.findings[0])
        assert task in back.tasks and found.goal in back.goals
    with pytest.raises(NotFound):
        trace(version, "no-such-task")


@pytest.mark.parametrize("name", ["change_process", "do_not_build"])
def test_a_blueprint_that_builds_nothing_opens_with_its_memo_and_plans_just_that(name: str) -> None:
    version = drafted(name)
    memo = version.sections[0]
    assert memo.id is SectionId.MEMO
    assert [part.id for part in memo.parts] == ["verdict", "instead", "saves", "another_look"]
    assert all(claim.findings for part in memo.parts for claim in part.claims)
    assert version.plan and {task.stage for task in version.plan.tasks} <= {Stage.PREPARE, Stage.PILOT, Stage.ROLL_OUT, Stage.BUILD}
    assert not any("model" in task.title.lower() for task in version.plan.tasks)


@pytest.mark.parametrize("name", ["automate", "build_with_ai", "prepare_first", "undecided", "several"])
def test_other_blueprints_have_no_memo(name: str) -> None:
    assert drafted(name).section(SectionId.MEMO) is None


def test_the_memo_says_what_would_have_to_change_with_the_words_that_show_it() -> None:
    told = texts("do_not_build", SectionId.MEMO, "another_look")
    assert any("“What comes out is the filled form” (Marek Novak)" in one for one in told)
    assert any("would have to bring more than about" in one for one in told)


def test_the_memo_of_a_change_names_the_work_and_the_saving_as_far_as_figures_allow() -> None:
    assert any("Write the new way of working down" in one for one in texts("change_process", SectionId.MEMO, "instead"))
    assert any("a month, between" in one for one in texts("change_process", SectionId.MEMO, "saves"))


def test_a_saving_that_cannot_be_told_names_what_is_missing() -> None:
    material = material_of("change_process")
    decision = material.decisions.goals[0]
    options = tuple(
        one.model_copy(update={"effect_per_month": None, "payback_month": None, "twelve_month_result": None})
        for one in decision.economics.options
    )
    economics = decision.economics.model_copy(update={"options": options, "missing": ("how many cases there are a month",)})
    goals = (decision.model_copy(update={"economics": economics}),)
    version = compose(replace(material, decisions=material.decisions.model_copy(update={"goals": goals})))
    memo = version.section(SectionId.MEMO)
    assert memo and any("missing: how many cases there are a month" in claim.text for part in memo.parts for claim in part.claims)


def test_preparing_first_plans_the_opening_of_the_gates_and_builds_nothing() -> None:
    version = drafted("prepare_first")
    assert version.plan and not [task for task in version.plan.tasks if task.stage is Stage.BUILD]
    titles = " ".join(task.title for task in version.plan.tasks)
    assert "legal basis" in titles
    assert [one.kind.value for one in version.choices if one.findings == version.goals[0].findings] == ["phased"]
    assert any("privacy" in cells[0].lower() and "too low" in cells[0] for cells in rows("prepare_first", SectionId.RISKS, "gaps"))


def test_an_open_verdict_says_which_questions_would_settle_it() -> None:
    version = drafted("undecided")
    assert "what causes the trouble" in version.goals[0].why
    assert version.plan and any("what is usually behind it" in task.title for task in version.plan.tasks)
    assert any("This would settle it: When this goes wrong" in one for one in texts("undecided", SectionId.RISKS, "open"))


def test_where_no_rung_suffices_the_memo_names_the_closest_class_and_what_it_lacks() -> None:
    material = material_of("build_with_ai")
    changed = {("check", "checked"): ("check", "unchecked"), ("error", "bearable"): ("error", "severe")}

    def turned(one: Finding) -> Finding:
        shown = (one.criterion.criterion, one.criterion.value) if one.criterion else None
        if shown not in changed:
            return one
        name, value = changed[shown]
        return one.model_copy(update={"criterion": CriterionReading(criterion=name, value=value)})

    findings = [turned(one) for one in material.findings]
    version = compose(replace(material, findings=findings, decisions=decide(findings, material.tree, [], tables(), alike)))
    assert version.course is Course.DO_NOT_BUILD
    memo = version.sections[0]
    assert memo.id is SectionId.MEMO
    told = {part.id: [claim.text for claim in part.claims] for part in memo.parts}
    assert any("comes closest" in one for one in told["instead"])
    assert any("A wrong result does harm and nobody would check it" in one for one in told["another_look"])
    assert not blocking(version.defects)


def test_a_goal_without_a_kpi_first_agrees_on_one_and_shows_the_defect() -> None:
    version = drafted("undecided")
    epic = version.epics[0]
    assert epic.items[0].title.startswith("Agree on a KPI")
    assert version.plan
    first = version.plan.tasks[0]
    assert first.id == epic.items[0].id and all(task.after for task in version.plan.tasks[1:])
    assert "epic_without_kpi" in {one.rule for one in version.defects}


def test_builders_are_told_the_systems_that_were_named_and_the_steps_of_today() -> None:
    assert [cells[0] for cells in rows("automate", SectionId.BUILDER_VISION, "integrations")] == ["Navision"]
    assert any("typed into the bank portal" in cells[1] for cells in rows("automate", SectionId.BUILDER_VISION, "data_flow"))


def test_a_person_stays_in_the_loop_where_they_check_today() -> None:
    told = [claim.text for part in section("build_with_ai", SectionId.PEOPLE_IN_THE_LOOP).parts for claim in part.claims]
    assert any("looks at each result" in one for one in told) and any("switch the model off" in one for one in told)


def test_rules_of_law_come_in_by_what_was_said_and_each_has_an_action_and_a_person() -> None:
    told = rows("build_with_ai", SectionId.RISKS, "rules")
    pages = {cells[3] for cells in told}
    assert {"risk/gdpr-basics", "risk/eu-ai-act-classes", "risk/eu-ai-act-duties"} <= pages
    assert all(cells[1] and cells[2] == "Leila Haddad" for cells in told)
    plain = {cells[3] for cells in rows("automate", SectionId.RISKS, "rules")}
    assert not {one for one in plain if one.startswith("risk/eu-ai-act")}


def test_what_people_are_against_and_what_comes_later_are_non_goals() -> None:
    assert texts("change_process", SectionId.NON_GOALS, "against") == ["A new system on the shop floor."]
    assert any("chatbot" in one for one in texts("several", SectionId.NON_GOALS, "dropped"))
    assert any("canteen" in one for one in texts("several", SectionId.NON_GOALS, "later"))


def test_items_of_several_epics_name_theirs() -> None:
    items = rows("several", SectionId.BACKLOG, "items")
    later = {one.title for one in drafted("several").epics if not one.mvp}
    assert len(items) > 2 and {cells[0] for cells in items} == later
    assert len({cells[:2] for cells in items}) == len(items)


def test_epics_are_ordered_by_value_against_risk_and_say_how_they_came_to_it() -> None:
    version = drafted("several")

    def gain(epic: Epic) -> int:
        return epic.value - epic.risk

    building = [one for one in version.epics if one.course not in (Course.UNDECIDED, Course.DO_NOT_BUILD)]
    assert [gain(one) for one in building] == sorted(map(gain, building), reverse=True)
    assert all(one.why_value.startswith(f"{one.value} of 5") and one.why_risk.startswith(f"{one.risk} of 5") for one in version.epics)
    assert not [one for one in version.epics if one.mvp and one.course is Course.UNDECIDED]
    # A field that has a sign before a figure is marked as a formula where a table is imported.
    assert not [one for one in version.epics if "+" in one.why_value or "+" in one.why_risk]


def test_a_wish_for_ai_changes_no_course_and_is_a_choice_to_approve() -> None:
    version = drafted("automate")
    (wish,) = [one for one in version.choices if "chatbot" in one.asked]
    assert version.course is Course.AUTOMATE and wish.kind.value == "dropped"
    assert "automation by rules" in wish.instead


def test_a_finding_that_a_person_rejected_is_cited_nowhere() -> None:
    material = material_of("automate")
    risk = next(one for one in material.findings if one.kind is FindingKind.RISK)
    findings = [one.model_copy(update={"status": FindingStatus.REJECTED}) if one.id == risk.id else one for one in material.findings]
    version = compose(replace(material, findings=findings))
    assert risk.id not in cited(version) and risk.id in cited(drafted("automate"))


def test_one_epic_for_each_goal_and_the_kpi_that_several_share_counts_once() -> None:
    version = drafted("several")
    assert len(version.epics) == len(version.goals) == len({one.id for one in version.epics})
    material = material_of("automate")
    goal = material.decisions.goals[0]
    twin = goal.model_copy(update={"goal_id": "o-twin", "statement": "Release matched invoices twice"})
    node = material.tree.business_goals[0].operational_goals[0]
    other = node.model_copy(update={"id": "o-twin", "statement": twin.statement})
    above = material.tree.business_goals[0].model_copy(update={"operational_goals": (node, other)})
    double = compose(
        replace(
            material,
            tree=material.tree.model_copy(update={"business_goals": (above, *material.tree.business_goals[1:])}),
            decisions=material.decisions.model_copy(update={"goals": (goal, twin)}),
        )
    )
    once = drafted("automate")
    assert double.plan and once.plan
    assert max(one.effect for one in double.plan.forecast.months) == max(one.effect for one in once.plan.forecast.months)


def test_without_any_goal_there_is_nothing_to_plan_and_the_blueprint_says_so() -> None:
    material = material_of("automate")
    empty = replace(
        material,
        findings=[],
        tree=material.tree.model_copy(update={"business_goals": (), "unlinked_operational_goals": (), "unlinked_kpis": ()}),
        decisions=material.decisions.model_copy(update={"goals": ()}),
    )
    version = compose(empty)
    assert version.course is Course.UNDECIDED and version.plan is None and not version.epics
    plan = version.section(SectionId.PLAN)
    assert plan and "no goal was stated" in plan.parts[0].claims[0].text


def test_ids_of_epics_stay_while_further_findings_join_a_goal() -> None:
    material = material_of("automate")
    business = material.tree.business_goals[0]
    node = business.operational_goals[0]
    pain = next(one for one in material.findings if one.kind is FindingKind.PAIN_POINT)
    grown = node.model_copy(update={"id": "o-other", "finding_ids": (*node.finding_ids, pain.id)})
    tree = material.tree.model_copy(update={"business_goals": (business.model_copy(update={"operational_goals": (grown,)}),)})
    goals = (material.decisions.goals[0].model_copy(update={"goal_id": "o-other"}),)
    version = compose(replace(material, tree=tree, decisions=material.decisions.model_copy(update={"goals": goals})))
    assert version.epics[0].id == drafted("automate").epics[0].id
