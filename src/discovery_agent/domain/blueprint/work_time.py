"""What a shorter handling of a case is worth, where it was said beside another measure of the same thing.

People who want complaints settled in three days instead of fourteen may also say that each takes 45 minutes of work and should take 15.
The days are worth no wages, the minutes are: cases a month x minutes saved x cost of an hour. So a goal whose economics know no effect is
computed on a time of work that was said with its value of today and its target for one of its KPIs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from discovery_agent.domain.blueprint.anew import Anew
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.goals import KpiNode

_OF_WORK = frozenset({"seconds", "minutes", "hours"})


def with_work_time(material: Material) -> Material:
    """The material with the economics of such goals on the time of work that was said; where a figure of it lacks, with which one."""
    lacking = {at: nodes for at, one in enumerate(material.decisions.goals) if _without_effect(one) and (nodes := _times(material, one))}
    if not lacking:
        return material
    anew = Anew(material, frozenset(), ())
    goals = list(material.decisions.goals)
    for at, nodes in lacking.items():
        tried = [anew.on(goals[at], node) for node in nodes]
        goals[at] = next((one for one in tried if not _without_effect(one)), tried[0])
    return replace(material, decisions=material.decisions.model_copy(update={"goals": tuple(goals)}))


def _without_effect(decision: GoalDecision) -> bool:
    options = decision.economics.options
    return bool(options) and all(one.effect_per_month is None for one in options)


def _times(material: Material, decision: GoalDecision) -> list[KpiNode]:
    """Each finding about a KPI of the goal that holds a time of work with its value of today and where it should be."""
    return [
        KpiNode(id=node.id, statement=one.statement, kpi=one.kpi, finding_ids=(one.id,))
        for node in _kpis(material, decision)
        for one in material.sources.all(node.finding_ids)
        if one.kpi and one.kpi.unit in _OF_WORK and one.kpi.baseline and (one.kpi.target or one.kpi.change) and one.kpi != node.kpi
    ]


def _kpis(material: Material, decision: GoalDecision) -> Iterator[KpiNode]:
    for above in material.tree.business_goals:
        for goal in above.operational_goals:
            if goal.id == decision.goal_id:
                yield from (*goal.kpis, *above.kpis)
    for goal in material.tree.unlinked_operational_goals:
        if goal.id == decision.goal_id:
            yield from goal.kpis
    for above in material.agreed.serves.get(decision.goal_id or "", ()):
        yield from above.kpis
