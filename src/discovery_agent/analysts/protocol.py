"""The seam between what proposes findings and everything that checks, decides and shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from pydantic import Field

from discovery_agent.domain.conversation import Conversation, Utterance, Value
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import ProposedFinding
from discovery_agent.domain.interview.moves import AnswerReading, Move, Person, Progress
from discovery_agent.models.usage import Usage


class Window(Value):
    """A run of whole utterances that an analyst reads at once: indices `first` to `last`, both included."""

    first: int
    last: int


class Extraction(Value):
    """What one window gave."""

    proposals: tuple[ProposedFinding, ...]
    usage: Usage = Usage()


class QuestionBrief(Value):
    """Everything that an analyst needs to word the interviewer's next turn. What to ask is decided: `move` says it."""

    move: Move
    person: Person
    organisation: str = ""
    purpose: str = Field(default="", description="What the discovery is about, in the lead's words.")
    recent: tuple[Utterance, ...] = Field(default=(), description="The last turns, oldest first.")
    asked: tuple[str, ...] = Field(default=(), description="Every earlier turn of the interviewer, verbatim.")
    understood: tuple[str, ...] = Field(
        default=(), description="What was understood so far, for words that point far back: goal, figures, what the work handles."
    )
    answer: str | None = Field(default=None, description="What the stakeholder has just said; None before the first question.")
    reading: AnswerReading | None = Field(default=None, description="How that answer was taken.")
    progress: Progress
    first: bool = Field(default=False, description="Whether the interview opens with it: a greeting comes before the question.")
    private_until_release: bool = Field(default=True, description="Whether the lead reads the interview only after its release.")


class Reader(Protocol):
    """Reads conversations: proposes findings, never decides whether they hold."""

    @property
    def name(self) -> str:
        """Shown as the origin of each finding: `rules`, or the model as configured."""
        ...

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        """How the conversation is cut up. Every utterance is in at least one window."""
        ...

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        """Findings proposed from one window.

        Raises:
            ModelError: the call failed for good; the window can be tried again on its own.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...

    async def rate(self, conversation: Conversation, window: Window, tables: Tables) -> Extraction:
        """What one window shows of the criteria of the ladder and of the state of the data.

        The proposals are of kind `criterion`, each with a `criterion` or a `data` reading.

        Raises:
            ModelError: the call failed for good; the window can be tried again on its own.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...


class Analyst(Reader, Protocol):
    """Reads conversations, and words what an interviewer says."""

    def phrase(self, brief: QuestionBrief) -> AsyncIterator[str]:
        """The interviewer's next words, piece by piece: a short acknowledgement, one question, at times half a line why.

        For the move `recap` it is a few closing words without a question.

        Raises:
            ModelError: the call failed for good; what came before is no turn and is dropped.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...
