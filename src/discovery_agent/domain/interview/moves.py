"""What the interviewer does next, how an answer reads, and how far an interview has come.

An interview is a row of exchanges. Everything about its state is computed from them and from the agenda, so the same
answers always give the same next move and the same progress.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.findings import Quote


class MoveKind(StrEnum):
    """What an interviewer can do."""

    ASK = "ask"
    """Ask for an open slot."""
    LADDER = "ladder"
    """A solution was named: ask for the goal behind it."""
    CLARIFY = "clarify"
    """The answer was vague: ask once for a number, an example or an event."""
    FOLLOW_UP = "follow_up"
    """The answer held a strong statement: ask once about exactly that."""
    CONTRADICTION = "contradiction"
    """Two things that were said cannot both hold: name both, ask what is right."""
    OFFER = "offer"
    """Bring in what others in this situation found and nobody mentioned here."""
    RECAP = "recap"
    """Nothing left to ask could change a decision, the budget is spent, or the stakeholder wants to stop."""


class Offer(Value):
    """A passage of the knowledge base that the interviewer brings in."""

    label: str = Field(description="Title and headings of the passage.")
    text: str
    page: str


class Move(Value):
    """One move: what is asked and why. How it is worded is the analyst's business."""

    kind: MoveKind
    slot: str = Field(description="Id of the slot or agenda item that it serves; `recap` for the recap.")
    base: str = Field(default="", description="The slot of the table whose question it puts, where `slot` is an agenda item.")
    about: str = Field(default="", description="The goal, KPI or subject it belongs to, in words; may be empty.")
    called: str = Field(default="", description="How the stakeholder is told of `about`: in their own words or neutral ones.")
    name_about: bool = Field(default=False, description="Whether to say what it is about, since more than one goal is on the table.")
    question: str = Field(default="", description="The plain question behind it, from a table.")
    why: str = Field(default="", description="What the answer is needed for, in half a line, in words for the stakeholder.")
    words: str | None = Field(default=None, description="The stakeholder's own words that it takes up.")
    sides: tuple[Quote, ...] = Field(default=(), description="What contradicts each other, when it names a contradiction.")
    offer: Offer | None = None
    worth: float = Field(default=0.0, ge=0)
    left: int = Field(default=1, ge=1, description="How many questions could still be asked when this was chosen, itself included.")


class StrongKind(StrEnum):
    """What makes a statement worth asking on, before anything else is asked."""

    INCIDENT = "incident"
    """Something that went wrong once."""
    REFUSAL = "refusal"
    """A no, or a yes under a condition only."""
    HARM = "harm"
    """How many or how much was lost, late or wrong."""
    FAILED = "failed"
    """An attempt that came to nothing."""
    WITHHELD = "withheld"
    """A hint that there is more to tell."""


class StrongStatement(Value):
    """A statement of an answer that is worth asking on."""

    kind: StrongKind
    words: str = Field(description="The statement, in the stakeholder's words.")


class AnswerKind(StrEnum):
    """How an answer can be taken."""

    SUBSTANTIAL = "substantial"
    VAGUE = "vague"
    DOES_NOT_KNOW = "does_not_know"
    LATER = "later"
    """They will decide or look it up later."""
    DECLINES = "declines"
    REFERS = "refers"
    """They name somebody else as the one to ask."""
    REJECTS_WORDING = "rejects_wording"
    """They do not accept the words of the question."""
    ASKS_BACK = "asks_back"
    """Only a question to the interviewer."""
    WANTS_TO_STOP = "wants_to_stop"


class AnswerReading(Value):
    """What rules read in one answer, at once and without a model."""

    kind: AnswerKind
    solution: str | None = Field(default=None, description="A solution named as if it were the goal, in their words.")
    vague: str | None = Field(default=None, description="The vague words, such as 'much faster'.")
    knows: tuple[str, ...] = Field(default=(), description="People or departments named as those who would know.")
    settles: tuple[str, ...] = Field(default=(), description="Ids of slots that the answer settles, also those not asked for.")
    missed: bool = Field(default=False, description="Whether it tells something, but not what was asked.")
    repeats: bool = Field(default=False, description="Whether they say that they told it before.")
    strong: StrongStatement | None = Field(default=None, description="The statement that is most worth asking on, if there is one.")


class Exchange(Value):
    """One question as it was worded, and the answer if there is one."""

    move: Move
    said: str
    answer: str | None = None
    reading: AnswerReading | None = None


class Stop(StrEnum):
    """Why no more is asked."""

    NOTHING_LEFT = "nothing_left"
    BUDGET_SPENT = "budget_spent"
    STAKEHOLDER = "stakeholder"


class Progress(Value):
    """How far an interview has come. `share` never goes down from one exchange to the next."""

    asked: int = Field(ge=0)
    budget: int = Field(ge=1)
    settled: tuple[str, ...] = Field(default=(), description="Names of subjects that are settled, for the page.")
    still_open: tuple[str, ...] = Field(default=(), description="Names of subjects that this person can still settle, most telling first.")
    share: float = Field(ge=0, le=1)
    stop: Stop | None = None


class RecapLine(Value):
    """One line of the closing recap; it stands for one or more findings."""

    id: str
    heading: str = Field(description="What kind of thing it is, such as `What you want to reach`.")
    statement: str
    quote: str
    finding_ids: tuple[str, ...] = Field(min_length=1)
    further: bool = Field(default=False, description="Whether it goes beyond the lines that everybody is asked to go through.")


class Person(Value):
    """Whom the interview is with."""

    name: str
    role: Role = Role.UNKNOWN
    department: str | None = None
