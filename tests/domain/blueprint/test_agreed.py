"""What people settled and agreed reaches the blueprint: values of KPIs, the verdict, and what belongs together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.domain.blueprint.cases.likeness import alike
from tests.domain.blueprint.drafts import AT, material_of
from tests.domain.blueprint.tables import tables
from tests.domain.said import amount, finding

from discovery_agent.domain.agreement.objective import ObjectiveDraft, ObjectivePart, PartKind
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.agreement.rounds import Outcome, OutcomeKind
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.defects import blocking
from discovery_agent.domain.blueprint.document import Blueprint, Course, KpiTarget, SectionId
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.conflicts import Conflict, ConflictKind, ConflictSide
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import Finding, FindingKind, Kpi
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode, OperationalGoalNode
from discovery_agent.domain.merging import build_goal_tree

WHEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
METRIC = "Handling time per invoice"


def disputed() -> Material:
    """The case `automate`, where the sponsor wants another target for the same KPI."""
    material = quick(material_of("automate"))
    kpi = Kpi(metric=METRIC, unit="minutes", target=amount(8, "minutes", text="8 minutes"))
    other = finding(FindingKind.KPI, f"{METRIC}: 8 minutes would do", "Ingrid Dahl", 40, kpi=kpi)
    return decided(material, [*material.findings, other])


def quick(material: Material) -> Material:
    """The same with fewer runs: what is asked here does not depend on chance."""
    return replace(material, planning=material.planning.model_copy(update={"runs": 100}))


def decided(material: Material, findings: list[Finding]) -> Material:
    tree = build_goal_tree(findings, alike)
    return replace(material, findings=findings, tree=tree, decisions=decide(findings, tree, [], tables(), alike))


def registered(material: Material, kind: ConflictKind, state: ConflictState, **changes: object) -> RegisteredConflict:
    conflict: Conflict = next(one for one in material.decisions.conflicts if one.kind is kind)
    base = RegisteredConflict(
        engagement_id="e-halden", id=conflict.id, at=AT, conflict=conflict, state=state, changed_by="Lea Brandt", changed_at=WHEN
    )
    return base.model_copy(update=changes)


def kpi_of(version: Blueprint, metric: str = METRIC) -> KpiTarget:
    return next(one for one in version.kpis if one.metric == metric)


def rules(version: Blueprint) -> set[str]:
    return {one.rule for one in version.defects}


def test_a_disputed_target_blocks_until_people_end_the_dispute() -> None:
    version = compose(disputed())
    assert kpi_of(version).disputed == ("target",)
    assert [one.rule for one in blocking(version.defects)] == ["kpi_disputed"]


def test_a_settled_target_is_the_kpis_target_and_says_who_decided_it_and_when() -> None:
    material = disputed()
    settled = registered(
        material, ConflictKind.TARGET, ConflictState.SETTLED, chosen="8 minutes", resolution="Four minutes would cost two more people."
    )
    version = compose(replace(material, conflicts=(settled,)))
    kpi = kpi_of(version)
    assert (kpi.target, kpi.target_value, kpi.disputed) == ("8 minutes", 8, ())
    told = "settled on 26 Nov 2026 by Lea Brandt: 8 minutes. Four minutes would cost two more people."
    assert kpi.settled == {"target": told}
    vision = version.section(SectionId.SPONSOR_VISION)
    assert vision
    benefit = next(claim for part in vision.parts if part.id == "benefit" for claim in part.claims if METRIC in claim.text)
    assert "from 14 minutes to 8 minutes" in benefit.text and "disputed" not in benefit.text and told in benefit.how
    (row,) = (row for part in vision.parts if part.id == "kpis" for row in part.rows)
    assert row.cells[2] == "8 minutes" and told in row.how
    assert not blocking(version.defects) and "kpi_disputed" not in rules(version)


def test_the_economics_follow_the_settled_target() -> None:
    material = disputed()
    whole = compose(replace(material, conflicts=(registered(material, ConflictKind.TARGET, ConflictState.SETTLED, chosen="4 minutes"),)))
    less = compose(replace(material, conflicts=(registered(material, ConflictKind.TARGET, ConflictState.SETTLED, chosen="8 minutes"),)))
    assert whole.plan and less.plan
    effects = [max(month.effect for month in one.plan.forecast.months) for one in (whole, less) if one.plan]
    assert effects[1] == pytest.approx(effects[0] * 6 / 10)  # the gap from 14 minutes is 6 instead of 10


def test_a_target_that_was_settled_in_other_words_is_read_from_them_if_they_hold_one_figure() -> None:
    material = disputed()
    settled = registered(material, ConflictKind.TARGET, ConflictState.SETTLED, resolution="We meet at 6 minutes for a start.")
    kpi = kpi_of(compose(replace(material, conflicts=(settled,))))
    assert (kpi.target, kpi.target_value, kpi.disputed) == ("6 minutes", 6, ())
    vague = registered(
        material, ConflictKind.TARGET, ConflictState.SETTLED, resolution="As fast as the bank allows, to be measured in May."
    )
    kpi = kpi_of(compose(replace(material, conflicts=(vague,))))
    assert kpi.target == "As fast as the bank allows, to be measured in May." and kpi.target_value is None and "target" in kpi.gaps


def test_a_conflict_that_the_lead_goes_on_with_stays_disputed_and_blocks_no_more() -> None:
    material = disputed()
    accepted = registered(material, ConflictKind.TARGET, ConflictState.ACCEPTED, resolution="We start, and measure for a month.")
    version = compose(replace(material, conflicts=(accepted,)))
    assert kpi_of(version).disputed == ("target",) and not blocking(version.defects)
    (defect,) = (one for one in version.defects if one.rule == "kpi_disputed")
    assert "by Lea Brandt" in defect.text and "We start, and measure for a month" in defect.text


def test_a_conflict_that_a_person_calls_apparent_is_none() -> None:
    material = disputed()
    apparent = registered(material, ConflictKind.TARGET, ConflictState.OPEN, apparent=True)
    assert kpi_of(compose(replace(material, conflicts=(apparent,)))).disputed == ()


def contradicted() -> Material:
    """The case `automate`, where somebody says that no rules can be written down."""
    material = quick(material_of("automate"))
    other = finding(FindingKind.CRITERION, "Rules: none", "Jonas Weber", 41, criterion=("rules", "none"))
    return decided(material, [*material.findings, other.model_copy(update={"confidence": 0.95})])


def test_a_criterion_that_people_settled_counts_as_that_value_in_the_verdict() -> None:
    material = contradicted()
    conflict = next(one for one in material.decisions.conflicts if one.criterion == "rules")
    holds = {value: tables().ladder.criterion("rules").value(value).means for value in ("complete", "none")}  # type: ignore[union-attr]

    def version(value: str) -> Blueprint:
        settled = RegisteredConflict(
            engagement_id="e-halden",
            id=conflict.id,
            at=AT,
            conflict=conflict,
            state=ConflictState.SETTLED,
            chosen=holds[value],
            changed_by="Lea Brandt",
            changed_at=WHEN,
        )
        return compose(replace(material, conflicts=(settled,)))

    complete, none = version("complete"), version("none")
    assert complete.course is Course.AUTOMATE and none.course is not Course.AUTOMATE
    assert "was settled on 26 Nov 2026 by Lea Brandt" in complete.goals[0].why
    assert compose(material).goals[0].why != complete.goals[0].why


def test_a_criterion_that_was_settled_in_words_alone_says_what_is_missing_to_count_it() -> None:
    material = contradicted()
    conflict = next(one for one in material.decisions.conflicts if one.criterion == "rules")
    settled = RegisteredConflict(
        engagement_id="e-halden", id=conflict.id, at=AT, conflict=conflict, state=ConflictState.SETTLED, resolution="Jonas looks into it."
    )
    why = compose(replace(material, conflicts=(settled,))).goals[0].why
    assert "Jonas looks into it" in why and "name the side that holds" in why


def untied() -> Material:
    """The case `automate`, where nobody said that the operational goal serves the business goal, whose own KPI is churn."""
    material = quick(material_of("automate"))
    (business,) = material.tree.business_goals
    (operational,) = business.operational_goals
    said = finding(FindingKind.KPI, "Suppliers lost a year: from 40 to 25", "Ingrid Dahl", 42)
    churn = KpiNode(
        id="k-churn",
        statement=said.statement,
        kpi=Kpi(metric="suppliers lost a year", baseline=amount(40, None, text="40"), target=amount(25, None, text="25")),
        finding_ids=(said.id,),
    )
    tree = material.tree.model_copy(
        update={
            "business_goals": (BusinessGoalNode(id="b-1", statement=business.statement, finding_ids=business.finding_ids, kpis=(churn,)),),
            "unlinked_operational_goals": (operational,),
        }
    )
    return replace(material, findings=[*material.findings, said], tree=tree)


def outcome(business: BusinessGoalNode, operational: OperationalGoalNode) -> Outcome:
    parts = (
        ObjectivePart(id=business.id, kind=PartKind.OUTCOME, text=business.statement, findings=business.finding_ids),
        ObjectivePart(id=operational.id, kind=PartKind.MEANS, text=operational.statement, findings=operational.finding_ids),
    )
    draft = ObjectiveDraft(text="What we want: pay suppliers on time. How: release matched invoices.", parts=parts, written_by="rules")
    return Outcome(engagement_id="e-halden", id="r0001", at=AT, kind=OutcomeKind.AGREED, draft=draft, views=(), recorded_by="Lea Brandt")


def test_goals_of_the_shared_objective_belong_together_with_their_kpis() -> None:
    material = untied()
    (business,), (operational,) = material.tree.business_goals, material.tree.unlinked_operational_goals
    before = compose(material)
    deferred = [one for one in before.choices if set(one.findings) & set(business.finding_ids)]
    assert [one.why for one in deferred] == ["Nobody has said yet by which operational goal it is to be reached."]
    after = compose(replace(material, outcome=outcome(business, operational)))
    assert not [one for one in after.choices if set(one.findings) & set(business.finding_ids)]
    assert "k-churn" in after.epics[0].kpi_ids and set(business.finding_ids) <= set(after.epics[0].findings)
    vision = after.section(SectionId.SPONSOR_VISION)
    assert vision
    need = next(claim for part in vision.parts if part.id == "need" for claim in part.claims)
    assert (need.text, need.how) == ("Pay suppliers on time.", "as agreed in the shared objective")
    assert any(row.cells[0] == "Suppliers lost a year" for part in vision.parts if part.id == "kpis" for row in part.rows)


@pytest.mark.parametrize("measures", [12, 70])
def test_an_agreed_objective_stands_in_the_vision_in_full_and_its_figures_have_a_source(measures: int) -> None:
    material = untied()
    found = outcome(material.tree.business_goals[0], material.tree.unlinked_operational_goals[0])
    told = "; ".join(f"waiting time of branch {at} from {at + 40} days to {at + 7} days" for at in range(1, measures + 1))
    lines = ("What we want: pay suppliers on time.", f"How we see that it worked: {told}")
    draft = found.draft.model_copy(update={"text": "\n".join(lines)})
    version = compose(replace(material, outcome=found.model_copy(update={"draft": draft})))
    vision = version.section(SectionId.SPONSOR_VISION)
    assert vision
    claims = next(part.claims for part in vision.parts if part.id == "objective")
    assert " ".join(one.text for one in claims) == f"{' '.join(lines)}."
    assert {one.how for one in claims} == {"the objective that the rounds of agreement ended with (agreed), recorded by Lea Brandt"}
    assert "figure_without_source" not in rules(version)


def test_a_goal_that_the_tree_ties_is_not_tied_otherwise_by_the_objective() -> None:
    material = quick(material_of("automate"))
    (business,) = material.tree.business_goals
    agreed = compose(replace(material, outcome=outcome(business, business.operational_goals[0])))
    assert [one.kpi_ids for one in agreed.epics] == [one.kpi_ids for one in compose(material).epics]


def test_a_goal_that_is_decided_anew_is_not_backed_by_the_cases_of_another_process() -> None:
    material = quick(material_of("several"))
    (invoices,) = (one for one in material.tree.business_goals if one.statement == "Pay suppliers on time")
    kpi_id = invoices.operational_goals[0].kpis[0].id
    side = ConflictSide(holds="8 minutes", quotes=material.findings[2].quotes, speakers=("Marek Novak",))
    conflict = Conflict(
        id="x-1", kind=ConflictKind.TARGET, about=METRIC, crux="Which target?", sides=(side, side), real=True, kpi_id=kpi_id
    )
    settled = RegisteredConflict(engagement_id="e", id="x-1", at=AT, conflict=conflict, state=ConflictState.SETTLED, chosen="8 minutes")
    many = finding(FindingKind.PROCESS_STEP, "We answer 90,000 complaints a month", "Sofia Reyes", 70)
    after = compose(replace(material, findings=[*material.findings, many], conflicts=(settled,)))

    def effect(version: Blueprint) -> list[str]:
        section = version.section(SectionId.ECONOMICS)
        assert section
        rows = [row for part in section.parts if part.id == "goals" for row in part.rows]
        return [row.cells[4] for row in rows if set(row.findings) & set(invoices.operational_goals[0].finding_ids)]

    # 0.1 hours less for each of 3,000 invoices at 42 EUR an hour, of which half the gap is closed.
    assert effect(after)[0] == "6,300 EUR"
