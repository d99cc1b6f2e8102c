"""Words of people and of models, made fit to be stored and shown: without characters that nobody sees or that break a page."""

from __future__ import annotations

import re

from discovery_agent.domain.unseen import visible
from discovery_agent.errors import InvalidRequest

LONGEST_ANSWER = 20_000
"""Characters of one answer."""

LONGEST_TURN = 1_500
"""Characters of one turn of the interviewer; what a model says beyond them is cut at the end of a sentence."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MANY_BREAKS = re.compile(r"\n{3,}")
_FENCE = re.compile(r"</?\s*transcript-[0-9a-f]*\s*>", re.IGNORECASE)
_END = re.compile(r"[.!?…。？！؟।]+[)\"”’»]*(?=\s|$)|[。？！]")


def printable(text: str) -> str:
    """A text without control characters, halves of characters and unseen marks; its line breaks become plain ones."""
    return visible(_CONTROL.sub("", _BREAK.sub("\n", text)))


def answer_text(text: str) -> str:
    """What a stakeholder sent, as it is stored.

    Raises:
        InvalidRequest: there are no words in it, or more than `LONGEST_ANSWER` characters.
    """
    if len(text) > LONGEST_ANSWER:
        raise InvalidRequest(
            f"The answer has {len(text):,} characters; {LONGEST_ANSWER:,} are the most.", where="text", remedy="Send it in parts."
        )
    clean = printable(text).strip()
    if not any(sign.isalnum() for sign in clean):
        raise InvalidRequest("The answer is empty.", where="text", remedy="Say something in words.")
    return clean


def turn_text(text: str) -> str:
    """What an analyst worded, as it is stored: within its length, and without marks of the prompt."""
    clean = _MANY_BREAKS.sub("\n\n", _FENCE.sub("", printable(text))).strip()
    if len(clean) <= LONGEST_TURN:
        return clean
    ends = [match.end() for match in _END.finditer(clean, 0, LONGEST_TURN)]
    return clean[: ends[-1]] if ends else clean[: LONGEST_TURN - 1].rstrip() + "…"
