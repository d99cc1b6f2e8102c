"""The state of data as plain speech tells it: a data noun, and what is the case with it.

A pattern is believed where its clause speaks of data (itself, or with "it" and "they" the clause before), asserts (no "if",
"should", "we want") and is not negated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from discovery_agent.analysts.rules.data_amounts import extent_level, share_level
from discovery_agent.analysts.rules.data_patterns import BY_NAME, NAME, PLAIN
from discovery_agent.analysts.rules.data_words import is_about_data, names_data, points_back

# A clause ends where another may have another subject, or another truth.
_CLAUSE = re.compile(
    r"[;:]\s|,\s+(?:and|but|so|because|which|while|whereas|although|though)\b|\s+(?:but|because|although|whereas)\s|,\s+(?=(?:i|we|you|it|they|he|she|that|this|nobody|there|some|somebody|\w+ (?:is|are|has|have|looks|keeps|maintains|owns|comes))\b)"
)
_UNREAL = re.compile(
    r"\b(?:if|unless|suppose|supposing|imagine|assuming|whether|wish(?:es)?|hope|hopes|want(?:s|ed)?|would|should|ought|shall|might|may|need(?:s|ed)?|has to|have to|must|plan(?:s|ned|ning)?|will be|will have|going to|once|until|as soon as"
    r"|when (?:we|you|they|it|the \w+) (?:have|get|has)|used to|in future|in the future|some day|one day|like (?:to|it|them|a|an|the|somebody|someone)|promise[sd]?|offer(?:s|ed)?|supposed to|let's|'d)\b"
)
_NOT = re.compile(r"(?:\b(?:not|never|no|nobody|none|without|hardly|neither|nor|cannot|no one|rarely|seldom)\b|n't\b)[^.?!;,]{0,28}$")


def states_in(texts: Sequence[str], at: int, question: str | None = None) -> list[tuple[str, int]]:
    """What the sentence at this place says of the data: dimensions with their levels, each once, in the order of the table.

    `texts` are the believed sentences of one turn; `question` is what was asked just before it. A sentence that speaks of "it"
    is about data where the one before it, or the question, is.

    >>> states_in(["The price list is updated every night."], 0)
    [('freshness', 2)]
    """
    text = texts[at].replace("’", "'")
    before = " ".join(one.lower() for one in texts[max(0, at - 2) : at])
    asked = (question or "").replace("’", "'").lower()
    answer = _as_sentence(text, asked) if at == 0 and asked else None
    if answer:
        text, before = answer, asked
    elif at == 0:
        before = asked
    found: dict[str, int] = {}
    start = 0
    cuts = [*(match.start() for match in _CLAUSE.finditer(text.lower())), len(text)]
    clauses = [(start, cuts[0]), *pairwise(cuts)]
    for start, end in clauses:
        clause = text[start:end]
        context = f"{before} {text[:start].lower()}" if points_back(clause.lower()) or start else ""
        unreal_before = (
            bool(start) and bool(re.match(r"[\s,]*(?:and|so|which|then)\b", clause.lower())) and bool(_UNREAL.search(text[:start].lower()))
        )
        for dimension, level in _of_clause(clause, context, unreal=unreal_before):
            found.setdefault(dimension, level)
    if "availability" in found and "labels" in found and found["labels"] == found["availability"] == 0:
        del found["availability"]
    if found.get("privacy") is not None and found.get("access") == 0:
        del found["access"]  # who may not is what the law or a contract says
    return list(found.items())


def _of_clause(clause: str, context: str, *, unreal: bool) -> list[tuple[str, int]]:
    low = clause.lower()
    here, there = is_about_data(low), names_data(context)
    found: list[tuple[str, int]] = []
    for pattern in (*PLAIN, *BY_NAME):
        said = clause if pattern in BY_NAME else low
        match = pattern.words.search(said)
        if match is None or any(pattern.dimension == dimension for dimension, _ in found):
            continue
        if not (pattern.itself or here or there):
            continue
        level = pattern.level
        if level is None:
            parts = match.groupdict()
            told = parts.get("share") if pattern.dimension == "quality" else parts.get("extent")
            level = share_level(told or "") if pattern.dimension == "quality" else extent_level(told or "")
            if level is None or (
                pattern.dimension == "quality" and not parts.get("what") and not parts.get("often") and not _of_records(low, match, there)
            ):
                continue
        lead = low[: match.start()]
        if not pattern.obliges and (unreal or _UNREAL.search(lead) or _UNREAL.search(match.group().lower().split(" ", 1)[0])):
            continue
        if _NOT.search(lead) and not pattern.obliges:
            continue
        found.append((pattern.dimension, level))
    return found


def _of_records(low: str, match: re.Match[str], there: bool) -> bool:
    """Whether a share of bad ones is one of records, and not of parcels: "six percent of the orders are wrong" may be either."""
    return names_data(low) or (there and points_back(low))


_ASKS = (
    (
        "It is updated {answer}",
        re.compile(r"\bhow (?:often|current|fresh|up to date|old)\b|\bwhen (?:is|are|was|were) .*\b(?:updated|refreshed|loaded)\b"),
    ),
    (
        "It goes back {answer}",
        re.compile(r"\bhow (?:far back|long (?:back|do you keep|is it kept))\b|\bhow (?:much|many years of) (?:history|data)\b"),
    ),
    (
        "It is {answer}",
        re.compile(r"\bwhere (?:is|are|do|does|did|can|could)\b|\bwhich (?:system|tool)\b|\bhow (?:is|are) .*\b(?:recorded|stored|kept)\b"),
    ),
)
_ASKS_WHO = re.compile(
    r"\bwho(?:'s| is)? (?:\w+ )?(?:maintain\w*|own\w*|look\w* after|keep\w*|takes? care|responsible|in charge|cleans?|the owner|puts?)\b"
)
_ME = re.compile(r"\W*(?:(?:well|yes|um|uh|oh|that|that's|that would be|it's|i guess)\W+)*(?:me|i do|i am|myself|i)\b")


def _as_sentence(text: str, asked: str) -> str | None:
    """A short answer as a sentence of its own: "Every morning." to "How often is it updated?"; None if it needs no help."""
    if len(text.split()) > 7 or not is_about_data(asked):
        return None
    low = text.lower()
    if _ASKS_WHO.search(asked):
        if _ME.match(low):
            return "I own it"
        if re.match(r"\W*(?:well\W+)?(?:nobody|no one)\b", low):
            return "Nobody owns it"
        name = re.match(rf"\W*(?:(?:[Tt]hat's|[Tt]hat is|[Ii]t's|[Yy]es,?) )?({NAME})\W*$", text)
        return f"{name[1]} owns it" if name else None
    for form, question in _ASKS:
        if question.search(asked) and not re.match(r"\W*(?:it|they|we|i|you|that)\b", low):
            return form.format(answer=low.strip(" ."))
    return None
