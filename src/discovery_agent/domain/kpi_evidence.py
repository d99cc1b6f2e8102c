"""Which figures of a proposed KPI somebody really said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isclose

from discovery_agent.domain.findings import Amount, Kpi
from discovery_agent.domain.numbers import find_numbers

_ZERO = re.compile(r"\b(?:no|none|zero|nil|without|eliminat\w+|nobody|nothing)\b", re.IGNORECASE)
_IN_WORDS = (
    (re.compile(r"\bhal(?:f|ve[sd]?|ving)\b", re.IGNORECASE), (0.5, 50.0)),
    (re.compile(r"\b(?:doubl(?:e[sd]?|ing)|twice)\b", re.IGNORECASE), (2.0, 100.0)),
    (re.compile(r"\b(?:tripl(?:e[sd]?|ing)|three times)\b", re.IGNORECASE), (3.0, 200.0)),
)
_ONE_IN = re.compile(r"(\S+) (?:in|out of) (?:every )?(\S+)")


def keep_evidenced(kpi: Kpi | None, quotes: Sequence[str]) -> tuple[Kpi | None, list[str]]:
    """The KPI without the figures that no quote mentions, and a line about each that was removed."""
    if kpi is None:
        return None, []
    said = [value for quote in quotes for value in _numbers_said(quote)]
    removed: dict[str, None] = {}
    lines: list[str] = []
    for field, amount in (("baseline", kpi.baseline), ("target", kpi.target), ("change", kpi.change)):
        if amount is not None and not _is_said(amount, said):
            removed[field] = None
            lines.append(f"{field} '{amount.text}' was removed: its number is not in the quotes")
    return (kpi.model_copy(update=removed) if removed else kpi), lines


def _numbers_said(quote: str) -> list[float]:
    said = [mention.value for mention in find_numbers(quote)]
    for pattern, values in _IN_WORDS:
        if pattern.search(quote):
            said.extend(values)
    for ratio in _ONE_IN.finditer(quote):
        pair = [mention.value for mention in find_numbers(ratio.group())]
        if len(pair) == 2 and pair[1] > 0:
            said.append(pair[0] / pair[1])
    if _ZERO.search(quote):
        said.append(0.0)
    return said


def _is_said(amount: Amount, said: Sequence[float]) -> bool:
    """True if every number of the amount, also those in its text, was said; the verb may hold the sign."""
    share = amount.unit == "%" or "%" in amount.text or "percent" in amount.text
    needed = [amount.value, *([] if amount.upper is None else [amount.upper])]
    needed += [mention.value for mention in find_numbers(amount.text)]
    return all(any(_alike(abs(value), abs(one), share) for one in said) for value in needed)


def _alike(value: float, said: float, share: bool) -> bool:
    """Equal, or the same part of a whole: "a third" is 33.3 %."""
    if isclose(value, said, rel_tol=1e-9, abs_tol=1e-9):
        return True
    if share and said < 1 and isclose(value, said * 100, abs_tol=0.5):
        return True
    return 0 < said < 1 and isclose(value, said, abs_tol=0.005)
