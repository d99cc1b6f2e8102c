"""Business value and technical risk of an epic, 1 to 5, by rules that say how they came to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.blueprint.document import KpiTarget
from discovery_agent.domain.blueprint.targets import whole
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.economics import OptionEconomics
from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty
from discovery_agent.domain.readiness import GateState

LARGE_EFFECT = 20_000.0
"""A month, in the currency of the plan: as much as five people cost."""
FAIR_EFFECT = 4_000.0
"""A month: as much as one person costs."""
MANY_SYSTEMS = 3
_FIRST = re.compile(
    r"\b(?:start(?:s|ing)? with|begin(?:s|ning)? with|comes? first|first priority|do(?:es)? first|before anything else)\b|\bfirst\b(?=\s*(?:[,.;:!]|$))",
    re.IGNORECASE,
)
HIGHEST = 5

_CLASS_RISK = {
    SolutionClass.PROCESS_CHANGE: 1,
    SolutionClass.RULES_AUTOMATION: 1,
    SolutionClass.ANALYTICS: 1,
    SolutionClass.PREDICTIVE_ML: 3,
    SolutionClass.GENERATIVE_AI: 3,
    SolutionClass.HYBRID: 3,
}
_UNKNOWN_CLASS_RISK = 3


@dataclass(frozen=True)
class Score:
    """Points out of five, and the reasons."""

    points: int
    why: str


def chosen_option(decision: GoalDecision) -> OptionEconomics | None:
    """The option that stands for the verdict."""
    return next((one for one in decision.economics.options if one.solution is decision.necessity.solution), None)


def to_begin_with(decisions: Iterable[Finding]) -> bool:
    """Whether people decided to begin with what these decisions are about."""
    return any(one.kind is FindingKind.DECISION and _FIRST.search(one.statement) for one in decisions)


def value_of(
    decision: GoalDecision,
    voices: Sequence[str],
    roles: dict[str, Role],
    kpis: Sequence[KpiTarget],
    *,
    served: Sequence[str] = (),
    begun_with: bool = False,
    agreed: bool = False,
) -> Score:
    """Business value: what it brings in money, who asks for it (`voices`) or for what it serves (`served`), and whether it can be measured."""
    points, reasons = 1, ["1 to begin with"]
    option = chosen_option(decision) or next(iter(decision.economics.options), None)
    effect = option.effect_per_month.likely if option and option.effect_per_month else None
    currency = decision.economics.currency
    if effect is None:
        reasons.append("the effect in money cannot be told yet")
    elif effect >= FAIR_EFFECT:
        gained = 2 if effect >= LARGE_EFFECT else 1
        points += gained
        reasons.append(f"{gained} more for about {effect:,.0f} {currency} a month")
    else:
        reasons.append(f"about {effect:,.0f} {currency} a month adds nothing")
    if len(voices) > 1:
        points += 1
        reasons.append(f"1 more because {len(voices)} people ask for it")
    sponsors = [one for one in voices if roles.get(one) is Role.SPONSOR]
    if sponsors:
        points += 1
        reasons.append(f"1 more because {sponsors[0]}, a sponsor, asks for it")
    elif behind := [one for one in served if roles.get(one) is Role.SPONSOR]:
        points += 1
        reasons.append(f"1 more because {behind[0]}, a sponsor, asks for what it serves")
    if begun_with:
        points += 1
        reasons.append("1 more because it was decided to begin with it")
    if agreed:
        points += 1
        reasons.append("1 more because the shared objective names it as a way to get there")
    if any(whole(one) for one in kpis):
        points += 1
        reasons.append("1 more because a KPI has a value of today and a target")
    elif kpis:
        reasons.append("its KPI lacks a value of today or a target")
    else:
        reasons.append("no KPI measures it")
    return Score(min(HIGHEST, points), f"{min(HIGHEST, points)} of 5: {'; '.join(reasons)}.")


def risk_of(decision: GoalDecision, systems: int) -> Score:
    """Technical risk: the class, the certainty of the verdict, the gates of the data, and what it must be tied to."""
    solution = decision.necessity.solution
    points = _CLASS_RISK[solution] if solution else _UNKNOWN_CLASS_RISK
    reasons = [f"{points} for {solution.label}" if solution else f"{points} because nobody knows yet what to build"]
    if solution and decision.necessity.certainty is Certainty.LEANING:
        points += 1
        reasons.append("1 more because the verdict is not settled yet")
    states = [one.state for one in decision.readiness.dimensions] if decision.readiness else []
    if closed := states.count(GateState.CLOSED):
        points += 1
        reasons.append(f"1 more because the data is not ready on {closed} {'side' if closed == 1 else 'sides'}")
    if unknown := states.count(GateState.UNKNOWN):
        points += 1
        reasons.append(f"1 more for {unknown} {'side' if unknown == 1 else 'sides'} of the data that nobody spoke of")
    if systems >= MANY_SYSTEMS:
        points += 1
        reasons.append(f"1 more for {systems} systems to tie in")
    return Score(min(HIGHEST, points), f"{min(HIGHEST, points)} of 5: {'; '.join(reasons)}.")
