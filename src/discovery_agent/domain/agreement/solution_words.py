"""Words that name a solution instead of a goal. An objective does without them: whether AI is needed is decided elsewhere."""

from __future__ import annotations

import re

_AI = (
    r"AI|A\.I\.|KI|artificial intelligence|künstliche\w* Intelligenz|intelligence artificielle|machine[- ]learning|ML|deep[- ]learning"
    r"|neural net(?:work)?s?|(?:large |generative )?language models?|LLMs?|Gen(?:erative)? ?-?AI|generative|ChatGPT|GPT(?:-?\d\w*)?|Copilots?"
    r"|agentic|chat ?-?bots?|voice ?-?bots?|bots?|(?:virtual|digital|smart|intelligent) (?:assistants?|agents?)|RPA|(?:software )?robots?"
    r"|(?:predictive|prediction|forecasting) models?|algorithms?|computer vision|image recognition|recommendation engines?"
)
_TOOL = (
    r"(?:new |own |modern |better )*(?:dashboards?|apps?|portals?|platforms?|data lakes?|knowledge graphs?|digital twins?|blockchain)"
    r"|new (?:systems?|software|tools?)|automation tools?"
)
_NAMED = rf"(?:{_AI}|{_TOOL})"
_SOLUTION = re.compile(rf"(?<![\w-])(?:{_NAMED})(?![\w])(?!-\w*(?:free|averse))", re.IGNORECASE)
# "ai" and "ml" in lower case are not words of any goal, but "Ki" and "Ml" may be names; those count in capitals only.
_CAPITALS_ONLY = re.compile(r"ki|ml", re.IGNORECASE)

_NOUN = rf"(?:an?\s+|the\s+|our\s+|own\s+|some\s+|new\s+|proper\s+|smart\s+)*(?:{_NAMED})(?:[- ](?:based|powered|driven|enabled))?(?:\s+(?:system|solution|tool|model|technology|assistant|agent|bot))?s?"
_BEFORE_GOAL = re.compile(
    rf"^\s*(?:(?:we|i)\s+(?:want|need|would like)\s+(?:to\s+)?)?(?:(?:to\s+)?(?:use|build|buy|introduce|get|have|implement|deploy|adopt|roll out|try|apply)\s+)?{_NOUN}\s+"
    r"(?:so that|in order to|to|that|which|for|who)\s+(?:can\s+|will\s+|helps?\s+(?:us\s+)?(?:to\s+)?)?(?=\w+\s+\w+)",
    re.IGNORECASE,
)
_MEANS = re.compile(
    rf"(?:(?<!\s)\s++)?(?:,\s*+)?\b(?:with|by|using|through|via|thanks to|powered by|based on|on the basis of)\s+(?:the\s+(?:help|use)\s+of\s+|using\s+|means of\s+)?{_NOUN}",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(rf"(?<![\w-])(?:{_AI})[- ](?:based|powered|driven|enabled|supported|assisted)\s+", re.IGNORECASE)
_LEAST_WORDS = 2


def solutions_in(text: str) -> tuple[str, ...]:
    """The words of a text that name a solution.

    >>> solutions_in("Answer every email within a day, with a chatbot"), solutions_in("Raise retail margins")
    (('chatbot',), ())
    """
    found = (one.group() for one in _SOLUTION.finditer(text))
    return tuple(dict.fromkeys(word for word in found if not _CAPITALS_ONLY.fullmatch(word) or word.isupper()))


def without_solution(statement: str) -> str | None:
    """A goal restated without the solution that it names; None if nothing that makes sense is left.

    >>> without_solution("Use AI to answer every email within a day")
    'Answer every email within a day'
    >>> without_solution("Cut the backlog with the help of machine learning")
    'Cut the backlog'
    >>> without_solution("We want a chatbot") is None
    True
    """
    if not solutions_in(statement):
        return statement
    plain = _ADJECTIVE.sub("", statement)
    plain = _MEANS.sub("", plain)
    plain = _BEFORE_GOAL.sub("", plain)
    plain = " ".join(plain.split()).strip(" ,;:-–")
    if solutions_in(plain) or len(plain.split()) < _LEAST_WORDS:
        return None
    return plain[:1].upper() + plain[1:]
