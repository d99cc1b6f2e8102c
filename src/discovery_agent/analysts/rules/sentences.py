"""Sentences of a conversation, with their place in the utterance that holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from discovery_agent.domain.conversation import Conversation, Role, Utterance
from discovery_agent.domain.orders.cuts import touch
from discovery_agent.domain.orders.stretches import stretches_of_orders
from discovery_agent.domain.speech import clean, spoken

# Before a figure these are abbreviations, which the segmenter takes for the end of a sentence.
_ABBREVIATION_AT_END = re.compile(r"\b(?:approx|ca|no|nr|min|max|avg|est|incl|excl|resp)\.\s*$", re.IGNORECASE)
_MINIMUM_LETTERS = re.compile(r"[^\W_]")


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


def split_utterance(text: str) -> list[tuple[int, int]]:
    """Sentence spans of one utterance, trimmed of surrounding space; spans without a letter or digit are dropped."""
    from sentencex import get_sentence_boundaries

    spans: list[tuple[int, int]] = []
    start: int | None = None
    for boundary in get_sentence_boundaries("en", text):
        start = boundary["start_index"] if start is None else start
        end = boundary["end_index"]
        if end < len(text) and _ABBREVIATION_AT_END.search(text, start, end):
            continue
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if _MINIMUM_LETTERS.search(piece):
            spans.append((left, right))
        start = None
    return spans


def sentences_of(conversation: Conversation) -> list[Sentence]:
    """All sentences that somebody says to the others, in order.

    Orders to whoever writes the talk up are left out, as if nobody had spoken them: so they neither prove anything nor take back what
    stands before them.
    """
    found: list[Sentence] = []
    turn = 0
    for utterance in conversation.utterances:
        text = str(spoken(utterance.text))
        role = conversation.role_of(utterance.speaker)
        orders = stretches_of_orders(utterance.text)
        spans = [span for span in split_utterance(text) if not any(touch(span, order) for order in orders)]
        for start, end in spans:
            found.append(Sentence(utterance, start, end, text[start:end], role, len(found), turn))
        turn += bool(spans) or not orders
    return found
