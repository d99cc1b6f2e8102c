"""Plain figures in a sentence, in a form that can be set beside another person's: how many in which time, how long, how much money.

Only what tells how things are now and on the whole is read. A target, a figure of last year, of the busy season or of a part of
the whole may differ from another figure without contradicting it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from discovery_agent.domain.numbers import NumberMention, find_numbers
from discovery_agent.domain.subjects import subject_words
from discovery_agent.domain.telling import telling_words
from discovery_agent.domain.units import magnitude


class Told(StrEnum):
    """What kind of figure it is."""

    VOLUME = "volume"
    DURATION = "duration"
    BUDGET = "budget"


@dataclass(frozen=True)
class ToldFigure:
    """One figure; two of the same kind and `about` can be set side by side."""

    kind: Told
    about: frozenset[str]
    """Stems of what is counted, timed or paid for; empty where the sentence does not name it ("it's five days")."""
    low: float
    """The least it says, with `high` the most: cases a month, seconds, or money."""
    high: float
    start: int
    end: int
    named: str
    """What it is about, as the sentence says it; empty as `about` may be."""
    scope: frozenset[str]
    """Stems of what the sentence counts in, leaves out or speaks of ("if you count the reruns", "in the shop we get ...")."""


# How many of each a month has. Working time is not told apart: five days a week or seven.
_PERIODS = {"hour": 30 * 8.0, "shift": 30.0, "day": 30.0, "week": 52 / 12, "month": 1.0, "quarter": 1 / 3, "year": 1 / 12}
_OF_DAY = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year"}
_PAST = (
    r"last (?:year|month|quarter|week|autumn|fall|spring|summer|winter)|used to|ago|back then|in the past|before (?:that|the|we)|previously"
    r"|formerly|until (?:last|recently)|at that time|in those days|(?:in |since )?(?:19|20)\d\d|was(?! told)|were|had been|took|had|got|came|cost"
)
_WANTED = (
    r"targets?|goals?|aims?|wants?|wish|should|would|could|must|need to|needs to|has to|have to|plan(?:ned|s)?|expect(?:ed|s)?|next (?:year|month|quarter)"
    r"|will be|instead of|rather than|not more than|no more than|within|promised?|by (?:the end|next|january|february|march|april|may|june|july"
    r"|august|september|october|november|december)|hope|ideal(?:ly)?|down to|up to|at least|at most|maximum|minimum|max|min|if we|reduce|cut|halve"
)
_AT_TIMES = (
    r"peaks?|season|in (?:spring|summer|autumn|winter|fall)|christmas|easter|black friday|worst|best case|sometimes|occasionally|on (?:mondays?|tuesdays?"
    r"|wednesdays?|thursdays?|fridays?|weekends?|bad days|good days)|month[- ]end|year[- ]end|in (?:january|february|march|april|june|july|august"
    r"|september|october|november|december)|once|that time|the other day|one (?:customer|case|time|day|of)|when (?:somebody|someone|we are|it is) (?:\w+ )?(?:ill|sick|away|on holiday)"
)
_PART = (
    r"of (?:those|these|them|which|that)|each of us|per (?:person|head|clerk|agent|site|branch|team)|by myself|i (?:do|handle|process|read|answer|take) "
    r"|alone|only|just the|our (?:branch|site|team)|my (?:team|branch|site|desk)|another|others?|extra|more than|less than|fewer|urgent|complex"
    r"|complicated|simple|easy|difficult|special|standard|lost|rejected|late|wrong|missing|training|learn"
)
_ELSEWHERE = re.compile(rf"\b(?:{_PAST}|{_WANTED}|{_AT_TIMES}|{_PART})\b", re.IGNORECASE)
_IS_NOW = re.compile(r"\b(?:now|today|nowadays|these days|currently|at the moment|at present)\b", re.IGNORECASE)
_PAST_WORDS = re.compile(rf"\b(?:{_PAST})\b", re.IGNORECASE)
_SCOPED = re.compile(
    r"\b(?:if you (?:count|include|leave)|including|excluding|without|counting|not counting|with all the|working days?|business days?|calendar days?"
    r"|gross|net)\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"^\W*(?:(?:well|no|yes|and|but|so),? )?(?P<where>online|offline|abroad|(?:in|at|for|on|by|from) (?:[^\W\d_][\w-]*,? ){1,4}?)(?=,? ?(?:we|i|it|they|there|the)\b)",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"\b(?:experience|general|view|opinion|average|total|fact|short|system|reports?|logs?|statistics|spreadsheet|table|now|moment)\b",
    re.IGNORECASE,
)
# A clause of its own: "last year it was eight days, now it takes five".
_CLAUSE = re.compile(r"[;:]|, (?=and |but |now |today |whereas |while |we |it |they |that )|\b(?:but|whereas)\b", re.IGNORECASE)
_MONEY = re.compile(r"[€$£]|\b(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|francs?|grand|k)\b", re.IGNORECASE)
_NOUNS = r"(?P<noun>(?:[^\W\d_][\w'’-]*\s+){0,3}?[^\W\d_][\w'’-]*s?)"
_RATE = re.compile(rf"\s*+{_NOUNS}?\s*\b(?:an?|per|each|every)\s+(?P<period>hour|shift|day|week|month|quarter|year)\b", re.IGNORECASE)
_ADVERB_RATE = re.compile(rf"(?:\s*+{_NOUNS})?\s+(?P<period>daily|weekly|monthly|yearly|annually)\b", re.IGNORECASE)
_DURATION = re.compile(
    r"[\s-]?(?:full |whole |working |business |calendar )?(?P<unit>minute|hour|day|week|month)s?\b(?!\s+(?:of|old|ago|later|earlier))",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:-|–|to|or|until)\s*\Z", re.IGNORECASE)
_NOT_COUNTED = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|seconds|second$|percent|per cent|times|once|twice|euros?|dollars?|pounds?|people|colleagues|clerks|agents|sites?|branches)\b|[%€$£]",
    re.IGNORECASE,
)
# Verbs that only say that there are so many.
_NEUTRAL = frozenset(
    """
    get gets getting have has see sees receive receives handle handles process processes do does deal take takes count counts is are it's that's
    there's there about around roughly like more approximately nearly almost say i'd make it we they you i of with be's us come comes reads read some
    maybe perhaps probably some in on at well no yes so and the a lab's only its
    """.split()
)
_TAKES = re.compile(
    r"(?:^|[,.;]\s*|\b(?:and|so|but|well|that|because|say|think|for)\s+)(?P<subject>(?:[^\W\d_][\w'’-]*\s+){1,5}?)"
    r"(?:(?:usually|typically|normally|still|now|currently|often|always|really|easily|just)\s+)*(?:takes?|lasts?|waits?|needs?|sits?|lies|is done in|is there after)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:(?:now|then|today|so|usually) )?(?:it|that|this|they|one|each|each one|everything|which)\b", re.IGNORECASE)
_SHORT_ANSWER = re.compile(
    r"^\W*(?:(?:no|well|sorry|hm+|oh|actually|honestly|really|yes|yeah|so|but|then|now|okay|in my (?:experience|view)|as far as i know|for us|if you ask me|i mean|today"
    r"|i(?:'d)? (?:say|think|count|measured|reckon|see|hear)|i would say)\W+)*(?:(?:it|that)(?:'s| is)|we(?:'re| are) at|they(?:'re| are)|it takes(?: us)?)?\W*"
    r"(?:(?:now|more|rather|like|about|around|roughly|only|closer to|at least|on average|usually)\W+)*\Z",
    re.IGNORECASE,
)
# A bare "two days" may answer what would be good as well as what is.
_CLAIMS = re.compile(r"\b(?:it|it's|that|that's|takes?|say|think|count|measured|reckon|experience|view|us|they|we)\b", re.IGNORECASE)
_BUDGET = re.compile(
    r"\b(?:budgets?|to spend|money for (?:this|it)|funding|(?:approved|granted|released|set aside|earmarked|signed off|got|have|has)\b[^.?!]{0,40}\bfor (?:this|it|that|the project))\b",
    re.IGNORECASE,
)
_BUDGET_OF = re.compile(r"\b(?P<kind>[^\W\d_][\w-]*) budget\b|\bbudget for (?:the |our )?(?P<for>[^\W\d_][\w-]*)", re.IGNORECASE)
_NO_KIND = frozenset(
    "a the our my total overall whole entire this that is no any project of approved available own your their one same".split()
)
_PER_YEAR = re.compile(r"\b(?:a|per|each|every) (?:year|month|quarter)\b|\b(?:yearly|monthly|annual|annually)\b", re.IGNORECASE)


def told_figures(text: str) -> list[ToldFigure]:
    """The figures of a sentence that tell how things are now and on the whole.

    >>> [(one.kind.value, sorted(one.about), one.low) for one in told_figures("We get about 9,000 claims a month.")]
    [('volume', ['claim'], 9000.0)]
    """
    numbers = find_numbers(text)
    if not numbers or text.rstrip().endswith("?"):
        return []
    found: list[ToldFigure] = []
    for at, number in enumerate(numbers):
        if at and _RANGE.match(text[numbers[at - 1].end : number.start]):
            continue
        last = numbers[at + 1] if at + 1 < len(numbers) and _RANGE.match(text[number.end : numbers[at + 1].start]) else number
        found.extend(_figure(text, number, last))
    return found


def tells_the_past(text: str, words: str) -> bool:
    """Whether the clause that holds `words` tells of an earlier time, not of today."""
    at = text.lower().find(words.lower())
    clause = _clause(text, max(at, 0), max(at, 0) + len(words))
    return bool(_PAST_WORDS.search(clause)) and not _IS_NOW.search(clause)


def _clause(text: str, start: int, end: int) -> str:
    left = max((match.end() for match in _CLAUSE.finditer(text, 0, start)), default=0)
    right = min((match.start() for match in _CLAUSE.finditer(text, end)), default=len(text))
    return text[left:right]


def _figure(text: str, number: NumberMention, last: NumberMention) -> Iterable[ToldFigure]:
    clause = _clause(text, number.start, last.end)
    money = bool(_MONEY.search(text[max(0, number.start - 4) : number.start] + number.text + text[last.end : last.end + 8]))
    scope = _scope(text)
    if _BUDGET.search(text) and max(number.value, last.value) >= 1000:
        if re.search(r"\b(?:last year|next year|used to|ago)\b", clause, re.IGNORECASE) or _PER_YEAR.search(text[last.end : last.end + 20]):
            return
        kind = _BUDGET_OF.search(text)
        named = ((kind["kind"] or kind["for"]) if kind else "").lower()
        about = telling_words(named) if named not in _NO_KIND and named not in ("this", "it") else frozenset[str]()
        yield ToldFigure(Told.BUDGET, about, number.value, last.value, number.start, last.end, named if about else "", scope)
        return
    if money or _ELSEWHERE.search(clause):
        return
    rest, before = text[last.end :], text[: number.start]
    rate = _RATE.match(rest) or _ADVERB_RATE.match(rest)
    if rate and not _NOT_COUNTED.search(rate["noun"] or ""):
        period = rate["period"].lower()
        factor = _PERIODS[_OF_DAY.get(period, period)]
        noun = rate["noun"] or ""
        about = (subject_words(noun) or telling_words(noun)) | _deed(before, rest[rate.end() :])
        yield ToldFigure(
            Told.VOLUME,
            about,
            number.value * factor,
            last.value * factor,
            number.start,
            last.end + rate.end(),
            " ".join(noun.split()),
            scope,
        )
        return
    unit = _DURATION.match(rest)
    if unit is None or re.match(r"\s+(?:a|per|each|every)\s+(?:day|week|month|year)\b", rest[unit.end() :]):
        return
    subject = _TAKES.search(before)
    if subject is None and not (_SHORT_ANSWER.match(before) and _CLAIMS.search(before)):
        return
    named = " ".join(subject["subject"].split()) if subject else ""
    named = named[:1].lower() + named[1:] if named[1:2].islower() or named[1:2] == " " else named
    named = "" if _PRONOUN.match(named) else named
    about = subject_words(named) or telling_words(named)
    unit_name = f"{unit['unit'].lower()}s"
    low, high = magnitude(number.value, unit_name), magnitude(last.value, unit_name)
    yield ToldFigure(Told.DURATION, about, low, high, number.start, last.end + unit.end(), named, scope)


def _scope(text: str) -> frozenset[str]:
    counted = _SCOPED.search(text)
    where = _WHERE.match(text)
    words = f"{text[counted.start() :] if counted else ''} {where['where'] if where and not _NOWHERE.search(where['where']) else ''}"
    return telling_words(words)


def _deed(before: str, after: str) -> frozenset[str]:
    """The verb that makes another measure of a count: four hundred permits are issued, a hundred refused."""
    done = re.match(r"\s+(?:(?:is|are|get|gets|being)\s+)+(?:\w+ly\s+)?(\w+ed)\b", after)
    if done:
        return telling_words(done.group(1))
    words = re.findall(r"[^\W\d_][\w'’-]*", before.lower())[-4:]
    verb = next((word for word in reversed(words) if word.replace("’", "'") not in _NEUTRAL), None)
    subject = {"we", "i", "they", "you", "people", "us"}
    at = words.index(verb) if verb else -1
    return telling_words(verb) if verb and at > 0 and words[at - 1] in subject else frozenset()
