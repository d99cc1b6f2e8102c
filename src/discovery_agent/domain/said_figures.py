"""How many cases there are a month, and what an hour of work costs, where somebody said so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discovery_agent.domain.economics import Basis, Figure, SaidFigures
from discovery_agent.domain.findings import Finding, Quote
from discovery_agent.domain.numbers import NumberMention, find_numbers

WORKING_DAYS_A_MONTH = 21
CASES_A_MONTH = {"day": WORKING_DAYS_A_MONTH, "week": 52 / 12, "month": 1.0, "year": 1 / 12}
"""Factor from a period to a month."""

_PERIOD = re.compile(r"^\s*(?P<noun>(?:[a-z-]+\s+){0,3}?)(?:a|an|per|each|every)\s+(?P<period>day|week|month|year)\b", re.IGNORECASE)
_NOT_CASES = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|seconds|second\s*$|percent|times|once|twice|euros?|dollars?|pounds?|people|colleagues|clerks|agents|sites?)\b|[%€$£]",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\b(?:an|per|each|a)\s+(?:working\s+)?hour\b", re.IGNORECASE)
_RATE = re.compile(r"\b(?:a|an|per|each|every)\s+(?:working\s+)?(?:hour|day|week|month|year)\b", re.IGNORECASE)
_MONEY = re.compile(r"[€$£]|\b(?:eur|usd|gbp|euros?|dollars?|pounds?)\b", re.IGNORECASE)

_CURRENCIES = {"€": "EUR", "eur": "EUR", "$": "USD", "usd": "USD", "dol": "USD", "£": "GBP", "gbp": "GBP", "pou": "GBP"}
"""By the sign, or the first letters of the word, with which a sum was said."""


def said_figures(findings: Sequence[Finding], currency: str) -> SaidFigures:
    """The figures in the quotes of these findings; the largest number of cases counts, which is the whole and not a part."""
    quotes = {(quote.conversation_id, quote.utterance_id, quote.start): quote for one in findings for quote in one.quotes}
    # Numbers are dear to find, and few quotes name a period at all.
    rates = [quote for quote in quotes.values() if _RATE.search(quote.text)]
    cases = [figure for quote in rates for figure in _cases(quote)]
    costs = [figure for quote in rates for figure in _hourly_costs(quote, currency)]
    return SaidFigures(
        cases_per_month=max(cases, key=lambda figure: figure.likely, default=None),
        hourly_cost=costs[0] if costs else None,
    )


def _cases(quote: Quote) -> Iterable[Figure]:
    for number in find_numbers(quote.text):
        after = _PERIOD.match(quote.text[number.end :])
        before = quote.text[max(0, number.start - 4) : number.start]
        money = _MONEY.search(before) or _MONEY.search(number.text)
        if not after or money or _NOT_CASES.search(after["noun"]) or number.value < 1:
            continue
        factor = CASES_A_MONTH[after["period"].lower()]
        words = quote.text[number.start : number.end + after.end()]
        yield _figure("Cases a month", number.value * factor, "", f"“{words}” x {factor:.3g}", quote)


def _hourly_costs(quote: Quote, currency: str) -> Iterable[Figure]:
    for number in find_numbers(quote.text):
        around = quote.text[max(0, number.start - 5) : number.end + 12]
        if _HOUR.search(quote.text[number.end : number.end + 25]) and (money := _MONEY.search(around)):
            unit = _CURRENCIES.get(money[0].lower()[:3], currency)
            yield _figure("Cost of a working hour", number.value, unit, f"“{_words(quote, number)}”", quote)


def _words(quote: Quote, number: NumberMention) -> str:
    return quote.text[number.start : number.end + 25].strip()


def _figure(name: str, value: float, unit: str, how: str, quote: Quote) -> Figure:
    return Figure(name=name, low=value, likely=value, high=value, unit=unit, basis=Basis.SAID, how=how, quotes=(quote,))
