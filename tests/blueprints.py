"""Blueprints made by hand, as drafting makes them, for tests of what happens to them afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from discovery_agent.domain.blueprint.claims import Claim, Defect, Part, Severity
from discovery_agent.domain.blueprint.document import (
    Blueprint,
    BlueprintSection,
    Choice,
    ChoiceKind,
    Course,
    GoalCourse,
    KpiTarget,
    SectionId,
    version_id,
)

MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TITLES = {
    SectionId.SPONSOR_VISION: "Vision for the sponsor",
    SectionId.RISKS: "Risks and compliance",
    SectionId.CHOICES: "Choices to approve",
}


def section(section_id: SectionId, *texts: str) -> BlueprintSection:
    """A section with one part of claims."""
    claims = tuple(Claim(text=text, findings=("f-1",)) for text in texts)
    return BlueprintSection(id=section_id, title=TITLES.get(section_id, section_id.value), parts=(Part(id="main", claims=claims),))


def choice(number: int = 1, *, instead: str = "Phones stay with the front desk.") -> Choice:
    return Choice(
        id=f"choice-{number}",
        kind=ChoiceKind.DEFERRED,
        asked=f"Wish {number}: an assistant on the phone",
        instead=instead,
        why="No KPI depends on it.",
        findings=("f-1",),
    )


def kpi(**fields: Any) -> KpiTarget:
    """Days from the first notice to payment: from nine to four by the end of September."""
    known = {
        "id": "kpi-1",
        "metric": "days to payment",
        "unit": "days",
        "direction": "decrease",
        "baseline": "nine days",
        "target": "four days",
        "baseline_value": 9.0,
        "target_value": 4.0,
        "deadline": "end of September",
        "owner": "Maria Santos",
        "findings": ("f-1",),
    }
    return KpiTarget.model_validate(known | fields)


def blueprint(engagement_id: str = "e_1", number: int = 1, **fields: Any) -> Blueprint:
    """A version with three sections, one of which holds the choices that it has."""
    choices: tuple[Choice, ...] = fields.get("choices", ())
    sections = [
        section(SectionId.SPONSOR_VISION, "Claims are paid within four days."),
        section(SectionId.RISKS, "The works council has to agree."),
        section(SectionId.CHOICES, *(f"{one.asked}: {one.instead}" for one in choices)),
    ]
    known: dict[str, Any] = {
        "engagement_id": engagement_id,
        "id": version_id(number),
        "at": MADE + timedelta(days=number),
        "number": number,
        "parent": number - 1 or None,
        "made_by": "rules",
        "title": "Claims handling",
        "assessment_id": "a_1",
        "course": Course.AUTOMATE,
        "starts_on": date(2026, 4, 1),
        "goals": (GoalCourse(goal_id="g-1", statement="Sort claims.", solution=None, course=Course.AUTOMATE, why="Rules suffice."),),
        "kpis": (kpi(),),
        "sections": tuple(sections),
    }
    return Blueprint.model_validate(known | fields)


def with_section(before: Blueprint, changed: BlueprintSection, **fields: Any) -> Blueprint:
    """The next version, in which one section reads otherwise."""
    number = before.number + 1
    sections = tuple(changed if one.id is changed.id else one for one in before.sections)
    return before.model_copy(update={"id": version_id(number), "number": number, "parent": before.number, "sections": sections} | fields)


def blocking(text: str = "Task t-1 traces to no KPI.") -> Defect:
    return Defect(rule="orphan", severity=Severity.BLOCKS, subject="t-1", text=text)
