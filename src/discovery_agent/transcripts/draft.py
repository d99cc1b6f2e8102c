"""What a reader hands over: turns as found in the file, before they become a Conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from discovery_agent.domain.conversation import ConversationKind, ReadingNote

MOST_NOTES = 200


@dataclass(slots=True)
class Turn:
    """One stretch of speech; `speaker` is the label as the file writes it. Times in seconds."""

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    line: int | None = None


@dataclass(slots=True)
class Draft:
    """The turns of a file in order, and what its header says."""

    turns: list[Turn] = field(default_factory=list)
    title: str | None = None
    held_on: date | None = None
    kind: ConversationKind = ConversationKind.MEETING
    attendees: list[str] = field(default_factory=list)
    """Labels of people listed in the header, such as `Anna Berg (Head of Claims)`."""
    notes: list[ReadingNote] = field(default_factory=list)
    unlisted: int = 0
    """How many notes came after the first 200: a damaged file may have one for each of a million lines."""

    def note(self, message: str, line: int | None = None) -> None:
        """Record something that was skipped or repaired."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(ReadingNote(line=line, message=message))
        else:
            self.unlisted += 1
