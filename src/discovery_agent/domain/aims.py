"""What a goal is after, whatever its words: "reduce churn", "stop losing customers" and "keep our clients" are one aim.

A likeness of sentences misses such pairs and takes "fewer errors in orders" for "fewer errors in invoices". So an aim is made of
three plain parts: the outcome, which way it should go, and what it is about. Two goals are one where all three are equal, which
does not depend on the order in which they were said.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from discovery_agent.domain.telling import telling_words

_CUSTOMERS = r"(?:customers?|clients?|subscribers?|accounts?|buyers?|shoppers?|guests?|members?|policy ?holders?|patrons?|customer groups?|client groups?)"
_STAFF = r"(?:staff|employees?|workers?|colleagues?|personnel|nurses|drivers|technicians|carers|caregivers|agents|engineers|teachers|our people|good people|the team)"
_DEALS = r"(?:contracts?|business|policies|subscriptions?|memberships?)"
_WHO = rf"(?:{_CUSTOMERS}|{_STAFF}|{_DEALS})"
_BETWEEN = r"(?:\w+ ){0,3}?"


class Aim(NamedTuple):
    """The outcome that a goal is after."""

    outcome: str
    """Such as `loss`, `errors` or `time`."""
    less: bool
    """Whether there should be less of it."""
    about: frozenset[str]
    """Stems of the words that tell what it is about; customers and staff go by one name each."""


# An outcome by the words for it, and by words for its opposite. What is looked for first counts first.
_OUTCOMES: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = tuple(
    (outcome, re.compile(rf"\b(?:{words})\b"), re.compile(rf"\b(?:{opposite})\b") if opposite else None)
    for outcome, words, opposite in (
        ("missed", r"no-?shows?|missed appointments?|(?:not|don't|do not|n't) (?:turn|show) up", None),
        ("shortage", r"stock-?outs?|out[- ]of[- ]stocks?|empty shelves|run(?:ning|s)? out of", r"on[- ]shelf availability"),
        ("standstill", r"down-?time|breakdowns?|outages?|standstills?|unplanned stops", r"up-?time"),
        (
            "loss",
            rf"churn(?:ing)?|attrition|(?:staff|employee) turnover|cancellations?|defections?|los(?:e|es|ing|s of)(?= {_BETWEEN}{_WHO}\b)"
            rf"|(?<=customers )(?:leaving|leave|cancel|quit)|(?<=clients )(?:leaving|leave|cancel)|(?<=people )(?:leaving|quit)|(?<=staff )(?:leaving|leave|quit)",
            rf"(?:keep|keeping|retain|retaining|hold on to|holding on to)(?= {_BETWEEN}{_WHO}\b)|retention|loyalty",
        ),
        (
            "errors",
            r"errors?|mistakes?|faults|wrong|incorrect|inaccurac(?:y|ies)",
            r"accuracy|accurate|right first time|first[- ]time[- ]right",
        ),
        ("complaints", r"complaints?|complain(?:s|ing)?", None),
        ("waste", r"waste|wasted|scrap|spoilage|thrown? away|throwing away", None),
        ("satisfaction", r"satisfaction|satisfied|happier|nps|csat", r"dissatisfaction|dissatisfied|unhappy"),
        ("revenue", r"revenues?|sales|turnover", None),
        ("cost", r"costs?|spending|spend|expenses|cheaper", r"savings|save money"),
        ("time", r"times?|duration|delays?|faster|quicker|sooner|speed up|shorten|slow", None),
    )
)
_GOOD = frozenset(["satisfaction", "revenue"])
# Every process has its times, costs and errors; which ones are meant, the words have to tell.
_OF_SOMETHING = frozenset(["time", "cost", "errors", "waste"])
_LESS = re.compile(
    r"\b(?:reduc\w+|lower\w*|cut\w*|fewer|less|decreas\w+|shrink\w*|shorten\w*|down|below|under|stop\w*|avoid\w*|prevent\w*|eliminat\w+|halv\w+|no more|minimi[sz]\w*|drop\w*|limit\w*|get rid of|not|no|without|end|faster|quicker"
    r"|sooner|speed up|cheaper|within|at most)\b|n't\b"
)
_MORE = re.compile(r"\b(?:rais\w+|increas\w+|more|grow\w*|higher|lift\w*|boost\w*|up|doubl\w+|above|over|expand\w*|longer|win|happier)\b")
_BETTER = re.compile(r"\b(?:improv\w+|better|optimi[sz]\w+)\b")
_SAYS_NOTHING = telling_words(
    """
    want wants wanted need needs like would should must have has had our their your them they who which that what this those these each every
    everything everybody people person rate rates share number amount level figure percent per cent year years month months week weeks day days
    hour hours minute minutes next end quarter summer spring autumn winter january february march april may june july august september october
    november december half third quarter about around roughly than least most too very much many some any bring keep keeping make get getting go
    going goal aim target overall total average better worse good same still again just really only also much one two three four five six seven
    eight nine ten twelve twenty thirty forty fifty hundred thousand reduce reduced reducing lower lowering cut cutting fewer less decrease shrink
    down below under stop stopping avoid prevent eliminate halve minimise minimize drop limit rid without within raise increase increasing more
    grow higher lift boost double above over improve improving optimise optimize long short quickly earlier existing important care company after
    """
)


def aim_of(statement: str) -> Aim | None:
    """The aim of a goal in these words; None where they name no outcome, several, or no way for it to go.

    >>> aim_of("Reduce customer churn") == aim_of("We must stop losing clients") == aim_of("Keep our customers")
    True
    >>> aim_of("Reduce staff attrition") == aim_of("Reduce churn"), aim_of("Answer every mail")
    (False, None)
    """
    low = re.sub(r"\s+", " ", statement.replace("’", "'").lower())
    met = _outcome_in(low)
    if met is None:
        return None
    outcome, flipped, rest = met
    less, about = _goes_down(outcome, flipped, low), _about(rest, outcome, low)
    return None if less is None or (not about and outcome in _OF_SOMETHING) else Aim(outcome, less, about)


def same_measure(left: str, right: str) -> bool:
    """Whether two names of measures name one outcome of one thing: "customer churn" and "cancellations".

    Times and costs have steps and items of their own, so they are told apart by their words alone.
    """
    one, other = _outcome_in(left.lower()), _outcome_in(right.lower())
    if one is None or other is None or one[:2] != other[:2] or one[0] in ("time", "cost", "revenue"):
        return False
    return _about(one[2], one[0], left.lower()) == _about(other[2], other[0], right.lower())


def _outcome_in(low: str) -> tuple[str, bool, str] | None:
    """The one outcome that is named, whether by its opposite, and the text without the words for it."""
    found: list[tuple[str, bool]] = []
    rest = low
    for outcome, words, opposite in _OUTCOMES:
        for pattern, flipped in ((words, False), (opposite, True)):
            if pattern and pattern.search(rest):
                rest = pattern.sub(" ", rest)
                found.append((outcome, flipped))
    if len({outcome for outcome, _ in found}) != 1 or len(found) != 1:
        return None
    return (*found[0], rest)


def _goes_down(outcome: str, flipped: bool, low: str) -> bool | None:
    """Whether there should be less of the outcome; None if no way is said."""
    down, up, better = bool(_LESS.search(low)), bool(_MORE.search(low)), bool(_BETTER.search(low))
    kept = outcome == "loss" and flipped and not re.search(r"\b(?:retention|loyalty)\b", low)
    if kept:
        return True  # "Keep more customers" and "keep our customers" alike
    if better and not (up or down):
        return outcome not in _GOOD
    if up == down:
        return None
    if flipped:  # more accuracy is fewer errors
        up, down = down, up
    return True if down else False if outcome in _GOOD else None  # nobody wants more of what is bad


def _about(rest: str, outcome: str, low: str) -> frozenset[str]:
    customers, staff = bool(re.search(rf"\b{_CUSTOMERS}\b", low)), bool(re.search(rf"\b{_STAFF}\b|\bstaff\b|\bemployee\b", low))
    rest = re.sub(rf"\b(?:{_CUSTOMERS}|{_STAFF})\b", " ", rest)
    words = telling_words(rest) - _SAYS_NOTHING
    names = [name for name, met in (("customers", customers), ("staff", staff)) if met]
    if outcome == "loss" and not words and not names:
        names = ["staff" if re.search(r"\battrition\b", low) else "customers"]
    return words | frozenset(f"<{name}>" for name in names)
