"""A large engagement: three hundred operational goals, tens of thousands of findings."""

from __future__ import annotations

from dataclasses import replace

from tests.domain.blueprint.drafts import material_of
from tests.domain.said import finding

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.threads import MOST_IN_MVP, MOST_WITH_ITEMS
from discovery_agent.domain.findings import Finding, FindingKind, Stance
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, OperationalGoalNode

GOALS, OTHERS = 300, 20_000
KINDS = (
    FindingKind.PAIN_POINT,
    FindingKind.PROCESS_STEP,
    FindingKind.DATA_SOURCE,
    FindingKind.RISK,
    FindingKind.CONSTRAINT,
    FindingKind.DECISION,
    FindingKind.POSITION,
    FindingKind.OPEN_QUESTION,
)
THINGS = "invoices claims letters orders parts returns shifts permits samples repairs quotes contracts tickets scans routes".split()


def large() -> Material:
    """The case `several` with three hundred goals of its courses, and everything that people said around them."""
    small = material_of("several")
    goals: list[Finding] = []
    decisions = []
    for at in range(GOALS):
        thing = THINGS[at % len(THINGS)]
        goals.append(
            finding(
                FindingKind.OPERATIONAL_GOAL, f"Handle {thing} of site {at} faster", f"P{at % 40}", at % 300, conversation=f"c{at // 10}"
            )
        )
        template = small.decisions.goals[at % len(small.decisions.goals)]
        decisions.append(template.model_copy(update={"goal_id": f"o-{at}", "statement": goals[-1].statement}))
    nodes = tuple(OperationalGoalNode(id=f"o-{at}", statement=one.statement, finding_ids=(one.id,)) for at, one in enumerate(goals))
    above = finding(FindingKind.BUSINESS_GOAL, "Serve every site in time", "Boss", 1, conversation="c0")
    others = [
        finding(
            KINDS[at % len(KINDS)],
            f"{THINGS[at % len(THINGS)].capitalize()} number {at} are handled by hand in System{at % 90}",
            f"P{at % 40}",
            at % 400,
            stance=Stance.FOR if KINDS[at % len(KINDS)] is FindingKind.POSITION else None,
            conversation=f"c{at // 60}",
        )
        for at in range(OTHERS)
    ]
    tree = GoalTree(
        business_goals=(BusinessGoalNode(id="b-1", statement=above.statement, finding_ids=(above.id,), operational_goals=nodes[:200]),),
        unlinked_operational_goals=nodes[200:],
    )
    findings = [*small.findings, above, *goals, *others]
    return replace(small, findings=findings, tree=tree, decisions=small.decisions.model_copy(update={"goals": tuple(decisions)}))


def test_a_large_engagement_drafts_with_evidence_of_what_is_cited_only_and_loses_no_goal() -> None:
    material = large()
    version = compose(material)
    first = [one for one in version.epics if one.mvp]
    assert len(version.epics) == GOALS and 1 <= len(first) <= MOST_IN_MVP
    assert sum(bool(one.items) for one in version.epics) <= MOST_WITH_ITEMS
    asked = {id_ for one in version.choices for id_ in one.findings} | {id_ for one in first for id_ in one.findings}
    wishes = (FindingKind.OPERATIONAL_GOAL, FindingKind.BUSINESS_GOAL, FindingKind.POSITION, FindingKind.DECISION)
    assert not [one.id for one in material.findings if one.kind in wishes and one.stance is not Stance.AGAINST and one.id not in asked]
    assert len(version.choices) < 600
    rows = [row for section in version.sections if section.id is SectionId.RISKS for part in section.parts for row in part.rows]
    assert len(rows) < 60
    assert not [one for one in version.defects if one.severity.value == "blocks"]
