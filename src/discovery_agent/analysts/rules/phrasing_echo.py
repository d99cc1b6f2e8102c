"""The stakeholder's own words, taken up where that is safe: a figure, or one short statement turned from "we" to "you".

An answer is data. What could be read as an order, an address or a link is never repeated.
"""

from __future__ import annotations

import re

from discovery_agent.domain.interview.phrases import FIGURE, MONEY, PERIOD, TIME

LONGEST = 4000
FEWEST_WORDS = 4
MOST_WORDS = 11
_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\d))+[.!?]*")
_FIGURE = re.compile(
    rf"(?:\b(?:about|around|roughly|nearly|almost|over|under|some|maybe|up to|at least|more than|less than)\s)?"
    rf"(?:{MONEY}|{TIME}|{FIGURE}(?:\s?%|\sper ?cent\b|\s(?!(?:of|and|or|but|the|to|in|is|are|was|were|on|at|for|with|we|i|times?|has)\b)[a-z]{{3,14}}s\b))"
    rf"(?:\s(?:{PERIOD}))?",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundreds?|thousands?|millions?|dozens?|half an? \w+)\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\b(?:of|in|from|to|and|or|out of)\s+$", re.IGNORECASE)
_SUBJECTS = re.compile(
    r"^(?:we|i|nobody|everybody|everyone|no one|most people|there (?:is|are|was|were)|(?:the|our|my|all|some|many|most|every|each) [a-z-]{3,})\b",
    re.IGNORECASE,
)
# Opinions, hedges and fragments sound odd when they come back; so does anything that leans on what was said before.
_NOT_TO_BE_ECHOED = re.compile(
    r"\b(?:you|your|yours|please|ignore|instruct\w*|prompt|approved?|mark|system message|password|click|he|she|him|her|it|this|that|these|those|one|they|them|said|says|tell|told|think|guess|believe|mean|know|sure|don't|can't|won't|do not|hope|wish|want|would|could|should|might|may|if"
    r"|because|which|who|when|while|so|then|too|also|just|really|actually|honestly|basically|well|like|maybe|probably|perhaps|myself|ourselves|here|there's|it's|stupid|idiot\w*|damn|hell|shit|fuck\w*)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-zÀ-ÿ0-9][\w %/'-]*")
_TURNED = {
    "i": "you", "we": "you", "me": "you", "us": "you", "my": "your", "our": "your", "mine": "yours", "ours": "yours",
    "am": "are", "i'm": "you are", "we're": "you are", "i've": "you have", "we've": "you have", "i'll": "you will",
    "we'll": "you will", "i'd": "you would", "we'd": "you would",
}  # fmt: skip
_I_WAS = re.compile(r"\bI was\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|were|had|did|\w{3,}ed)\b", re.IGNORECASE)


def figure_in(answer: str) -> str | None:
    """The first figure of an answer with its unit, such as "about 300 invoices a month"; None if there is none with a unit."""
    for match in _FIGURE.finditer(answer[:LONGEST]):
        words = " ".join(match.group().split()).strip(" ,.")
        if _PART_OF.search(answer[: match.start()]):
            return None
        if _COUNTS.search(words) and 1 < len(words.split()) <= 7:
            return words
    return None


def statement_in(answer: str) -> str | None:
    """A short statement of the answer, said back: "nobody owns the list", "you retype everything"; None if none is safe."""
    for match in _SENTENCE.finditer(answer[:LONGEST]):
        sentence = " ".join(match.group().replace("’", "'").split())
        if sentence.endswith(("?", "!")):
            continue
        sentence = sentence.rstrip(".")
        if not FEWEST_WORDS <= len(sentence.split()) <= MOST_WORDS or not _PLAIN.fullmatch(sentence):
            continue
        if _SUBJECTS.match(sentence) and not _NOT_TO_BE_ECHOED.search(sentence) and not _PAST.search(sentence):
            return _turned(sentence)
    return None


def said(words: str, most: int) -> str:
    """Words for a quotation inside a sentence: one line, no point or question mark, at most so many words."""
    plain = re.sub(r"[^\w\s%€$£&+/,.:'’()-]", "", words.replace("?", "").replace("!", ""))
    plain = re.sub(r"(?:https?:|www\.)\S*", "", re.sub(r"[.:](?!\d)", ",", plain))
    parts = plain.split()
    cut = " ".join(parts[:most]).strip(" ,")
    return f"{cut} …" if len(parts) > most else cut


def _turned(sentence: str) -> str:
    sentence = _I_WAS.sub("you were", sentence)
    words = [_TURNED.get(word.lower(), word) for word in sentence.split()]
    first = words[0]
    if not (first.isupper() and len(first) > 1) and first not in ("I",):
        words[0] = first[:1].lower() + first[1:]
    return " ".join(words)
