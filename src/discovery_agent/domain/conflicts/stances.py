"""Conflicts about what people want: for and against one thing, and which goal comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discovery_agent.domain.conflicts.model import MOST_COMPARED, Conflict, ConflictKind, make_conflict, quotes_of
from discovery_agent.domain.findings import Finding, FindingKind, Stance
from discovery_agent.domain.likeness import Similarity

SAME_SUBJECT = 0.5


def positions(findings: Sequence[Finding], similarity: Similarity) -> Iterable[Conflict]:
    """Two people of whom one is for a thing and the other against it."""
    in_favour, opposed = (
        _most_confident(one for one in findings if one.kind is FindingKind.POSITION and one.stance is stance)
        for stance in (Stance.FOR, Stance.AGAINST)
    )
    for against in opposed:
        alike = [(similarity(one.statement, against.statement), one) for one in in_favour if set(one.speakers) != set(against.speakers)]
        score, best = max(alike, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or score < SAME_SUBJECT:
            continue
        conflict = make_conflict(
            ConflictKind.SCOPE,
            best.statement,
            {best.statement: quotes_of([best]), against.statement: quotes_of([against])},
            real=True,
            crux=f"What would have to be true for both of you to say yes or no to this: {best.statement.rstrip('.')}?",
        )
        if conflict:
            yield conflict


def _most_confident(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: -one.confidence)[:MOST_COMPARED]


_FIRST = re.compile(
    r"\b(?:most important|first priority|top priority|number one|above all|comes first|before anything else|matters most|the main thing)\b",
    re.IGNORECASE,
)


def priorities(findings: Sequence[Finding], similarity: Similarity) -> Iterable[Conflict]:
    """Two people who each put another goal first."""
    kinds = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL)
    first = _most_confident(one for one in findings if one.kind in kinds and any(_FIRST.search(quote.text) for quote in one.quotes))
    for at, one in enumerate(first):
        for other in first[at + 1 :]:
            if set(one.speakers) == set(other.speakers) or similarity(one.statement, other.statement) >= SAME_SUBJECT:
                continue
            conflict = make_conflict(
                ConflictKind.PRIORITY,
                "What comes first",
                {one.statement: quotes_of([one]), other.statement: quotes_of([other])},
                real=True,
                crux=f"If only one could be reached this year, would it be: {one.statement.rstrip('.')} - or: {other.statement.rstrip('.')}?",
            )
            if conflict:
                yield conflict
