"""Engagements and what belongs to them: people, interviews, jobs, access, the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import ConversationKind, Role, Utterance, Value
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.interview.moves import AnswerReading, Move, Stop

DEFAULT_QUESTIONS = 15


class Engagement(Value):
    """One discovery effort for one organisation."""

    id: str
    title: str = Field(min_length=1, max_length=200)
    organisation: str = Field(default="", max_length=200)
    purpose: str = Field(default="", max_length=2000, description="What the discovery is about, in the lead's words; stakeholders see it.")
    question_budget: int = Field(default=DEFAULT_QUESTIONS, ge=1, le=60)
    private_until_release: bool = Field(
        default=True, description="Whether the lead sees an interview only once its stakeholder released it."
    )
    share_quotes: bool = Field(
        default=False, description="Whether stakeholders may be shown what others said, and who; without it, questions quote nobody else."
    )
    created_at: datetime
    version: int = Field(default=1, ge=1)


class StakeholderRecord(Value):
    """A stakeholder of an engagement."""

    id: str
    engagement_id: str
    name: str = Field(min_length=1, max_length=120)
    role: Role = Role.UNKNOWN
    department: str | None = Field(default=None, max_length=120)
    version: int = Field(default=1, ge=1)


class ConversationState(StrEnum):
    """Where a conversation stands."""

    WAITING = "waiting"
    """A transcript that is not analysed yet."""
    ANALYSED = "analysed"
    OPEN = "open"
    """An interview that goes on."""
    RECAP = "recap"
    """An interview whose recap waits for its stakeholder."""
    CLOSED = "closed"


class ConversationRecord(Value):
    """A conversation without its utterances."""

    id: str
    engagement_id: str
    kind: ConversationKind
    title: str
    source: str = ""
    format: str = "interview"
    held_on: date | None = None
    stakeholder_id: str | None = Field(default=None, description="Whom an interview is with.")
    state: ConversationState
    budget: int | None = Field(default=None, ge=1, description="Most questions of an interview.")
    rating: int | None = Field(default=None, ge=1, le=4)
    released_at: datetime | None = None
    recap: str | None = Field(
        default=None, description="Mark of what the stakeholder decided in the recap, so that sending it twice counts once."
    )
    created_at: datetime
    version: int = Field(default=1, ge=1)
    utterances: int = Field(default=0, ge=0, description="How many there are.")
    findings: int = Field(default=0, ge=0, description="How many there are.")


class StoredUtterance(Utterance):
    """An utterance with what the interview keeps beside it."""

    move: Move | None = Field(default=None, description="For the interviewer's words: what they were for.")
    reading: AnswerReading | None = Field(default=None, description="For an answer: how it was taken.")
    client_key: str | None = Field(default=None, max_length=80, description="Made by the sender, so that sending twice counts once.")
    phrased_by: str | None = Field(default=None, description="Which analyst worded it.")
    flaws: tuple[str, ...] = Field(default=(), description="What the question checker found wrong with the interviewer's words.")
    stop: Stop | None = Field(default=None, description="For the words before the recap: why no more is asked.")
    at: datetime | None = None


class StoredFinding(Value):
    """A finding in its engagement."""

    engagement_id: str
    conversation_id: str
    finding: Finding
    corrected_from: str | None = Field(default=None, description="The statement before a person corrected it.")
    version: int = Field(default=1, ge=1)


class JobKind(StrEnum):
    """Work that goes on in the background."""

    ANALYSE_TRANSCRIPT = "analyse_transcript"
    READ_ANSWERS = "read_answers"
    ASSESS = "assess"
    DRAFT = "draft"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Value):
    """One piece of background work, as people see it."""

    id: str
    engagement_id: str
    kind: JobKind
    title: str
    state: JobState = JobState.QUEUED
    done: int = Field(default=0, ge=0)
    total: int = Field(default=0, ge=0)
    message: str | None = Field(default=None, description="What went wrong, or what is missing from the result.")
    remedy: str | None = None
    conversation_id: str | None = None
    created_at: datetime
    updated_at: datetime


class AccessRole(StrEnum):
    """What the holder of a key may do."""

    OWNER = "owner"
    """Everything, in every engagement."""
    LEAD = "lead"
    """Everything in one engagement."""
    REVIEWER = "reviewer"
    """Read one engagement, comment and approve."""
    STAKEHOLDER = "stakeholder"
    """Their own interview, and their own answer to a draft of the objective."""


class AccessKey(Value):
    """A link or key that was given out. The secret itself is never stored, only its SHA-256."""

    id: str
    engagement_id: str | None = Field(description="None for the owner.")
    stakeholder_id: str | None = None
    role: AccessRole
    label: str = ""
    email: str | None = Field(default=None, description="Whoever signs in with this address comes in as if with the link; in lower case.")
    one_time: bool = False
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class Principal(Value):
    """Who is asking."""

    key_id: str
    role: AccessRole
    engagement_id: str | None = None
    stakeholder_id: str | None = None
    name: str = ""


class AuditEntry(Value):
    """Who did what, when."""

    at: datetime
    actor: str
    action: str = Field(description="Such as `finding.corrected`.")
    subject: str = Field(description="Id of the object.")
    detail: str = ""
