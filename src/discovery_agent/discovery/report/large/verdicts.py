"""Verdicts, conflicts and questions by weight, as pages show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from discovery_agent.discovery.report.decision_view import (
    Cited,
    ConflictView,
    Finder,
    VerdictView,
    cited_places,
    conflict_view,
    verdict_view,
)
from discovery_agent.discovery.report.head import Head
from discovery_agent.discovery.report.knowledge_view import KnowledgeView
from discovery_agent.discovery.report.large.shelf import Shelf
from discovery_agent.discovery.report.large.survey import Weight
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.decisions import Decisions, GoalDecision

_NAMED = 4
"""Findings that stand beside a condition or a dimension of the data at most."""
_PEOPLE = 6
_NOTHING = Weight(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How the verdicts are spread."""

    plain: int
    ai: int
    open: int


def ranked_goals(decisions: Decisions | None, weights: Mapping[str, Weight]) -> tuple[GoalDecision, ...]:
    """Verdicts, that on what most people speak of first."""
    goals = decisions.goals if decisions else ()
    return tuple(sorted(goals, key=lambda goal: weights.get(goal.goal_id or "", _NOTHING).rank))


def ranked_conflicts(decisions: Decisions | None) -> tuple[Conflict, ...]:
    """Conflicts, those that decide a verdict first, then those that are real."""
    return tuple(sorted(decisions.conflicts if decisions else (), key=lambda one: (not one.decides, not one.real)))


def cited_by(goals: Sequence[GoalDecision]) -> set[Cited]:
    """Where the findings stand that these verdicts name."""
    return {place for goal in goals for place in cited_places(goal, _NAMED)}


def tally(goals: Sequence[GoalDecision]) -> Tally:
    """Counts of the verdicts."""
    counts = Counter("open" if one.necessity.solution is None else "ai" if one.necessity.ai_needed else "plain" for one in goals)
    return Tally(counts["plain"], counts["ai"], counts["open"])


def verdict(goal: GoalDecision, number: int, shelf: Shelf, knowledge: KnowledgeView) -> VerdictView:
    """One verdict."""
    view = verdict_view(goal, number, Finder(shelf.at(cited_places(goal, _NAMED))), knowledge)
    return replace(view, contradictions=tuple(map(_shortened, view.contradictions)))


def conflict(one: Conflict, number: int) -> ConflictView:
    """One conflict."""
    return _shortened(conflict_view(one, number))


def _shortened(view: ConflictView) -> ConflictView:
    sides = tuple(replace(side, people=Head(tuple(side.people[:_PEOPLE]), len(side.people))) for side in view.sides)
    return replace(view, sides=sides)
