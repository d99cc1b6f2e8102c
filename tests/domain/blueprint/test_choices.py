"""Nothing that was asked for falls away in silence: property over generated findings."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.blueprint.cases.likeness import alike
from tests.domain.blueprint.drafts import draft_of, material_of
from tests.domain.blueprint.tables import planning, tables
from tests.domain.said import amount, finding

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.defects import MOST_CITED
from discovery_agent.domain.blueprint.document import Blueprint, ChoiceKind, Course, SectionId
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Kpi, Stance
from discovery_agent.domain.merging import build_goal_tree

THINGS = ("invoices", "claims", "returns", "permits", "shift plans", "quotes")
WISHES = ("a chatbot for {}", "an AI that sorts {}", "a dashboard for {}", "a new form for {}", "handle {} faster", "no paper for {}")
NUMBERED = tuple(
    f"{one}{other}" for one in ("north", "south", "upper", "lower", "outer", "inner") for other in ("ville", "ham", "ton", "wick", "burg")
)
PEOPLE = ("Ingrid Dahl", "Marek Novak", "Sofia Reyes", "Jonas Weber")
ASKED = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL, FindingKind.POSITION, FindingKind.DECISION)
SHOWN = (
    ("cause", "effort"),
    ("cause", "way_of_working"),
    ("output", "fixed_action"),
    ("output", "language"),
    ("input", "fields"),
    ("input", "free_text"),
    ("rules", "complete"),
    ("rules", "none"),
    ("rest", "people"),
    ("check", "checked"),
)


@st.composite
def said(draw: st.DrawFn) -> Finding:
    kind = draw(st.sampled_from((*ASKED, FindingKind.KPI, FindingKind.PAIN_POINT, FindingKind.CRITERION, FindingKind.RISK)))
    thing, turn, who = draw(st.sampled_from(THINGS)), draw(st.integers(0, 60)), draw(st.sampled_from(PEOPLE))
    text = f"{draw(st.sampled_from(WISHES)).format(thing)} at site {draw(st.integers(1, 9))}"
    kpi = criterion = stance = None
    if kind is FindingKind.KPI:
        low = draw(st.integers(1, 9))
        kpi = Kpi(metric=f"time for {thing}", unit="minutes", baseline=amount(low + 5, "minutes"), target=amount(low, "minutes"))
    elif kind is FindingKind.CRITERION:
        criterion = draw(st.sampled_from(SHOWN))
    elif kind is FindingKind.POSITION:
        stance = draw(st.sampled_from((Stance.FOR, Stance.AGAINST, None)))
    one = finding(kind, text, who, turn, kpi=kpi, criterion=criterion, stance=stance)
    return one.model_copy(update={"status": FindingStatus.REJECTED}) if draw(st.integers(0, 5)) == 0 else one


def material(findings: list[Finding]) -> Material:
    live = list({one.id: one for one in findings}.values())
    tree = build_goal_tree(live, alike)
    base = material_of("automate")
    return replace(
        base,
        findings=live,
        tree=tree,
        decisions=decide(live, tree, [], tables(), alike),
        planning=planning().model_copy(update={"runs": 100}),
    )


def in_scope(version: Blueprint) -> set[str]:
    """Findings that an epic of the first version works on."""
    acting = [one for one in version.epics if one.mvp and one.course not in (Course.DO_NOT_BUILD, Course.UNDECIDED)]
    return {id_ for one in acting for id_ in one.findings}


@settings(max_examples=40, deadline=None)
@given(st.lists(said(), max_size=25))
def test_whatever_was_asked_for_is_in_scope_or_a_choice(findings: list[Finding]) -> None:
    given_ = material(findings)
    version = compose(given_)
    listed = {id_ for one in version.choices for id_ in one.findings}
    decided = version.section(SectionId.NON_GOALS)
    listed |= {id_ for part in decided.parts if part.id == "decided" for one in part.claims for id_ in one.findings} if decided else set()
    for one in given_.findings:
        if one.status is FindingStatus.REJECTED:
            assert one.id not in listed | in_scope(version)
        elif one.kind in ASKED and one.stance is not Stance.AGAINST:
            assert one.id in in_scope(version) | listed, one.statement
    assert len({one.id for one in version.choices}) == len(version.choices)
    assert not [one for one in version.defects if one.severity.value == "blocks" and one.rule != "kpi_disputed"], version.defects


def test_what_waits_is_deferred_what_is_turned_down_is_dropped_and_what_is_split_is_phased() -> None:
    kinds = {one.kind for one in draft_of("several").choices}
    assert kinds == {ChoiceKind.DEFERRED, ChoiceKind.DROPPED, ChoiceKind.PHASED}
    (whole,) = [one for one in draft_of("do_not_build").choices if one.findings == draft_of("do_not_build").goals[0].findings]
    assert whole.kind is ChoiceKind.DROPPED


def test_items_beyond_the_first_version_are_choices() -> None:
    version = draft_of("build_with_ai")
    later = {item.title for epic in version.epics if epic.mvp for item in epic.items if not item.mvp}
    assert later and later <= {one.asked for one in version.choices if one.kind is ChoiceKind.PHASED}


def test_the_section_of_choices_lists_each_of_them() -> None:
    version = draft_of("several")
    section = version.section(SectionId.CHOICES)
    assert section and [row.cells[0] for row in section.parts[0].rows] == [one.asked for one in version.choices]


def test_a_wish_said_twice_in_other_words_is_one_choice_that_cites_both() -> None:
    base = material_of("automate")
    again = finding(
        FindingKind.POSITION,
        "Suppliers: a chatbot",
        "Ingrid Dahl",
        40,
        stance=Stance.FOR,
        conversation=base.findings[0].quotes[0].conversation_id,
    )
    version = compose(replace(base, findings=[*base.findings, again]))
    (wish,) = [one for one in version.choices if "chatbot" in one.asked.lower()]
    assert len(wish.findings) == 2


def test_thousands_of_wishes_are_named_by_their_ids_and_few_of_them_kept_with_their_words() -> None:
    base = material_of("automate")
    wishes = [
        finding(
            FindingKind.POSITION,
            f"Something else for the {NUMBERED[at // 30]} {NUMBERED[at % 30]} rooms",
            "Ingrid Dahl",
            at,
            stance=Stance.FOR,
        )
        for at in range(900)
    ]
    version = compose(replace(base, findings=[*base.findings, *wishes]))
    named = {id_ for one in version.choices for id_ in one.findings}
    assert {one.id for one in wishes} <= named
    group = next(one for one in version.choices if "further wish" in one.asked)
    kept = {one.finding_id for one in version.evidence}
    assert len(group.findings) > MOST_CITED and len(kept & set(group.findings)) == MOST_CITED
    assert not [one for one in version.defects if one.rule == "cited_finding_is_gone"]
