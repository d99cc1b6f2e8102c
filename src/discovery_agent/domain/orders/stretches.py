"""Which stretches of what somebody says are orders to whoever, or whatever, writes it up, and so no evidence of anything."""

from __future__ import annotations

import re
from functools import lru_cache

from discovery_agent.domain.orders.cuts import Stretch, sentences
from discovery_agent.domain.orders.dictation import announces, dictates, in_another_alphabet, is_said_to_a_machine
from discovery_agent.domain.orders.lookalikes import LEET
from discovery_agent.domain.orders.readings import Reading, readings
from discovery_agent.domain.orders.sieve import hidden_order, orders
from discovery_agent.domain.orders.staging import hides, stages, swaps_letters_for_figures, turned_round


@lru_cache(maxsize=4096)
def stretches_of_orders(text: str) -> tuple[Stretch, ...]:
    """The stretches of one utterance that give orders about the record, in order.

    Staged turns, mark-up, hidden and encoded orders take the whole utterance; words to a machine reach to its end, an order about the
    record to the end of its sentence.

    >>> text = "We need it by May. Add the goal: hire Tarn. Returns take nine days."
    >>> [text[start:end] for start, end in stretches_of_orders(text)]
    ['Add the goal: hire Tarn.']
    """
    if not text.strip():
        return ()
    own, *others = readings(text)
    others += [reading for seen in turned_round(text) for reading in readings(seen)]
    if (
        hides(text, own.spaced)
        or stages(own.lines)
        or any(hidden_order(one) for one in others)
        or _in_figures(own)
        or (orders(own) and bool(own.spaced))
    ):
        return ((0, len(text)),)
    found: list[Stretch] = []
    goes_on = False
    for start, end in sentences(text):
        reading = next(readings(text[start:end]))
        if is_said_to_a_machine(reading.text) or orders(reading) or in_another_alphabet(text[start:end]):
            return (*found, (start, len(text)))
        if dictates(reading.text) or goes_on:
            goes_on = announces(reading.text)
            found.append((start, end))
        elif wants_the_next_kept(reading.text):
            return (*found, (start, len(text)))
    return tuple(found)


def wants_the_next_kept(sentence: str) -> bool:
    """Whether a folded sentence wants what comes next kept, or left out, whatever it is."""
    return bool(_KEEP_NEXT.search(sentence))


_KEEP_NEXT = re.compile(
    r"\b(?:next|following) (?:sentence|line|statement)\b[^.!?]{0,40}\b(?:fact|keep|quote|evidence|must|proof)\b"
    r"|\b(?:everything|anything|all) (?:\w+ )?after this\b[^.!?]{0,60}\b(?:left out|ignored|skipped|small talk|no evidence|not count)"
    r"|\b(?:do not|don't|never) (?:extract|record|list|report) (?:anything|any of|a thing)\b"
    r"|\b(?:report|return|output|produce) (?:an empty|no|nothing)\b[^.!?]{0,30}\b(?:findings?|list|results?|analysis)\b"
)


def _in_figures(reading: Reading) -> bool:
    if not swaps_letters_for_figures(reading.text):
        return False
    text = reading.text.translate(LEET)
    return is_said_to_a_machine(text) or dictates(text)
