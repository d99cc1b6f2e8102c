"""Files read as conversations, one after the other; what cannot be read, and what was read before, is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.discovery.results import UnreadableFile
from discovery_agent.domain.conversation import Conversation, ReadingNote, Stakeholder
from discovery_agent.errors import TranscriptError
from discovery_agent.files.encoding import whole_letters
from discovery_agent.transcripts import read_transcript


@dataclass(frozen=True)
class Twin:
    """A file that holds a conversation that was read before."""

    conversation_id: str
    note: ReadingNote


def read_each(paths: Iterable[Path], stakeholders: Sequence[Stakeholder] = ()) -> Iterator[Conversation | Twin | UnreadableFile]:
    """Read file after file, each when it is asked for; nothing of one is kept when the next is read but its identifier.

    A file that cannot be read is told and loses none of the others. The same conversation given twice (as a copy, or in another
    format) counts once.
    """
    seen: set[str] = set()
    for path in paths:
        try:
            conversation = read_transcript(path, stakeholders=stakeholders)
        except TranscriptError as error:
            reason = f"{error.where}: {error.what}" if error.where and error.where != str(path) else error.what
            yield UnreadableFile(source=whole_letters(str(path)), error=whole_letters(reason), remedy=error.remedy)
            continue
        if conversation.id in seen:
            yield Twin(conversation.id, ReadingNote(message=f"{whole_letters(str(path))} holds the same conversation; it counts once."))
            continue
        seen.add(conversation.id)
        yield conversation


def read_conversations(paths: Iterable[Path], stakeholders: Sequence[Stakeholder] = ()) -> tuple[list[Conversation], list[UnreadableFile]]:
    """Read every file, for a few that all fit in memory; as `read_each`, a conversation given twice with a note that says so."""
    conversations: dict[str, Conversation] = {}
    unreadable: list[UnreadableFile] = []
    for one in read_each(paths, stakeholders):
        match one:
            case Conversation():
                conversations[one.id] = one
            case Twin():
                conversations[one.conversation_id] = with_notes(conversations[one.conversation_id], [one.note])
            case UnreadableFile():
                unreadable.append(one)
    return list(conversations.values()), unreadable


def with_notes(conversation: Conversation, notes: Sequence[ReadingNote]) -> Conversation:
    """A conversation with further notes of reading."""
    return conversation.model_copy(update={"notes": (*conversation.notes, *notes)}) if notes else conversation
