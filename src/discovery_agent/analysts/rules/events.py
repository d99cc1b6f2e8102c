"""What happened once, or at another time, is no measure of how things stand."""

from __future__ import annotations

import re

from discovery_agent.analysts.rules.quantities import Quantity
from discovery_agent.domain.told_figures import tells_the_past

_ONCE = re.compile(
    r"\b(?:yesterday|the other (?:day|week|night)|once|last (?:night|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|this morning"
    r"|i remember|for example|for instance|the (?:worst|record|longest|shortest) (?:one|case|was|we|ever)|in one case|one time|that (?:one )?time)\b"
    r"|\b(?:we|i|they) (?:had|saw|lost|got) (?:a|an|one|this|that) (?:[a-z'-]+ ){0,3}?(?:who|that|which|where|whose)\b"
    r"|\b(?:one|this one|that one|some|a certain) (?:of (?:them|our|the|these|those) )?(?!per\b|day\b|week\b|month\b|year\b|hour\b)(?:[a-z'-]+ ){1,3}?"
    r"(?:who )?(?:waited|took|sat|lay|needed|cost|lost|stood|hung|lasted|stayed|was (?:there|stuck|out|ill|open))\b"
)
_USUALLY = re.compile(
    r"\b(?:on average|average|usually|typically|normally|generally|always|mostly|in general|every|each|regularly|as a rule|median)\b"
)


def happened_once(low: str) -> bool:
    """Whether a sentence tells of a single event: "yesterday a claim took eleven days"."""
    return bool(_ONCE.search(low)) and not _USUALLY.search(low)


def is_past_beside_now(text: str, quantity: Quantity, quantities: list[Quantity]) -> bool:
    """Whether a figure of an earlier time stands beside one of the same kind: "last year eight days, now five"."""
    if not tells_the_past(text, quantity.text):
        return False
    return any(
        other is not quantity and other.dimension is quantity.dimension and not tells_the_past(text, other.text) for other in quantities
    )
