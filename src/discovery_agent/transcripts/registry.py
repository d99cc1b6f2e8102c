"""All readers, and which of them a file is for: decided by what is in it, never by what it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.errors import EmptyTranscript, OwnOutput, TranscriptError, UnsupportedFormat
from discovery_agent.transcripts import delimited, json_file, mail, markdown, slack, subrip, text, webvtt, zoom_chat
from discovery_agent.transcripts.assembly import assemble
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.foreign import name_foreign
from discovery_agent.transcripts.own_output import MAKER, is_own_output
from discovery_agent.transcripts.source import Source

LARGEST = 50_000_000
"""Bytes of the largest file that is read, unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: its short name, what people call it, usual extensions, how sure it is of a file, and its reading."""

    name: str
    description: str
    extensions: tuple[str, ...]
    recognise: Callable[[Source], float]
    read: Callable[[Source], Draft]


def _recognise_word(source: Source) -> float:
    if not source.data.startswith(b"PK"):
        return 0.0
    from discovery_agent.transcripts import word  # python-docx takes a third of a second to import

    return word.recognise(source)


def _read_word(source: Source) -> Draft:
    from discovery_agent.transcripts import word

    return word.read(source)


_WORD = Reader("docx", "Word document, also as saved by Teams", (".docx",), _recognise_word, _read_word)
_READERS = (
    Reader("webvtt", "WebVTT captions: Teams, Zoom, Webex, YouTube", (".vtt",), webvtt.recognise, webvtt.read),
    Reader("srt", "SRT subtitles", (".srt",), subrip.recognise_srt, subrip.read_srt),
    Reader("sbv", "SBV captions of YouTube", (".sbv",), subrip.recognise_sbv, subrip.read_sbv),
    Reader("json", "JSON of WhisperX, AssemblyAI, Deepgram, Fireflies, QMSum, or a list of turns", (".json", ".jsonl"), json_file.recognise, json_file.read),
    Reader("slack", "Slack: messages of a channel, as an export of the workspace has them", (".json",), slack.recognise, slack.read),
    Reader("mail", "E-mail: a thread, as .eml or .mbox", (".eml", ".mbox"), mail.recognise, mail.read),
    Reader("csv", "Table of turns, one a row, with a header row", (".csv", ".tsv"), delimited.recognise, delimited.read),
    Reader("zoom_chat", "Chat of a Zoom meeting", (), zoom_chat.recognise, zoom_chat.read),
    Reader("google_meet", "Google Meet transcript", (), text.recognise_google_meet, text.read_google_meet),
    Reader("otter", "Otter.ai export as text", (), text.recognise_otter, text.read_text),
    Reader("markdown", "Markdown with bold or plain speaker labels", (".md", ".markdown"), markdown.recognise, markdown.read),
    Reader("text", "Plain text: `Name: ...`, times, Q and A, or prose", (".txt", ".text"), text.recognise_text, text.read_text),
)  # fmt: skip


def formats() -> tuple[Reader, ...]:
    """Every reader, for help texts and `doctor`."""
    return (_WORD, *_READERS)


def read_transcript(path: Path, *, stakeholders: Sequence[Stakeholder] = (), limit: int = LARGEST) -> Conversation:
    """Read a file as a conversation.

    `stakeholders` overrule the file on roles, departments and names; `limit` is the largest size in bytes.

    Raises:
        UnsupportedFormat: the content is of a kind that nothing here reads.
        OwnOutput: this program wrote the file.
        EmptyTranscript: nobody says anything in it.
        TranscriptError: anything else, with the line where known.
    """
    try:
        if path.is_dir():
            raise TranscriptError("This is a folder.", where=str(path), remedy="Name the files in it, or let the command search it.")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TranscriptError(
            f"The file cannot be opened: {reason}.", where=str(path), remedy="Check the path and its permissions."
        ) from error
    return read_transcript_bytes(data, str(path), stakeholders=stakeholders, limit=limit)


def read_transcript_bytes(data: bytes, name: str, *, stakeholders: Sequence[Stakeholder] = (), limit: int = LARGEST) -> Conversation:
    """Read bytes, such as an upload, as a conversation; errors as of `read_transcript`."""
    source = Source(name, data)
    if len(data) > limit:
        raise source.error(f"The file is larger than {limit / 1e6:g} MB.", "Split it, or give the transcript instead of the recording.")
    try:
        reader = _detect(source)
        draft = reader.read(source)
        if reader.name == "text" and source.suffix in _claimed():
            draft.note(f"The name ends in {source.suffix}, but the content is plain text and was read as such.")
        return assemble(draft, source, reader.name, stakeholders)
    except TranscriptError:
        raise
    except Exception as error:  # the last wall: whatever a file does to a reader, the caller sees one kind of error
        raise source.error(
            "The file cannot be read: it is damaged in a way nobody foresaw.", "Save it as plain text and try again."
        ) from error


def _claimed() -> frozenset[str]:
    return frozenset(extension for reader in _READERS[:3] for extension in reader.extensions)


def expect_transcript(data: bytes, name: str) -> None:
    """Return if the bytes may be a transcript, told by a short look at what kind of file they are.

    Raises:
        TranscriptError: they are empty, or of a kind that is not read.
    """
    _expect(Source(name, data))


def _expect(source: Source) -> Reader | None:
    """The one reader that the kind of file is for; None if it is text, which all others read."""
    if not source.data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise EmptyTranscript("The file is empty.", where=source.name, remedy="Check that the transcript was saved.")
    if is_own_output(source):
        raise OwnOutput(
            f"{MAKER} wrote this file itself: it is a result, not a transcript.",
            where=source.name,
            remedy="Give the conversation that it was made from.",
        )
    if _WORD.recognise(source):
        return _WORD
    if foreign := name_foreign(source):
        what, remedy = foreign
        raise UnsupportedFormat(what, where=source.name, remedy=remedy)
    return None


def _detect(source: Source) -> Reader:
    if reader := _expect(source):
        return reader
    # The extension only breaks ties.
    scored = [(reader.recognise(source) + (0.01 if source.suffix in reader.extensions else 0.0), reader) for reader in _READERS]
    return max(scored, key=lambda pair: pair[0])[1]
