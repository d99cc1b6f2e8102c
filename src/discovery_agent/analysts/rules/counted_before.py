"""Counts that were said and became no measure of their own, until somebody says what they should be: "240 by the end of June"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.analysts.rules.deadlines import Deadline
from discovery_agent.analysts.rules.measures import Measure, Slot
from discovery_agent.analysts.rules.metrics import Metric
from discovery_agent.analysts.rules.parts import Part
from discovery_agent.analysts.rules.quantities import Dimension, Quantity
from discovery_agent.analysts.rules.sentences import Sentence

# An aim is set within so many turns of the count, and is no other order of size.
_NEAR_TURNS = 4
_MOST_TIMES = 60
_NAMELESS = frozenset("people persons men women times things pieces units ones cases items".split())
_WORDS_OF_AN_AIM = re.compile(
    r"\b(?:down|up|back|to|about|around|roughly|under|below|over|above|at|most|least|maybe|say|let's|let|us|yes|yeah|well|okay|ok|so|and|i|we|'d|would|like|want|need|is|"
    r"it|that|should|be|please|ideally|no|more|less|than|fewer|latest|the|a|an|per|day|week|month|year|hour)\b"
)


def is_only_an_aim(sentence: Sentence, quantity: Quantity, deadlines: Sequence[Deadline]) -> bool:
    """Whether a sentence is a bare figure with its day, which says of itself nothing of what it is a figure."""
    if not deadlines or quantity.dimension is not Dimension.BARE:
        return False
    rest = list(sentence.low)
    for start, end in ((quantity.start, quantity.end), *((one.lead, one.end) for one in deadlines)):
        rest[start:end] = " " * (end - start)
    return not re.search(r"[a-z]{2,}", _WORDS_OF_AN_AIM.sub(" ", "".join(rest)))


class CountsBefore:
    """The latest counts of a conversation."""

    def __init__(self) -> None:
        self._said: list[tuple[Quantity, Sentence]] = []

    def note(self, quantity: Quantity, sentence: Sentence) -> None:
        """Keep a count that has been said of things with a name."""
        if quantity.dimension is Dimension.COUNT and quantity.noun and quantity.noun not in _NAMELESS:
            self._said.append((quantity, sentence))

    def measure_for(self, aim: Quantity, sentence: Sentence) -> Measure | None:
        """The measure that an aim makes of the count before it, with that count as where things stand; None where none fits."""
        for quantity, said in reversed(self._said):
            if sentence.turn - said.turn > _NEAR_TURNS:
                return None
            if quantity.noun and 0 < aim.value <= quantity.value * _MOST_TIMES and quantity.value <= aim.value * _MOST_TIMES:
                measure = Measure(Metric(quantity.noun, -1, -1, True), Dimension.COUNT, quantity.unit, said.turn, named_in=said)
                measure.slots[Part.BASELINE] = Slot(quantity, said)
                return measure
        return None
