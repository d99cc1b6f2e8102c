"""Budgets and dates that somebody set for the work itself: read from constraints and decisions, for the plan to be held against.

A limit of the daily work, such as "payments above 50,000 need two signatures", is none of the plan's. What nobody can compare, a sum without
a currency or for the pilot alone, stays in view and says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from discovery_agent.domain.agreement.amounts import Figure, figures_in
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.blueprint.anew import told
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.said_limit import LimitKind, SaidLimit
from discovery_agent.domain.conflicts import ConflictKind
from discovery_agent.domain.deadlines import day_of
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus
from discovery_agent.domain.units import SECONDS_IN

_KINDS = (FindingKind.CONSTRAINT, FindingKind.DECISION)
_LEAST_WITHOUT_CURRENCY = 1_000
_YEARS = range(1900, 2101)
# Words that make a sum the money of this work, and not a limit of what is worked on.
_SPENT = re.compile(
    r"\b(?:budget\w*|spend(?:ing)?|invest(?:ed|ment)?|free(?: up)?|(?:set|put) (?:\S+ ){0,4}?aside|earmarked|fund(?:s|ing)?|for (?:this|all (?:of )?this|all of it|the (?:project|pilot|whole)\b)"
    r"|(?:project|pilot|plan|solution|whole thing|first version|it|this|everything|work) (?:may|must|can|should|shall|will|cannot)?(?: not)? ?costs?)\b",
    re.IGNORECASE,
)
_CAPPED = re.compile(
    r"\b(?:budget\w*|ceiling|cap(?:ped)?|at most|maximum|max|up to|limit(?:ed)?|within|less than|below|under|no more|not (?:\w+ ){0,3}more|more than"
    r"|exceed|that'?s (?:it|all)|all (?:we|i) have|(?:set|put) (?:\S+ ){0,4}?aside|earmarked|can (?:free|spend|give)|may (?:not )?cost|must (?:not )?cost)\b",
    re.IGNORECASE,
)
# A sum for each case or month is no budget of a piece of work; "a budget year" is.
_PER = re.compile(r"^\s*\S*\s*(?:per|a|an|each|every) (?!budget)\w+", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(r"\b(SEK|NOK|DKK|CZK|PLN|JPY|INR|CAD|AUD)\b")
_OF_PILOT = re.compile(
    r"\bfor (?:the|a|this|our) pilot\b|\bpilot (?:budget|may|must|can|should|costs?|will cost)\b|\bbudget (?:of|for) (?:the|a) pilot\b",
    re.IGNORECASE,
)

_UNTIL = re.compile(
    r"\b(?:by|before|no later than|not later than|at the latest (?:by|in|on)?|latest by)\s+(?P<when>[^.,;!?]+)", re.IGNORECASE
)
_OF_THE_WORK = re.compile(
    r"\b(?:pilot\w*|go(?:es|ing)?[- ]live|be live|live by|launch\w*|roll(?:ed|s|ing)?[- ]?out|first version|in place|in use|up and running|deliver(?:ed|y)?|project"
    r"|whole thing)\b",
    re.IGNORECASE,
)
# What is closed, frozen or deleted by a day sets no end to the work.
_NO_END = re.compile(
    r"\b(?:freez\w*|frozen|not before|nothing|closed|holiday|delet\w*|leave|offer|decide|tell|report back)\b", re.IGNORECASE
)
_PILOT = re.compile(r"\bpilot", re.IGNORECASE)
_MOST_WORDS_OF_A_DATE = 7
_MOST = 6


def limits_said(material: Material) -> tuple[SaidLimit, ...]:
    """Every budget and date that was set for the work, each once; of a conflict that people settled, what they settled on."""
    settled = [one for one in material.conflicts if one.conflict.kind is ConflictKind.BUDGET_OR_TIME and one.state is ConflictState.SETTLED]
    decided_on: set[str] = set()
    found: list[SaidLimit] = []
    for one in settled:
        ids = material.sources.saying(quote for side in one.conflict.sides for quote in side.quotes)
        decided_on.update(ids)
        found += _settled(material, one, ids)
    said = [one for one in material.sources.of_kind(*_KINDS) if one.id not in decided_on]
    found += [limit for one in said for limit in _said(one, material.said_on([one]))]
    return tuple(_each_once(found))[:_MOST]


def _settled(material: Material, one: RegisteredConflict, ids: tuple[str, ...]) -> Iterator[SaidLimit]:
    text = one.chosen or one.resolution
    on = one.changed_at.date() if one.changed_at else material.at.date()
    subject = f"{one.conflict.about} {text}"
    if ids and (figure := _sum(text)):
        yield _money(figure, text, subject, ids).model_copy(update={"settled": told(one)})
    elif ids and (day := _day(f"by {text}", on) or _day(text, on)):
        pilot = bool(_PILOT.search(subject))
        yield SaidLimit(kind=LimitKind.DATE, of_pilot=pilot, day=day, words=text, settled=told(one), findings=ids)


def _said(finding: Finding, on: date) -> Iterator[SaidLimit]:
    words = finding.statement if finding.status is FindingStatus.CORRECTED else finding.quotes[0].text
    speaker = finding.speakers[0] if finding.speakers else ""
    for text in dict.fromkeys((words, finding.statement)):
        if _SPENT.search(text) and _CAPPED.search(text) and (figure := _sum(text)):
            yield _money(figure, words, text, (finding.id,)).model_copy(update={"speaker": speaker})
            break
    if _OF_THE_WORK.search(words) and not _NO_END.search(words) and _UNTIL.search(words):
        pilot = bool(_PILOT.search(words))
        yield SaidLimit(kind=LimitKind.DATE, of_pilot=pilot, day=_day(words, on), words=words, speaker=speaker, findings=(finding.id,))


def _sum(text: str) -> Figure | None:
    """The largest sum of money of a text; one without a currency only if it is as large as sums of projects are."""
    found = [
        one
        for one in figures_in(text)
        if not _PER.match(text[one.end :]) and one.unit not in SECONDS_IN and one.unit != "%" and _is_money(one)
    ]
    return max(found, key=lambda one: (one.unit is not None, one.value), default=None)


def _is_money(figure: Figure) -> bool:
    if figure.unit is not None:
        return True
    year = figure.value in _YEARS and figure.text.isdigit()
    return figure.value >= _LEAST_WITHOUT_CURRENCY and not year


def _money(figure: Figure, words: str, text: str, ids: tuple[str, ...]) -> SaidLimit:
    other = _OTHER_CURRENCY.search(text)
    return SaidLimit(
        kind=LimitKind.MONEY,
        of_pilot=bool(_OF_PILOT.search(text)),
        amount=figure.value,
        currency=figure.unit or (other[1] if other else None),
        words=words,
        findings=ids,
    )


def _day(text: str, on: date) -> date | None:
    """The day that the words after "by" name: as many of them as name one."""
    for match in _UNTIL.finditer(text):
        words = match["when"].split()[:_MOST_WORDS_OF_A_DATE]
        before = "before " if match.group().lower().startswith("before") else ""
        for many in range(len(words), 0, -1):
            if (day := day_of(before + " ".join(words[:many]), on)) is not None:
                return day
    return None


def _each_once(limits: Iterable[SaidLimit]) -> Sequence[SaidLimit]:
    """The same sum or day, said by several, once: with all that say it."""
    found: dict[tuple[object, ...], SaidLimit] = {}
    for one in limits:
        key = (one.kind, one.of_pilot, one.amount, one.currency, one.day, one.words if one.amount is None and one.day is None else "")
        known = found.get(key)
        found[key] = known.model_copy(update={"findings": tuple(dict.fromkeys((*known.findings, *one.findings)))}) if known else one
    return list(found.values())
