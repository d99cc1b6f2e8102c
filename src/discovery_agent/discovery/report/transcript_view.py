"""Transcripts as the report shows them: every utterance, with each quote highlighted."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.discovery.report.finding_view import FindingIndex
from discovery_agent.discovery.report.highlights import Segment, segments
from discovery_agent.discovery.report.wording import NOBODY, ROLE_LABELS, clock, day, visible_characters
from discovery_agent.discovery.results import ConversationAnalysis, FailedWindow
from discovery_agent.domain.conversation import ReadingNote

LONG_TRANSCRIPT = 300
"""A transcript of more utterances than this starts folded, and prints only what is quoted."""


@dataclass(frozen=True, slots=True)
class UtteranceView:
    """One utterance cut into segments; offsets count in the original text, the shown text is safe."""

    anchor: str
    id: str
    speaker: str
    role: str
    time: str
    repeated: bool
    """The same person spoke just before."""
    segments: tuple[Segment, ...]
    quoted: bool
    unread: FailedWindow | None
    """Set on the first utterance of a stretch that could not be read."""


@dataclass(frozen=True, slots=True)
class FailedView:
    """A stretch that the analyst could not read."""

    first: str
    last: str
    anchor: str
    conversation: str
    error: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TranscriptView:
    """One conversation."""

    number: int
    title: str
    source: str
    format: str
    date: str
    speakers: int
    words: int
    findings: int
    utterances: tuple[UtteranceView, ...]
    notes: tuple[ReadingNote, ...]
    failed: tuple[FailedView, ...]

    @property
    def anchor(self) -> str:
        """Where it stands in the page."""
        return f"c{self.number}"

    @property
    def is_long(self) -> bool:
        """Whether it starts folded."""
        return len(self.utterances) > LONG_TRANSCRIPT


def transcript_view(analysis: ConversationAnalysis, number: int, index: FindingIndex) -> TranscriptView:
    """One conversation with its highlights."""
    conversation = analysis.conversation
    roles = {person.name: ROLE_LABELS[person.role] for person in conversation.participants}
    failed_at = {item.window.first: item for item in analysis.failed_windows}
    utterances: list[UtteranceView] = []
    previous: str | None = ""
    for utterance in conversation.utterances:
        marks = index.marks.get((number, utterance.id), ())
        utterances.append(
            UtteranceView(
                anchor=f"c{number}{utterance.id}",
                id=utterance.id,
                speaker=utterance.speaker or NOBODY,
                role=roles.get(utterance.speaker or "", ""),
                time=clock(utterance.start),
                repeated=utterance.speaker == previous,
                segments=tuple(_visible(utterance.text, segments(utterance.text, marks))),
                quoted=bool(marks),
                unread=failed_at.get(utterance.index),
            )
        )
        previous = utterance.speaker
    return TranscriptView(
        number=number,
        title=conversation.title,
        source=conversation.source,
        format=conversation.format,
        date=day(conversation.held_on) if conversation.held_on else "",
        speakers=len({utterance.speaker for utterance in conversation.utterances if utterance.speaker}),
        words=conversation.words,
        findings=len(analysis.findings),
        utterances=tuple(utterances),
        notes=conversation.notes,
        failed=tuple(_failed(item, number, conversation.title) for item in analysis.failed_windows),
    )


def _visible(text: str, parts: list[Segment]) -> list[Segment]:
    """The segments with tricky characters made visible, judged in the whole text: joiners need neighbours."""
    pieces = visible_characters(text)
    if pieces is None:
        return parts
    return [
        Segment(
            part.start,
            "".join(pieces[part.start : part.start + len(part.text)]),
            part.marks,
            part.opening,
            part.closing,
        )
        for part in parts
    ]


def _failed(item: FailedWindow, number: int, title: str) -> FailedView:
    first, last = f"u{item.window.first}", f"u{item.window.last}"
    return FailedView(first, last, f"c{number}{first}", title, item.error, item.remedy or "")
