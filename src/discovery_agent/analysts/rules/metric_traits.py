"""What a measure is, told by its name: which quantities fit it, if it is a share, which way it should move, how like another it is."""

from __future__ import annotations

import re
from dataclasses import replace

from discovery_agent.analysts.rules.metrics import FALLING, HEAD, RISING, Metric
from discovery_agent.domain.findings import Direction

_PERCENT_METRIC = re.compile(
    r"\b(?:rate|share|ratio|accuracy|availability|error|mape|oee|utili[sz]ation|occupancy|uptime|coverage|compliance|margin|churn|retention|percentage|yield|fill)\b"
)
_TIMED = re.compile(
    r"(?:^time\b|\btimes?$|\btime (?:to|per|spent|for|of)\b|\b(?:duration|turnaround|lead time|latency|delays?|waits?|waiting|cycle|mttr|aht|dso)$)"
)
_PRICED = re.compile(
    r"(?:^(?:cost|loss)\b|\b(?:costs?|spend|spending|expenses?|penalt\w+|fines|fees|revenue|ebitda|losses|savings|budget|overspend|refunds|surcharges|bill)$|\bcosts? (?:of|per|for)\b)"
)
# What goes wrong is counted; it neither lasts nor has a price.
_COUNTED_FAULTS = re.compile(r"(?:^wrong\b|^(?:late|missing|incomplete|damaged) \w+s$|\b(?:errors|mistakes|defects|complaints)$)")


def fits(metric: str, dimension: str) -> bool:
    """Whether a quantity of this dimension can be the value of this measure: times in time, costs in money."""
    if dimension == "bare":
        return True
    if _TIMED.search(metric):
        return dimension == "duration"
    if _PRICED.search(metric):
        return dimension == "money"
    if _COUNTED_FAULTS.search(metric):
        return dimension != "duration" and not (dimension == "money" and metric.startswith("wrong"))
    if _PERCENT_METRIC.search(metric) and not metric.endswith("error"):
        return dimension in ("share", "score", "count")
    return True


_KNOWN_HEAD = re.compile(rf"\b{HEAD}\b")


def names_a_measure(metric: str) -> bool:
    """True if the name has a noun of measure in it, so that "Reduce <name>" reads as a goal."""
    return bool(_KNOWN_HEAD.search(metric)) and not re.search(r"\b(?:is|are|was|were|someone|somebody|just)\b", metric)


def is_share(metric: str) -> bool:
    """True if the measure is usually given in percent."""
    return bool(_PERCENT_METRIC.search(metric))


_DOES = re.compile(
    r"\s+((?!(?:of|at|in|on|by|for|or|and|but|so|is|was|about|around|with|from|to|as|than)\b)[a-z]+(?: [a-z]+){1,2})(?=[,.;]|$)"
)


def as_share(metric: Metric, after: str) -> Metric:
    """A measure given in percent, named as one: ten percent of the tickets are a share of them and not "tickets".

    `after` are the words that follow the quantity ("come back").
    """
    name = metric.name
    if len(name.split()) > 1 or is_share(name) or _KNOWN_HEAD.search(name):
        return metric
    does = _DOES.match(after)
    if does and name in does.group(1).split():
        return replace(metric, name=f"share that {does.group(1)}")
    return replace(metric, name=f"share of {name}") if re.search(r"[^s']s$", name) else metric


_FALLING_HEAD = re.compile(rf"\b(?:{FALLING})\b")
_RISING_HEAD = re.compile(rf"\b(?:{RISING})\b")


def usual_direction(metric: str) -> Direction | None:
    """The way organisations want this measure to move; None if the name does not tell."""
    falling = [match.end() for match in _FALLING_HEAD.finditer(metric)]
    rising = [match.end() for match in _RISING_HEAD.finditer(metric)]
    if not falling and not rising:
        return Direction.DECREASE if re.match(r"(?:time|loss|cost)\b", metric) or metric.endswith(" lost") else None
    return Direction.DECREASE if max(falling, default=0) >= max(rising, default=0) else Direction.INCREASE


_SAYS_OF_WHAT = re.compile(r"\s(?:of|about|per|for|from|in|on|by|with)\s.*$")


def usual_direction_of_count(things: str) -> Direction | None:
    """The way organisations want the number of these things to move: fewer complaints, but loan-renewal letters are just letters."""
    counted = _SAYS_OF_WHAT.sub("", things.lower())
    heads = [match for pattern in (_FALLING_HEAD, _RISING_HEAD) for match in pattern.finditer(counted)]
    return usual_direction(counted) if any(match.end() == len(counted) for match in heads) else None


_STEM = re.compile(r"(?:ations?|ings?|ment|es|ed|s)$")
_EMPTY_WORDS = frozenset(
    ["of", "to", "per", "for", "the", "a", "an", "in", "on", "share", "rate", "number", "average", "level", "time", "cost"]
)


def words_of(metric: str) -> frozenset[str]:
    """Stems of the words that tell one measure from another."""
    words = re.findall(r"[a-z]+", metric.lower())
    telling = [word for word in words if word not in _EMPTY_WORDS] or words
    return frozenset(_STEM.sub("", word) if len(word) > 4 else word for word in telling)


def overlap(left: str, right: str) -> float:
    """Share of the shorter name's telling words that the other has too."""
    one, other = words_of(left), words_of(right)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
