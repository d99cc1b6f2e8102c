"""The course for each operational goal, from its verdict, its data and its money; and the course of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.blueprint.document import Course, GoalCourse
from discovery_agent.domain.blueprint.material import Material, Sources
from discovery_agent.domain.blueprint.texts import capital, listed
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.economics import EconomicsComparison
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty, NecessityAssessment, Rating
from discovery_agent.domain.readiness import GateState

HORIZON_MONTHS = 36
"""An option that has not paid back by then does not pay."""

LADDER_OF_COURSES = (
    Course.DO_NOT_BUILD,
    Course.UNDECIDED,
    Course.CHANGE_PROCESS,
    Course.AUTOMATE,
    Course.PREPARE_FIRST,
    Course.BUILD_WITH_AI,
)
"""From the least that is done to the most. The whole does as much as the goal that does most."""

BUILDS_NOTHING = frozenset({Course.DO_NOT_BUILD, Course.CHANGE_PROCESS})
"""Such a blueprint opens with the memo."""


def course_of(decision: GoalDecision, horizon_months: int = HORIZON_MONTHS, *, pays: bool | None = None) -> tuple[Course, str]:
    """The course for one goal, and why, in a sentence. `pays` says whether any option pays back, if its work was broken down; else the
    early estimate of the assessment tells."""
    necessity = decision.necessity
    if necessity.nothing_suffices:
        return Course.DO_NOT_BUILD, "As things stand, nothing does the job: neither a change of process, nor automation, nor AI."
    if necessity.solution is None:
        return Course.UNDECIDED, _why_undecided(necessity)
    if never_pays(decision.economics, horizon_months) if pays is None else not pays:
        why = f"The money can be told, and no option has paid back within {horizon_months} months."
        return Course.DO_NOT_BUILD, why
    so_far = "" if necessity.certainty is Certainty.SETTLED else ", by what is known so far"
    verdict = f"{capital(necessity.solution.label)} is the simplest step that suffices{so_far}"
    if necessity.solution is SolutionClass.PROCESS_CHANGE:
        return Course.CHANGE_PROCESS, f"{verdict}: nothing has to be built."
    if not necessity.solution.needs_ai:
        return Course.AUTOMATE, f"{verdict}: it needs no learned model."
    closed = _gates(decision, GateState.CLOSED)
    if closed:
        return Course.PREPARE_FIRST, f"{verdict}, but its data is not ready: {listed(closed)}."
    unknown = _gates(decision, GateState.UNKNOWN)
    if unknown:
        return Course.BUILD_WITH_AI, f"{verdict}; nobody has said yet how it stands with {listed(unknown)}, so that comes first."
    return Course.BUILD_WITH_AI, f"{verdict}, and its data is ready."


def never_pays(economics: EconomicsComparison, horizon_months: int = HORIZON_MONTHS) -> bool:
    """Whether the effect of every option is known in money, and none has paid back within the horizon."""
    options = economics.options
    return bool(options) and all(
        one.effect_per_month is not None and (one.payback_month is None or one.payback_month > horizon_months) for one in options
    )


def course_of_all(courses: Iterable[Course]) -> Course:
    """The course of the whole: the highest of its goals. Without any goal nothing is decided."""
    return max(courses, key=LADDER_OF_COURSES.index, default=Course.UNDECIDED)


def goal_courses(material: Material, decisions: Sequence[GoalDecision], nodes: GoalPlaces, horizon_months: int) -> tuple[GoalCourse, ...]:
    """The course of every goal, in the order of the decisions."""
    found: list[GoalCourse] = []
    for decision in decisions:
        course, why = course_of(decision, horizon_months)
        why = " ".join(one for one in (why, material.agreed.criteria.get(decision.goal_id, "")) if one)
        found.append(
            GoalCourse(
                goal_id=decision.goal_id,
                statement=nodes.statement(decision),
                solution=decision.necessity.solution,
                course=course,
                why=why,
                findings=nodes.findings(decision.goal_id) or deciding(material.sources, decision.necessity),
                kpi_ids=tuple(one.id for one in nodes.kpis(decision.goal_id)),
            )
        )
    return tuple(found)


def deciding(sources: Sources, necessity: NecessityAssessment, most: int = 6) -> tuple[str, ...]:
    """Ids of findings that led to a verdict: the clearest rating of each criterion."""
    clearest: dict[str, Rating] = {}
    for rating in necessity.ratings:
        known = clearest.get(rating.criterion)
        if known is None or rating.confidence > known.confidence:
            clearest[rating.criterion] = rating
    return sources.citing((one.quotes[0] for one in clearest.values()), most)


AS_AGREED = "as agreed in the shared objective"


@dataclass(frozen=True)
class Served:
    """A business goal that an operational goal serves."""

    statement: str
    findings: tuple[str, ...]
    how: str = ""
    """What ties the two, where the tree of what was said does not."""


class GoalPlaces:
    """Where the operational goals of a tree stand: what they serve, and what measures them."""

    def __init__(self, material: Material) -> None:
        tree, self._sources = material.tree, material.sources
        self._findings: dict[str | None, tuple[str, ...]] = {}
        self._kpis: dict[str | None, tuple[KpiNode, ...]] = {}
        self._above: dict[str | None, list[Served]] = {}
        for business in tree.business_goals:
            for goal in business.operational_goals:
                self._note(goal.id, goal.finding_ids, goal.kpis or business.kpis)
                self._serves(goal.id, business)
        for goal in tree.unlinked_operational_goals:
            self._note(goal.id, goal.finding_ids, goal.kpis)
        if not self._findings:  # the whole is decided as one
            self._note(None, [one for goal in tree.business_goals for one in goal.finding_ids], tree.kpis)
            for business in tree.business_goals[:1]:
                self._serves(None, business)
        for goal_id, served in material.agreed.serves.items():
            for business in served:
                self._serves(goal_id, business, AS_AGREED)
                known = self._kpis.get(goal_id, ())
                self._kpis[goal_id] = tuple({one.id: one for one in (*known, *business.kpis)}.values())

    def _note(self, goal_id: str | None, finding_ids: Iterable[str], kpis: Sequence[KpiNode]) -> None:
        self._findings[goal_id] = self._sources.live(finding_ids)
        self._kpis[goal_id] = tuple(kpis)

    def _serves(self, goal_id: str | None, business: BusinessGoalNode, how: str = "") -> None:
        served = Served(business.statement, self._sources.live(business.finding_ids), how)
        self._above.setdefault(goal_id, []).append(served)

    def findings(self, goal_id: str | None) -> tuple[str, ...]:
        """Ids of the findings that state a goal."""
        return self._findings.get(goal_id, ())

    def kpis(self, goal_id: str | None) -> tuple[KpiNode, ...]:
        """What measures a goal: its own KPIs, or else those of the business goal above."""
        return self._kpis.get(goal_id, ())

    def serves(self, goal_id: str | None) -> tuple[Served, ...]:
        """The business goals above; empty if none is known."""
        return tuple(self._above.get(goal_id, ()))

    def statement(self, decision: GoalDecision) -> str:
        """A goal in words; of the whole, the business goal if one was stated."""
        above = self._above.get(decision.goal_id) if decision.goal_id is None else None
        return above[0].statement if above else decision.statement


def _gates(decision: GoalDecision, state: GateState) -> list[str]:
    return [one.name.lower() for one in decision.readiness.dimensions if one.state is state] if decision.readiness else []


def _why_undecided(necessity: NecessityAssessment) -> str:
    if necessity.certainty is Certainty.OPEN and necessity.hangs_on_a_contradiction:
        disputed = [one.name.lower() for one in necessity.contradictions if one.decides and one.open]
        return f"The verdict hangs on who is right: {listed(disputed)}."
    pivotal = [one.name.lower() for one in necessity.pivotal[:3]]
    return f"Too little is known for a verdict: {listed(pivotal)}." if pivotal else "Too little is known for a verdict."
