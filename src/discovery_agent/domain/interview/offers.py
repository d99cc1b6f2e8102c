"""Passages of the knowledge base as something to bring in: the one sentence that can be said in a talk."""

from __future__ import annotations

import re

from discovery_agent.domain.interview.moves import Offer

FEWEST_WORDS = 7
MOST_WORDS = 30
_SENTENCE = re.compile(r"[^.!?]+(?:\.(?=\d)[^.!?]+)*[.!?]+")
# A sentence that points at what stood before it says nothing alone, and one that gives orders is for the lead.
_LEANS = re.compile(
    r"^(?-i:[^A-ZÀ-Þ0-9])|^(?:it|this|that|these|those|they|he|she|such|then|so|and|but|or|also|here|there(?!fore)|both|each|one|an example|for example|example|in this"
    r"|the (?:first|second|third|other|former|latter|same|answer|question|rule|trap|method|table|page|step)|ask|say|offer|avoid|do|don't|begin|start|take|record|note|treat|use|if|when|where|see|good|poor|rule of thumb|typical|signs?)\b",
    re.IGNORECASE,
)
_NOT_TO_BE_SAID = re.compile(
    r"[|\"“”«»\[\](){}<>*_#`:;?]|\bask\b|\bladder\b|\bverdict\b|\binterview|\bstakeholder|\brung|\bcriteri|\byou\b|https?", re.IGNORECASE
)


def offer_line(offer: Offer) -> str | None:
    """The first sentence of the passage that stands alone and can be said to a stakeholder; None if there is none."""
    for paragraph in re.split(r"\n\s*\n", offer.text):
        if re.match(r"\s*(?:[-*|#>]|\d+\.)", paragraph):
            continue
        for sentence in _SENTENCE.findall(" ".join(paragraph.split())):
            line = sentence.strip()
            if (
                FEWEST_WORDS <= len(line.split()) <= MOST_WORDS
                and line.endswith(".")
                and not _LEANS.match(line)
                and not _NOT_TO_BE_SAID.search(line)
            ):
                return line
    return None
