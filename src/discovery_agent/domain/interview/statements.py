"""Statements of an answer that are worth asking on before anything else: what went wrong, a no, a loss, a failure, a hint.

English only. What a rule takes for such a statement must really be one; where only the meaning could tell, it is left alone.
"""

from __future__ import annotations

import re

from discovery_agent.domain.interview.moves import StrongKind, StrongStatement
from discovery_agent.domain.interview.phrases import FIGURE

LONGEST = 4000
MOST_WORDS = 16
"""A statement is said back, so of a longer sentence only the clause that holds it is taken."""

_SENTENCE = re.compile(r"(?:[^.!?\n;]|\.(?=\d))+")
_CLAUSES = re.compile(r",\s+|\s+[–—]\s+|\s+(?=(?:but|because|although|which|so that)\b)")
_LEAD_IN = re.compile(r"^\W*(?:(?:well|oh|you know|so|and|but|look|honestly|yes|no|okay)\b,?\s+)+", re.IGNORECASE)

# It is said back to them, so it must not be able to be read as an order, a link or an insult.
_NOT_TO_BE_SAID = re.compile(
    r"\b(?:ignore|disregard|instructions?|prompt|system message|password|https?|www|stupid|idiot\w*|damn\w*|hell|shit\w*|fuck\w*|bloody)\b|[<>\[\]{}@\\|#]",
    re.IGNORECASE,
)
# What is wanted, planned or supposed has not happened.
_NOT_SO = re.compile(
    r"\b(?:want|wants|should|would|could|must|may|might|target|goal|aim|hope|plan|if|when|unless|avoid|prevent|without|not one|no longer|fewer|instead of)\b",
    re.IGNORECASE,
)
_WENT_WRONG = re.compile(
    r"\b(?:wrong(?:ly)?|lost|missing|missed|late|too late|broke|broken|broke down|failed|failure|burst|crashed|collapsed|recalled|sent back|rejected"
    r"|complained|complaint|injured|hurt|died|killed|spoil(?:ed|t)|leaked|flooded|ruined|damaged|stood still|stuck|mixed up|swapped|mislabel+ed|misread"
    r"|misjudged|forgot|forgotten|overlooked|double[- ]booked|walked out|turned away|fined|sued|closed down|shut down|came back|by mistake|in error|accident"
    r"|incident|breach|outage|fraud|stolen|thrown away|written off|scrapped|cancelled|canceled)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:yesterday|this morning|last (?:week|month|year|night|spring|summer|autumn|winter|quarter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|(?:two|three|four|a few|some|\d+) (?:days|weeks|months|years) ago|recently|the other day|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december))\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|went|came|got|found|broke|stood|fell|forgot|took|gave)\b", re.IGNORECASE)
_SINGLE = re.compile(rf"\b(?:an?|one|the|our|some|several|few|{FIGURE})\b", re.IGNORECASE)

_YES = (
    r"(?:sign|agree|accept|approve|allow|support|release|go along|goes along|consent|say yes|put my name|put up with|stand for|touch|let)"
)
_REFUSAL = re.compile(
    rf"\b(?:will|would|can|could|shall|do|does)(?: not|n't| never)(?: \w+)? {_YES}|\b(?:won't|refuses? to|refused to|never)(?: \w+)? {_YES}"
    rf"|\bonly (?:\w+ )?{_YES}\w*(?: \w+){{0,4}} (?:if|when|with|after|once|on condition)\b|\b(?:no|nothing) without\b"
    rf"|\b{_YES}(?:s|es|d|ed)?\b(?: \w+){{0,6}} (?:as long as|so long as|provided|on (?:the )?condition|unless|only if|only when)\b"
    r"|\bover my dead body\b|\bnot (?:on|under) my (?:watch|name)\b|\bnot unless\b",
    re.IGNORECASE,
)
# "I will not say", "I would not put it that way" and "we cannot agree more" refuse nothing.
_NO_REFUSAL = re.compile(r"\bagree more\b|\bhelp\b|\btouch on\b|\blet you\b", re.IGNORECASE)

_LOSS = re.compile(
    r"\b(?:wrong|wrongly|lost|lose|loses|losing|missed|late|too late|rejected|returned|sent back|complained|complaints?|injured|hurt|died|scrapped|thrown away"
    r"|written off|write off|wasted|waste|fined|fines?|penalt(?:y|ies)|refunds?|refunded|sued|failed|faulty|damaged|spoil(?:ed|t)|comes? back|came back|errors?|mistakes?"
    r"|overlooked|misread|misjudged|cancelled|canceled|no-shows?)\b",
    re.IGNORECASE,
)
# A field, a code or a list that names losses counts none.
_FILED = re.compile(r"\b(?:filled in|recorded|field|column|code[sd]?|list(?:ed|s)?|marked|noted|entered)\b", re.IGNORECASE)
_FIGURE = re.compile(FIGURE, re.IGNORECASE)
_NO_COUNT = re.compile(r"\b(?:once|20\d\d|19\d\d|\d{1,2}[:.]\d\d|(?:two|three|four|\d+) (?:days|weeks|months|years) ago)\b", re.IGNORECASE)

_TRIED = (
    r"\b(?:bought|introduced|tried|built|tested|piloted|rolled out|launched|hired|brought in|switched to|set up|started|installed|had (?:an?|the) (?:\w+ )?"
    r"(?:project|pilot|tool|system|trial|attempt)|(?:tool|system|project|pilot|attempt|trial)s?)\b"
)
_CAME_TO_NOTHING = (
    r"\b(?:(?:never|hardly|not|nobody|no one|n't)(?: \w+){0,2} (?:used?|worked|work|finished|went live|caught on|took off|looked at|touched)|used by nobody"
    r"|stopped|dropped|abandoned|gave up|given up|failed|came to nothing|went nowhere|switched off|shelved|scrapped|went back to|sent back|gathers? dust|in a drawer"
    r"|did not (?:last|help|stick)|didn't (?:last|help|stick)|worse than before)\b"
)
_FAILED = re.compile(
    rf"{_TRIED}[^.!?\n]{{0,120}}?(?:[.;]\s+(?:it|that|they|but|nobody|everybody|sales|people|we)\b[^.!?\n]{{0,60}}?)?{_CAME_TO_NOTHING}",
    re.IGNORECASE,
)

_WITHHELD = re.compile(
    r"\b(?:a (?:matter|story|chapter|subject|world|topic) of (?:its|their|his|her) own|another (?:story|matter|chapter)|a different (?:story|matter|chapter)|a long story"
    r"|(?:as|like) (?:every|any)where(?: else)?|it (?:has|had|does|did) (?:been known to )?happen(?:ed)?|(?:such|these|those) things (?:do )?happen|has been known to happen"
    r"|it has been known|there (?:was|were|has been|have been) (?:something|a thing or two|(?:one|a few|some|certain) (?:moments|incidents|occasions|discussions|voices|episodes|surprises))"
    r"|not officially|officially,? (?:yes|no|we)|on paper,? (?:yes|no|we|it)|between (?:us|you and me|ourselves)|off the record|you (?:do not|don't) want to know"
    r"|i could tell (?:you )?(?:stories|a thing|a few things|a story)|with one exception|with a few exceptions|apart from one (?:time|case|occasion)|one (?:notable|painful) exception"
    r"|the less said|best not (?:to )?(?:ask|mention|talk)|i (?:had )?better not say more|that is all i will say|more than i (?:can|may|should) say)\b",
    re.IGNORECASE,
)


def strong_statement(text: str) -> StrongStatement | None:
    """The statement that is most worth asking on: a no before a failure, a loss, an incident and a hint.

    >>> strong_statement("It is calm here. Last week a pallet went to the wrong yard.").words
    'Last week a pallet went to the wrong yard'
    """
    said = " ".join(text[:LONGEST].replace("’", "'").split())
    found: dict[StrongKind, str] = {}
    failed = None if _NOT_TO_BE_SAID.search(said) else _FAILED.search(said)
    for match in _SENTENCE.finditer(said):
        if failed and failed.start() < match.end() and match.start() < failed.end():
            found.setdefault(StrongKind.FAILED, _cut(_plain(match.group())))
            continue
        kind, words = _in_sentence(_plain(match.group()))
        if kind:
            found.setdefault(kind, words)
    for kind in (StrongKind.REFUSAL, StrongKind.FAILED, StrongKind.HARM, StrongKind.INCIDENT, StrongKind.WITHHELD):
        if kind in found:
            return StrongStatement(kind=kind, words=found[kind])
    return None


def _in_sentence(sentence: str) -> tuple[StrongKind | None, str]:
    """What kind of statement a sentence holds, with the clause that holds it where the sentence is long."""
    if _NOT_TO_BE_SAID.search(sentence):
        return None, ""
    if len(sentence.split()) <= MOST_WORDS:
        return _kind(sentence), sentence
    clauses = [_plain(one) for one in _CLAUSES.split(sentence)]
    return next(((kind, _cut(one)) for one in clauses if (kind := _kind(one))), (None, ""))


def _plain(text: str) -> str:
    return _LEAD_IN.sub("", text.strip(" ,"))


def _kind(sentence: str) -> StrongKind | None:
    if _REFUSAL.search(sentence) and not _NO_REFUSAL.search(sentence):
        return StrongKind.REFUSAL
    so = not _NOT_SO.search(sentence)
    if so and _LOSS.search(sentence) and _FIGURE.search(_NO_COUNT.sub(" ", sentence)) and not _FILED.search(sentence):
        return StrongKind.HARM
    if so and _WENT_WRONG.search(sentence) and (_WHEN.search(sentence) or (_PAST.search(sentence) and _SINGLE.search(sentence))):
        return StrongKind.INCIDENT
    return StrongKind.WITHHELD if _WITHHELD.search(sentence) else None


def _cut(text: str) -> str:
    return " ".join(text.split()[:MOST_WORDS])
