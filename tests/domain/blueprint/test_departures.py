"""What people decided or agreed on is carried out, or shown as a departure that asks for approval; requests to the minute taker are no wishes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.domain.blueprint.drafts import material_of
from tests.domain.blueprint.test_agreed import disputed, outcome, registered
from tests.domain.said import finding

from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint, Choice, SectionId
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.targets import cells
from discovery_agent.domain.conflicts import Conflict, ConflictKind, ConflictSide
from discovery_agent.domain.findings import Finding, FindingKind, Stance


def quick(name: str) -> Material:
    material = material_of(name)
    return replace(material, planning=material.planning.model_copy(update={"runs": 100}))


def added(material: Material, kind: FindingKind, text: str, turn: int = 14, stance: Stance | None = None) -> tuple[Material, Finding]:
    """The same with something more said, close to what the case is about."""
    one = finding(kind, text, "Ingrid Dahl", turn, stance=stance, conversation=material.findings[0].quotes[0].conversation_id)
    return replace(material, findings=[*material.findings, one]), one


def about(version: Blueprint, one: Finding) -> list[Choice]:
    return [choice for choice in version.choices if one.id in choice.findings]


def test_a_decision_that_nothing_carries_out_is_a_departure_and_names_who_decided() -> None:
    material = quick("automate")
    version = compose(material)
    decision = next(one for one in material.findings if one.kind is FindingKind.DECISION)
    (choice,) = about(version, decision)
    assert "“We decided to drop the paper folder from next month” (Marek Novak)" in choice.departs_from
    assert choice.why.startswith("This departs from the decision") and "has to approve it" in choice.why
    section = version.section(SectionId.CHOICES)
    assert section and any(row.cells[2] == "later; departs from what was decided" for part in section.parts for row in part.rows)


def test_no_decision_is_deferred_or_dropped_without_saying_that_it_departs() -> None:
    material = quick("several")
    decisions = {one.id for one in material.findings if one.kind is FindingKind.DECISION}
    for choice in compose(material).choices:
        if decisions & set(choice.findings):
            assert choice.departs_from, choice.asked


def test_what_it_was_decided_to_begin_with_is_carried_out_if_the_first_version_does_it() -> None:
    material, decision = added(quick("automate"), FindingKind.DECISION, "Agreed: matched invoices first, without typing", 2)
    version = compose(material)
    assert not about(version, decision) and decision.id in version.epics[0].findings
    assert "it was decided to begin with it" in version.epics[0].why_value


def test_a_goal_that_was_decided_and_waits_departs_from_the_decision_in_one_line() -> None:
    material, decision = added(quick("undecided"), FindingKind.DECISION, "We decided to plan the canteen's portions better", 2)
    (choice,) = about(compose(material), decision)
    assert "plan the canteen's portions better" in choice.departs_from and choice.asked == "Plan the canteen's portions better"


def test_a_decision_against_ai_is_carried_out_by_a_version_without_it() -> None:
    material, decision = added(quick("automate"), FindingKind.DECISION, "Decided: no chatbot for the invoices of suppliers", 3)
    version = compose(material)
    assert not about(version, decision) and decision.id in version.epics[0].findings


def test_a_wish_that_was_settled_on_departs_if_it_is_not_done() -> None:
    material = quick("automate")
    wish = next(one for one in material.findings if one.kind is FindingKind.POSITION)
    sides = (
        ConflictSide(holds=wish.statement, quotes=wish.quotes, speakers=wish.speakers),
        ConflictSide(holds="no chatbot", quotes=material.findings[0].quotes, speakers=("Marek Novak",)),
    )
    conflict = Conflict(id="x-1", kind=ConflictKind.SCOPE, about="chatbot", crux="Is a chatbot part of it?", sides=sides, real=True)
    settled = RegisteredConflict(
        engagement_id="e", id="x-1", at=material.at, conflict=conflict, state=ConflictState.SETTLED, chosen=wish.statement, changed_by="Lea"
    )
    (choice,) = about(compose(replace(material, conflicts=(settled,))), wish)
    assert "settled" in choice.departs_from and "by Lea" in choice.departs_from
    refused = settled.model_copy(update={"chosen": "no chatbot"})
    (choice,) = about(compose(replace(material, conflicts=(refused,))), wish)
    assert not choice.departs_from


@pytest.mark.parametrize(
    "text",
    [
        "Please write down what would make us look at the AI again",
        "Could you write that down?",
        "Good. Then please write that down.",
        "I want to note that I regard it as very ambitious",
        "Put that in the minutes, I want it to be seen",
    ],
)
def test_a_request_to_whoever_keeps_the_minutes_is_no_wish_that_is_dropped(text: str) -> None:
    material, request = added(quick("automate"), FindingKind.POSITION, text, 40, Stance.FOR)
    assert not about(compose(material), request)


@pytest.mark.parametrize("text", ["I want the rules written down on one page", "A record of each payment that was stopped"])
def test_a_wish_about_writing_or_records_is_still_a_wish(text: str) -> None:
    material, wish = added(quick("automate"), FindingKind.POSITION, text, 40, Stance.FOR)
    version = compose(material)
    assert about(version, wish) or wish.id in version.epics[0].findings


def test_the_condition_of_a_settled_target_stays_with_the_kpi_wherever_its_target_is_told() -> None:
    material = disputed()
    told = "8 minutes, once the new bank portal runs; until then 12 minutes."
    settled = registered(material, ConflictKind.TARGET, ConflictState.SETTLED, chosen="8 minutes", resolution=told)
    version = compose(replace(material, conflicts=(settled,)))
    (kpi,) = [one for one in version.kpis if one.metric == "Handling time per invoice"]
    assert (kpi.target, kpi.target_value, kpi.condition) == ("8 minutes", 8, "once the new bank portal runs; until then 12 minutes")
    assert cells(kpi)[2] == "8 minutes, once the new bank portal runs; until then 12 minutes"
    vision = version.section(SectionId.SPONSOR_VISION)
    assert vision
    benefit = [claim.text for part in vision.parts if part.id == "benefit" for claim in part.claims]
    assert any("to 8 minutes, once the new bank portal runs" in one for one in benefit)
    assert not [one for one in version.defects if one.severity.value == "blocks"]


def test_a_reason_is_no_condition() -> None:
    material = disputed()
    settled = registered(material, ConflictKind.TARGET, ConflictState.SETTLED, chosen="8 minutes", resolution="Four would cost too much.")
    (kpi,) = [one for one in compose(replace(material, conflicts=(settled,))).kpis if one.metric == "Handling time per invoice"]
    assert kpi.condition == ""


def test_a_way_of_the_objective_that_the_first_version_leaves_out_says_why_and_departs_from_it() -> None:
    material = quick("several")
    canteen = next(one for one in material.tree.business_goals if "canteen" in one.statement)
    agreed = outcome(canteen, canteen.operational_goals[0])
    version = compose(replace(material, outcome=agreed))
    mvp = version.section(SectionId.MVP)
    assert mvp
    lines = [claim.text for part in mvp.parts if part.id == "objective" for claim in part.claims]
    assert any(one.startswith("“Plan the canteen's portions better” is not in the first version: not decided yet") for one in lines)
    assert any("though the shared objective does not name it" in one for one in lines)
    goal = next(one for one in version.goals if "canteen" in one.statement)
    (choice,) = [one for one in version.choices if set(goal.findings) & set(one.findings)]
    assert choice.departs_from == "the shared objective that was agreed on"


def test_a_first_version_that_does_what_the_objective_names_says_so_in_a_line() -> None:
    material = quick("automate")
    (business,) = material.tree.business_goals
    version = compose(replace(material, outcome=outcome(business, business.operational_goals[0])))
    mvp = version.section(SectionId.MVP)
    assert mvp
    (line,) = [claim.text for part in mvp.parts if part.id == "objective" for claim in part.claims]
    assert line.startswith("The first version works on all that the shared objective names")
    assert "the shared objective names it" in version.epics[0].why_value
