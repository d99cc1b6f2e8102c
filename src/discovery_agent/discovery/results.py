"""What an analysis hands over: the objects behind every report, and the published JSON schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pydantic import Field

from discovery_agent.analysts.protocol import Window
from discovery_agent.domain.conversation import Conversation, Value
from discovery_agent.domain.decisions import Decisions
from discovery_agent.domain.findings import Finding, UnverifiedFinding
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.models.usage import Usage

SCHEMA_VERSION = "1"


class FailedWindow(Value):
    """A stretch of a conversation that the analyst could not read. It can be tried again on its own."""

    window: Window
    error: str = Field(description="What happened.")
    remedy: str | None = Field(default=None, description="What to do about it.")


class ConversationAnalysis(Value):
    """One conversation with what was found in it."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    conversation: Conversation
    analyst: str
    findings: tuple[Finding, ...] = ()
    unverified: tuple[UnverifiedFinding, ...] = ()
    failed_windows: tuple[FailedWindow, ...] = ()
    usage: Usage = Usage()


class UnreadableFile(Value):
    """A file that was given and could not be read."""

    source: str
    error: str
    remedy: str | None = None


class EngagementAnalysis(Value):
    """All conversations of one engagement, and the goals merged across them."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    title: str
    created_at: datetime
    analyst: str
    conversations: tuple[ConversationAnalysis, ...]
    goal_tree: GoalTree
    decisions: Decisions | None = Field(default=None, description="Verdicts and what follows from them; None if nothing was rated.")
    knowledge: KnowledgeUse | None = Field(default=None, description="Knowledge pages that explain the decisions; None if none was asked.")
    unreadable: tuple[UnreadableFile, ...] = ()
    usage: Usage = Usage()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of all conversations, in the order of the conversations."""
        return tuple(finding for analysis in self.conversations for finding in analysis.findings)

    @property
    def unverified(self) -> tuple[UnverifiedFinding, ...]:
        """Unverified findings of all conversations."""
        return tuple(item for analysis in self.conversations for item in analysis.unverified)


class AnalysedConversations(Protocol):
    """Analysed conversations in the order in which they were given. They may lie on disk: one at a time is in memory."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __iter__(self) -> Iterator[ConversationAnalysis]:
        """Each of them, from the first one on; as often as asked."""
        ...


@dataclass(frozen=True, slots=True)
class BatchAnalysis:
    """An analysis of any number of conversations: as `EngagementAnalysis`, but the conversations need not fit in memory."""

    title: str
    created_at: datetime
    analyst: str
    conversations: AnalysedConversations
    goal_tree: GoalTree
    decisions: Decisions | None = None
    knowledge: KnowledgeUse | None = None
    unreadable: tuple[UnreadableFile, ...] = ()
    usage: Usage = field(default_factory=Usage)
