"""Outcomes of the shared objective are tied to the means that serve them, and not all of them to all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.domain.blueprint.drafts import material_of
from tests.domain.said import finding

from discovery_agent.domain.agreement.objective import ObjectiveDraft, ObjectivePart, PartKind
from discovery_agent.domain.agreement.rounds import Outcome, OutcomeKind
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.ties import ties
from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, OperationalGoalNode

OUTCOMES = (
    finding(FindingKind.BUSINESS_GOAL, "Suppliers are paid on time", "Ingrid Dahl", 1),
    finding(FindingKind.BUSINESS_GOAL, "Patients wait no longer than a week for an appointment", "Ingrid Dahl", 60),
)
MEANS = (
    finding(FindingKind.OPERATIONAL_GOAL, "Release the invoices of suppliers without typing", "Marek Novak", 3),
    finding(FindingKind.OPERATIONAL_GOAL, "Fill appointments that patients cancelled", "Sofia Reyes", 62),
)
AT = datetime(2026, 3, 12, tzinfo=UTC)


def part(kind: PartKind, one: Finding) -> ObjectivePart:
    return ObjectivePart(id=one.id, kind=kind, text=one.statement, findings=(one.id,))


def agreed(outcomes: tuple[Finding, ...], means: tuple[Finding, ...], *, tied: bool = False) -> dict[str, list[str]]:
    """Which means serve which outcomes, by their words."""
    nodes = tuple(OperationalGoalNode(id=one.id, statement=one.statement, finding_ids=(one.id,)) for one in means)
    goals = tuple(
        BusinessGoalNode(id=one.id, statement=one.statement, finding_ids=(one.id,), operational_goals=nodes[:1] if tied and at == 0 else ())
        for at, one in enumerate(outcomes)
    )
    tree = GoalTree(business_goals=goals, unlinked_operational_goals=nodes[1:] if tied else nodes)
    parts = (*(part(PartKind.OUTCOME, one) for one in outcomes), *(part(PartKind.MEANS, one) for one in means))
    draft = ObjectiveDraft(text="What we want: both.", parts=parts, written_by="rules")
    outcome = Outcome(engagement_id="e", id="r0001", at=AT, kind=OutcomeKind.AGREED, draft=draft, views=(), recorded_by="Lea Brandt")
    material: Material = replace(material_of("automate"), findings=[*outcomes, *means], tree=tree, outcome=outcome)
    names = {one.id: one.statement for one in means}
    return {names[id_]: [goal.statement for goal in served] for id_, served in ties(material, tree).items()}


def test_each_outcome_is_tied_to_the_means_that_is_about_it() -> None:
    assert agreed(OUTCOMES, MEANS) == {
        "Release the invoices of suppliers without typing": ["Suppliers are paid on time"],
        "Fill appointments that patients cancelled": ["Patients wait no longer than a week for an appointment"],
    }


def test_all_means_serve_the_only_outcome() -> None:
    served = agreed(OUTCOMES[:1], MEANS)
    assert list(served.values()) == [["Suppliers are paid on time"]] * 2


def test_the_only_means_serves_the_outcomes_that_share_its_words_and_no_others() -> None:
    assert agreed(OUTCOMES, MEANS[:1]) == {MEANS[0].statement: ["Suppliers are paid on time"]}


def test_a_means_said_next_to_an_outcome_does_not_serve_it_for_that() -> None:
    complaints = finding(FindingKind.OPERATIONAL_GOAL, "Settle complaints within three days", "Sofia Reyes", 61)
    assert agreed(OUTCOMES, (complaints,)) == {}


def test_what_the_goal_tree_ties_stays_and_only_the_rest_is_tied() -> None:
    assert agreed(OUTCOMES, MEANS, tied=True) == {
        "Fill appointments that patients cancelled": ["Patients wait no longer than a week for an appointment"]
    }


def test_an_outcome_that_no_means_is_about_is_tied_to_none() -> None:
    far = finding(FindingKind.BUSINESS_GOAL, "Open a branch overseas", "Ingrid Dahl", 200)
    assert "Open a branch overseas" not in str(agreed((*OUTCOMES, far), MEANS))
