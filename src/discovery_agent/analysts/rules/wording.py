"""Statements in plain words, made only of what was said."""

from __future__ import annotations

import re

from discovery_agent.analysts.rules.goals import Wish
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.findings import Amount, Direction, Kpi
from discovery_agent.domain.units import SECONDS_IN

_FILLERS = re.compile(
    r"(?:(?<=^)|(?<=[\s,]))(?:um+|uh+|er+m*|ah+|hmm+|mm+|you know|i mean|sort of|kind of|like i said|let's be honest|to be honest|honestly|frankly|basically|obviously)\s*,?\s+",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:so|and|but|well|yeah|yes|yep|no|okay|ok|right|look|now|oh|also|because|then|plus|exactly|sure|true|alright|anyway|actually|correct)\b\s*[,.!:-]*\s*)+",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"\b(\w+(?:'\w+)?)((?:[\s,.…-]+\1\b)+)", re.IGNORECASE)
_TO = re.compile(r"^(?:that |is |are |to |for |of |it |us to |if |when |:|,|\s)+", re.IGNORECASE)
_BARE_DATE = re.compile(
    r"(?:the|next|this|end|early|mid|late|spring|summer|autumn|winter|q[1-4]|january|february|march|april|may|june|july|august|september|october|november|december|\d)\b",
    re.IGNORECASE,
)
LONGEST = 240


def tidy(text: str) -> str:
    """Text without fillers, stutters and an opening "so, well, ..."."""
    text = re.sub(r"\s+", " ", text.replace("...", " ").replace("…", " "))
    for _ in range(2):
        text = _FILLERS.sub("", text)
    text = _REPEATED.sub(r"\1", _OPENING.sub("", text.strip()))
    text = re.sub(r"\s+([,.;!?])", r"\1", text).strip(" ,;:-–—")
    return text[:1].upper() + text[1:]


def shorten(text: str) -> str:
    """At most `LONGEST` characters, cut at a word and marked."""
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"


def plain_statement(sentence: Sentence) -> str:
    """The sentence, tidied, without its full stop."""
    text = tidy(sentence.plain) or sentence.plain
    return shorten(text.removesuffix(".") if not text.endswith("..") else text)


def goal_statement(wish: Wish) -> str:
    """What is wanted, without "we want to"; the whole sentence where the rest would not stand alone."""
    body = tidy(_TO.sub("", wish.body.strip()))
    if len(body.split()) < 3 or re.match(r"^(?:not|been|be|have|has|it|that|this|them)\b", body, re.IGNORECASE):
        return plain_statement(wish.sentence)
    return shorten(body.removesuffix("."))


def amount_words(amount: Amount) -> str:
    """An amount for reading: "9.5 minutes", "33.3 %", "1,200,000 EUR", "2 to 3 days"."""

    def number(value: float) -> str:
        return f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"

    value = number(amount.value) + (f" to {number(amount.upper)}" if amount.upper is not None else "")
    unit = amount.unit or ""
    if amount.value == 1 and amount.upper is None and unit in SECONDS_IN:
        unit = unit.removesuffix("s")
    return f"{'about ' if amount.approximate else ''}{value} {unit}".rstrip()


def goal_from_kpi(kpi: Kpi) -> str:
    """The goal behind a KPI in words: "Reduce handling time"."""
    verb = {Direction.DECREASE: "Reduce", Direction.INCREASE: "Raise", Direction.MAINTAIN: "Keep", None: "Improve"}[kpi.direction]
    return f"{verb} {kpi.metric}"


def kpi_statement(kpi: Kpi) -> str:
    """A KPI in one line: metric, from baseline to target, deadline."""
    parts = [kpi.metric[:1].upper() + kpi.metric[1:]]
    if kpi.baseline and kpi.target:
        parts.append(f"from {amount_words(kpi.baseline)} to {amount_words(kpi.target)}")
    elif kpi.target:
        parts.append(f"to {amount_words(kpi.target)}")
    elif kpi.baseline:
        parts.append(f"now {amount_words(kpi.baseline)}")
    if kpi.change:
        verb = "change by" if kpi.direction is None else ("down" if kpi.direction is Direction.DECREASE else "up")
        size = kpi.change.model_copy(update={"value": abs(kpi.change.value)})
        parts.append(f"{verb} {amount_words(size)}")
    statement = " ".join(parts)
    if not kpi.deadline:
        return statement
    return f"{statement} by {kpi.deadline}" if _BARE_DATE.match(kpi.deadline) else f"{statement}, {kpi.deadline}"
