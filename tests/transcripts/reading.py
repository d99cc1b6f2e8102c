"""Shorthand of the transcript tests: read text or bytes, and see turns as plain tuples."""

from __future__ import annotations

import pytest

from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.errors import TranscriptError
from discovery_agent.transcripts import read_transcript_bytes


def read(content: str | bytes, name: str = "meeting.txt", stakeholders: tuple[Stakeholder, ...] = ()) -> Conversation:
    data = content.encode() if isinstance(content, str) else content
    return read_transcript_bytes(data, name, stakeholders=stakeholders)


def turns(conversation: Conversation) -> list[tuple[str | None, str]]:
    return [(utterance.speaker, utterance.text) for utterance in conversation.utterances]


def times(conversation: Conversation) -> list[tuple[float | None, float | None]]:
    return [(utterance.start, utterance.end) for utterance in conversation.utterances]


def lines(conversation: Conversation) -> list[int | None]:
    return [utterance.line for utterance in conversation.utterances]


def refusal(content: str | bytes, name: str = "meeting.txt") -> TranscriptError:
    """The error that reading raises; it must be one that somebody foresaw."""
    with pytest.raises(TranscriptError) as caught:
        read(content, name)
    error = caught.value
    assert "nobody foresaw" not in error.what, repr(error.__cause__)
    assert error.where
    assert error.remedy
    return error
