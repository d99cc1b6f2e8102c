"""One thread for each operational goal: its decision, its course, its epic, and the findings that are about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.courses import GoalPlaces, Served, deciding, goal_courses
from discovery_agent.domain.blueprint.document import Course, Epic, GoalCourse, KpiTarget
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.nearness import Nearness
from discovery_agent.domain.blueprint.scoring import risk_of, to_begin_with, value_of
from discovery_agent.domain.blueprint.systems import NamedSystem, systems_in
from discovery_agent.domain.blueprint.targets import target_of
from discovery_agent.domain.blueprint.texts import goal_in_short
from discovery_agent.domain.blueprint.ties import named_as_means
from discovery_agent.domain.conversation import Role, content_id
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.economics import OptionEconomics
from discovery_agent.domain.findings import Finding, FindingKind, Stance
from discovery_agent.domain.goals import KpiNode
from discovery_agent.domain.planning.forecast import OptionForecast
from discovery_agent.domain.planning.simulation import OptionWork
from discovery_agent.domain.planning.work import Benefit

MOST_IN_MVP = 4
"""Epics of the first version. What comes after is planned when that has proved itself."""
MOST_WITH_ITEMS = 12
"""So many epics are broken down into items; the others are one line of the backlog each."""
MOST_ABOUT = 8
"""Findings of one kind that are kept for a goal."""
_NOT_FIRST = frozenset({Course.DO_NOT_BUILD, Course.UNDECIDED})
# What an epic may cite beside its goal, so that a task traces to a sentence.
_TELLING = (FindingKind.PAIN_POINT, FindingKind.PROCESS_STEP, FindingKind.DATA_SOURCE)
_TOLD = (*_TELLING, FindingKind.RISK, FindingKind.CONSTRAINT)


@dataclass(frozen=True)
class Option:
    """A way to move the KPI of a goal, with the work that it would take."""

    early: OptionEconomics
    """As the assessment estimated it, before the work was broken down."""
    work: OptionWork
    benefit: Benefit
    forecast: OptionForecast
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True)
class Thread:
    """Everything about one operational goal."""

    decision: GoalDecision
    goal: GoalCourse
    epic: Epic
    kpis: tuple[KpiTarget, ...]
    serves: tuple[Served, ...]
    """The business goals above; empty if none is known."""
    about: dict[FindingKind, tuple[Finding, ...]]
    asked: tuple[Finding, ...]
    """Positions for something, and decisions, that are about it."""
    against: tuple[Finding, ...]
    systems: tuple[NamedSystem, ...]
    options: tuple[Option, ...] | None = None
    """None as long as their work is not broken down."""

    @property
    def above_findings(self) -> tuple[str, ...]:
        """What states the business goals that it serves."""
        return tuple(dict.fromkeys(id_ for one in self.serves for id_ in one.findings))

    @property
    def chosen(self) -> Option | None:
        """The option that stands for the verdict."""
        return next((one for one in self.options or () if one.early.solution is self.goal.solution), None)

    @property
    def first(self) -> bool:
        """Whether it is part of the first version."""
        return self.epic.mvp

    @property
    def acts(self) -> bool:
        """Whether the first version does something about the goal itself, beyond asking."""
        return self.epic.mvp and self.goal.course not in _NOT_FIRST

    def told(self, kind: FindingKind, most: int = MOST_ABOUT) -> tuple[Finding, ...]:
        """Findings of a kind that are about it."""
        return self.about.get(kind, ())[:most]


@dataclass(frozen=True)
class Threads:
    """All threads in the order of their epics, and the findings that are about none of them."""

    all: tuple[Thread, ...]
    unplaced: dict[FindingKind, tuple[Finding, ...]]
    unplaced_asked: tuple[Finding, ...]
    unplaced_against: tuple[Finding, ...]

    @property
    def first(self) -> tuple[Thread, ...]:
        """Those of the first version."""
        return tuple(one for one in self.all if one.first)

    @property
    def later(self) -> tuple[Thread, ...]:
        """The others."""
        return tuple(one for one in self.all if not one.first)


def threads_of(material: Material, horizon_months: int) -> Threads:
    """The threads of a blueprint, ordered by value against risk, the first version cut by rule."""
    places = GoalPlaces(material)
    decisions = material.decisions.goals
    goals = goal_courses(material, decisions, places, horizon_months)
    sources = material.sources
    subjects = [(goal.statement, sources.all((*places.findings(goal.goal_id), *_above(places, goal)))) for goal in goals]
    near = Nearness(subjects)
    told = {kind: _placed(near, sources.of_kind(kind), len(goals)) for kind in _TOLD}
    positions = sources.of_kind(FindingKind.POSITION)
    wishes = [one for one in positions if one.stance is not Stance.AGAINST]
    asked = _placed(near, [*wishes, *sources.of_kind(FindingKind.DECISION)], len(goals))
    against = _placed(near, [one for one in positions if one.stance is Stance.AGAINST], len(goals))
    roles = {one.name: one.role for one in material.people}
    names = material.no_systems
    threads: list[Thread] = []
    for at, (decision, goal) in enumerate(zip(decisions, goals, strict=True)):
        about = {kind: tuple(told[kind][0].get(at, ())) for kind in _TOLD}
        systems = systems_in([*about[FindingKind.PROCESS_STEP], *about[FindingKind.DATA_SOURCE]], names)
        kpis = tuple(_target(material, node) for node in places.kpis(goal.goal_id))
        threads.append(
            Thread(
                decision=decision,
                goal=goal,
                epic=_epic(material, decision, goal, kpis, _above(places, goal), about, len(systems), roles, places, asked[0].get(at, ())),
                kpis=kpis,
                serves=places.serves(goal.goal_id),
                about=about,
                asked=tuple(asked[0].get(at, ())),
                against=tuple(against[0].get(at, ())),
                systems=systems,
            )
        )
    return Threads(
        all=with_first(in_order(_told_apart(threads))),
        unplaced={kind: tuple(told[kind][1]) for kind in _TOLD},
        unplaced_asked=tuple(asked[1]),
        unplaced_against=tuple(against[1]),
    )


def _target(material: Material, node: KpiNode) -> KpiTarget:
    findings = material.sources.all(node.finding_ids)
    telling = [one for one in findings if one.kpi and one.kpi.deadline == node.kpi.deadline] or findings
    return target_of(node, material.sources, material.agreed.kpis.get(node.id), material.said_on(telling))


def _above(places: GoalPlaces, goal: GoalCourse) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for one in places.serves(goal.goal_id) for id_ in one.findings))


def epic_id(goal: GoalCourse, stated_by: Sequence[str]) -> str:
    """Made of the first finding that states the goal: it stays while further findings join the goal, and so do estimates of its tasks."""
    return content_id("e", stated_by[0]) if stated_by else content_id("e", goal.goal_id or "whole")


def _placed(near: Nearness, findings: Sequence[Finding], subjects: int) -> tuple[dict[int, list[Finding]], list[Finding]]:
    """The findings by the subject that they are about most, and those about none. One subject alone is what everything is about."""
    placed: dict[int, list[tuple[float, Finding]]] = defaultdict(list)
    rest: list[Finding] = []
    for one in findings:
        about = near.about(one)
        if about:
            placed[about[0][0]].append((about[0][1], one))
        elif subjects == 1 and one.kind in _TELLING:
            placed[0].append((0.0, one))
        else:
            rest.append(one)
    ranked = {at: sorted(found, key=lambda pair: (-pair[0], -pair[1].confidence, pair[1].id)) for at, found in placed.items()}
    return {at: [one for _, one in found] for at, found in ranked.items()}, rest


def _epic(
    material: Material,
    decision: GoalDecision,
    goal: GoalCourse,
    kpis: Sequence[KpiTarget],
    above: Sequence[str],
    about: dict[FindingKind, tuple[Finding, ...]],
    systems: int,
    roles: dict[str, Role],
    places: GoalPlaces,
    asked: Sequence[Finding],
) -> Epic:
    stated = places.findings(goal.goal_id)
    voices, served = material.sources.voices(stated), material.sources.voices(above)
    value = value_of(decision, voices, roles, kpis, served=served, begun_with=to_begin_with(asked), agreed=named_as_means(material, goal))
    risk = risk_of(decision, systems)
    told = [one.id for kind in _TELLING for one in about[kind][:3]]
    return Epic(
        id=epic_id(goal, stated),
        title=goal_in_short(goal.statement),
        goal_id=goal.goal_id,
        solution=goal.solution,
        course=goal.course,
        value=value.points,
        risk=risk.points,
        why_value=value.why,
        why_risk=risk.why,
        kpi_ids=goal.kpi_ids,
        findings=material.sources.live((*goal.findings, *above, *deciding(material.sources, decision.necessity), *told)),
    )


def _told_apart(threads: Sequence[Thread]) -> list[Thread]:
    """The same, each epic with an id of its own, also where two goals were stated in one breath."""
    taken: set[str] = set()
    found: list[Thread] = []
    for one in threads:
        if one.epic.id in taken:
            one = replace(one, epic=one.epic.model_copy(update={"id": content_id("e", one.epic.id, one.goal.goal_id or "")}))
        taken.add(one.epic.id)
        found.append(one)
    return found


def in_order(threads: Sequence[Thread]) -> list[Thread]:
    """Most value for its risk first; of equals the more valuable, then as they were stated. What is not done comes last."""
    return sorted(
        threads,
        key=lambda one: (one.goal.course in _NOT_FIRST, one.epic.risk - one.epic.value, -one.epic.value),
    )


def with_first(threads: Sequence[Thread]) -> tuple[Thread, ...]:
    """The first version: the first epic, and each further one whose value is no less than its risk, up to `MOST_IN_MVP`."""
    first = [
        at
        for at, one in enumerate(threads)
        if at == 0 or (one.epic.value >= one.epic.risk and (one.goal.course not in _NOT_FIRST or threads[0].goal.course in _NOT_FIRST))
    ][:MOST_IN_MVP]
    return tuple(replace(one, epic=one.epic.model_copy(update={"mvp": at in first})) for at, one in enumerate(threads))
