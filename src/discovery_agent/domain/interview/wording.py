"""Which of its wordings a question takes, with the stakeholder's own noun for what the work is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from discovery_agent.domain.interview.moves import Exchange
from discovery_agent.domain.interview.slots import SlotTable

_PLACEHOLDER = re.compile(r"\\?\{\w+\\?\}")
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
# The lead's words on what it is about count as much as three mentions by the stakeholder.
SUBJECT = 3
ENOUGH = 2
NO_THING = ("case", "cases")
"""Stands in where no noun for what the work is about stands out."""
READ = 3000
_BEFORE_ONE = frozenset(
    "a an the each every per one this that another any no its my our your their his her last next single wrong new ordinary of".split()
)


_A_CASE = re.compile(
    r"\b(?:cases?|(?<!for )examples?|instances?|incidents?|occasion|what happened|the last time|latest|most recent|lately|standing beside|day do you remember)\b",
    re.IGNORECASE,
)
_LATEST_CASE = re.compile(
    r"\bwhat (?:exactly )?(?:happened|went wrong|was the trouble)\b.{0,40}\b(?:last|latest|most recent)\b|\b(?:last|latest|most recent) (?:case|incident|instance)\b.{0,30}\bhappen",
    re.IGNORECASE,
)


def asks_for_case(question: str) -> bool:
    """Whether a question asks for a case or an example, such as an evasive person would rather not give."""
    return _A_CASE.search(question) is not None


def asks_for_latest_case(question: str) -> bool:
    """Whether a question asks what happened in the latest case, whatever it is there for: "what happened the last time?"."""
    return _LATEST_CASE.search(question) is not None


def chance(*parts: str) -> int:
    """A number that looks drawn but follows from `parts`: the same conversation always takes the same turns."""
    return int.from_bytes(sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()[:6], "big")


def pick(wordings: Sequence[str], used: Iterable[str], seed: int) -> str | None:
    """One of the wordings that was not used yet, whatever stood in its placeholders; None if all were."""
    said = list(used)
    fresh = [one for one in wordings if not any(_is_of(one, question) for question in said)]
    return fresh[seed % len(fresh)] if fresh else None


def thing_of(table: SlotTable, subject: str, exchanges: Sequence[Exchange]) -> tuple[str, str]:
    """What the work is about, one and many, in the words that this stakeholder uses most: invoice, invoices.

    `case`, `cases` where no such word stands out.
    """
    forms = {form: one for one, many in table.things.items() for form in (one, many)}
    count: dict[str, int] = {}
    for text, weight in [(subject, SUBJECT), *((one.answer or "", 1) for one in exchanges)]:
        before = ""
        for word in _WORD.findall(text[:READ].lower()):
            # One of them stands behind an article or the like; "return temperatures" are no returns.
            counts = word in forms and (word not in table.things or before in _BEFORE_ONE)
            before = word
            if counts:
                count[forms[word]] = count.get(forms[word], 0) + weight
    best = max(count, key=lambda one: count[one], default=None)
    if best is None or count[best] < ENOUGH:
        return NO_THING
    return best, table.things[best]


def needs_thing(wording: str) -> bool:
    """Whether the wording has a place for what the work is about."""
    return re.search(r"\{(?:cases?|a_case)\}", wording) is not None


def with_article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def filled(wording: str, thing: tuple[str, str], **words: str) -> str:
    """The wording with its placeholders filled."""
    for name, value in {"case": thing[0], "cases": thing[1], "a_case": with_article(thing[0]), **words}.items():
        wording = wording.replace(f"{{{name}}}", value)
    return wording[:1].upper() + wording[1:]


def _is_of(wording: str, question: str) -> bool:
    if "{" not in wording:
        return wording == question
    return re.fullmatch(_PLACEHOLDER.sub(".+", re.escape(wording)), question, re.IGNORECASE | re.DOTALL) is not None
