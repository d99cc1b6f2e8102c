"""Whatever the shared objective or a decision names is served by work of the first version, or named where a person approves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.blueprint.drafts import AT
from tests.domain.blueprint.test_agreed import decided, outcome, quick
from tests.domain.blueprint.test_choices import in_scope, material, material_of, said
from tests.domain.said import amount, finding

from discovery_agent.domain.agreement.objective import ObjectiveDraft, ObjectivePart, PartKind
from discovery_agent.domain.agreement.rounds import Outcome, OutcomeKind
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.findings import Finding, FindingKind, Kpi
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode


def agreed_on_all(given_: Material) -> Outcome | None:
    """A shared objective that names every goal and every KPI of the tree."""
    tree = given_.tree
    means = [*(one for above in tree.business_goals for one in above.operational_goals), *tree.unlinked_operational_goals]
    parts = [
        *(ObjectivePart(id=one.id, kind=PartKind.OUTCOME, text=one.statement, findings=one.finding_ids) for one in tree.business_goals),
        *(ObjectivePart(id=one.id, kind=PartKind.MEANS, text=one.statement, findings=one.finding_ids) for one in means),
        *(
            ObjectivePart(id=one.id, kind=PartKind.MEASURE, text=one.statement, findings=one.finding_ids, kpi_id=one.id)
            for one in tree.kpis
        ),
    ]
    if not parts:
        return None
    draft = ObjectiveDraft(text="What we want: all of it.", parts=tuple(parts), written_by="rules")
    return Outcome(engagement_id="e-halden", id="r0001", at=AT, kind=OutcomeKind.AGREED, draft=draft, views=(), recorded_by="Lea Brandt")


def cited_in(version: Blueprint, section_id: SectionId, part_id: str) -> set[str]:
    section = version.section(section_id)
    return {id_ for part in section.parts if part.id == part_id for one in part.claims for id_ in one.findings} if section else set()


def lines(version: Blueprint) -> list[str]:
    mvp = version.section(SectionId.MVP)
    return [claim.text for part in mvp.parts if part.id == "objective" for claim in part.claims] if mvp else []


@settings(max_examples=40, deadline=None)
@given(st.lists(said(), max_size=25))
def test_whatever_was_agreed_or_decided_is_served_or_named(findings: list[Finding]) -> None:
    given_ = material(findings)
    agreed = agreed_on_all(given_)
    version = compose(replace(given_, outcome=agreed))
    named = {id_ for one in version.choices for id_ in one.findings}
    served, kpis = in_scope(version), {kpi for one in version.epics if one.mvp for kpi in one.kpi_ids}
    for part in agreed.draft.parts if agreed else ():
        assert set(part.findings) & (served | named) or part.kpi_id in kpis, part.text
    kept = cited_in(version, SectionId.NON_GOALS, "decided")
    for one in given_.sources.of_kind(FindingKind.DECISION):
        assert one.id in served | named | kept, one.statement
    left_out = {one.subject for one in version.defects if one.rule == "objective_served_by_no_work"}
    assert not (left_out and any(line.startswith("The first version works on all") for line in lines(version)))


def complaints() -> Material:
    """The case `automate`; the objective also names fewer short deliveries, which have their own KPI and which no means is about."""
    base = quick(material_of("automate"))
    kpi = Kpi(metric="share of deliveries that go out short", unit="%", baseline=amount(6.5, "%"), target=amount(2, "%"))
    goal = finding(FindingKind.BUSINESS_GOAL, "We have to get short deliveries down to 2 percent", "Ingrid Dahl", 60)
    measure = finding(FindingKind.KPI, "Short deliveries from 6.5 to 2 percent", "Ingrid Dahl", 60, kpi=kpi)
    made = decided(base, [*base.findings, goal, measure])
    (paid,) = (one for one in base.tree.business_goals)
    (means,) = paid.operational_goals
    node = KpiNode(id="k-short", statement=measure.statement, kpi=kpi, finding_ids=(measure.id,))
    short = BusinessGoalNode(id="b-short", statement=goal.statement, finding_ids=(goal.id,), kpis=(node,))
    first = paid.model_copy(update={"operational_goals": (), "kpis": ()})
    tree = made.tree.model_copy(update={"business_goals": (first, short), "unlinked_operational_goals": (means,), "unlinked_kpis": ()})
    both = outcome(first, means)
    part = ObjectivePart(id=short.id, kind=PartKind.OUTCOME, text=short.statement, findings=short.finding_ids)
    draft = both.draft.model_copy(update={"parts": (*both.draft.parts, part)})
    return replace(made, tree=tree, decisions=base.decisions, outcome=both.model_copy(update={"draft": draft}))


def test_a_goal_of_the_objective_that_no_work_is_about_is_a_choice_and_a_defect_with_the_words_that_asked_for_it() -> None:
    version = compose(complaints())
    (choice,) = [one for one in version.choices if one.asked.startswith("We have to get short deliveries")]
    assert choice.departs_from == "the shared objective that was agreed on" and "(Ingrid Dahl)" in choice.why
    defects = [one for one in version.defects if one.rule == "objective_served_by_no_work"]
    assert any("served by no work: We have to get short deliveries" in one.text for one in defects)
    told = lines(version)
    assert any("short deliveries down to 2 percent” is in the shared objective, and no work" in one for one in told)
    assert not any("works on all that the shared objective names" in one for one in told)
    assert "k-short" not in {kpi for one in version.epics for kpi in one.kpi_ids}


def with_decision(text: str) -> tuple[Material, Finding]:
    base = quick(material_of("automate"))
    one = finding(FindingKind.DECISION, text, "Ingrid Dahl", 50, conversation=base.findings[0].quotes[0].conversation_id)
    return replace(base, findings=[*base.findings, one]), one


@pytest.mark.parametrize(
    "text",
    [
        "We decided not to buy the camera system.",
        "We have decided that we start in Leeds, and with the hotels only.",
        "We agreed that care homes come later.",
        "Decided: foreign suppliers are out of scope.",
        "The board approved that in October.",
    ],
)
def test_a_decision_about_scope_is_no_work_and_is_told_as_decided(text: str) -> None:
    given_, one = with_decision(text)
    version = compose(given_)
    assert not [choice for choice in version.choices if one.id in choice.findings]
    assert one.id in cited_in(version, SectionId.NON_GOALS, "decided")
    section = version.section(SectionId.NON_GOALS)
    (told,) = [claim.text for part in section.parts for claim in part.claims if one.id in claim.findings] if section else []
    assert text.rstrip(".") in told and "(Ingrid Dahl)" in told


@pytest.mark.parametrize(
    "text", ["We decided to switch on the signature on the handhelds in December.", "We decided to drop the paper folder from next month."]
)
def test_a_decision_to_do_something_is_still_a_choice(text: str) -> None:
    given_, one = with_decision(text)
    version = compose(given_)
    assert [choice for choice in version.choices if one.id in choice.findings]
    assert one.id not in cited_in(version, SectionId.NON_GOALS, "decided")


def test_a_decision_against_what_the_first_version_does_is_a_choice_that_says_so() -> None:
    given_, one = with_decision("We decided not to release matched invoices without typing.")
    (choice,) = [choice for choice in compose(given_).choices if one.id in choice.findings]
    assert "cannot both hold" in choice.why and "the decision “We decided not to release" in choice.departs_from
