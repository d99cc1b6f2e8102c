"""One figure for one thing: what an option costs and brings is told alike wherever it is told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.cases.likeness import alike
from tests.domain.blueprint.drafts import draft_of, material_of
from tests.domain.blueprint.tables import tables
from tests.domain.said import finding

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.support import figures_without_source
from discovery_agent.domain.blueprint.texts import by_when, capital, counted, goal_in_short, on_day, within
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.planning.settings import PlanSettings
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


def test_what_people_decided_to_begin_with_is_worth_more() -> None:
    material = material_of("undecided")
    said = finding(FindingKind.DECISION, "We start with a better plan of the canteen's portions", "Ingrid Dahl", 43)
    before, after = compose(material), compose(replace(material, findings=[*material.findings, said]))
    assert after.epics[0].value == before.epics[0].value + 1 and "decided to begin with it" in after.epics[0].why_value


@pytest.mark.parametrize(
    ("text", "longest", "cut"),
    [
        ("We lost eleven percent of our customers last year, and when we rang them they said why: nobody answers.", 60, None),
        ("Answer customer complaints faster.", 60, "Answer customer complaints faster"),
        ("No thought ends anywhere within this very long statement that simply goes on and on", 40, None),
    ],
)
def test_a_goal_that_is_a_whole_speech_is_cut_where_a_thought_ends(text: str, longest: int, cut: str | None) -> None:
    told = goal_in_short(text, longest)
    assert len(told) <= longest and not told.endswith(". …")
    assert told == cut if cut else told.endswith(" …") and text.startswith(told.removesuffix(" …"))
    if "," in text:
        assert told == "We lost eleven percent of our customers last year …"


def test_words_stand_in_a_sentence_as_a_reader_expects_them() -> None:
    assert on_day(date(2026, 11, 26)) == "26 Nov 2026"
    assert (counted(1, "further goal"), counted(1200, "wish", "wishes")) == ("1 further goal", "1,200 wishes")
    assert (capital("email waits"), capital("eNPS of staff")) == ("Email waits", "eNPS of staff")
    assert (by_when("the end of June"), by_when("by autumn"), by_when("within a year")) == (
        "by the end of June",
        "by autumn",
        "within a year",
    )
    assert (within("Three minutes"), within("EUR 6.80"), within("SAP orders")) == ("three minutes", "EUR 6.80", "SAP orders")


def test_a_sum_with_its_currency_in_front_is_one_figure() -> None:
    assert not figures_without_source("Cost per enquiry: from EUR 6.80 to four euros.", ["It costs EUR 6.80.", "Four euros would do."])
    assert figures_without_source("It costs EUR 7.20.", ["It costs EUR 6.80."])


def test_a_plan_without_ai_lists_no_estimates_of_ai_work_but_one_line_for_the_option_beside_it() -> None:
    version = draft_of("automate")
    chosen = {one for item in version.epics[0].items for one in item.assumptions}
    listed = {one.id for one in version.assumptions if one.id.startswith(("estimate.", "lasts."))}
    assert listed == chosen, "every estimate that is listed is one that an item of the chosen course rests on"
    beside = [one for one in version.assumptions if one.id.startswith("option_days.")]
    assert beside and all("an option for" in one.text and one.value for one in beside)
    economics = version.section(SectionId.ECONOMICS)
    assert economics
    cited = {id_ for part in economics.parts if part.id == "goals" for row in part.rows for id_ in row.assumptions}
    assert {one.id for one in beside} <= cited


def test_tokens_are_assumed_only_where_they_are_counted() -> None:
    material = material_of("automate")
    silent = [one for one in material.findings if "3,000" not in one.statement]
    tree = build_goal_tree(silent, alike)
    without = compose(replace(material, findings=silent, tree=tree, decisions=decide(silent, tree, [], tables(), alike)))

    def tokens(version: Blueprint) -> list[str]:
        return [one.id for one in version.assumptions if one.id.startswith(("tokens_", "price_", "dollar."))]

    assert tokens(compose(material)) and not tokens(without)


def test_the_days_of_an_option_that_a_person_changed_change_what_it_costs() -> None:
    material = material_of("automate")
    listed = next(one for one in compose(material).assumptions if one.id.startswith("option_days.") and one.value)
    assert listed.value and listed.low and listed.high
    twice = listed.model_copy(update={"value": listed.value * 2, "low": listed.low * 2, "high": listed.high * 2, "changed_by": "Lea"})
    settings = PlanSettings(engagement_id="e-halden", id="settings", at=material.at, assumptions=(twice,))

    def cost(version: Blueprint) -> float:
        assert version.plan
        return next(one.build_cost.p50 for one in version.plan.forecast.options if not one.chosen)

    before, after = compose(material), compose(replace(material, settings=settings))
    assert cost(after) == pytest.approx(2 * cost(before), rel=0.01)
    assert before.plan and after.plan and before.plan.forecast.budget == after.plan.forecast.budget
    assert next(one for one in after.assumptions if one.id == listed.id).changed_by == "Lea"


@pytest.mark.parametrize("name", CASES)
def test_what_a_client_reads_holds_no_key_of_a_table_and_no_jargon(name: str) -> None:
    version = draft_of(name)
    read = [text for part in _parts(version) for held in (*part.claims, *part.rows) for text in (*_words(held), held.how)]
    read += [text for one in version.assumptions for text in (one.text, one.source)]
    read += [text for one in version.choices for text in (one.asked, one.instead, one.why)]
    read += [text for one in version.epics for text in (one.why_value, one.why_risk)]
    for text in read:
        assert not re.search(
            r"\brungs?\b|\bseed\b|\banew\b|\.yaml|`|\b(?:packages|roles|run_per_month|gap_closed|ramp_months)\.\w", text
        ), text


def _parts(version: Blueprint) -> list[Part]:
    return [part for section in version.sections for part in section.parts]


def _words(held: Claim | Row) -> tuple[str, ...]:
    return (held.text,) if isinstance(held, Claim) else held.cells
