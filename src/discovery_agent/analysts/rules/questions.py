"""What was asked last, which tells what a bare number answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discovery_agent.analysts.rules.metrics import Metric
from discovery_agent.analysts.rules.parts import Part
from discovery_agent.analysts.rules.quantities import Dimension, Quantity
from discovery_agent.analysts.rules.sentences import Sentence

POINTS_BACK = re.compile(r"\b(?:that|it|this)\b(?! (?:is|are|was) (?:a|an|the|my|our)\b)")
ASKS_WHEN = re.compile(
    r"\b(?:by when|until when|when (?:should|do|would|does|must|is)|how soon|what(?:'s| is) the (?:deadline|date|timeline)|which (?:year|quarter|month))\b"
)
ASKS_TARGET = re.compile(
    r"\b(?:target|goal|want|aim|should|good|success|acceptable|happy|would (?:be|you|it)|like (?:it|to)|need|realistic|ideal|where (?:do|does|would)|to what)\b"
)


@dataclass(frozen=True)
class Question:
    """What the latest question asked the size of."""

    metric: Metric | None
    part: Part
    turn: int
    sentence: Sentence
    dimension: Dimension | None = None
    """What kind of quantity it asks for, where the words say so ("how long")."""

    def asks_for(self, quantity: Quantity) -> bool:
        """True if the quantity can be an answer."""
        return self.dimension is None or quantity.dimension in (self.dimension, Dimension.BARE)
