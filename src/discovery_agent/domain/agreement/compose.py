"""Composing the shared objective by rule, from the parts that are agreed; what is disputed stays visibly open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.agreement.demands import Demand, OpenQuestion, Part, open_question, told_apart
from discovery_agent.domain.agreement.ground import Ground, shortened
from discovery_agent.domain.agreement.names import Names
from discovery_agent.domain.agreement.objective import LONGEST_TEXT, ObjectiveDraft, ObjectivePart, PartKind
from discovery_agent.domain.agreement.parts import conflict_part, limit_part, means_part, measure_part, outcome_part, target_said
from discovery_agent.domain.agreement.solution_words import solutions_in
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode, OperationalGoalNode

LONGEST_WORDS = 120
"""Words of a statement, unless outcomes, KPIs and the first limit alone need more."""
_ROOM = 20
MOST_OUTCOMES = 3
MOST_MEANS = 4
MOST_MEASURES = 24
MOST_LIMITS = 3
MOST_DISPUTES = 6
MOST_LEFT_OUT = 60
RULES = "rules"

_TITLES = {
    PartKind.OUTCOME: "What we want",
    PartKind.MEANS: "How",
    PartKind.MEASURE: "How we see that it worked",
    PartKind.LIMIT: "Within these limits",
}


@dataclass(frozen=True)
class Composition:
    """The rules' own draft, and all that another wording of it is checked against."""

    draft: ObjectiveDraft
    demands: tuple[Demand, ...]
    questions: tuple[OpenQuestion, ...]
    longest: int
    """Words that a statement has at most."""
    names: Names


def statement_of(parts: Iterable[ObjectivePart]) -> str:
    """The statement in running text, a line for each kind of part."""
    lines: list[str] = []
    found = tuple(parts)
    for kind, title in _TITLES.items():
        if texts := [part.text for part in found if part.kind is kind]:
            lines.append(f"{title}: {'; '.join(texts)}.")
    return "\n".join(lines)


def compose_objective(ground: Ground) -> Composition | None:
    """The objective as the rules compose it; None if nobody has stated a goal or a KPI that could be part of one."""
    return _Composing(ground).composition()


class _Composing:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._left_out: list[str] = []

    def composition(self) -> Composition | None:
        outcomes, goals = self._outcomes()
        measures = self._measures(goals)
        disputes, unplaced = self._disputes()
        limits = self._limits(disputes)
        needed = [*outcomes, *measures, *disputes, *limits[:1]]
        longest = max(LONGEST_WORDS, _words(needed) + _ROOM)
        parts = self._fill(needed, [*self._means(goals, outcomes), *limits[1:]], longest)
        if not parts:
            return None
        parts = told_apart(parts)
        placed = tuple(one.part for one in sorted(parts, key=lambda one: list(PartKind).index(one.part.kind)))
        if len(self._left_out) > MOST_LEFT_OUT:
            self._left_out[MOST_LEFT_OUT:] = [f"{len(self._left_out) - MOST_LEFT_OUT} more"]
        draft = ObjectiveDraft(text=statement_of(placed), parts=placed, written_by=RULES, left_out=tuple(self._left_out))
        return Composition(
            draft=draft,
            demands=tuple(one.demand for one in parts if one.demand),
            questions=(*(question for one in parts for question in one.questions), *unplaced),
            longest=longest,
            names=self._ground.names,
        )

    def _fill(self, needed: Sequence[Part], more: Sequence[Part], longest: int) -> list[Part]:
        """All that has to be there, and of the rest what still fits in."""
        parts = list(needed)
        while len(statement_of(one.part for one in parts)) > LONGEST_TEXT:
            self._leave_out(parts.pop().part.text, "the statement would be too long")
        for one in more:
            longer = [*parts, one]
            if _words(longer) <= longest and len(statement_of(each.part for each in longer)) <= LONGEST_TEXT:
                parts = longer
            else:
                self._leave_out(one.part.text, "the statement would be too long")
        return parts

    def _outcomes(self) -> tuple[list[Part], list[BusinessGoalNode]]:
        """The business goals that most people back, and their nodes."""
        ground, tree = self._ground, self._ground.tree
        backed = sorted(tree.business_goals, key=lambda goal: (-ground.voices(goal.finding_ids), -len(goal.finding_ids), not goal.kpis))
        parts: dict[str, Part] = {}
        goals: list[BusinessGoalNode] = []
        for goal in backed:
            part = outcome_part(goal, ground)
            if part is None:
                self._leave_out(goal.statement, "it names a solution; ask what would be different once it is there")
            elif part.part.text.casefold() in parts:
                goals.append(goal)
            elif len(parts) == MOST_OUTCOMES:
                self._leave_out(part.part.text, "other goals have more backing")
            else:
                parts[part.part.text.casefold()] = part
                goals.append(goal)
        return list(parts.values()), goals

    def _measures(self, goals: Sequence[BusinessGoalNode]) -> list[Part]:
        """Every KPI with a target or a dispute about one; of the others those that measure an outcome directly."""
        direct = {node.id for goal in goals for node in goal.kpis}
        first = [node for goal in goals for node in (*goal.kpis, *(kpi for child in goal.operational_goals for kpi in child.kpis))]
        nodes: dict[str, KpiNode] = {node.id: node for node in (*first, *self._ground.tree.kpis)}
        parts: list[Part] = []
        for node in nodes.values():
            part = measure_part(node, self._ground)
            named = target_said(node.kpi) or any(question.required for question in part.questions)
            if solutions_in(node.kpi.metric) and not named:
                self._leave_out(part.part.text, "it measures a solution")
            elif not named and node.id not in direct:
                self._leave_out(part.part.text, "nobody named a target")
            elif len(parts) == MOST_MEASURES:
                self._leave_out(part.part.text, f"a statement has at most {MOST_MEASURES} measures")
            else:
                parts.append(part)
        return parts

    def _disputes(self) -> tuple[list[Part], list[OpenQuestion]]:
        """Conflicts about no KPI as parts; and open ones that no part shows, which a statement must not decide either."""
        ground = self._ground
        parts: list[Part] = []
        unplaced: list[OpenQuestion] = []
        for one in (*ground.open(None), *ground.settled(None)):
            part = conflict_part(one, ground)
            if part is not None and len(parts) < MOST_DISPUTES:
                parts.append(part)
            elif one.open and one.conflict.criterion is None:
                unplaced.append(open_question(one, None, ground.views(one.conflict.sides)))
                self._leave_out(one.conflict.about, "it is not agreed; the register holds it")
        return parts, unplaced

    def _means(self, goals: Sequence[BusinessGoalNode], outcomes: Sequence[Part]) -> list[Part]:
        known = {one.part.text.casefold() for one in outcomes}
        nodes: dict[str, OperationalGoalNode] = {}
        for goal in (*goals, *self._ground.tree.business_goals):
            nodes |= {child.id: child for child in goal.operational_goals if child.id not in nodes}
        nodes |= {child.id: child for child in self._ground.tree.unlinked_operational_goals if child.id not in nodes}
        parts: list[Part] = []
        # What has a target is what a first version can be held to.
        for node in sorted(nodes.values(), key=lambda one: not any(target_said(kpi.kpi) for kpi in one.kpis)):
            part = means_part(node, self._ground)
            if part is None:
                self._leave_out(node.statement, "it names a solution; ask what it is for")
            elif part.part.text.casefold() in known:
                continue
            elif len(parts) == MOST_MEANS:
                self._leave_out(part.part.text, f"a statement has at most {MOST_MEANS} means")
            else:
                known.add(part.part.text.casefold())
                parts.append(part)
        return parts

    def _limits(self, disputes: Sequence[Part]) -> list[Part]:
        """The surest constraints; those that are themselves disputed stand there already."""
        disputed = {finding for one in disputes for finding in one.part.findings}
        limits = sorted((one for one in self._ground.constraints if one.id not in disputed), key=lambda one: -one.confidence)
        parts = [part for one in limits if (part := limit_part(one, self._ground)) is not None]
        for part in parts[MOST_LIMITS:]:
            self._leave_out(part.part.text, f"a statement has at most {MOST_LIMITS} limits")
        return parts[:MOST_LIMITS]

    def _leave_out(self, what: str, why: str) -> None:
        self._left_out.append(f"{shortened(self._ground.nameless(what), 200)}: {why}")


def _words(parts: Iterable[Part]) -> int:
    return len(statement_of(one.part for one in parts).split())
