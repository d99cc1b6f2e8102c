"""Decides anew the goals that something settled or agreed is about; every other goal stays as the assessment decided it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.backing import BACKING_KINDS, Backing
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.nearness import Nearness
from discovery_agent.domain.blueprint.texts import on_day, short
from discovery_agent.domain.decisions import GoalDecision, claims_of, telling_words
from discovery_agent.domain.economics import EconomicsComparison, compare, plain_and_ai
from discovery_agent.domain.findings import Finding, FindingKind, Quote
from discovery_agent.domain.goals import KpiNode
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import NecessityAssessment, Rating, assess
from discovery_agent.domain.readiness import assess_readiness
from discovery_agent.domain.relevance import Relevance

_LONGEST_HOW = 460


def told(one: RegisteredConflict) -> str:
    """How a conflict ended, in a sentence: who decided it, when, and what."""
    who = f" by {one.changed_by}" if one.changed_by else ""
    when = f" on {on_day(one.changed_at.date())}" if one.changed_at else ""
    held = f": {one.chosen}" if one.chosen else ""
    words = f"{'. ' if held else ': '}{one.resolution}" if one.resolution and one.resolution != one.chosen else ""
    ended = "settled" if one.state is ConflictState.SETTLED else "left open, and the lead goes on with it,"
    return short(f"{ended}{when}{who}{held}{words}", _LONGEST_HOW)


@dataclass
class Anew:
    """Decides anew the goals that something settled or agreed is about."""

    material: Material
    valued: frozenset[str]
    """KPIs with another figure than the assessment had."""
    register: Sequence[RegisteredConflict]
    criteria: dict[str | None, str] = field(default_factory=dict[str | None, str])
    """Goal -> what was settled about it, in a sentence for each criterion."""

    def decided(self, decision: GoalDecision) -> GoalDecision:
        """The decision under what was settled; the same where nothing was."""
        necessity = self._necessity(decision)
        leading = self._leading(decision)
        if necessity is None and leading is None:
            return decision
        if necessity is None:
            return decision.model_copy(update={"economics": self._economics(decision, decision.necessity)})
        readiness = None
        if necessity.solution is not None:
            readiness = decision.readiness
            if readiness is None or readiness.solution is not necessity.solution:
                readiness = assess_readiness(self.material.tables.readiness, necessity.solution, claims_of(self._about(decision)))
        economics = decision.economics
        if leading is not None or necessity.solution is not decision.necessity.solution:
            economics = self._economics(decision, necessity)
        return decision.model_copy(update={"necessity": necessity, "readiness": readiness, "economics": economics})

    def on(self, decision: GoalDecision, node: KpiNode) -> GoalDecision:
        """The decision with its economics on this KPI."""
        return decision.model_copy(update={"economics": self._economics_on(node, decision, decision.necessity)})

    def _necessity(self, decision: GoalDecision) -> NecessityAssessment | None:
        """The verdict with the criteria that people settled; None if the assessment has it so already, or none of its own is among them."""
        before, ladder = decision.necessity, self.material.tables.ladder
        register = {one.id: one for one in self.register}
        settled = [end for one in self.register if (end := one.settlement)]
        after = before
        if any(one.settled for one in before.contradictions) or {one.criterion for one in before.contradictions} & {
            one.criterion for one in settled
        }:
            ratings = before.everything_rated
            expected = self.material.expect(telling_words(decision.statement, ratings)) if self.material.expect else None
            after = assess(ladder, ratings, expected, settled)
        said: list[str] = []
        for one in after.contradictions:
            if one.settled is None:
                continue
            how = f"“{one.name}” was {told(register[one.settled.conflict_id]).rstrip('.')}"
            said.append(f"{how}; name the side that holds in the register, and it counts in the verdict." if one.open else f"{how}.")
        if said:
            self.criteria[decision.goal_id] = " ".join(said)
        if [one.settled for one in after.contradictions] == [one.settled for one in before.contradictions]:
            return None
        return after

    def _leading(self, decision: GoalDecision) -> KpiNode | None:
        """The KPI to compute with, if it is another than that of the assessment or has another figure."""
        node = self._kpi_of(decision)
        if node is None or (node.id not in self.valued and node.kpi.metric == decision.economics.metric):
            return None
        return node

    def _kpi_of(self, decision: GoalDecision) -> KpiNode | None:
        own = self._own_kpis.get(decision.goal_id, ())
        agreed = [kpi for goal in self.material.agreed.serves.get(decision.goal_id or "", ()) for kpi in goal.kpis]
        if own:
            return min(own, key=lambda one: len(one.kpi.gaps))
        # Of those that the objective ties to it, one whose way from today to the target is known.
        return min(agreed, key=lambda one: (bool({"baseline", "target"} & set(one.kpi.gaps)), len(one.kpi.gaps)), default=None)

    @cached_property
    def _own_kpis(self) -> dict[str | None, Sequence[KpiNode]]:
        tree = self.material.tree
        found: dict[str | None, Sequence[KpiNode]] = {
            goal.id: goal.kpis or above.kpis for above in tree.business_goals for goal in above.operational_goals
        }
        found |= {goal.id: goal.kpis for goal in tree.unlinked_operational_goals}
        return found or {None: tree.kpis}

    def _economics(self, decision: GoalDecision, necessity: NecessityAssessment) -> EconomicsComparison:
        return self._economics_on(self._kpi_of(decision), decision, necessity)

    def _economics_on(self, node: KpiNode | None, decision: GoalDecision, necessity: NecessityAssessment) -> EconomicsComparison:
        table = self.material.tables.economics
        before = decision.economics
        if necessity.solution is decision.necessity.solution and before.options:
            solutions: Sequence[SolutionClass] = [one.solution for one in before.options]
        else:
            shares: dict[SolutionClass, float] = {}
            for rung in necessity.ladder:
                shares[rung.solution] = shares.get(rung.solution, 0.0) + rung.probability
            solutions = plain_and_ai(necessity.solution, shares)
        quotes = [quote for one in self.material.sources.all(node.finding_ids) for quote in one.quotes] if node else []
        rated = self.material.sources.all(self.material.sources.saying(_quotes(necessity)))
        said = self._backing.of(self._place(decision), rated)
        return compare(table, solutions, node.kpi if node else None, quotes, said)

    @cached_property
    def _backing(self) -> Backing:
        """The amounts of work for each goal, as the assessment told them apart; what they bear on is told by shared words alone here."""
        sources, goals = self.material.sources, self.material.decisions.goals
        stated = [sources.all(self._stated.get(one.goal_id or "", ())) for one in goals]
        relevance = Relevance(stated, _never_alike, self.material.findings)
        alone = len(goals) == 1

        def bears_on(conversation: str, words: frozenset[str], goal: int) -> bool:
            return alone or bool(relevance.bearing(conversation, words, goal))

        amounts = sources.of_kind(*BACKING_KINDS)
        return Backing(amounts, [one.statement for one in goals], bears_on, self.material.tables.economics.currency)

    def _place(self, decision: GoalDecision) -> int:
        return next(at for at, one in enumerate(self.material.decisions.goals) if one.goal_id == decision.goal_id)

    def _about(self, decision: GoalDecision) -> list[Finding]:
        """What was said of the data, of this goal more than of another."""
        place = self._place(decision)
        data = [one for one in self.material.sources.of_kind(FindingKind.CRITERION) if one.data]
        if len(self.material.decisions.goals) == 1:
            return data
        return [one for one in data if (about := self._near.about(one)) and about[0][0] == place]

    @cached_property
    def _near(self) -> Nearness:
        sources = self.material.sources
        return Nearness([(one.statement, sources.all(self._stated.get(one.goal_id or "", ()))) for one in self.material.decisions.goals])

    @cached_property
    def _stated(self) -> dict[str, tuple[str, ...]]:
        """Operational goal -> the findings that state it."""
        stated = {one.id: one.finding_ids for above in self.material.tree.business_goals for one in above.operational_goals}
        return stated | {one.id: one.finding_ids for one in self.material.tree.unlinked_operational_goals}


def _never_alike(_left: str, _right: str) -> float:
    return 0.0


def _quotes(necessity: NecessityAssessment) -> list[Quote]:
    ratings: Iterable[Rating] = (*necessity.ratings, *necessity.hints)
    return [quote for one in ratings for quote in one.quotes]
