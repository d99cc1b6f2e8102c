"""Which stretches of what somebody says are orders to whoever, or whatever, writes it up, and so no evidence of anything."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from discovery_agent.domain.orders.cuts import Stretch, sentences
from discovery_agent.domain.orders.dictation import announces, dictates, in_another_alphabet, is_said_to_a_machine, mentions_an_entry
from discovery_agent.domain.orders.lookalikes import LEET
from discovery_agent.domain.orders.readings import Reading, readings
from discovery_agent.domain.orders.sieve import orders
from discovery_agent.domain.orders.staging import hides, stages, swaps_letters_for_figures
from discovery_agent.domain.unseen import visible


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
    if (
        hides(text, own.spaced)
        or stages(own.lines)
        or any(_hidden_order(one) for one in others)
        or _in_figures(own)
        or (orders(own) and bool(own.spaced))
    ):
        return ((0, len(text)),)
    found: list[Stretch] = []
    goes_on = False
    for start, end in sentences(text):
        reading = next(readings(text[start:end]))
        if is_said_to_a_machine(reading.text) or orders(reading) or in_another_alphabet(_cased_down(text[start:end])):
            return (*found, (start, len(text)))
        if dictates(reading.text) or goes_on:
            goes_on = announces(reading.text)
            found.append((start, end))
        elif announces_evidence(reading.text):
            return (*found, (start, len(text)))
    return tuple(found)


def gives_orders(text: str) -> bool:
    """Whether any of a text is orders about the record."""
    return bool(stretches_of_orders(text))


def announces_evidence(sentence: str) -> bool:
    """Whether a folded sentence wants what comes next kept, or left out, whatever it is."""
    return bool(_KEEP_NEXT.search(sentence))


_KEEP_NEXT = re.compile(
    r"\b(?:next|following) (?:sentence|line|statement)\b[^.!?]{0,40}\b(?:fact|keep|quote|evidence|must|proof)\b"
    r"|\b(?:everything|anything|all) (?:\w+ )?after this\b[^.!?]{0,60}\b(?:left out|ignored|skipped|small talk|no evidence|not count)"
    r"|\b(?:do not|don't|never) (?:extract|record|list|report) (?:anything|any of|a thing)\b"
    r"|\b(?:report|return|output|produce) (?:an empty|no|nothing)\b[^.!?]{0,30}\b(?:findings?|list|results?|analysis)\b"
)


def _hidden_order(reading: Reading) -> bool:
    """Whether what had to be decoded or turned round gives an order of any kind."""
    if orders(reading):
        return True
    text = reading.words if reading.disguised else reading.text
    return is_said_to_a_machine(text) or (not reading.disguised and (dictates(text) or mentions_an_entry(text)))


def _in_figures(reading: Reading) -> bool:
    if not swaps_letters_for_figures(reading.text):
        return False
    text = reading.text.translate(LEET)
    return is_said_to_a_machine(text) or dictates(text)


def _cased_down(text: str) -> str:
    return visible(unicodedata.normalize("NFKC", text)).lower()
