"""Whose names a call holds: they are hidden from the model where personal data is to be."""

from __future__ import annotations

from collections.abc import Iterable

from discovery_agent.analysts.protocol import QuestionBrief, SectionBrief
from discovery_agent.domain.conversation import Conversation, Utterance


def people_of(conversation: Conversation) -> tuple[str, ...]:
    """Everybody who takes part in a conversation."""
    return (*(one.name for one in conversation.participants), *_speakers(conversation.utterances))


def people_in_question(brief: QuestionBrief) -> tuple[str, ...]:
    """Whom the interview is with, and whoever spoke in it."""
    return (brief.person.name, *_speakers(brief.recent))


def people_in_section(brief: SectionBrief) -> tuple[str, ...]:
    """Whoever said what the section rests on."""
    return tuple(dict.fromkeys(speaker for one in brief.evidence for speaker in one.speakers))


def _speakers(utterances: Iterable[Utterance]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.speaker for one in utterances if one.speaker))
