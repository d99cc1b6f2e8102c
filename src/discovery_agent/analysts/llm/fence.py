"""Utterances as data: one a line, between marks that nothing inside can close.

What people said and what they are called is untrusted. It cannot begin a line of its own, because every kind
of line break becomes a space; it cannot close the fence, because the mark's name holds a hash of what is
inside, and look-alikes lose their bracket; and it cannot hide, because characters that no reader
would see are left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from discovery_agent.domain.conversation import Conversation, Role, Utterance
from discovery_agent.domain.unseen import visible

CONTEXT_UTTERANCES = 2
CONTEXT_CHARACTERS = 200
_LONGEST_NAME = 60

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BRACKETS = "<\uff1c\ufe64\u2039\u2329\u3008\u27e8\u276e"


def _look_alike() -> re.Pattern[str]:
    """An opening bracket of any kind before the name of the fence, however it is spaced or set."""
    between = r"[\s\u200c\u200d\ufe00-\ufe0f]*"
    letters = between.join(f"[{letter}{chr(ord(letter) + 0xFEE0)}]" for letter in "transcript")
    return re.compile(rf"[{_BRACKETS}](?={between}[/\\\uff0f]?{between}{letters})", re.IGNORECASE)


_LOOK_ALIKE = _look_alike()
_NOT_IN_NAMES = re.compile(rf"[{_BRACKETS}>\uff1e\u203a\u3009\u27e9\u276f\[\](){{}}:;,\"`|]+")


class FencedText(NamedTuple):
    """The parts of a prompt that come from a conversation or a document, each safe to stand inside `<fence>`."""

    fence: str
    speakers: str
    context: str
    utterances: str
    knowledge: str


def one_line(text: str) -> str:
    """A text without line breaks, unseen characters and look-alikes of the fence."""
    return _LOOK_ALIKE.sub("(", _BREAKS.sub(" ", visible(text))).strip()


def safe_name(name: str | None) -> str:
    """A speaker's name without anything that means something in a line of the transcript."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", one_line(name or "")).split())
    return plain[:_LONGEST_NAME].strip() or "?"


def line_of(utterance: Utterance) -> str:
    """One utterance: `u12 Ada Lovelace: We lose orders.`."""
    return f"{utterance.id} {safe_name(utterance.speaker)}: {one_line(utterance.text)}"


def fenced(conversation: Conversation, to_read: Sequence[Utterance], known: Sequence[str] = ()) -> FencedText:
    """A run of utterances with the two before it as context, shortened, and who speaks in them.

    `known` are lines of what is known elsewhere, each already in one line.
    """
    before = [one for one in conversation.utterances if one.index < to_read[0].index][-CONTEXT_UTTERANCES:]
    utterances = "\n".join(line_of(utterance) for utterance in to_read)
    context = "\n".join(_shortened(line_of(utterance)) for utterance in before)
    speakers = _speakers(conversation, [*before, *to_read])
    knowledge = "\n".join(known)
    digest = hashlib.sha256("\n".join((speakers, context, utterances, knowledge)).encode("utf-8", "surrogatepass")).hexdigest()
    return FencedText(f"transcript-{digest[:8]}", speakers, context, utterances, knowledge)


def _shortened(line: str) -> str:
    return line if len(line) <= CONTEXT_CHARACTERS else line[: CONTEXT_CHARACTERS - 2].rstrip() + " …"


def _speakers(conversation: Conversation, utterances: Sequence[Utterance]) -> str:
    """Who speaks and what is known of them: once, because a role in every line would cost more than the rest of it."""
    known: list[str] = []
    for name in dict.fromkeys(utterance.speaker for utterance in utterances):
        person = conversation.participant(name)
        if person is None:
            continue
        role = person.role.value.replace("_", " ") if person.role is not Role.UNKNOWN else None
        facts = [safe_name(fact) for fact in (role, person.title, person.department) if fact]
        if facts:
            known.append(f"{safe_name(name)} ({', '.join(facts)})")
    return "; ".join(known)
