"""One blueprint told for three audiences: the same facts, in another order and depth."""

from __future__ import annotations

from discovery_agent.domain.blueprint.claims import Audience, Claim, Part, Row
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId
from discovery_agent.domain.blueprint.targets import COLUMNS, cells

_ALL = SectionId
# Section -> the parts that are told, in the section's own order; None tells all of it.
_TOLD: dict[Audience, dict[SectionId, tuple[str, ...] | None]] = {
    Audience.EXECUTIVE: {
        _ALL.MEMO: None,
        _ALL.SPONSOR_VISION: None,
        _ALL.ECONOMICS: ("money", "options"),
        _ALL.PLAN: ("dates", "warnings"),
        _ALL.RISKS: None,
        _ALL.MVP: ("cut", "objective", "epics"),
        _ALL.NON_GOALS: None,
        _ALL.CHOICES: None,
    },
    Audience.ENGINEERING: {
        _ALL.MEMO: None,
        _ALL.SPONSOR_VISION: ("objective", "need", "product", "benefit", "limits", "kpis"),
        _ALL.BUILDER_VISION: None,
        _ALL.PEOPLE_IN_THE_LOOP: None,
        _ALL.MVP: None,
        _ALL.BACKLOG: None,
        _ALL.PLAN: None,
        _ALL.RISKS: None,
        _ALL.ECONOMICS: ("money", "options", "tornado"),
        _ALL.NON_GOALS: None,
        _ALL.CHOICES: None,
        _ALL.ASSUMPTIONS: None,
    },
    Audience.COMPLIANCE: {
        _ALL.MEMO: None,
        _ALL.RISKS: None,
        _ALL.PEOPLE_IN_THE_LOOP: None,
        _ALL.SPONSOR_VISION: ("objective", "for_whom", "need", "product", "benefit", "kpis"),
        _ALL.BUILDER_VISION: ("data_flow", "integrations", "data", "limits"),
        _ALL.MVP: ("cut", "objective", "epics"),
        _ALL.PLAN: ("dates", "warnings"),
        _ALL.ECONOMICS: ("money",),
        _ALL.NON_GOALS: None,
        _ALL.CHOICES: None,
        _ALL.ASSUMPTIONS: None,
    },
}
_KEY_COLUMNS = ("What", "Said")


def told_for(blueprint: Blueprint, audience: Audience) -> tuple[BlueprintSection, ...]:
    """The sections for an audience. Each opens with a table of the key facts in its first section: course, KPIs, budget and payback;
    risks and choices follow in sections of their own. Every other claim and row is the blueprint's."""
    told: list[BlueprintSection] = []
    for section_id, wanted in _TOLD[audience].items():
        section = blueprint.section(section_id)
        if section is None:
            continue
        parts = section.parts if wanted is None else tuple(part for part in section.parts if part.id in wanted)
        if parts:
            told.append(section.model_copy(update={"audiences": (audience,), "parts": parts}))
    if not told:
        return ()
    facts = _key_facts(blueprint)
    first = told[0]
    rest = tuple(part for part in first.parts if part.id != "kpis")
    kpis = _kpis(blueprint)
    return (first.model_copy(update={"parts": (facts, *((kpis,) if kpis else ()), *rest)}), *(_without_kpis(one) for one in told[1:]))


def _without_kpis(section: BlueprintSection) -> BlueprintSection:
    """The table of KPIs stands at the beginning; it is not told twice."""
    if section.id is not SectionId.SPONSOR_VISION:
        return section
    return section.model_copy(update={"parts": tuple(part for part in section.parts if part.id != "kpis")})


def _kpis(blueprint: Blueprint) -> Part | None:
    """Every KPI of the first version, as in the vision."""
    first = {one for epic in blueprint.epics if epic.mvp for one in epic.kpi_ids}
    rows = tuple(Row(cells=cells(one), findings=one.findings, how=one.how) for one in blueprint.kpis if one.id in first)
    return Part(id="key_kpis", heading="KPIs", columns=COLUMNS, rows=rows) if rows else None


def _key_facts(blueprint: Blueprint) -> Part:
    """Course, budget and payback, in the words of the sections that hold them."""
    goals = tuple(dict.fromkeys(id_ for goal in blueprint.goals for id_ in goal.findings[:1]))[:6]
    rows = [Row(cells=("Course", blueprint.course.label), findings=goals, how="course by rule, the highest of its goals")]
    rows += [
        Row(cells=("Money", claim.text), findings=claim.findings, assumptions=claim.assumptions, how=claim.how)
        for claim in _claims(blueprint, SectionId.ECONOMICS, "money")
    ]
    rows += [
        Row(cells=("Dates", claim.text), findings=claim.findings, assumptions=claim.assumptions, how=claim.how)
        for claim in _claims(blueprint, SectionId.PLAN, "dates")[:2]
    ]
    rows.append(
        Row(
            cells=("Choices to approve", str(len(blueprint.choices))),
            findings=tuple(dict.fromkeys(one.findings[0] for one in blueprint.choices))[:6],
            how="number of choices of this version",
        )
    )
    return Part(id="key_facts", heading="In short", columns=_KEY_COLUMNS, rows=tuple(rows))


def _claims(blueprint: Blueprint, section_id: SectionId, part_id: str) -> tuple[Claim, ...]:
    section = blueprint.section(section_id)
    return next((part.claims for part in section.parts if part.id == part_id), ()) if section else ()
