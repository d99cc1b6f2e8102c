"""Which sentences of a conversation tell a state of data: turn by turn, with the question that was asked before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.analysts.rules.data_states import states_in
from discovery_agent.analysts.rules.modality import Doubt, Modality
from discovery_agent.analysts.rules.sentences import Sentence

LONGEST = 600
"""Characters of a sentence that somebody can have said; longer ones are tables, or meant to take long."""

# "I don't know who could grant access" sounds like a question and tells how things are.
_UNTOLD = (Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED, Doubt.RETRACTED, Doubt.INTERVIEWER)
_IMAGINED = re.compile(
    r"\b(?:if (?!the names|it is anonym|names)|suppose|imagine|wish|would like|want(?:s|ed)? |should|used to|let's|might|once the|going to)\b"
)


def is_unreal(low: str) -> bool:
    """Whether a sentence imagines, wishes or remembers, and so tells nothing of how things are.

    >>> is_unreal("we want it in one list"), is_unreal("it is all in one list")
    (True, False)
    """
    return bool(_IMAGINED.search(low))


def told_states(sentences: Sequence[Sentence], modalities: Sequence[Modality]) -> dict[int, list[tuple[str, int]]]:
    """By the place of a sentence, the dimensions and levels that it tells; only sentences that tell some."""
    found: dict[int, list[tuple[str, int]]] = {}
    for at, (sentence, modality) in enumerate(zip(sentences, modalities, strict=True)):
        if modality.has(*_UNTOLD) or (sentence.is_question and modality.has(Doubt.QUESTION)) or len(sentence.text) > LONGEST:
            continue
        opening = at
        while opening and sentences[opening - 1].turn == sentence.turn:
            opening -= 1
        turn = [one.text[:LONGEST] for one in sentences[opening : at + 1]]
        states = states_in(turn, at - opening, (_asked(sentences, opening) or "")[:LONGEST] or None)
        if modality.has(Doubt.HYPOTHETICAL, Doubt.QUESTION):
            # What may be done on a condition, or who knows what, is told all the same.
            states = [state for state in states if state in (("privacy", 2), ("privacy", 1), ("access", 1), ("labels", 0))]
        if states:
            found[at] = states
    return found


def _asked(sentences: Sequence[Sentence], opening: int) -> str | None:
    """The last question of the turn before the one that begins here, or the last sentence if nothing was asked."""
    if not opening:
        return None
    before = [one for one in sentences[max(0, opening - 6) : opening] if one.turn == sentences[opening - 1].turn]
    asked = [one for one in before if "?" in one.text]
    return (asked or before)[-1].text
