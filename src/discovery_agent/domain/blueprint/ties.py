"""Which means of the shared objective serve which of its outcomes.

The goal tree comes first: what it ties stays as it is. An outcome that it ties to nothing is served by the means that are about it, in its
words or said close to it. Where the objective has one outcome, all means serve it. One means serves only those of several outcomes that
share its words: that it stands alone does not make it work on all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from discovery_agent.domain.agreement.objective import ObjectivePart, PartKind
from discovery_agent.domain.blueprint.document import GoalCourse
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.nearness import Nearness, words_of
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode


def ties(material: Material, tree: GoalTree) -> dict[str, tuple[BusinessGoalNode, ...]]:
    """Operational goal -> the business goals that it serves by the shared objective, where the tree does not tie them otherwise."""
    if material.outcome is None:
        return {}
    parts = material.outcome.draft.parts
    outcomes, named = (_Named(part for part in parts if part.kind is kind) for kind in (PartKind.OUTCOME, PartKind.MEANS))
    every = [one for one in tree.business_goals if outcomes.name(one.id, one.finding_ids)]
    untied = [one for one in every if not one.operational_goals]
    unlinked = [one for one in tree.unlinked_operational_goals if named.name(one.id, one.finding_ids)]
    linked = [one for above in tree.business_goals for one in above.operational_goals if named.name(one.id, one.finding_ids)]
    means = unlinked or linked
    if not untied or not means:
        return {}
    if len(every) == 1:
        served = [list(range(len(means)))] * len(untied)
    elif len(means) == 1:
        own = _words(material, means[0].statement, means[0].finding_ids, means[0].kpis)
        served = [[0] if own & _words(material, one.statement, one.finding_ids, one.kpis) else [] for one in untied]
    else:
        served = _served_by(material, untied, means)
    found: dict[str, list[BusinessGoalNode]] = {}
    for goal, places in zip(untied, served, strict=True):
        for at in places:
            found.setdefault(means[at].id, []).append(goal)
    return {id_: tuple(goals) for id_, goals in found.items()}


def means_of(material: Material) -> tuple[ObjectivePart, ...]:
    """What the shared objective says under "How"; nothing before there is one."""
    return tuple(one for one in material.outcome.draft.parts if one.kind is PartKind.MEANS) if material.outcome else ()


def named_as_means(material: Material, goal: GoalCourse) -> bool:
    """Whether the shared objective names a goal as a way to get there."""
    return any(stands_for(one, goal) for one in means_of(material))


def stands_for(part: ObjectivePart, goal: GoalCourse) -> bool:
    """Whether a part of the objective is this goal: by its id, or by a finding that states it."""
    return part.id == goal.goal_id or bool(set(goal.findings).intersection(part.findings))


def _words(material: Material, statement: str, finding_ids: Sequence[str], kpis: Sequence[KpiNode]) -> frozenset[str]:
    """What a goal is about, by the words that state and measure it."""
    stated = (one.statement for one in material.sources.all(finding_ids))
    return words_of(" ".join((statement, *stated, *(one.kpi.metric for one in kpis))))


def _served_by(material: Material, outcomes: Sequence[BusinessGoalNode], means: Sequence[OperationalGoalNode]) -> list[list[int]]:
    """For each outcome the places of the means that are about it: those that what states it, or measures it, is about most."""
    sources = material.sources
    near = Nearness(
        [(one.statement, sources.all((*one.finding_ids, *(id_ for kpi in one.kpis for id_ in kpi.finding_ids)))) for one in means]
    )
    served: list[list[int]] = []
    for goal in outcomes:
        telling = sources.all((*goal.finding_ids, *(id_ for kpi in goal.kpis for id_ in kpi.finding_ids)))
        served.append(list(dict.fromkeys(about[0][0] for one in telling if (about := near.about(one)))))
    return served


class _Named:
    """Whether parts of the objective stand for a goal: by its id, or by a finding that states it."""

    def __init__(self, parts: Iterable[ObjectivePart]) -> None:
        held = list(parts)
        self._ids = {one.id for one in held}
        self._findings = {id_ for one in held for id_ in one.findings}

    def name(self, goal_id: str, findings: Iterable[str]) -> bool:
        return goal_id in self._ids or bool(self._findings.intersection(findings))
