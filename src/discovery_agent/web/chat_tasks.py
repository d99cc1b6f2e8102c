"""What chat programs ask for on their own (titles, tags, suggestions): it is no answer of anybody, and is not stored."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MARKED = re.compile(
    r"^\s*#{1,6}\s*task\b|</?\s*(?:chat_history|conversation_history|chat|conversation|transcript)\s*>|"
    r"^\s*(?:chat|conversation|message) history\s*:|^\s*json format\s*:\s*\{",
    re.IGNORECASE | re.MULTILINE,
)
_ORDERED = re.compile(
    r"\s*(?:please\s+)?(?:generate|create|write|provide|suggest|summari[sz]e|come up with|give)\b[^.\n]{0,80}"
    r"\b(?:title|tags?|emoji|summary|follow-?up questions?|search quer(?:y|ies)|autocompletion)\b[^.\n]{0,60}"
    r"\b(?:chat|conversation|dialog(?:ue)?|messages?)\b",
    re.IGNORECASE,
)
# A sentence shorter than this might stand in an answer by chance.
_TELLING = 30


def is_task(text: str) -> bool:
    """Whether a message is worded as such a request, whatever was said before."""
    return _MARKED.search(text) is not None or _ORDERED.match(text) is not None


def quotes_chat(text: str, asked: Iterable[str], *, alone: bool) -> bool:
    """Whether a message holds what the interviewer said, word for word, oldest first: two turns, or the latest if it comes alone.

    Somebody who answers may quote the question; programs send the chat to have something made of it.
    """
    words = one_line(text)
    quoted = [one_line(one) in words for one in asked if len(one) >= _TELLING]
    return sum(quoted) > 1 or (alone and quoted[-1:] == [True])


def one_line(text: str) -> str:
    """A text with single spaces only."""
    return " ".join(text.split())
