"""Realistic drafts for tests, made from the cases beside this file, all through `compose`.

    blueprint = draft_of("automate")             # or any other name of CASES
    blueprint = draft_of("automate", number=2)   # the same as a later version
    material = material_of("prepare_first")      # to change something before composing

Each is decided by the real tables; nothing is set by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.cases.case import PEOPLE, Case
from tests.domain.blueprint.cases.likeness import alike
from tests.domain.blueprint.tables import planning, tables

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.merging import build_goal_tree

AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def material_of(name: str, **changes: object) -> Material:
    """The material of a case; `changes` are fields of `Material`."""
    cases = CASES[name]()
    return replace(material_from(cases), **changes)  # type: ignore[arg-type]


def material_from(cases: Sequence[Case]) -> Material:
    """One engagement of these cases."""
    findings = [one for case in cases for one in case.findings]
    tree = build_goal_tree(findings, alike)
    talks = [case.talk for case in cases]
    return Material(
        engagement_id="e-halden",
        title=cases[0].title if len(cases) == 1 else "Less paper at Halden",
        organisation=cases[0].organisation,
        assessment_id="a-1",
        at=AT,
        findings=findings,
        conversations={one.id: one.title for one in talks},
        people=PEOPLE,
        tree=tree,
        decisions=decide(findings, tree, talks, tables(), alike),
        tables=tables(),
        planning=planning(),
    )


def draft_of(name: str, **changes: object) -> Blueprint:
    """The blueprint of a case."""
    return compose(material_of(name, **changes))
