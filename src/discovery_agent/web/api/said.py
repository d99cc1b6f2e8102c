"""What was said, as the API shows it: the words, and of the interviewer's words what they were for.

What the program keeps beside them stays inside; above all the quotes of other people that a question may rest on, since who
said what is not for every stakeholder to know.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from discovery_agent.discovery.access import renewal_notice
from discovery_agent.discovery.interviewing.events import EventKind, TurnEvent
from discovery_agent.discovery.interviews import InterviewView
from discovery_agent.domain.engagement import ConversationRecord, StoredFinding, StoredUtterance
from discovery_agent.domain.interview.moves import MoveKind, Person, Progress, RecapLine


class Said(BaseModel):
    """One turn of one speaker."""

    index: int
    speaker: str | None = Field(default=None, description="Name as in the file; nothing if it names nobody.")
    text: str
    start: float | None = Field(default=None, description="Seconds from the beginning, if known.")
    end: float | None = Field(default=None, description="Seconds from the beginning, if known.")
    at: datetime | None = None
    move: MoveKind | None = Field(default=None, description="For the interviewer's words: what they were for.")
    why: str | None = Field(default=None, description="For a question: what the answer is needed for.")
    client_key: str | None = Field(default=None, description="For an answer: the key it was sent under.")


class Event(BaseModel):
    """One thing that happened in a turn; which fields are there depends on its kind."""

    kind: EventKind
    utterance: Said | None = None
    text: str | None = None
    findings: tuple[StoredFinding, ...] | None = None
    progress: Progress | None = None
    lines: tuple[RecapLine, ...] | None = None
    what: str | None = None
    remedy: str | None = None


class Interview(BaseModel):
    """An interview as it stands."""

    record: ConversationRecord
    title: str = Field(description="Of the engagement.")
    organisation: str
    purpose: str
    private: bool = Field(description="Whether the service shows it to nobody else before it is released at its end.")
    person: Person
    utterances: tuple[Said, ...]
    progress: Progress
    understood: tuple[StoredFinding, ...] = Field(description="What was found so far, in the order of saying; also what was rejected.")
    recap: tuple[RecapLine, ...] = Field(description="The lines to go through, once the questions are over.")
    pending: bool = Field(description="Whether an answer, or the opening, waits for its reply: `resume` makes it, or joins it.")
    reading: bool = Field(description="Whether answers are being read just now, so that more may be understood in a moment.")
    notice: str | None = Field(default=None, description="To be shown to the stakeholder: a new link to their interview was made.")
    link_renewed_at: datetime | None = Field(default=None, description="When that was.")


def said_of(stored: StoredUtterance) -> Said:
    """An utterance as the API shows it."""
    return Said(
        index=stored.index,
        speaker=stored.speaker,
        text=stored.text,
        start=stored.start,
        end=stored.end,
        at=stored.at,
        move=stored.move.kind if stored.move else None,
        why=stored.move.why or None if stored.move else None,
        client_key=stored.client_key,
    )


def event_of(event: TurnEvent) -> Event:
    """An event as the API sends it."""
    return Event(
        kind=event.kind,
        utterance=said_of(event.utterance) if event.utterance else None,
        text=event.text,
        findings=event.findings if event.kind is EventKind.UNDERSTOOD else None,
        progress=event.progress,
        lines=event.lines if event.kind is EventKind.RECAP else None,
        what=event.what,
        remedy=event.remedy,
    )


def interview_of(view: InterviewView, renewed: datetime | None = None) -> Interview:
    """An interview as the API shows it; `renewed` is when a new link to it was made."""
    shown = {name: getattr(view, name) for name in InterviewView.model_fields if name != "utterances"}
    return Interview(
        **shown,
        utterances=tuple(said_of(one) for one in view.utterances),
        notice=renewal_notice(renewed) if renewed else None,
        link_renewed_at=renewed,
    )
