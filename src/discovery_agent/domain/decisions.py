"""Everything that is decided about an engagement, computed from its findings and the tables alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from discovery_agent.domain.agenda import AgendaItem, GoalQuestion, build_agenda
from discovery_agent.domain.backing import BACKING_KINDS, Backing, BearsOn
from discovery_agent.domain.conflicts import Conflict, find_conflicts
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Value
from discovery_agent.domain.coverage import Attendance, Coverage, coverage_of
from discovery_agent.domain.economics import EconomicsComparison, EconomicsTable, SaidFigures, compare, plain_and_ai
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Kpi, Quote
from discovery_agent.domain.goals import GoalTree, KpiNode, OperationalGoalNode
from discovery_agent.domain.ladder import Ladder, SolutionClass
from discovery_agent.domain.likeness import Similarity
from discovery_agent.domain.necessity import NecessityAssessment, Rating, assess
from discovery_agent.domain.readiness import DataClaim, ReadinessAssessment, ReadinessTable, assess_readiness
from discovery_agent.domain.relevance import Relevance
from discovery_agent.domain.settlements import Settlement

Expect = Callable[[str], Mapping[str, float]]
"""Solution class -> share of likelihood, for a text."""

# Quotes by which a goal is likened to other cases; a description of a case has two to five sentences.
MOST_TELLING = 12

WHOLE = "What was described as a whole"
"""Title of the decision when nobody stated an operational goal."""


class GoalDecision(Value):
    """What is decided for one operational goal, or for all of what was said where no such goal was stated."""

    goal_id: str | None
    statement: str
    necessity: NecessityAssessment
    readiness: ReadinessAssessment | None = Field(description="None while the verdict is open: nobody knows what for.")
    economics: EconomicsComparison


class Decisions(Value):
    """Verdicts, readiness, conflicts, coverage and the agenda of an engagement."""

    goals: tuple[GoalDecision, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    coverage: Coverage


@dataclass(frozen=True)
class Tables:
    """What the rules decide by."""

    ladder: Ladder
    readiness: ReadinessTable
    economics: EconomicsTable


def ratings_of(findings: Sequence[Finding]) -> list[Rating]:
    """The ratings among findings; what a person rejected does not count."""
    return [
        Rating(criterion=one.criterion.criterion, value=one.criterion.value, confidence=one.confidence, quotes=one.quotes, note=one.note)
        for one in findings
        if one.criterion and one.status is not FindingStatus.REJECTED
    ]


def claims_of(findings: Sequence[Finding]) -> list[DataClaim]:
    """The claims about data among findings; what a person rejected does not count."""
    return [
        DataClaim(dimension=one.data.dimension, level=one.data.level, proof=one.data.proof, quotes=one.quotes)
        for one in findings
        if one.data and one.status is not FindingStatus.REJECTED
    ]


def telling_words(statement: str, ratings: Sequence[Rating]) -> str:
    """What a case is likened to others by: its goal, if one was stated, and the clearest words that show something."""
    clearest = sorted(ratings, key=lambda one: -one.confidence)
    quotes = dict.fromkeys(quote.text for rating in clearest for quote in rating.quotes)
    return " ".join([statement, *list(quotes)[:MOST_TELLING]]).strip()


def decide(
    findings: Sequence[Finding],
    tree: GoalTree,
    conversations: Sequence[Conversation | Attendance],
    tables: Tables,
    similarity: Similarity,
    expect: Expect | None = None,
    settled: Sequence[Settlement] = (),
) -> Decisions:
    """Decide everything that the findings allow. Of the conversations, only who took part counts.

    `expect` says how common each solution class is among cases that read like a text, `settled` how people ended conflicts.
    Those are told all the same, but nobody is asked any more which side holds.
    """
    people = _people(conversations)
    with_evidence, bears_on = _goals_with_evidence(findings, tree, similarity)
    amounts = [one for one in findings if _is_backing(one)]
    backing = Backing(amounts, [statement for _, statement, *_ in with_evidence], bears_on, tables.economics.currency)
    goals = [_decide_goal(*goal, backing.of(at, goal[-1]), tables, expect, settled) for at, goal in enumerate(with_evidence)]
    contradictions = [one for goal in goals for one in goal.necessity.contradictions]
    conflicts = find_conflicts(tree, findings, similarity, contradictions)
    ended = {one.conflict_id for one in settled if one.chosen}
    unsettled = [one for one in conflicts if one.id not in ended]
    questions = [GoalQuestion(goal=goal.statement, necessity=goal.necessity, readiness=goal.readiness) for goal in goals]
    return Decisions(
        goals=tuple(goals),
        conflicts=conflicts,
        agenda=build_agenda(questions, tree, unsettled, people, tables.ladder),
        coverage=coverage_of(findings, tree, conversations, people),
    )


_GoalWithEvidence = tuple[str | None, str, Kpi | None, list[Quote], list[Finding]]


def _is_backing(finding: Finding) -> bool:
    return finding.kind in BACKING_KINDS and finding.status is not FindingStatus.REJECTED


def _people(conversations: Sequence[Conversation | Attendance]) -> list[Stakeholder]:
    """Everybody who took part, once; a known role beats an unknown one."""
    people: dict[str, Stakeholder] = {}
    for conversation in conversations:
        for person in conversation.participants:
            known = people.get(person.name)
            if known is None or (known.role is Role.UNKNOWN and person.role is not Role.UNKNOWN):
                people[person.name] = person
    return list(people.values())


def _goals_with_evidence(findings: Sequence[Finding], tree: GoalTree, similarity: Similarity) -> tuple[list[_GoalWithEvidence], BearsOn]:
    """Each operational goal with its leading KPI and the ratings and claims about it, and what tells whether a remark bears on one."""
    nodes: list[tuple[OperationalGoalNode, tuple[KpiNode, ...]]] = [
        (goal, goal.kpis or above.kpis) for above in tree.business_goals for goal in above.operational_goals
    ]
    nodes += [(goal, goal.kpis) for goal in tree.unlinked_operational_goals]
    evidence = [one for one in findings if one.kind is FindingKind.CRITERION and one.status is not FindingStatus.REJECTED]
    by_id = {finding.id: finding for finding in findings}
    if not nodes:
        kpi, quotes = _leading(tree.kpis, by_id)
        whole: list[_GoalWithEvidence] = [(None, WHOLE, kpi, quotes, evidence)] if evidence or tree.business_goals else []
        return whole, lambda _conversation, _words, _goal: True
    relevance = Relevance([[by_id[one] for one in goal.finding_ids if one in by_id] for goal, _ in nodes], similarity, findings)
    shares = relevance.share(evidence)
    goals: list[_GoalWithEvidence] = [
        (goal.id, goal.statement, *_leading(kpis, by_id), shares[at]) for at, (goal, kpis) in enumerate(nodes)
    ]
    return goals, lambda conversation, words, goal: bool(relevance.bearing(conversation, words, goal))


def _leading(kpis: Sequence[KpiNode], by_id: dict[str, Finding]) -> tuple[Kpi | None, list[Quote]]:
    """The KPI of which most is known, with its quotes."""
    if not kpis:
        return None, []
    node = min(kpis, key=lambda one: len(one.kpi.gaps))
    return node.kpi, [quote for id_ in node.finding_ids if id_ in by_id for quote in by_id[id_].quotes]


def _decide_goal(
    goal_id: str | None,
    statement: str,
    kpi: Kpi | None,
    quotes: list[Quote],
    evidence: list[Finding],
    said: SaidFigures,
    tables: Tables,
    expect: Expect | None,
    settled: Sequence[Settlement],
) -> GoalDecision:
    ratings = ratings_of(evidence)
    necessity = assess(tables.ladder, ratings, expect(telling_words(statement, ratings)) if expect else None, settled)
    readiness = None
    if necessity.solution is not None:
        readiness = assess_readiness(tables.readiness, necessity.solution, claims_of(evidence))
    probabilities: dict[SolutionClass, float] = {}
    for rung in necessity.ladder:
        probabilities[rung.solution] = probabilities.get(rung.solution, 0.0) + rung.probability
    return GoalDecision(
        goal_id=goal_id,
        statement=statement,
        necessity=necessity,
        readiness=readiness,
        economics=compare(tables.economics, plain_and_ai(necessity.solution, probabilities), kpi, quotes, said),
    )
