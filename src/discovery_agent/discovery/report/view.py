"""The view model of a report: everything that the pages show, worked out once, as plain values.

`build_view` is pure. The HTML and the Markdown only lay out what stands here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest

from discovery_agent.discovery.report.decision_view import DecisionsView, decisions_view
from discovery_agent.discovery.report.finding_view import (
    FindingIndex,
    FindingView,
    KindView,
    StakeholderView,
    index_findings,
    stakeholders,
)
from discovery_agent.discovery.report.knowledge_view import KnowledgeView, knowledge_view
from discovery_agent.discovery.report.kpi_view import NEEDED_FIELDS, GapView, KpiView, kpi_gaps, kpi_views
from discovery_agent.discovery.report.limits import limits
from discovery_agent.discovery.report.transcript_view import FailedView, TranscriptView, transcript_view
from discovery_agent.discovery.report.tree_view import TreeView, numbered, tree_gaps, tree_view
from discovery_agent.discovery.report.wording import KIND_LABELS, NOBODY, analyst_words, day
from discovery_agent.discovery.results import EngagementAnalysis, UnreadableFile
from discovery_agent.domain.findings import FindingKind, FindingStatus, UnverifiedFinding
from discovery_agent.domain.goals import GoalTree
from discovery_agent.models.usage import Usage


@dataclass(frozen=True, slots=True)
class RejectedQuote:
    """A quote that is no evidence, and why."""

    text: str
    claimed_speaker: str
    reason: str
    anchor: str | None
    """The utterance that it was claimed to come from."""


@dataclass(frozen=True, slots=True)
class UnverifiedView:
    """A claim kept apart because nothing proves it."""

    kind_label: str
    statement: str
    conversation_number: int
    conversation: str
    quotes: tuple[RejectedQuote, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A whole report."""

    title: str
    date: str
    analyst: str
    uses_model: bool
    words: int
    speakers: int
    kpis: tuple[KpiView, ...]
    tree: TreeView
    kpi_gaps: tuple[GapView, ...]
    tree_gaps: tuple[GapView, ...]
    kinds: tuple[KindView, ...]
    positions: tuple[FindingView, ...]
    stakeholders: tuple[StakeholderView, ...]
    transcripts: tuple[TranscriptView, ...]
    unverified: tuple[UnverifiedView, ...]
    unreadable: tuple[UnreadableFile, ...]
    usage: Usage
    approved: int
    """How many findings a person has confirmed or corrected."""
    index: FindingIndex
    decisions: DecisionsView | None = None
    knowledge: KnowledgeView = field(default_factory=KnowledgeView)
    limits: tuple[str, ...] = ()
    """What the report cannot tell, in sentences."""

    @property
    def findings(self) -> tuple[FindingView, ...]:
        """All findings, by number."""
        return self.index.all

    def finding(self, number: int) -> FindingView:
        """The finding of that number."""
        return self.findings[number - 1]

    @property
    def claims(self) -> tuple[FindingView, ...]:
        """All findings but the facts that the verdicts rest on."""
        return tuple(one for one in self.findings if one.kind is not FindingKind.CRITERION)

    @property
    def frame(self) -> tuple[FindingView, ...]:
        """What any solution has to live with: decisions, constraints and risks, the best proved of each in turn."""
        kinds = (FindingKind.DECISION, FindingKind.CONSTRAINT, FindingKind.RISK)
        ranked = [sorted(self.index.of_kind(kind), key=lambda one: -one.confidence) for kind in kinds]
        return tuple(one for row in zip_longest(*ranked) for one in row if one)

    @property
    def leading_kpis(self) -> tuple[KpiView, ...]:
        """All KPIs, those with the most to compare first."""

        return tuple(sorted(self.kpis, key=figures_said, reverse=True))

    @property
    def complete(self) -> int:
        """How many KPIs lack nothing."""
        return sum(not kpi.gaps for kpi in self.kpis)

    @property
    def missing(self) -> int:
        """How many fields the KPIs lack, taken together."""
        return sum(len(kpi.gaps) for kpi in self.kpis)

    @property
    def disputed(self) -> tuple[KpiView, ...]:
        """KPIs on which people differ."""
        return tuple(kpi for kpi in self.kpis if kpi.disputes)

    @property
    def unheard(self) -> tuple[StakeholderView, ...]:
        """Participants who never speak."""
        return tuple(person for person in self.stakeholders if not person.words and not person.findings)

    @property
    def failed(self) -> tuple[FailedView, ...]:
        """Stretches that could not be read, of all conversations."""
        return tuple(item for transcript in self.transcripts for item in transcript.failed)

    @property
    def has_notes(self) -> bool:
        """Whether a reader skipped or repaired anything."""
        return any(transcript.notes for transcript in self.transcripts)


def figures_said(kpi: KpiView) -> tuple[int, bool]:
    """How much there is to compare: of baseline and target, how many were said, and whether they can be drawn."""
    return sum(bool(kpi.field(name).text) for name in ("baseline", "target")), kpi.bar is not None


def build_view(analysis: EngagementAnalysis) -> ReportView:
    """Work out everything that a report of this analysis shows."""
    index = index_findings(analysis.conversations)
    kpis = kpi_views(analysis.goal_tree, index)
    tree = tree_view(analysis.goal_tree, kpis, numbered(index))
    transcripts = tuple(transcript_view(item, number, index) for number, item in enumerate(analysis.conversations, start=1))
    people = stakeholders(analysis, index)
    statuses = Counter(finding.status for finding in analysis.findings)
    knowledge = knowledge_view(analysis.knowledge)
    decisions = decisions_view(analysis.decisions, index, knowledge) if analysis.decisions else None
    uses_model = analysis.usage.calls + analysis.usage.cached_calls > 0
    return ReportView(
        title=analysis.title,
        date=day(analysis.created_at),
        analyst=analyst_words(analysis.analyst),
        uses_model=uses_model,
        words=sum(transcript.words for transcript in transcripts),
        speakers=sum(1 for person in people if person.name != NOBODY and person.words),
        kpis=tuple(kpis.values()),
        tree=tree,
        kpi_gaps=kpi_gaps(kpis.values()),
        tree_gaps=tree_gaps(tree),
        kinds=index.by_kind(),
        positions=index.of_kind(FindingKind.POSITION),
        stakeholders=people,
        transcripts=transcripts,
        unverified=_unverified(analysis),
        unreadable=analysis.unreadable,
        usage=analysis.usage,
        approved=statuses[FindingStatus.CONFIRMED] + statuses[FindingStatus.CORRECTED],
        index=index,
        decisions=decisions,
        knowledge=knowledge,
        limits=limits(
            uses_model=uses_model,
            open_facts=sum(len(kpi.gaps) for kpi in kpis.values()),
            facts=len(NEEDED_FIELDS) * len(kpis),
            ties=ties(analysis.goal_tree),
            decisions=analysis.decisions,
        ),
    )


def ties(tree: GoalTree) -> int:
    """How many goals and KPIs hang below a goal."""
    operational = [goal for above in tree.business_goals for goal in above.operational_goals]
    direct = sum(len(goal.kpis) for goal in tree.business_goals)
    return len(operational) + direct + sum(len(goal.kpis) for goal in (*operational, *tree.unlinked_operational_goals))


def _unverified(analysis: EngagementAnalysis) -> tuple[UnverifiedView, ...]:
    found: list[UnverifiedView] = []
    for number, item in enumerate(analysis.conversations, start=1):
        known = {utterance.id for utterance in item.conversation.utterances}
        found.extend(unverified_view(one, number, item.conversation.title, known) for one in item.unverified)
    return tuple(found)


def unverified_view(item: UnverifiedFinding, number: int, title: str, known: set[str]) -> UnverifiedView:
    """A claim without proof, of conversation `number`; `known` are the ids of its utterances."""
    quotes = tuple(
        RejectedQuote(
            text=quote.text if quote else "",
            claimed_speaker=(quote.speaker or "") if quote else "",
            reason=reason or "No reason was recorded.",
            anchor=f"c{number}{quote.utterance_id}" if quote and quote.utterance_id in known else None,
        )
        for quote, reason in zip_longest(item.proposal.quotes, item.reasons)
    )
    nothing = RejectedQuote("", "", "No quote was given.", None)
    label = KIND_LABELS[item.proposal.kind][0]
    return UnverifiedView(label, item.proposal.statement, number, title, quotes or (nothing,))
