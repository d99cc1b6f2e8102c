"""What executives are told on a few pages: vision, KPIs, verdicts, what the plan comes to, and what they are asked to decide.

Nothing is said otherwise than in the blueprint; what is left out stands in the document for engineers.
"""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.blueprint.claims import Part, Row
from discovery_agent.domain.blueprint.dates import day_of
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Plan, SectionId
from discovery_agent.domain.blueprint.texts import on_day
from discovery_agent.domain.planning.work import Stage

# Section -> parts that are told, with the most claims or rows of each; those not named are left out.
_MOST = 99
_TOLD: dict[SectionId, dict[str, int]] = {
    SectionId.MEMO: {
        "key_facts": _MOST,
        "key_kpis": _MOST,
        "goal_verdicts": _MOST,
        "verdict": 4,
        "instead": 6,
        "saves": 4,
        "another_look": 4,
    },
    SectionId.SPONSOR_VISION: {
        "key_facts": _MOST,
        "key_kpis": _MOST,
        "goal_verdicts": _MOST,
        "objective": _MOST,
        "need": 3,
        "product": 5,
        "benefit": 5,
        "limits": _MOST,
    },
    SectionId.ECONOMICS: {"options": 6},
    SectionId.PLAN: {"stages": _MOST, "warnings": _MOST},
    SectionId.RISKS: {"limits": _MOST, "named": 5, "against": 3, "open": 5},
    SectionId.CHOICES: {},
}
_STAGES = {Stage.PREPARE: "Prepare", Stage.BUILD: "Build", Stage.PILOT: "Pilot", Stage.ROLL_OUT: "Roll out"}
_MOST_VERDICTS = 12
_MOST_CITED = 1
"""Findings that a statement cites on these pages, the first of many; the document for engineers cites all."""
_SAID_AS = "Said as"


def brief(blueprint: Blueprint, sections: Sequence[BlueprintSection]) -> tuple[BlueprintSection, ...]:
    """The sections for executives, shortened. The choices stay whole: each of them waits for somebody's approval."""
    told: list[BlueprintSection] = []
    for at, section in enumerate(sections):
        wanted = _TOLD.get(section.id)
        if wanted is None:
            continue
        parts = section.parts if at else _with_verdicts(blueprint, section.parts)
        if section.id is SectionId.PLAN and blueprint.plan and blueprint.plan.forecast.tasks:
            parts = (_stages(blueprint.plan), *parts)
        kept = tuple(_cut(part, wanted.get(part.id, _MOST)) for part in parts if part.id in wanted or not wanted)
        if kept:
            told.append(section.model_copy(update={"parts": kept}))
    return tuple(told)


def _stages(plan: Plan) -> Part:
    """The roadmap by stage, in one row each: a picture of every task is not read at this size."""
    times = {one.task_id: one for one in plan.forecast.tasks}
    rows: list[Row] = []
    for stage, words in _STAGES.items():
        own = [times[one.id] for one in plan.tasks if one.stage is stage and one.id in times]
        if own:
            from_, until, late = min(one.start for one in own), max(one.end for one in own), max(one.end_p80 for one in own)
            days = tuple(on_day(day_of(plan, each)) for each in (from_, until, late))
            rows.append(Row(cells=(words, *days, str(len(own))), how="dates of its tasks"))
    return Part(id="stages", heading="Roadmap", columns=("Stage", "Starts", "Ends", "Ends (P80)", "Tasks"), rows=tuple(rows))


def _with_verdicts(blueprint: Blueprint, parts: Sequence[Part]) -> tuple[Part, ...]:
    """The verdict of each goal, after the key facts and KPIs."""
    rows = tuple(
        Row(cells=(one.statement, one.course.label, one.why), findings=one.findings[:_MOST_CITED], how="course by rule")
        for one in blueprint.goals[:_MOST_VERDICTS]
    )
    if not rows:
        return tuple(parts)
    verdicts = Part(id="goal_verdicts", heading="Does it need AI", columns=("Goal", "Verdict", "Why"), rows=rows)
    at = next((at for at, one in enumerate(parts) if one.id not in ("key_facts", "key_kpis")), len(parts))
    return (*parts[:at], verdicts, *parts[at:])


def _cut(part: Part, most: int) -> Part:
    claims = tuple(one.model_copy(update={"findings": one.findings[:_MOST_CITED]}) for one in part.claims[:most])
    cut = tuple(one.model_copy(update={"findings": one.findings[:_MOST_CITED]}) for one in part.rows[:most])
    short = part.model_copy(update={"claims": claims, "rows": cut})
    if _SAID_AS not in short.columns:
        return short
    at = short.columns.index(_SAID_AS)
    rows = tuple(one.model_copy(update={"cells": (*one.cells[:at], *one.cells[at + 1 :])}) for one in short.rows)
    return short.model_copy(update={"columns": (*short.columns[:at], *short.columns[at + 1 :]), "rows": rows})
