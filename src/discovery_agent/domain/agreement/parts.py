"""The parts of the objective, worded by rule from what was said: an open one gives both views and settles neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from discovery_agent.domain.agreement.amounts import figures_in, unit_of
from discovery_agent.domain.agreement.conditions import condition_of
from discovery_agent.domain.agreement.demands import Demand, Part, open_question
from discovery_agent.domain.agreement.ground import Ground, shortened
from discovery_agent.domain.agreement.objective import ObjectivePart, PartKind
from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.agreement.solution_words import solutions_in, without_solution
from discovery_agent.domain.amount_words import amount_words, change_words
from discovery_agent.domain.conflicts import ConflictKind
from discovery_agent.domain.findings import Amount, Direction, Finding, Kpi
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode, OperationalGoalNode

NOT_AGREED = "not agreed"

LONGEST_METRIC = 120
LONGEST_RESOLUTION = 200
MOST_WORDS = 20
"""Of an outcome: a longer one is told by its KPI, if it has one."""
_CUT_WORDS = 30

_SAYS = {
    "target": "to {}",
    "baseline": "today {}",
    "deadline": "by when: {}",
    "direction": "should {}",
    "owner": "owned by {}",
    "metric": "counted as {}",
}
_HAS_PREPOSITION = re.compile(
    r"(?:by|within|in|until|till|before|after|from|as of|no later|not later|at the latest|over|during|on|bis)\b", re.IGNORECASE
)
_RANK_BEFORE = re.compile(
    r"^\W*(?:the |our |my )?(?:single )?(?:most important thing|first priority|top priority|number one(?: priority)?|main thing|first thing)"
    r"(?: for (?:us|me|them))? (?:is|are|would be)(?: that| to)? ",
    re.IGNORECASE,
)
_RANK_AFTER = re.compile(
    r"[\s,]*\b(?:comes? first|matters? most|(?:is|are) (?:the |our |my )?(?:most important|top priority|first priority|number one)|above all(?: else)?"
    r"|before anything else)\b",
    re.IGNORECASE,
)
_VERBS = {Direction.DECREASE: "Reduce", Direction.INCREASE: "Raise", Direction.MAINTAIN: "Keep"}


def outcome_part(goal: BusinessGoalNode, ground: Ground) -> Part | None:
    """A business goal without AI words; None if it names a solution and nothing else."""
    plain = without_solution(goal.statement)
    if plain is None or len(plain.split()) > MOST_WORDS:
        plain = _told_by_kpi(goal.kpis) or plain
    if plain is None:
        return None
    words = plain.split()
    if len(words) > _CUT_WORDS:
        plain = " ".join(words[:_CUT_WORDS]).rstrip(",;:-") + " …"
    text = ground.nameless(_unranked(plain))
    return Part(ObjectivePart(id=goal.id, kind=PartKind.OUTCOME, text=text, findings=goal.finding_ids)) if text else None


def _unranked(statement: str) -> str:
    """A goal without the words that put it before others: what comes first is agreed on apart."""
    plain = _RANK_AFTER.sub("", _RANK_BEFORE.sub("", statement)).strip(" ,.")
    return plain[:1].upper() + plain[1:] if len(plain.split()) > 1 else statement


def _told_by_kpi(kpis: Sequence[KpiNode]) -> str | None:
    for node in kpis:
        if node.kpi.direction and "direction" not in node.disputed and not solutions_in(node.kpi.metric):
            return f"{_VERBS[node.kpi.direction]} {shortened(node.kpi.metric, LONGEST_METRIC)}"
    return None


def means_part(goal: OperationalGoalNode, ground: Ground) -> Part | None:
    """An operational goal without AI words; None if it names a solution and nothing else."""
    plain = without_solution(goal.statement)
    text = ground.nameless(_unranked(plain)) if plain else ""
    return Part(ObjectivePart(id=goal.id, kind=PartKind.MEANS, text=text, findings=goal.finding_ids)) if text else None


def limit_part(constraint: Finding, ground: Ground) -> Part | None:
    """A constraint in the words of its statement."""
    text = ground.nameless(constraint.statement)
    return Part(ObjectivePart(id=constraint.id, kind=PartKind.LIMIT, text=text, findings=(constraint.id,))) if text else None


class _Field(NamedTuple):
    """What the register says of one field of a KPI."""

    open: tuple[RegisteredConflict, ...] = ()
    chosen: str | None = None
    condition: str = ""
    """Under which the chosen value holds."""
    resolutions: tuple[str, ...] = ()

    @property
    def untouched(self) -> bool:
        return not (self.open or self.chosen or self.resolutions)


def measure_part(node: KpiNode, ground: Ground) -> Part:
    """A KPI with what is known of baseline, target and date. What is open gives all views; what is settled gives the agreed one."""
    fields = _fields(node, ground)
    kpi = node.kpi
    metric = shortened(ground.nameless(kpi.metric), LONGEST_METRIC) or "measure"
    unsaid = [] if target_said(kpi) or not fields["target"].untouched else ["target not said yet"]
    text = ", ".join([_plain(metric, kpi, fields, ground), *unsaid, *_open(fields, ground), *_settled(fields, ground)])
    if fields["target"].open:
        text = text.replace(", to ", " to ", 1)
    open_ids = tuple(one.id for field in fields.values() for one in field.open)
    part = ObjectivePart(
        id=node.id,
        kind=PartKind.MEASURE,
        text=text,
        findings=node.finding_ids,
        kpi_id=node.id,
        conflicts=open_ids,
        gaps=tuple(gap for gap in kpi.gaps if fields[gap].untouched) if kpi.gaps else (),
        settled=tuple(one.id for one in ground.settled(node.id)),
    )
    questions = tuple(
        open_question(one, node.id, ground.views(one.conflict.sides), required=name == "target")
        for name, field in fields.items()
        for one in field.open
    )
    return Part(part, metric, _demand(part, metric, kpi, fields), questions)


def target_said(kpi: Kpi) -> bool:
    """Whether anybody named a target, absolute or relative."""
    return kpi.target is not None or kpi.change is not None


def _fields(node: KpiNode, ground: Ground) -> dict[str, _Field]:
    names = ("target", "metric", "baseline", "deadline", "direction", "owner", "measured_by")
    fields: dict[str, _Field] = {name: _Field() for name in names}
    for one in ground.open(node.id):
        if (name := one.field) is not None:
            fields[name] = fields[name]._replace(open=(*fields[name].open, one))
    for one in ground.settled(node.id):
        name = one.field
        if name is None or fields[name].open:
            continue
        if one.chosen is not None:
            fields[name] = fields[name]._replace(chosen=one.chosen, condition=condition_of(one.chosen, one.resolution))
        else:
            fields[name] = fields[name]._replace(resolutions=(*fields[name].resolutions, one.resolution))
    return fields


def _plain(metric: str, kpi: Kpi, fields: dict[str, _Field], ground: Ground) -> str:
    """What nobody disputes: `email waits from about 2.5 days to 1 day by the end of June`."""

    def agreed(name: str, said: str | None) -> str | None:
        field = fields[name]
        return ground.side(field.chosen) if field.chosen else said if field.untouched else None

    baseline = agreed("baseline", _sized(kpi.baseline, kpi) if kpi.baseline else None)
    target = agreed("target", _target(kpi))
    deadline = agreed("deadline", kpi.deadline)
    words = [metric]
    if baseline:
        words.append(f"from {baseline}" if target or fields["target"].open else f"(today {baseline})")
    if target:
        words.append(target if target.startswith(("up ", "down ", "changed ", "to ")) else f"to {target}")
    if deadline:
        when = ground.nameless(deadline)
        words.append(when if _HAS_PREPOSITION.match(when) else f"by {when}")
    return " ".join(words)


def _sized(amount: Amount, kpi: Kpi) -> str:
    """An amount for reading; its unit goes without saying where the measure counts just that: second trips from 96 to 20."""
    unit = amount.unit or kpi.unit or ""
    counts = unit_of(amount, kpi.unit) is None and unit.casefold() in kpi.metric.casefold()
    return amount_words(amount.model_copy(update={"unit": None})) if counts else amount_words(amount, kpi.unit)


def _target(kpi: Kpi) -> str | None:
    absolute = f"to {_sized(kpi.target, kpi)}" if kpi.target else None
    relative = change_words(kpi.change, kpi.direction) if kpi.change else None
    return f"{absolute} ({relative})" if absolute and relative else absolute or relative


def _settled(fields: dict[str, _Field], ground: Ground) -> list[str]:
    """Conditions of what was settled, and settlements that take none of the sides, in the words in which the lead wrote them down."""
    conditions = [
        f"{name.replace('_', ' ')} on this condition: {shortened(ground.nameless(field.condition), LONGEST_RESOLUTION)}"
        for name, field in fields.items()
        if field.condition
    ]
    return conditions + [
        f"{name.replace('_', ' ')} settled: {shortened(ground.nameless(resolution), LONGEST_RESOLUTION)}"
        for name, field in fields.items()
        if not field.chosen
        for resolution in field.resolutions
    ]


def _open(fields: dict[str, _Field], ground: Ground) -> list[str]:
    return [
        f"{_SAYS[name].format(ground.both_views(one.conflict.sides))}: {NOT_AGREED}" for name, field in fields.items() for one in field.open
    ]


def _demand(part: ObjectivePart, metric: str, kpi: Kpi, fields: dict[str, _Field]) -> Demand | None:
    demand = _target_demand(part, metric, kpi, fields["target"])
    if demand is None:
        return None
    baseline = kpi.baseline if fields["baseline"].untouched else None
    deadline = fields["deadline"].chosen or (kpi.deadline if fields["deadline"].untouched else None)
    return replace(demand, baseline=baseline, deadline=deadline, condition=fields["target"].condition)


def _target_demand(part: ObjectivePart, metric: str, kpi: Kpi, target: _Field) -> Demand | None:
    if target.open:
        return None  # the open question demands both views
    if target.chosen is not None:
        figures = figures_in(target.chosen)
        amounts = (Amount(value=figures[0].value, unit=figures[0].unit, text=target.chosen),) if figures else ()
        return Demand(part.id, metric, amounts, kpi.unit)
    if target.resolutions:
        return Demand(part.id, metric)
    if not target_said(kpi):
        return None
    amount = kpi.target or kpi.change
    assert amount is not None
    unit = kpi.unit if kpi.target else "%"
    if kpi.target is None and amount.unit is not None:
        unit = amount.unit
    return Demand(part.id, metric, (amount,), unit)


def conflict_part(registered: RegisteredConflict, ground: Ground) -> Part | None:
    """A conflict that is about no KPI as a part of its own: what comes first, the budget, what belongs to it.

    None if it touches no objective: how the work is today, or a solution, which an objective does not name.
    """
    conflict = registered.conflict
    ranks = conflict.kind is ConflictKind.PRIORITY
    sides = [side.model_copy(update={"holds": _unranked(side.holds)}) if ranks else side for side in conflict.sides]
    holds = [ground.side(side.holds) for side in sides]
    named = _NAMED.get(conflict.kind)
    findings = ground.saying(quote for side in conflict.sides for quote in side.quotes)
    if named is None or conflict.criterion is not None or not findings or any(solutions_in(one) for one in holds):
        return None
    title, kind = named
    if registered.open:
        text = f"{title}: {ground.both_views(sides)}: {NOT_AGREED}"
        question = (open_question(registered, registered.id, ground.views(sides)),)
    else:
        agreed = _unranked(registered.chosen) if registered.chosen and ranks else registered.chosen or registered.resolution
        if registered.chosen and (condition := condition_of(registered.chosen, registered.resolution)):
            agreed = f"{agreed}, {condition}"
        text = f"{title}: {shortened(ground.nameless(agreed), LONGEST_RESOLUTION)}"
        question = ()
    part = ObjectivePart(
        id=registered.id,
        kind=kind,
        text=text,
        findings=findings,
        conflicts=(registered.id,) if registered.open else (),
        settled=() if registered.open else (registered.id,),
    )
    return Part(part, questions=question)


_NAMED = {
    ConflictKind.PRIORITY: ("What comes first", PartKind.OUTCOME),
    ConflictKind.BUDGET_OR_TIME: ("Budget", PartKind.LIMIT),
    ConflictKind.SCOPE: ("Scope", PartKind.LIMIT),
}
