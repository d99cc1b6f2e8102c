"""Names of measures as noun phrases: what stands next to a figure is seldom one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from discovery_agent.analysts.rules.metrics import Metric, tidy
from discovery_agent.analysts.rules.quantities import Dimension, find_quantities
from discovery_agent.analysts.rules.sentences import Sentence

_MOVES = re.compile(
    r"\s+(?:falls?|fell|drops?|dropped|rises?|rose|grows?|grew|shrinks?|climbs?|sinks?|comes?|came|goes?|went|increases?|decreases?|declines?)(?: (?:down|up|back))?$"
)
_OPENS = re.compile(r"^(?:(?:if|when|once|that|because|while|unless|suppose|and|so)\s+)+(?=\w+ \w)")
# What a share does: "end up wrong", "come back", "never get paid".
_DOES = re.compile(
    r"^(?:(?:never|still|always|simply|just|actually)\s+)?(?:end|come|go|get|leave|fail|arrive|pass|need|have|miss|bounce|cancel|stay|take|contain|lack|reach|land|turn|quit|wait|fall|go|run|use|call|ask|give|are|don't|do not)(?:e?s)?\b(?= \w)"
)
_SHARE_OF_DOERS = re.compile(
    r"^(share of (?:[a-z'-]+ ){0,2}?[a-z'-]+s) (?=(?:end|come|go|get|leave|fail|arrive|pass|need|have|miss|bounce|stay|take|lack|reach|land|turn|quit|wait|fall|run|are|never|still)\b)"
)
_IS = re.compile(r"^(?:wrong|late|missing|incomplete|damaged|unread|rejected|cancelled|lost|incorrect|faulty|defective|unpaid|overdue)$")
_ARTICLE_OF_ONE = r"(?:an?|each|every|one)"
_EACH = re.compile(r"\b(?:each|every|per)\s+([a-z][a-z'-]*(?: [a-z][a-z'-]*)?)(?= (?:takes?|has|is|gets?|comes?|needs?|costs?|goes|of)\b)")


def as_noun_phrase(metric: Metric, low: str, *, share: bool, things: str | None = None) -> Metric:
    """The measure under a name that can be measured; `things` are what a share is a share of, if that was said before.

    >>> as_noun_phrase(Metric("end up wrong", -1, -1, False), "6 percent end up wrong", share=True, things="order changes").name
    'share of order changes that end up wrong'
    >>> as_noun_phrase(Metric("second trips fall", -1, -1, False), "second trips fall from 310 to 80", share=False).name
    'second trips'
    """
    name = metric.name
    priced = re.match(r"(?P<one>.+) costs?$", name)
    if priced and re.search(rf"\b{_ARTICLE_OF_ONE} {re.escape(priced['one'])} costs?\b", low):
        article = "an" if priced["one"][0] in "aeio" or priced["one"].startswith("hour") else "a"
        return replace(metric, name=f"cost of {article} {priced['one']}")
    of = f"share of {things} that" if things else "share that"
    if share and _IS.match(name):
        name = f"{of} {'are' if things else 'is'} {name}"
    name = _SHARE_OF_DOERS.sub(r"\g<1> that ", name)
    if not metric.strong:
        shorter = name if " that " in name else _OPENS.sub("", _MOVES.sub("", name))
        name = shorter if len(shorter) > 3 else name
        if share and _DOES.match(name):
            name = f"{of} {name}"
    return replace(metric, name=name) if name != metric.name else metric


def things_before(sentences: Sequence[Sentence], here: Sentence) -> str | None:
    """What the speaker was just counting or speaking of one by one, in the plural: "260 order changes a day", "each change"."""
    for sentence in reversed(sentences[max(0, here.position - 3) : here.position]):
        if sentence.turn != here.turn:
            break
        counted = [one.noun for one in find_quantities(sentence.text) if one.dimension is Dimension.COUNT and one.noun and one.per]
        if counted:
            return counted[-1]
        each = _EACH.search(sentence.low)
        name = tidy(each.group(1)) if each else ""
        if name:
            return (
                f"{name[:-1]}ies" if re.search(r"[^aeiou]y$", name) else f"{name}es" if re.search(r"(?:s|x|ch|sh)$", name) else f"{name}s"
            )
    return None


def things_priced(metric: str) -> str | None:
    """The things that a measure is the cost or time of, in the plural: "second trip cost" -> second trips; None if it is of none."""
    of = re.match(r"(?:(?:cost|time|price) (?:of|per) (?:an? |the )?(?P<after>.+)|(?P<before>.+) (?:costs?|price|time))$", metric)
    name = (of["after"] or of["before"]) if of else None
    return None if name is None else name if name.endswith("s") else f"{name}s"
