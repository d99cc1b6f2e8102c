"""The first two gates: is the objective agreed and measured, is every goal decided and every gap looked after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from discovery_agent.domain.agenda import Feeds
from discovery_agent.domain.agreement.rounds import AnswerKind, OutcomeKind
from discovery_agent.domain.blueprint.texts import sentence
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.days import long_day
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.gates.facts import GateFacts, some
from discovery_agent.domain.gates.values import GapOwner, Gate, Missing, Phase, counted, gap_id
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode
from discovery_agent.domain.necessity import Certainty
from discovery_agent.domain.readiness import DimensionReading, GateState

_LONGEST_STEP = 600
"""Of a question or a next step: in practice, all of it."""
_BUSINESS = (Role.SPONSOR, Role.BUSINESS)
_NEEDED = {
    "baseline": ("kpi_without_baseline", "value of today"),
    "target": ("kpi_without_target", "target"),
    "deadline": ("kpi_without_date", "date by which it is to be reached"),
}


def discovery_gate(facts: GateFacts) -> Gate:
    """The objective is agreed or dissent is recorded, and each business goal has a KPI with baseline, target and date."""
    missing = [*_objective(facts), *_goals(facts)]
    met = list(_agreed(facts))
    partly: list[str] = []
    _measured(facts, met, partly)
    return Gate(
        phase=Phase.DISCOVERY,
        hands_over="One shared objective that every stakeholder endorsed, or recorded dissent; for each business goal a KPI with baseline, "
        "target and date.",
        met=tuple(met),
        partly=tuple(partly),
        missing=tuple(missing),
    )


def feasibility_gate(facts: GateFacts) -> Gate:
    """No verdict is open, and every blocking readiness gap has an owner."""
    gaps = list(readiness_gaps(facts))
    owned = sum(owner is not None for _, _, owner in gaps)
    firm = sum(one.necessity.certainty is not Certainty.OPEN for one in facts.decisions)
    met: list[str] = []
    partly: list[str] = []
    if firm:
        goals = len(facts.decisions)
        words = counted(firm, goals, ("operational goal", "operational goals"), ("has a verdict", "have a verdict"))
        (met if firm == goals else partly).append(words)
    if owned:
        words = counted(owned, len(gaps), ("readiness gap", "readiness gaps"), ("has an owner", "have an owner"))
        (met if owned == len(gaps) else partly).append(words)
    return Gate(
        phase=Phase.FEASIBILITY,
        hands_over="A verdict and the state of the data for each operational goal, agreed between business and technical people.",
        met=tuple(met),
        partly=tuple(partly),
        missing=(*_verdicts(facts), *(_unowned(goal, gap, facts) for goal, gap, owner in gaps if owner is None)),
    )


def readiness_gaps(facts: GateFacts) -> Iterator[tuple[GoalDecision, DimensionReading, GapOwner | None]]:
    """Every gap that keeps the data of a goal from being ready, with who closes it. One whose owner has left has none."""
    findings = findings_of_goals(facts.tree)
    for goal in facts.decisions:
        own = frozenset(findings.get(goal.goal_id or "", ()))
        for gap in goal.readiness.gaps if goal.readiness else ():
            held = (one for one in facts.owners_of(gap.dimension) if one.is_about(goal.goal_id, own, gap.dimension))
            yield goal, gap, next((one for one in held if one.owner_id in facts.names), None)


def findings_of_goals(tree: GoalTree | None) -> dict[str, tuple[str, ...]]:
    """Operational goal -> the findings that it was made of."""
    if tree is None:
        return {}
    below = [goal for above in tree.business_goals for goal in above.operational_goals]
    return {goal.id: goal.finding_ids for goal in (*below, *tree.unlinked_operational_goals)}


def _objective(facts: GateFacts) -> Iterable[Missing]:
    objective = facts.objective
    if objective.outcome is not None:
        return
    if objective.round is None:
        yield Missing(
            rule="no_round_of_agreement",
            text="No draft of the shared objective was put to the stakeholders yet.",
            people=some(facts.leads),
            path="/agreement",
        )
        return
    lacking = objective.not_endorsing()
    waiting = [facts.names[one] for one in lacking if one in facts.names]
    removed = [one for one in objective.objecting() if one not in facts.names]
    if waiting or removed or len(lacking) == len(objective.round.asked):
        left = len(waiting) + len(removed) or len(lacking)
        stands = " What somebody objected who was removed since still stands." if removed else ""
        yield Missing(
            rule="objective_not_agreed",
            text=f"{left} of {len(objective.round.asked)} who were asked have not endorsed draft {objective.round.number} of the "
            f"shared objective.{stands}",
            subject=objective.round.id,
            people=some(waiting, facts.leads),
            path="/agreement",
        )
    else:
        yield Missing(
            rule="agreement_not_recorded",
            text=f"Everybody who takes part endorsed draft {objective.round.number}; the round has to be closed.",
            subject=objective.round.id,
            people=some(facts.leads),
            path="/agreement",
        )


def _agreed(facts: GateFacts) -> Iterable[str]:
    outcome = facts.objective.outcome
    if outcome is None:
        return
    on = long_day(outcome.at)
    if outcome.kind is OutcomeKind.AGREED:
        yield f"The shared objective was agreed by {sum(one.answer is AnswerKind.ENDORSE for one in outcome.views)} people on {on}."
    else:
        vetoes = f", {len(outcome.vetoes)} with a veto" if outcome.vetoes else ""
        yield f"The lead went on with dissent on {on}: {len(outcome.minority)} of {len(outcome.views)} do not agree{vetoes}."


def _goals(facts: GateFacts) -> Iterable[Missing]:
    if facts.tree is None or not facts.tree.business_goals:
        yield Missing(
            rule="no_business_goal",
            text="Nobody has said what the business wants to reach." if facts.tree else "Nothing was analysed yet.",
            roles=_BUSINESS,
            people=some(facts.of_roles(_BUSINESS), facts.leads),
            path="/agenda" if facts.tree else "/conversations",
        )
        return
    for goal in facts.tree.business_goals:
        yield from _goal(goal, facts)


def _goal(goal: BusinessGoalNode, facts: GateFacts) -> Iterable[Missing]:
    kpis = kpis_of(goal)
    said = facts.who_said(goal.finding_ids)
    if not kpis:
        yield Missing(
            rule="goal_without_kpi",
            text=f"No KPI tells whether this was reached: {sentence(goal.statement)}",
            subject=goal.id,
            roles=_BUSINESS,
            people=some(facts.knowing(goal.statement), said, facts.of_roles(_BUSINESS)),
            path="/agenda",
        )
        return
    best = min(kpis, key=lambda one: len(_lacks(one)))
    for name in _lacks(best):
        rule, what = _NEEDED[name]
        item = next((one for one in facts.asked_about(best.kpi.metric, Feeds.KPI) if one.asks == name), None)
        owner = (best.kpi.owner,) if best.kpi.owner else ()
        yield Missing(
            rule=rule,
            text=f"“{best.kpi.metric}” has no {what}. It measures: {sentence(goal.statement)}",
            subject=best.id,
            roles=item.roles if item else _BUSINESS,
            people=some(
                facts.knowing(item.id if item else None, best.kpi.metric),
                owner,
                said,
                facts.who_said(best.finding_ids),
                item.people if item else facts.of_roles(_BUSINESS),
            ),
            path="/agenda",
        )


def kpis_of(goal: BusinessGoalNode) -> tuple[KpiNode, ...]:
    """Every KPI that measures a business goal, directly or through an operational goal."""
    return (*goal.kpis, *(kpi for below in goal.operational_goals for kpi in below.kpis))


def _lacks(node: KpiNode) -> list[str]:
    return [name for name in _NEEDED if name in node.kpi.gaps]


def _measured(facts: GateFacts, met: list[str], partly: list[str]) -> None:
    goals = facts.tree.business_goals if facts.tree else ()
    whole = sum(any(not _lacks(kpi) for kpi in kpis_of(goal)) for goal in goals)
    if whole:
        kpi = "a KPI with baseline, target and date"
        words = counted(whole, len(goals), ("business goal", "business goals"), (f"has {kpi}", f"have {kpi}"))
        (met if whole == len(goals) else partly).append(words)


def _verdicts(facts: GateFacts) -> Iterable[Missing]:
    if not facts.decisions:
        yield Missing(
            rule="no_operational_goal",
            text="Nobody has said by which means the business goal is to be reached, so there is nothing to decide on.",
            roles=(Role.TECHNICAL, Role.BUSINESS),
            people=some(facts.of_roles((Role.TECHNICAL, Role.BUSINESS)), facts.leads),
            path="/agenda",
        )
    for goal in facts.decisions:
        if goal.necessity.certainty is not Certainty.OPEN:
            continue
        asked = facts.asked_about(goal.statement, Feeds.VERDICT)
        first = asked[0] if asked else None
        roles = tuple(dict.fromkeys(role for item in asked for role in item.roles))
        told = "".join(
            f" “{one.name}” was settled in words: {sentence(one.settled.words, _LONGEST_STEP)} Say in the register which side holds."
            for one in goal.necessity.contradictions
            if one.settled and one.open and one.decides
        )
        ask = f" First ask: {sentence(first.question, _LONGEST_STEP)}" if first else ""
        yield Missing(
            rule="verdict_open",
            text=f"Whether this needs AI is open: {sentence(goal.statement)}{told}{ask}",
            subject=goal.goal_id or "",
            roles=roles,
            people=some(
                facts.knowing(*(item.id for item in asked), goal.statement),
                *(item.people for item in asked),
                facts.of_roles(roles),
                facts.leads,
            ),
            path="/verdicts",
        )


def _unowned(goal: GoalDecision, gap: DimensionReading, facts: GateFacts) -> Missing:
    known = "is too low" if gap.state is GateState.CLOSED else "is not known"
    step = f" Next: {sentence(gap.next_step, _LONGEST_STEP)}" if gap.next_step else ""
    named = facts.knowing(*(one.id for one in facts.asked_about(goal.statement, Feeds.READINESS) if one.asks == gap.dimension))
    return Missing(
        rule="gap_without_owner",
        text=f"{gap.name} {known}, and nobody is named to see to it: {sentence(goal.statement)}{step}",
        subject=gap_id(goal.goal_id, gap.dimension),
        roles=gap.roles,
        people=some(named, facts.of_roles(gap.roles), facts.leads),
        path="/gates",
    )
