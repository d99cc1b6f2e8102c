"""Sentences of a conversation, with their place in the utterance that holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from discovery_agent.domain.conversation import Conversation, Role, Utterance
from discovery_agent.domain.speech import clean, spoken

# A full stop ends a sentence unless it belongs to a number, an initial or one of these.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st vs etc e.g i.e eg ie approx no nr dept inc ltd co jr sr fig min max avg est tel".split()
)
_END = re.compile(r"(?<=\S)\s*([.!?]+|…)[\"'”’)\]]*(?=\s|$)")
_MINIMUM_LETTERS = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True)
class Sentence:
    """One sentence: `text == utterance.text[start:end]` with noise marks blanked out.

    `position` counts sentences over the whole conversation.
    """

    utterance: Utterance
    start: int
    end: int
    text: str
    role: Role
    position: int
    turn: int

    @cached_property
    def low(self) -> str:
        """Lower case with straight apostrophes, same length as `text` wherever case folding allows it."""
        folded = self.text.replace("’", "'").lower()
        return folded if len(folded) == len(self.text) else self.text

    @cached_property
    def plain(self) -> str:
        """What was said, tidied for reading."""
        return clean(self.text)

    @property
    def speaker(self) -> str | None:
        """Who says it."""
        return self.utterance.speaker

    @cached_property
    def is_question(self) -> bool:
        """Ends in a question mark, or opens as a question in a transcript that drops the marks."""
        body = self.low.rstrip(" \"'”’)")
        return body.endswith("?") or (not body.endswith(".") and bool(_QUESTION_OPENING.match(body)))


_QUESTION_OPENING = re.compile(
    r"\s*(?:(?:so|and|but|okay|well|um+|uh+)[,\s]+)*"
    r"(?:(?:what|why|how|who|where|when|which)(?:'s|'re| is| are| do| does| did| would| will| can| many| much| long)"
    r"|(?:do|does|did|is|are|can|could|would|will|should|have|has) (?:you|we|they|it|there|i|that|this|the)\b)"
)


def _ends(text: str) -> list[int]:
    """Offsets just past each sentence end."""
    ends: list[int] = []
    for found in _END.finditer(text):
        if found.group(1) == ".":
            word = text[: found.start(1)].rsplit(None, 1)[-1].lower().strip("(\"'")
            if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i"):
                continue
        following = text[found.end() :].lstrip()
        # "..." inside a hesitation goes on in lower case: the same sentence.
        if found.group(1) in ("...", "…", "..") and following[:1].islower():
            continue
        ends.append(found.end())
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return ends


def split_utterance(text: str) -> list[tuple[int, int]]:
    """Sentence spans of one utterance, trimmed of surrounding space; spans without a letter or digit are dropped."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _ends(text):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if _MINIMUM_LETTERS.search(text[left:right]):
            spans.append((left, right))
        start = end
    return spans


def sentences_of(conversation: Conversation) -> list[Sentence]:
    """All sentences, in order."""
    found: list[Sentence] = []
    for turn, utterance in enumerate(conversation.utterances):
        text = str(spoken(utterance.text))
        role = conversation.role_of(utterance.speaker)
        for start, end in split_utterance(text):
            found.append(Sentence(utterance, start, end, text[start:end], role, len(found), turn))
    return found
