"""Which sentences of what an interviewer says do the asking, and what kind of question each is."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.!?…\n]+(?:\.(?=[a-z\d])[^.!?…\n]*)*[.!?…]*[\"'”’)]*", re.IGNORECASE)
_NOISE = re.compile(
    r"^(?:(?:and|so|but|then|now|well|ok|okay|right|yes|yeah|yep|no|hmm|great|good|sure|cool|thanks|thank you|got it|i see|all right|alright"
    r"|interesting|perfect|understood|makes sense|sounds good|like|again|also|just|finally|oh|ah|first|first of all|next|in that case"
    r"|for you|and then|that said)\b[\s,.:;–—-]*)+",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|shall|may|might|must|don't|doesn't|didn't|isn't|aren't"
    r"|wasn't|weren't|hasn't|haven't|can't|couldn't|won't|wouldn't|shouldn't)"
)
_WH = r"(?:what(?:'s)?|which|why|how|when|where(?:'s)?|who(?:'s|m|se)?)"
# "By when", "in what form", "from which system".
WH_START = re.compile(
    rf"^(?:(?:by|in|from|to|for|at|on|of|with|through|under|until|since|about|against|during|up to|how)\s+)?{_WH}\b", re.IGNORECASE
)
AUXILIARY_START = re.compile(rf"^{_AUXILIARY}\b", re.IGNORECASE)
_TELL = (
    r"(?:tell|walk|take|describe|explain|share|give|show|talk|help me understand|say (?:a (?:bit|little) )?more|elaborate|clarify|think (?:of|back)"
    r"|name|list|let me know|go through|recall|put a (?:figure|number)|expand|estimate)"
)
REQUEST = re.compile(
    rf"^(?:please\s+)?(?:(?:can|could|would|will|may|might)\s+(?:you|i|we)\s+(?:please\s+|maybe\s+|perhaps\s+|also\s+|briefly\s+|ask you to\s+)*)?{_TELL}\b",
    re.IGNORECASE,
)
_MAIN_AFTER = re.compile(rf"[,;:—–][\"”’]?\s*(?:and\s+|so\s+|then\s+|but\s+|or\s+)?(?=(?:{_WH}|{_AUXILIARY})\b)", re.IGNORECASE)
_SUBORDINATE = re.compile(
    r"^(?:\w{2,}ing|if|when|once|before|after|as|while|given|besides|apart from|aside from|other than|looking|thinking|for|in|on|at|of|with|out of|"
    r"compared|say|suppose|imagine|let's say|you|your|regarding|coming|talking|to|the|last|that|this|it|we|i|one|some|not|only)\b",
    re.IGNORECASE,
)


_INVERTED = re.compile(
    rf"\b(?:do|does|did|is|are|was|were|have|has|can|could|will|would|should)\s+(?:you|there|it|they|that|this|we|the)\b|\b{_WH}\s+{_AUXILIARY}\b",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a decimal point ends none."""
    return [found.group().strip() for found in _SENTENCE.finditer(text) if re.search(r"\w", found.group())]


def core(sentence: str) -> str:
    """The sentence without the words of agreement and transition before it."""
    return _NOISE.sub("", sentence.strip().lstrip("\"'“‘")).strip()


def main_question(sentence: str) -> str:
    """The part of a sentence that asks, without what leads up to it.

    >>> main_question("When an order is late, what happens?")
    'what happens?'
    """
    bare = core(sentence)
    if WH_START.match(bare) and not re.match(
        r"^(?:when|where)\b(?!\s+(?:do|does|did|is|are|was|were|has|have|will|would|should|can|must|could)\b)", bare, re.IGNORECASE
    ):
        return bare
    if AUXILIARY_START.match(bare) or REQUEST.match(bare):
        return bare
    if _SUBORDINATE.match(bare) or WH_START.match(bare):
        found = _MAIN_AFTER.search(bare)
        if found:
            return core(bare[found.end() :])
    return bare


def asks(sentence: str) -> bool:
    """Whether a sentence asks something: by its mark, or by asking to tell."""
    stripped = sentence.rstrip("\"'”’)")
    return stripped.endswith("?") or REQUEST.match(core(sentence)) is not None


def asking_sentences(text: str) -> list[str]:
    """The sentences that ask, in their order. Without a single mark (speech that was written down), those with the word order of one."""
    found = sentences(text)
    return [one for one in found if asks(one)] or [one for one in found if _INVERTED.search(one)]
