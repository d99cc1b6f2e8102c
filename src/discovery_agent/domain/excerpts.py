"""Decisions with only the clearest evidence of each point, as they are kept and shown.

Of a thousand conversations a criterion may be shown by hundreds of sentences, and each is repeated by every condition that looks
at it. What was decided stays as it is; of the evidence for one point, so much stays as somebody would read.
"""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.conflicts import Conflict, ConflictSide
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.economics import EconomicsComparison, Figure
from discovery_agent.domain.findings import Quote
from discovery_agent.domain.necessity import NecessityAssessment, Rating
from discovery_agent.domain.readiness import ReadinessAssessment

MOST_RATINGS = 6
"""Of one value of one criterion."""
MOST_CLAIMS = 6
"""About one dimension of the data."""
MOST_QUOTES = 8
"""Of one side of a conflict, or of one figure."""
MOST_SPEAKERS = 24
"""Of one side of a conflict."""


def excerpt(decisions: Decisions) -> Decisions:
    """The same decisions with the clearest evidence of each point only."""
    return decisions.model_copy(
        update={
            "goals": tuple(_goal(goal) for goal in decisions.goals),
            "conflicts": tuple(_conflict(conflict) for conflict in decisions.conflicts),
        }
    )


def _goal(goal: GoalDecision) -> GoalDecision:
    return goal.model_copy(
        update={
            "necessity": _necessity(goal.necessity),
            "readiness": _readiness(goal.readiness) if goal.readiness else None,
            "economics": _economics(goal.economics),
        }
    )


def _necessity(one: NecessityAssessment) -> NecessityAssessment:
    clearest = _clearest(one.ratings)
    kept = {id(rating) for rating in clearest}
    ladder = tuple(
        rung.model_copy(
            update={
                "conditions": tuple(
                    condition.model_copy(update={"ratings": tuple(rating for rating in condition.ratings if id(rating) in kept)})
                    for condition in rung.conditions
                )
            }
        )
        for rung in one.ladder
    )
    contradictions = tuple(
        about.model_copy(update={"sides": tuple(side.model_copy(update={"ratings": _clearest(side.ratings)}) for side in about.sides)})
        for about in one.contradictions
    )
    return one.model_copy(update={"ratings": clearest, "hints": _clearest(one.hints), "ladder": ladder, "contradictions": contradictions})


def _clearest(ratings: Sequence[Rating]) -> tuple[Rating, ...]:
    """The surest of each value of each criterion, in the order given."""
    count: dict[tuple[str, str], int] = {}
    kept: set[int] = set()
    for rating in sorted(ratings, key=lambda one: -one.confidence):
        point = (rating.criterion, rating.value)
        count[point] = count.get(point, 0) + 1
        if count[point] <= MOST_RATINGS:
            kept.add(id(rating))
    return tuple(rating for rating in ratings if id(rating) in kept)


def _readiness(one: ReadinessAssessment) -> ReadinessAssessment:
    """Of each dimension, the best proved claims; of equal proof, the lowest levels, which count."""
    return one.model_copy(
        update={
            "dimensions": tuple(
                reading.model_copy(
                    update={"claims": tuple(sorted(reading.claims, key=lambda claim: (-claim.proof, claim.level))[:MOST_CLAIMS])}
                )
                if len(reading.claims) > MOST_CLAIMS
                else reading
                for reading in one.dimensions
            )
        }
    )


def _economics(one: EconomicsComparison) -> EconomicsComparison:
    options = tuple(
        option.model_copy(
            update={
                "build_cost": _figure(option.build_cost),
                "run_cost_per_month": _figure(option.run_cost_per_month),
                "effect_per_month": _figure(option.effect_per_month) if option.effect_per_month else None,
            }
        )
        for option in one.options
    )
    return one.model_copy(update={"options": options})


def _figure(figure: Figure) -> Figure:
    return figure.model_copy(update={"quotes": figure.quotes[:MOST_QUOTES]})


def _conflict(conflict: Conflict) -> Conflict:
    return conflict.model_copy(update={"sides": tuple(map(_side, conflict.sides))})


def _side(side: ConflictSide) -> ConflictSide:
    """A quote of each speaker first, then further ones."""
    first: dict[str | None, Quote] = {}
    for quote in side.quotes:
        first.setdefault(quote.speaker, quote)
    quotes = tuple(dict.fromkeys((*first.values(), *side.quotes)))[:MOST_QUOTES]
    return side.model_copy(
        update={"quotes": quotes, "speakers": side.speakers[:MOST_SPEAKERS], "more": side.more + len(side.quotes) - len(quotes)}
    )
