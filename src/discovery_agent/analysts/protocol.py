"""The seam between what proposes findings and everything that checks, decides and shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from pydantic import Field

from discovery_agent.domain.agreement.objective import ObjectivePart
from discovery_agent.domain.blueprint.claims import Assumption, Evidence, Part
from discovery_agent.domain.blueprint.document import Course, SectionId
from discovery_agent.domain.blueprint.wording import ProposedClaim
from discovery_agent.domain.conversation import Conversation, Utterance, Value
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import ProposedFinding
from discovery_agent.domain.interview.moves import AnswerReading, Move, Person, Progress
from discovery_agent.models.billing import Meter
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


class Critique(Value):
    """What a stakeholder said against a draft of the objective; names of people are replaced."""

    words: str
    part: str | None = Field(default=None, description="The part that it is about, in words; None for the whole draft.")
    veto: bool = Field(default=False, description="Whether they cannot carry the draft at all.")


class ObjectiveBrief(Value):
    """Everything that an analyst needs to word the shared objective. What it must hold and leave open is decided: `parts` say it."""

    parts: tuple[ObjectivePart, ...] = Field(min_length=1)
    organisation: str = ""
    purpose: str = Field(default="", description="What the discovery is about, in the lead's words.")
    longest: int = Field(ge=1, description="Words that a statement has at most.")
    before: str = Field(default="", description="The draft of the last round; empty before the first.")
    critiques: tuple[Critique, ...] = Field(default=(), description="What was said against it.")


class ObjectiveStatements(Value):
    """Statements of the objective that an analyst proposes. Rules check them, and a person picks one."""

    texts: tuple[str, ...]
    usage: Usage = Usage()


class SectionBrief(Value):
    """Everything that an analyst needs to word a section of a blueprint. What is proposed and decided is in the parts that rules wrote."""

    section: SectionId
    title: str
    course: Course
    parts: tuple[Part, ...] = Field(min_length=1, description="The parts that may be worded, as rules wrote them; claims may be missing.")
    evidence: tuple[Evidence, ...] = Field(description="What may be cited.")
    assumptions: tuple[Assumption, ...] = ()
    organisation: str = ""
    longest: int = Field(ge=1, description="Words of the whole section at most.")


class SectionWords(Value):
    """What an analyst proposes for a section. Rules check every claim, and put in what is missing."""

    claims: tuple[ProposedClaim, ...]
    usage: Usage = Usage()


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


class ObjectiveWriter(Protocol):
    """Words the shared objective; never decides what it holds, and never puts it to anybody."""

    @property
    def name(self) -> str:
        """Shown as the origin of each statement: `rules`, or the model as configured."""
        ...

    async def propose_objectives(self, brief: ObjectiveBrief, count: int) -> ObjectiveStatements:
        """At most `count` statements that differ from one another.

        Raises:
            ModelError: the call failed for good.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...


class SectionWriter(Protocol):
    """Words a section of a blueprint; never decides what it holds, and approves nothing."""

    @property
    def name(self) -> str:
        """Shown as the author of each claim: `rules`, or the model as configured."""
        ...

    async def write_section(self, brief: SectionBrief, *, meter: Meter | None = None) -> SectionWords:
        """Claims for some or all of its parts, in reading order; none where what rules wrote cannot be said better.

        `meter` gets what it takes even if it fails.

        Raises:
            ModelError: the call failed for good.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...
