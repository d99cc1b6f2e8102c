"""Conversations: who said what, and where it stands in the source."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field


class Value(BaseModel):
    """Base of the domain's immutable values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Role(StrEnum):
    """What a stakeholder can be expected to know and decide."""

    SPONSOR = "sponsor"
    BUSINESS = "business"
    TECHNICAL = "technical"
    COMPLIANCE = "compliance"
    END_USER = "end_user"
    UNKNOWN = "unknown"


class Stakeholder(Value):
    """A person who speaks, with the role and department that are known of them."""

    name: str = Field(min_length=1)
    role: Role = Role.UNKNOWN
    department: str | None = None
    title: str | None = Field(default=None, description="The title as the file gives it, such as 'Head of Claims'.")
    aliases: tuple[str, ...] = Field(default=(), description="Other names of the person in files, such as 'SPEAKER_01'.")


class ConversationKind(StrEnum):
    """How the conversation came about."""

    MEETING = "meeting"
    INTERVIEW = "interview"


class Utterance(Value):
    """One turn of one speaker.

    `text` is what was said with the noise marks of the transcript still in it: offsets of quotes count
    in it, and it is what the report shows. `id` is `u<index>` and unique within its conversation.
    """

    index: int = Field(ge=0)
    speaker: str | None = Field(default=None, description="Name as in the file; None if the file names nobody.")
    text: str = Field(min_length=1)
    start: float | None = Field(default=None, ge=0, description="Seconds from the beginning, if known.")
    end: float | None = Field(default=None, ge=0, description="Seconds from the beginning, if known.")
    line: int | None = Field(default=None, ge=1, description="Line of the source file where the turn begins.")

    @property
    def id(self) -> str:
        """Identifier within the conversation, such as `u12`."""
        return f"u{self.index}"


_INTERVIEWER = re.compile(r"(?:the )?(?:interviewer|consultant|facilitator|moderator|host|researcher|q|discovery \w+)\b", re.IGNORECASE)


def is_interviewer(name: str) -> bool:
    """Whether a speaker goes by the name of what they do here, which is to ask; such a person is no stakeholder."""
    return _INTERVIEWER.match(name) is not None


class ReadingNote(Value):
    """Something the reader skipped or repaired, so that nothing is lost in silence."""

    line: int | None = None
    message: str


class Conversation(Value):
    """A meeting or an interview: its utterances in order, and who took part."""

    id: str = Field(min_length=1, description="Stable: derived from the content of the file.")
    title: str
    kind: ConversationKind = ConversationKind.MEETING
    source: str = Field(description="File name as given by the user.")
    format: str = Field(description="Name of the reader that read it, such as 'webvtt'.")
    held_on: date | None = None
    participants: tuple[Stakeholder, ...] = ()
    utterances: tuple[Utterance, ...]
    notes: tuple[ReadingNote, ...] = ()

    def participant(self, name: str | None) -> Stakeholder | None:
        """The stakeholder of that name, if the conversation knows one."""
        return next((person for person in self.participants if person.name == name), None)

    def role_of(self, name: str | None) -> Role:
        """Role of a speaker; `unknown` where neither the file nor the user said."""
        person = self.participant(name)
        return person.role if person else Role.UNKNOWN

    @property
    def words(self) -> int:
        """Number of whitespace-separated words said."""
        return sum(len(utterance.text.split()) for utterance in self.utterances)


def content_id(prefix: str, *parts: str) -> str:
    """A short stable identifier made of what a thing consists of.

    The parts are joined with a separator that cannot occur in them unescaped, so that
    `("ab", "c")` and `("a", "bc")` differ.
    """
    digest = sha256("\x1f".join(part.replace("\x1f", " ") for part in parts).encode("utf-8", "surrogatepass"))
    return f"{prefix}-{digest.hexdigest()[:12]}"
