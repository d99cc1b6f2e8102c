"""Whether words are the name of a figure, so that a question can hold them: "the handling time", "cost per claim"."""

from __future__ import annotations

import re

from discovery_agent.domain.interview.phrases import MEASURE

MOST_WORDS = 5
_PLAIN = re.compile(r"[^\W\d_][\w%/&'’ -]*")
_MEASURES = re.compile(rf"(?:{MEASURE})$", re.IGNORECASE)
_LINK = re.compile(r"\s(?:of|per|for|in|to|at|from|by|between|without|with|until|on)\s", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|our|a|an)\s+", re.IGNORECASE)
_NO_PART_OF_A_NAME = re.compile(
    r"\b(?:i|we|you|he|she|it|they|me|us|them|my|your|his|her|their|its|this|that|these|those|who|what|which|when|where|why|how|if|because|so|but|or|than|then"
    r"|is|are|was|were|be|been|am|has|have|had|do|does|did|will|would|shall|should|can|could|may|might|must|not|no|never|always|often|also|only|just|very|too|more|less"
    r"|fewer|most|much|many|some|any|all|each|every|few|several|such|want|wants|need|needs|goes?|went|gets?|got|comes?|came|takes?|took|makes?|made|says?|said|lose[sd]?|lost"
    r"|keeps?|kept|within|about|around|roughly|today|now|here|there|again|still|already|yet|up|down|out|off)\b",
    re.IGNORECASE,
)


def is_name_of_figure(words: str) -> bool:
    """Whether the words are a short noun phrase whose head is something that is counted or measured.

    "error rate" and "cost of a claim" are; "full", "tradesman within time" and "we lose time" are not.
    """
    name = _ARTICLE.sub("", words.strip())
    if not 0 < len(name.split()) <= MOST_WORDS or not _PLAIN.fullmatch(name) or _NO_PART_OF_A_NAME.search(name):
        return False
    head, *rest = _LINK.split(f" {name} ")
    return _MEASURES.search(head.strip()) is not None and all(part.strip() for part in rest)
