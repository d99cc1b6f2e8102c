"""Files read as conversations, one after the other; what cannot be read, and what was read before, is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.discovery.results import UnreadableFile
from discovery_agent.domain.conversation import Conversation, ReadingNote, Stakeholder
from discovery_agent.errors import EmptyTranscript, TranscriptError
from discovery_agent.files.archives import Fault
from discovery_agent.files.bundles import Refusal
from discovery_agent.files.encoding import whole_letters
from discovery_agent.transcripts import LARGEST, read_transcript, read_transcript_bytes
from discovery_agent.transcripts.several import Together, arranged, as_error


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
    for together in arranged(list(paths), largest=LARGEST):
        for conversation in _conversations(together, stakeholders):
            if isinstance(conversation, UnreadableFile):
                yield conversation
                continue
            if conversation.id in seen:
                note = f"{whole_letters(conversation.source)} holds the same conversation; it counts once."
                yield Twin(conversation.id, ReadingNote(message=note))
                continue
            seen.add(conversation.id)
            yield conversation


def _conversations(together: Together, stakeholders: Sequence[Stakeholder]) -> Iterator[Conversation | UnreadableFile]:
    """The conversations of files that are read together: most are one file with one conversation."""
    if together.parts is None:
        try:
            yield read_transcript(together.paths[0], stakeholders=stakeholders)
        except TranscriptError as error:
            yield _unreadable(together.name, error)
        return
    try:
        for part in together.parts():
            source = part.path if len(together.paths) > 1 and part.path == together.paths[0].name else f"{together.name}: {part.path}"
            try:
                if isinstance(part, Refusal):
                    raise as_error(part)
                yield read_transcript_bytes(part.data, source, stakeholders=stakeholders)
            except EmptyTranscript:
                continue  # a day of notices, a thread of receipts: of many, some hold nothing
            except TranscriptError as error:
                yield _unreadable(source, error)
    except Fault as fault:
        yield _unreadable(together.name, TranscriptError(fault.what, remedy=fault.remedy))
    except OSError as error:
        yield _unreadable(together.name, TranscriptError(f"The file cannot be opened: {error.strerror or error}."))


def _unreadable(source: str, error: TranscriptError) -> UnreadableFile:
    reason = f"{error.where}: {error.what}" if error.where and error.where != source else error.what
    return UnreadableFile(source=whole_letters(source), error=whole_letters(reason), remedy=error.remedy)


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
