"""Form: does it ask, one thing, openly, shortly."""

from __future__ import annotations

import re

from discovery_agent.domain.question_check.sentences import (
    AUXILIARY_START,
    REQUEST,
    WH_START,
    asking_sentences,
    core,
    main_question,
    sentences,
)
from discovery_agent.domain.question_check.wording import content_words

MOST_WORDS_OF_A_QUESTION = 30
"""With the clause that leads up to it. GOV.UK has written sentences split above 25 words; in speech, a lead-in is easily followed."""

MOST_WORDS_ALTOGETHER = 45
"""With acknowledgement and reason: three sentences of 15 words."""

MOST_WORDS_OF_AN_OPENING = 60
"""The first turn also greets, and says what the talk is for, how long it is and that any question may be skipped."""

_WH = r"(?:what(?:'s)?|which|why|how|when|where|who|whom|whose)"
# Names a topic or a situation for the question that follows, or sets the scene for one that says nothing more than "what happened?".
_LEAD_IN = re.compile(r"^(?:(?:what|how) about\b[^,]{0,60}|(?:can|could) you imagine\b.*)\?$", re.IGNORECASE)
_SCENE = re.compile(r"^(?:please\s+)?(?:think (?:of|back)|take|recall|remember|imagine|picture|suppose)\b[^?]*$", re.IGNORECASE)
_BARE = 2
_TAG = re.compile(
    r"^(?:|right|correct|ok|okay|yes|no|true|agreed|is that (?:right|correct|so)|does that (?:sound right|make sense|fit)|have i got that right"
    r"|did i get that right|isn't it|don't you|you know|really|may i)\W*$",
    re.IGNORECASE,
)
# A second interrogative in the same sentence. `why`, `how` and `what` open a new one after any `and`; the others also open
# relative and time clauses, so they need the comma that sets a new question off.
_JOINED = (
    re.compile(
        r"\b(?:and|or|as well as)\s+(?:also\s+|then\s+|if so,?\s+)?(?:why|how|what)\b(?!\s+not\b)(?!\s+(?:much\s+)?(?:else|more)\s*\?)",
        re.IGNORECASE,
    ),
    re.compile(r",\s*(?:and|or)\s+(?:also\s+|then\s+|if so,?\s+)?(?:which|when|where|who|whom|whose)\b", re.IGNORECASE),
    re.compile(rf"\b(?:and|or)\s+(?:by|until|from|since|for|in|with|at|to|on|through)\s+{_WH}\b", re.IGNORECASE),
    re.compile(
        r",\s*and\s+(?:also\s+)?(?:do|does|did|is|are|was|were|has|have|can|could|will|would|should)\s+(?:you|it|they|we|there|that|this|the|your|he|she)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\band\s+(?:can|could|would)\s+you\b", re.IGNORECASE),
)
_HOW_MUCH_AND = re.compile(r"\bhow\s+(?:and|or)\s+(?:why|when|where|what)\b|\b(?:when|where|who|what)\s+and\s+(?:how|why)\b", re.IGNORECASE)
_TWO_THINGS = re.compile(
    r"^what(?:'s| is| are| was| were)\s+(?:the|your|its|their)\s+(?!(?:difference|relation|relationship|balance|link|connection|gap|distance)\b)"
    r"[\w'-]+(?:\s+[\w'-]+){0,3}?\s+(?:and|as well as)\s+(?:the|your|its|their)\s+[\w'-]+",
    re.IGNORECASE,
)
# The same preposition twice, each before somebody or something of its own: "for your guests and for the kitchen".
_TWO_SIDES = re.compile(
    r"\b(for|to|with|at|in|from|on|about)\s+(?:the|your|their|its|our)\s+[\w'-]+(?:\s+[\w'-]+){0,2}?,?\s+(?:and|as well as)\s+\1\s+(?:the|your|their|its|our)\b",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\b(?:what|how|why)\b.*\bor\b", re.IGNORECASE)


def no_question(text: str) -> tuple[str, ...]:
    """The text itself where nothing in it asks."""
    return () if asking_sentences(text) else (text.strip()[:80] or "(nothing)",)


def several_at_once(text: str) -> tuple[str, ...]:
    """The openings of the further questions, where more than one is asked."""
    asked = _asked(text)
    further = [_opening(one) for one in asked[1:]]
    return tuple(dict.fromkeys((*further, *(found for one in asked for found in _second_in(one)))))


def _asked(text: str) -> list[str]:
    """The sentences that ask, without requests to confirm, those that lead up to the next, and "please tell it from the beginning"."""
    asking = [one for one in asking_sentences(text) if not _TAG.match(core(one))]
    leading_up = [one for at, one in enumerate(asking) if at + 1 == len(asking) or not _leads_up(one, asking[at + 1])]
    return [one for at, one in enumerate(leading_up) if not at or one.rstrip().endswith("?") or len(content_words(one)) > _BARE]


def _leads_up(sentence: str, following: str) -> bool:
    bare = core(sentence)
    if _LEAD_IN.match(bare) or _SCENE.match(bare):
        return True
    return not bare.endswith("?") and len(content_words(following)) <= _BARE


def _second_in(sentence: str) -> list[str]:
    asked = main_question(sentence)
    if not (WH_START.match(asked) or AUXILIARY_START.match(asked) or REQUEST.match(asked)):
        return []
    quoted = [span.span() for span in re.finditer(r"[\"“][^\"”]*[\"”]|'[^']*'(?!\w)", asked)]
    found = [hit for pattern in (*_JOINED, _HOW_MUCH_AND, _TWO_THINGS, _TWO_SIDES) for hit in [pattern.search(asked)] if hit]
    return [hit.group().strip(" ,") for hit in found if not any(start <= hit.start() < end for start, end in quoted)]


def closed(text: str) -> tuple[str, ...]:
    """The opening that invites a yes or a no, where every question of the text does."""
    asked = _asked(text)
    if not asked:
        return tuple(one.strip() for one in asking_sentences(text))
    openings = [_closed_opening(one) for one in asked]
    return tuple(one for one in openings if one) if all(openings) else ()


def _closed_opening(sentence: str) -> str | None:
    asked = main_question(sentence)
    if WH_START.match(asked):
        return None
    request = REQUEST.match(asked)
    if request:
        return _opening(asked) if re.match(r"\s+(?:me\s+|us\s+)?(?:if|whether)\b", asked[request.end() :], re.IGNORECASE) else None
    if AUXILIARY_START.match(asked):
        return None if _inside(asked) else _opening(asked)
    # A statement with a question mark asks to confirm it.
    return None if re.search(rf"\b{_WH}\b", asked, re.IGNORECASE) else _opening(asked)


def _inside(asked: str) -> bool:
    """Whether a polite frame holds an open question: "do you know how many", "would you say what"."""
    return (
        re.match(
            r"^\w+\s+(?:you|we|anyone|somebody)\s+(?:know|say|remember|recall|estimate|guess|tell)\s+(?:roughly\s+|about\s+|me\s+)?" + _WH,
            asked,
            re.IGNORECASE,
        )
        is not None
    )


def too_long(text: str, *, opening: bool = False) -> tuple[str, ...]:
    """How long it is, where it is too long: the asking sentence, or all of it."""
    longest = max((len(one.split()) for one in asking_sentences(text) or sentences(text)), default=0)
    whole = len(text.split())
    found: list[str] = []
    if longest > MOST_WORDS_OF_A_QUESTION:
        found.append(f"{longest} words in one question")
    if whole > (MOST_WORDS_OF_AN_OPENING if opening else MOST_WORDS_ALTOGETHER):
        found.append(f"{whole} words altogether")
    return tuple(found)


def _opening(sentence: str) -> str:
    return " ".join(core(sentence).split()[:5])
