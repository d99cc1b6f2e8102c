"""Statements in plain words, made only of what was said."""

from __future__ import annotations

import re

from discovery_agent.analysts.rules.goals import Wish
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.amount_words import amount_words
from discovery_agent.domain.findings import Direction, Kpi

_FILLERS = re.compile(
    r"(?:(?<=^)|(?<=[\s,]))(?:um+|uh+|er+m*|ah+|hmm+|mm+|you know|i mean|sort of|kind of|like i said|let's be honest|to be honest|honestly|frankly|basically|obviously)\s*,?\s+",
    re.IGNORECASE,
)
# "No patient is hurt" and "right first time" say something; "no, we ..." and "right, so ..." do not.
_OPENING = re.compile(
    r"^(?:(?:(?:so|and|but|well|yeah|yes|yep|okay|ok|look|now|oh|also|because|then|plus|alright|anyway|actually)\b\s*[,.!:-]*"
    r"|(?:no|right|exactly|sure|true|correct)\b(?:\s*[,.!:]|\s+[-–—]|(?=\s+(?:so|and|but|well|yes|no|we|i|it|they|he|she|you)\b)))\s*)+",
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
        return restated(plain_statement(wish.sentence))
    return shorten(restated(body.removesuffix(".")))


_FULL = 12
"""Words of a goal above which what explains it is left out."""
_ASIDE = re.compile(
    r"(?:,|;|:| [-–—]) ?(?:(?:and|but|so|because) )*(?:that(?:'s| is| would)|this is|it(?:'s| is)|which (?:is|would|means)|whatever|whichever|however|no matter|even if|not more|"
    r"full stop|period\b|please|really|honestly|i (?:think|mean|guess|say)|if you ask me|as (?:i|we) said|you know|by the way|before you ask|and (?:that|i|we|he|she|it|they)\b|"
    r"of course|nothing (?:else|more)|simple as that)[^!?]*$",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r",? (?:because|since|although|even though|even if|whereas|while|which|as (?:we|i|they|it)|whatever|if|when(?:ever)?|unless)\b[^!?]*$"
    r"|(?:,|;| [-–—]) .*$",
    re.IGNORECASE,
)
_OBLIGED = re.compile(
    r"^(?:we|i|everybody|everyone|the (?:board|company|team|business|group))(?: all| really| just| also| now| simply)* (?:have to|has to|need to|needs to|must|should|want to|wants to|would like to|'d like to|ought to|got to|aim to|"
    r"plan to|are going to)\s+(?=[a-z])",
    re.IGNORECASE,
)
_LEAST = 2
"""A goal of fewer words says too little."""
_LEFT_HANGING = re.compile(r"(?:[\s,]+(?:well|um|uh|or|and|so|but|not|then|like)\b)+[\s,]*$", re.IGNORECASE)
_LEANS_ON = re.compile(r"(?:if|when|whenever|because|since|while|as|that|so|for)\b", re.IGNORECASE)
"""What opens so needs the rest of its sentence."""


def restated(text: str) -> str:
    """A goal in short: without "we have to" before it and what explains it after it, in the words that were said.

    >>> restated("We have to answer every letter on the same day, that is all I ask for")
    'Answer every letter on the same day'
    """
    short = _OBLIGED.sub("", text.strip())
    if _LEANS_ON.match(short):
        return text
    for cut in (_ASIDE, _EXPLAINS):
        if cut is _EXPLAINS and len(short.split()) <= _FULL:
            break
        for found in reversed(list(_starts(cut, short))):
            if len(short.split()) > _FULL or cut is _ASIDE:
                kept = _LEFT_HANGING.sub("", short[:found]).rstrip(" ,.;:-–—")
                short = kept if len(kept.split()) >= _LEAST + (cut is _EXPLAINS) else short
    return short[:1].upper() + short[1:]


def _starts(pattern: re.Pattern[str], text: str) -> list[int]:
    """Where the pattern can begin to match, in order; its matches reach to the end and so overlap."""
    found: list[int] = []
    place = 0
    while match := pattern.search(text, place):
        found.append(match.start())
        place = match.start() + 1
    return found


def goal_from_kpi(kpi: Kpi) -> str:
    """The goal behind a KPI in words: "Reduce handling time"; of what is counted there should be "Fewer returned parcels"."""
    if counts_things(kpi) and kpi.direction in (Direction.DECREASE, Direction.INCREASE):
        return f"{'Fewer' if kpi.direction is Direction.DECREASE else 'More'} {kpi.metric}"
    verb = {Direction.DECREASE: "Reduce", Direction.INCREASE: "Raise", Direction.MAINTAIN: "Keep", None: "Improve"}[kpi.direction]
    return f"{verb} {'the ' if kpi.metric.startswith('share ') else ''}{kpi.metric}"


_DEED = r"(?:bring(?:ing)?|get|push|drive|cut|reduce|lower|shorten|halve|shrink|trim|raise|increase|improve|lift|boost|double|grow|keep|hold|speed)(?: down| up| back)?"


def deed_in_own_words(text: str, metric: str) -> str | None:
    """What should be done about a measure, as it was said: "Bring down the waiting time"; None where no verb is said of it.

    >>> deed_in_own_words("We must bring down the waiting time of visitors to ten minutes.", "waiting time of visitors")
    'Bring down the waiting time of visitors'
    """
    found = re.search(rf"\b{_DEED} (?:(?:the|our|its|their) )?{re.escape(metric)}\b(?: (?:down|up)\b)?", text, re.IGNORECASE)
    return found.group()[:1].upper() + found.group()[1:] if found else None


def counts_things(kpi: Kpi) -> bool:
    """Whether the KPI is a number of the very things that its name names: "returned parcels"."""
    return kpi.unit is not None and kpi.unit.lower() == kpi.metric.lower() and bool(re.search(r"[^s']s$", kpi.metric))


def kpi_statement(kpi: Kpi) -> str:
    """A KPI in one line: metric, from baseline to target, deadline."""
    if counts_things(kpi):  # "Returned parcels from 40 to 10", not "from 40 returned parcels"
        bare = {
            part: amount.model_copy(update={"unit": None})
            for part, amount in (("baseline", kpi.baseline), ("target", kpi.target))
            if amount and amount.unit == kpi.unit
        }
        kpi = kpi.model_copy(update=bare)
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
