"""What "they" and "it" mean at the beginning of a statement that has to stand alone."""

from __future__ import annotations

import re

from discovery_agent.analysts.rules.wording import shorten

_PRONOUN = re.compile(
    r"^(?P<word>they|these|those|it|this|that)(?=\s+(?:must|may|has|have|can|cannot|can't|is|are|needs?|should|shall|will|won't|mustn't)\b|'(?:s|re|ve|ll)\b)(?:'(?P<short>s|re|ve|ll)\b)?",
    re.IGNORECASE,
)
_SHORT = {"s": " is", "re": " are", "ve": " have", "ll": " will"}
_MANY = frozenset(["they", "these", "those"])
_DETERMINER = r"(?:the|our|my|your|their|all the|all our|all|these|those|this|that|an?|any|each|every)"
_NO_NOUN = (
    r"(?:the|our|my|your|their|all|these|those|this|that|an?|any|each|every|we|i|you|they|he|she|it|who|which|what|there|here|nobody|everybody|somebody|everything|nothing|and|or|but|so|because|if|when|of|to|in|on|at|for|from|with|by|about|into|as|than|per"
    r"|is|are|was|were|be|been|am|has|have|had|does|do|did|can|could|may|might|must|should|shall|will|would|not|no|yes|also|only|just|still|always|never|often|usually|already|again|once|now|today|then|very|too|more|most|less|mostly"
    r"|contain|hold|keep|store|send|get|go|come|say|take|give|use|make|run|sit|include|belong|mean|read|write|need|want|see|know|have to|let|live|lie|arrive|own)"
)
_VERBS_IN_S = re.compile(
    r"(?:contains|holds|keeps|stores|sends|gets|goes|comes|says|takes|gives|uses|makes|runs|sits|records|covers|includes|belongs|means|reads|writes|needs|wants|sees|knows|lets|asks|works|lives|lies|arrives|pays|owns|looks|has|is|was|does|costs|helps|shows|tells)$"
)
_WORD = rf"(?!{_NO_NOUN}\b)[a-z][a-z'-]*"
_PHRASE = re.compile(rf"\b(?:(?P<article>{_DETERMINER}) )?(?P<words>{_WORD}(?: {_WORD}){{0,2}})\b", re.IGNORECASE)
_SPAN = re.compile(r"(?:hour|day|night|week|month|quarter|year|time|way|case|end)s?$", re.IGNORECASE)
_NO_PLURAL = re.compile(r"(?:ss|us|is|ness|ics|'s)$")


# What a sentence opens with, up to its verb, is what the next one goes on about.
_SUBJECT = re.compile(
    rf"^(?:(?:and|but|so|well|yes|also) )*(?:(?P<article>{_DETERMINER}) )?(?P<words>(?:{_WORD} ){{0,2}}?{_WORD}) (?:is|are|was|were|has|have|had|contain|hold|keep|go|come|get|need|must|may|can|include|belong|run|sit|lie|live|arrive"
    r"|contains|holds|keeps|goes|comes|gets|needs|includes|belongs|runs|sits|lies|lives|arrives|covers|records|stores)\b",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(r"\b(?:worry|problem|point|thing|question|idea|rule|reason|answer|fear|concern|rest)s?$", re.IGNORECASE)


def _is_many(words: str) -> bool:
    return words.endswith("s") and not _NO_PLURAL.search(words)


def opens_with_pronoun(statement: str) -> bool:
    """Whether a statement speaks of something that only the sentence before it names.

    >>> opens_with_pronoun("They must not leave the EU"), opens_with_pronoun("The mails must not leave the EU")
    (True, False)
    """
    return bool(_PRONOUN.match(statement))


def with_subject(statement: str, before: str) -> str:
    """The statement with what its pronoun means; with the whole sentence before it where that names several such things, or none.

    >>> with_subject("They must not leave the EU", "Customer e-mails contain personal data")
    'Customer e-mails must not leave the EU'
    >>> with_subject("It has to be in by March", "We file the report with the board")
    'We file the report with the board: it has to be in by March'
    """
    pronoun = _PRONOUN.match(statement)
    if pronoun is None:
        return statement
    meant = _meant(before, many=pronoun["word"].lower() in _MANY)
    rest = _SHORT.get(pronoun["short"] or "", "") + statement[pronoun.end() :]
    if meant is None:
        return shorten(f"{before.rstrip('.!?')}: {statement[:1].lower()}{statement[1:]}")
    return shorten(f"{meant[:1].upper()}{meant[1:]}{rest}")


def _meant(before: str, *, many: bool) -> str | None:
    """The only thing of this number that the sentence names; None if there are several, or none."""
    subject = _SUBJECT.match(before)
    if subject and _is_many(subject["words"]) is many and not _NO_SUBJECT.search(subject["words"]):
        article = subject["article"]
        one = article and article.lower() in ("a", "an", "any", "each", "every")
        return " ".join(["the" if one else article, subject["words"]] if article else [subject["words"]])
    named: list[str] = []
    for phrase in _PHRASE.finditer(before):
        words = phrase["words"].split()
        at = next((at for at, word in enumerate(words) if _VERBS_IN_S.match(word.lower())), None)
        words = words[:at]
        if not words or _SPAN.match(words[-1]):
            continue
        plural = _is_many(" ".join(words))
        article = phrase["article"]
        if plural is not many or (not many and article is None):
            continue
        named.append(
            " ".join(
                [article, *words]
                if article and article.lower() not in ("a", "an", "any", "each", "every")
                else ["the", *words]
                if article
                else words
            )
        )
    return named[0] if len(named) == 1 else None
