"""What the first page of a large report shows: all counts, and of each list the first."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest

from discovery_agent.discovery.report.decision_view import VerdictView
from discovery_agent.discovery.report.finding_view import FindingView
from discovery_agent.discovery.report.head import Head
from discovery_agent.discovery.report.knowledge_view import KnownView
from discovery_agent.discovery.report.kpi_view import NEEDED_FIELDS, GapView, KpiView
from discovery_agent.discovery.report.large.goals import GoalPages, kpi_gaps, tree_gaps
from discovery_agent.discovery.report.large.lists import weight_words
from discovery_agent.discovery.report.large.plan import ON_OVERVIEW, Plan
from discovery_agent.discovery.report.large.shelf import Shelf
from discovery_agent.discovery.report.large.survey import Person, Weight
from discovery_agent.discovery.report.large.verdicts import Tally, tally, verdict
from discovery_agent.discovery.report.limits import limits
from discovery_agent.discovery.report.transcript_view import FailedView
from discovery_agent.discovery.report.tree_view import TreeView
from discovery_agent.discovery.report.view import UnverifiedView, figures_said, ties
from discovery_agent.discovery.report.wording import ROLE_LABELS
from discovery_agent.discovery.results import BatchAnalysis, UnreadableFile
from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.domain.conversation import is_interviewer
from discovery_agent.domain.decisions import Decisions
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.goals import GoalTree
from discovery_agent.models.usage import Usage

_FRAME = (FindingKind.DECISION, FindingKind.CONSTRAINT, FindingKind.RISK)
_BEST = 8
_GOALS = 6
_DISPUTED = 5
_VERDICTS = 4
_QUESTIONS = 8
_PEOPLE = 16
_FRAMED = 6
# Of the KPIs that most people speak of, those with figures come first.
_WEIGHTY = 50


@dataclass(slots=True)
class Gleaned:
    """What the overview keeps while the conversations go by."""

    best: dict[FindingKind, list[tuple[float, int, FindingView]]] = field(
        default_factory=dict[FindingKind, list[tuple[float, int, FindingView]]]
    )
    claims: list[UnverifiedView] = field(default_factory=list[UnverifiedView])
    failed: list[FailedView] = field(default_factory=list[FailedView])

    def take(self, findings: Sequence[FindingView], claims: Sequence[UnverifiedView], failed: Sequence[FailedView]) -> None:
        """Look at what one conversation gave."""
        for finding in findings:
            if finding.kind in (*_FRAME, FindingKind.POSITION):
                best = self.best.setdefault(finding.kind, [])
                heapq.heappush(best, (finding.confidence, -finding.number, finding))
                if len(best) > _BEST:
                    heapq.heappop(best)
        self.claims += claims[: ON_OVERVIEW["unverified"] - len(self.claims)]
        self.failed += failed[: ON_OVERVIEW["failed"] - len(self.failed)]

    def best_of(self, kind: FindingKind) -> tuple[FindingView, ...]:
        """The best proved findings of a kind, the best first."""
        return tuple(finding for *_, finding in sorted(self.best.get(kind, ()), key=lambda one: one[:2], reverse=True))

    @property
    def frame(self) -> tuple[FindingView, ...]:
        """What any solution has to live with: decisions, constraints and risks, the best proved of each in turn."""
        return tuple(one for row in zip_longest(*map(self.best_of, _FRAME)) for one in row if one)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What was decided, as far as the overview shows it."""

    verdicts: Head[VerdictView]
    tally: Tally
    conflicts: int
    agenda: Head[tuple[AgendaItem, tuple[KnownView, ...]]]
    """Questions with the passages that explain each."""
    missing_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page. Its fields are called as those of the report of a few conversations, and the same templates show them."""

    title: str
    date: str
    analyst: str
    uses_model: bool
    words: int
    speakers: int
    conversations: int
    findings: int
    approved: int
    kpis: Head[KpiView]
    complete: int
    missing: int
    disputed: Head[KpiView]
    leading_kpis: Sequence[KpiView]
    tree: TreeView
    weights: Sequence[str]
    """Who stands behind each of the goals shown, in words."""
    kpi_gaps: tuple[GapView, ...]
    tree_gaps: tuple[GapView, ...]
    claims: Head[FindingView]
    positions: Head[FindingView]
    frame: Head[FindingView]
    people: Head[Person]
    unverified: Head[UnverifiedView]
    failed: Head[FailedView]
    unreadable: Head[UnreadableFile]
    usage: Usage
    decisions: Verdicts | None
    limits: tuple[str, ...]
    transcripts: tuple[()] = ()
    has_notes: bool = False
    """Notes of the readers are a list of their own."""


def make_overview(batch: BatchAnalysis, plan: Plan, gleaned: Gleaned, goals: GoalPages, shelf: Shelf) -> Overview:
    """Work out the first page."""
    counted, tree = plan.survey, plan.tree
    kpis = [goals.kpi(node) for node in plan.kpis[:_WEIGHTY]]
    disputed = [node for node in plan.kpis if node.disputed]
    open_facts = sum(len(node.kpi.gaps) for node in plan.kpis)
    uses_model = batch.usage.calls + batch.usage.cached_calls > 0
    claims = counted.findings - counted.kinds.get(FindingKind.CRITERION, 0)
    frame = gleaned.frame[:_FRAMED]
    return Overview(
        title=batch.title,
        date=plan.cover.date,
        analyst=plan.cover.analyst,
        uses_model=uses_model,
        words=counted.words,
        speakers=counted.speakers,
        conversations=len(counted.talks),
        findings=counted.findings,
        approved=counted.approved,
        kpis=Head(tuple(kpis), len(plan.kpis), "kpis"),
        complete=sum(not node.kpi.gaps for node in plan.kpis),
        missing=open_facts,
        disputed=Head(tuple(goals.kpi(node) for node in disputed[:_DISPUTED]), len(disputed)),
        leading_kpis=sorted(kpis, key=figures_said, reverse=True)[:_GOALS],
        tree=_roots(tree, goals),
        weights=tuple(weight_words(counted.weights.get(goal.id, Weight(0, 0, 0))) for goal in tree.business_goals[:_GOALS]),
        kpi_gaps=kpi_gaps(plan.kpis),
        tree_gaps=tree_gaps(tree, plan.numbers, plan.anchors),
        claims=Head((), claims),
        positions=Head(
            gleaned.best_of(FindingKind.POSITION), counted.kinds.get(FindingKind.POSITION, 0), f"kind-{FindingKind.POSITION.value}"
        ),
        frame=Head(frame, sum(counted.kinds.get(kind, 0) for kind in _FRAME)),
        people=Head(_heard(counted.people), len(counted.people), "people"),
        unverified=Head(tuple(gleaned.claims), counted.unverified, "all-unverified"),
        failed=Head(tuple(gleaned.failed), counted.failed, "all-failed"),
        unreadable=Head(batch.unreadable[: ON_OVERVIEW["unreadable"]], len(batch.unreadable), "all-unreadable"),
        usage=batch.usage,
        decisions=_decided(batch.decisions, plan, shelf) if batch.decisions else None,
        limits=limits(
            uses_model=uses_model,
            open_facts=open_facts,
            facts=len(NEEDED_FIELDS) * len(plan.kpis),
            ties=ties(batch.goal_tree),
            decisions=batch.decisions,
        ),
    )


def _heard(people: Sequence[Person]) -> tuple[Person, ...]:
    """The first stakeholders: who only asks is none."""
    return tuple(islice((person for person in people if not is_interviewer(person.name)), _PEOPLE))


def _roots(tree: GoalTree, goals: GoalPages) -> TreeView:
    """The first business goals, without what hangs below them but one KPI: that tells whether they have any."""
    roots = [
        goal.model_copy(
            update={"operational_goals": (), "kpis": (*goal.kpis, *(kpi for one in goal.operational_goals for kpi in one.kpis))[:1]}
        )
        for goal in tree.business_goals[:_GOALS]
    ]
    view = goals.tree(GoalTree(business_goals=tuple(roots)))
    return TreeView(Head(tuple(view.business_goals), len(tree.business_goals), "goals"), (), ())


def _decided(decisions: Decisions, plan: Plan, shelf: Shelf) -> Verdicts:
    first = tuple(verdict(goal, number, shelf, plan.knowledge) for number, goal in enumerate(plan.goals[:_VERDICTS], start=1))
    questions = tuple((item, plan.knowledge.on_question(item.id)) for item in plan.agenda[:_QUESTIONS])
    return Verdicts(
        verdicts=Head(first, len(plan.goals), "verdicts"),
        tally=tally(plan.goals),
        conflicts=len(plan.conflicts),
        agenda=Head(questions, len(plan.agenda), "agenda"),
        missing_roles=tuple(ROLE_LABELS.get(role, role.value) for role in decisions.coverage.missing_roles),
    )
