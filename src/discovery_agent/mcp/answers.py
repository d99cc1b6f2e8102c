"""What tools give back. Where an object is known elsewhere (goal tree, conflict, finding, case) it is the same object, with the same schema."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from discovery_agent.discovery.assessments import AssessmentOverview
from discovery_agent.discovery.drafting import BlueprintHead
from discovery_agent.discovery.evidence import Evidence
from discovery_agent.discovery.report.decision_view import headline
from discovery_agent.discovery.results import FailedWindow
from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.conversation import Conversation, ReadingNote, Stakeholder, Value
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.gates import Gate, Phase
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty
from discovery_agent.models.usage import Usage

_FIRST = 5


class EngagementList(Value):
    """A part of the list of engagements."""

    items: tuple[Engagement, ...]
    total: int = Field(ge=0, description="How many there are in all.")
    offset: int
    limit: int


class VerdictSummary(Value):
    """The verdict for one operational goal in short; whole, with its ladder and quotes, it is in the resource `verdicts`."""

    goal_id: str | None
    goal: str
    verdict: str = Field(description="In a few words.")
    solution: SolutionClass | None = Field(description="The simplest solution class that suffices; None while the verdict is open.")
    ai_needed: bool | None
    certainty: Certainty
    confidence: float = Field(description="Probability of the leading verdict over what is not known yet.")
    ready: bool | None = Field(description="Whether the data is ready; None if that is not known, or the verdict is open.")
    data_requests: tuple[str, ...] = Field(description="What to ask for next about the data; the first five.")
    pivotal_questions: tuple[str, ...] = Field(
        description="Questions whose answers could change the verdict, most decisive first; five at most."
    )


class GateSummary(Value):
    """A gate between two phases in short."""

    phase: Phase
    hands_over: str
    open: bool
    missing_total: int
    missing: tuple[str, ...] = Field(description="The first five things that it lacks.")


class EngagementSummary(Value):
    """Where an engagement stands. `sizes` says how long each list is; the resources of the engagement hold them whole."""

    engagement: Engagement
    phase: Phase
    gates: tuple[GateSummary, ...]
    assessment: AssessmentOverview | None = Field(description="Figures of the newest assessment; None before the first.")
    goal_tree: GoalTree = Field(description="Business goals with the operational goals and KPIs below them, and what could not be tied.")
    verdicts: tuple[VerdictSummary, ...]
    conflicts: tuple[Conflict, ...]
    ask_next: tuple[AgendaItem, ...] = Field(description="The question whose answer could change most comes first.")
    blueprint: BlueprintHead | None = Field(description="The newest version; None before the first.")
    sizes: dict[str, int] = Field(description="How many there are of each list in all.")
    offset: int
    limit: int


class EvidenceFound(Value):
    """Findings that answer a question, best first, each with its citations: the words, who said them, where."""

    engagement_id: str
    query: str
    items: tuple[Evidence, ...]


class ConversationHead(Value):
    """A conversation without its words."""

    id: str
    title: str
    format: str
    held_on: date | None
    participants: tuple[Stakeholder, ...]
    utterances: int
    words: int
    notes: tuple[ReadingNote, ...] = Field(description="What was skipped or repaired in reading.")


class TranscriptAnalysis(Value):
    """What was found in a transcript. Nothing of it is stored."""

    conversation: ConversationHead
    analyst: str
    findings: tuple[Finding, ...] = Field(description="In the order of saying, each with the sentence that proves it.")
    findings_total: int
    goal_tree: GoalTree
    verdicts: tuple[VerdictSummary, ...]
    ask_next: tuple[AgendaItem, ...] = Field(description="What to ask next, as far as this conversation alone can tell; ten at most.")
    unverified: int = Field(description="Proposals whose quotes are not in the transcript; they count as nothing.")
    failed_windows: tuple[FailedWindow, ...] = Field(description="Stretches that could not be read.")
    usage: Usage
    stored: Literal[False] = False
    how_to_store: str


def verdict_summary(goal: GoalDecision) -> VerdictSummary:
    """A verdict in short."""
    verdict, readiness = goal.necessity, goal.readiness
    return VerdictSummary(
        goal_id=goal.goal_id,
        goal=goal.statement,
        verdict=headline(verdict),
        solution=verdict.solution,
        ai_needed=verdict.ai_needed,
        certainty=verdict.certainty,
        confidence=verdict.confidence,
        ready=readiness.ready if readiness else None,
        data_requests=tuple(gap.next_step for gap in readiness.gaps if gap.next_step)[:_FIRST] if readiness else (),
        pivotal_questions=tuple(one.question for one in verdict.pivotal[:_FIRST]),
    )


def gate_summary(gate: Gate) -> GateSummary:
    """A gate in short."""
    return GateSummary(
        phase=gate.phase,
        hands_over=gate.hands_over,
        open=gate.open,
        missing_total=len(gate.missing),
        missing=tuple(one.text for one in gate.missing[:_FIRST]),
    )


def head_of(conversation: Conversation) -> ConversationHead:
    """A conversation without its words."""
    return ConversationHead(
        id=conversation.id,
        title=conversation.title,
        format=conversation.format,
        held_on=conversation.held_on,
        participants=conversation.participants,
        utterances=len(conversation.utterances),
        words=conversation.words,
        notes=conversation.notes,
    )
