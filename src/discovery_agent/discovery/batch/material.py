"""What must be known of all conversations together, and nothing else: findings, who took part, what it took. Never what was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from discovery_agent.analysts.protocol import Window
from discovery_agent.discovery.results import ConversationAnalysis
from discovery_agent.domain.conversation import Conversation, ReadingNote
from discovery_agent.domain.coverage import Attendance, attendance_of
from discovery_agent.domain.findings import Finding
from discovery_agent.models.usage import Usage


@dataclass(frozen=True)
class Failure:
    """A stretch of a conversation that could not be read, as a person finds it again."""

    source: str
    place: str
    """In minutes where the file tells them, otherwise in turns."""
    why: str


@dataclass
class _Part:
    """What is held of one conversation."""

    key: str
    findings: tuple[Finding, ...] = ()
    attendance: Attendance = field(default_factory=Attendance)
    usage: Usage = field(default_factory=Usage)
    notes: list[ReadingNote] = field(default_factory=list[ReadingNote])
    """Of files that hold the same conversation."""


class Material:
    """Gathers what finished conversations leave, whichever is finished first; gives it in the order of the batch."""

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}
        """By the conversation's identifier, in the order of the batch."""
        self.finished = 0
        self.with_failed_windows = 0
        self.failures: list[Failure] = []
        self.characters = 0
        """Of everything that was said."""
        self.found_anything = False

    def __len__(self) -> int:
        return len(self._parts)

    def expect(self, conversation_id: str, key: str) -> None:
        """A conversation was read from its file; its analysis, under this key, is to come."""
        self._parts[conversation_id] = _Part(key)

    def note(self, conversation_id: str, note: ReadingNote) -> None:
        """Another file holds the same conversation."""
        if conversation_id in self._parts:
            self._parts[conversation_id].notes.append(note)

    def add(self, analysis: ConversationAnalysis) -> None:
        """Take what is needed of a finished conversation."""
        part = self._parts[analysis.conversation.id]
        part.findings = analysis.findings
        part.attendance = attendance_of(analysis.conversation)
        part.usage = analysis.usage
        self.finished += 1
        self.failures.extend(failures_of(analysis))
        self.with_failed_windows += bool(analysis.failed_windows)
        self.characters += sum(len(one.text) for one in analysis.conversation.utterances)
        self.found_anything |= bool(analysis.findings or analysis.unverified)

    @property
    def usage(self) -> Usage:
        """What all conversations took, in whichever run; in the order of the batch, so that it is the same to the last digit."""
        usage = Usage()
        for part in self._parts.values():
            usage = usage.plus(part.usage)
        return usage

    @property
    def keys(self) -> list[str]:
        """Where the journal has each conversation."""
        return [part.key for part in self._parts.values()]

    @property
    def findings(self) -> list[Finding]:
        """All findings."""
        return [finding for part in self._parts.values() for finding in part.findings]

    @property
    def attended(self) -> list[Attendance]:
        """Who took part in each conversation."""
        return [part.attendance for part in self._parts.values()]

    def noted(self) -> Iterable[tuple[int, list[ReadingNote]]]:
        """Places in the batch that were given more than once, with the notes that say so."""
        return ((place, part.notes) for place, part in enumerate(self._parts.values()) if part.notes)


def failures_of(analysis: ConversationAnalysis) -> list[Failure]:
    """The stretches of a conversation that could not be read."""
    return [
        Failure(analysis.conversation.source, place_of(analysis.conversation, one.window), f"{one.error} {one.remedy or ''}".rstrip())
        for one in analysis.failed_windows
    ]


def place_of(conversation: Conversation, window: Window) -> str:
    """Where a window stands: `minutes 3 to 12`, or `turns 1 to 40` where no times are known."""
    first, last = conversation.utterances[window.first], conversation.utterances[window.last]
    ends = last.end if last.end is not None else last.start
    if first.start is not None and ends is not None:
        return f"minutes {int(first.start // 60)} to {int(-(-ends // 60))}"
    return f"turns {window.first + 1} to {window.last + 1}"
