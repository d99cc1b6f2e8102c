"""Where what stakeholders said cannot all be true, each conflict with both quotes and its crux.

A conflict needs two speakers: one person who gives two figures has corrected themselves. It is `apparent` if the
words differ but both can hold, and `real` if they cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value, content_id
from discovery_agent.domain.findings import Amount, Finding, FindingKind, FindingStatus, Kpi, Quote, Stance
from discovery_agent.domain.goals import GoalTree, KpiNode
from discovery_agent.domain.likeness import Similarity
from discovery_agent.domain.necessity import Contradiction
from discovery_agent.domain.numbers import find_numbers
from discovery_agent.domain.units import comparable, magnitude

SAME_SUBJECT = 0.5
# Names of measures this alike, in units that cannot be compared, are probably one word with two meanings.
SAME_NAME = 0.72
# Positions and priorities are compared pair by pair, so only the most confident of each side are.
MOST_COMPARED = 200
# "A month" and "30 days" are one figure.
TOLERANCE = 0.02


class ConflictKind(StrEnum):
    """What the parties differ on."""

    TARGET = "target"
    DIRECTION = "direction"
    METRIC_DEFINITION = "metric_definition"
    PRIORITY = "priority"
    BUDGET_OR_TIME = "budget_or_time"
    SCOPE = "scope"
    OWNERSHIP = "ownership"
    FACT = "fact"
    """How things are today: a baseline, or a criterion of the verdict."""


class ConflictSide(Value):
    """What one side holds, in its own words."""

    speakers: tuple[str, ...]
    holds: str
    quotes: tuple[Quote, ...] = Field(min_length=1)
    more: int = Field(default=0, ge=0, description="How many further quotes of this side are left out here.")


class Conflict(Value):
    """A disagreement between stakeholders."""

    id: str
    kind: ConflictKind
    about: str
    real: bool = Field(description="Whether both sides cannot hold; False if only the words differ.")
    crux: str = Field(description="The one statement on which they part, as a question.")
    sides: tuple[ConflictSide, ...] = Field(min_length=2)
    kpi_id: str | None = None
    criterion: str | None = None
    decides: bool = Field(default=False, description="Whether the verdict depends on who is right.")


def find_conflicts(
    tree: GoalTree, findings: Sequence[Finding], similarity: Similarity, contradictions: Iterable[Contradiction] = ()
) -> tuple[Conflict, ...]:
    """Every conflict between speakers, real ones first and those that decide a verdict before all others."""
    live = [finding for finding in findings if finding.status is not FindingStatus.REJECTED]
    by_id = {finding.id: finding for finding in live}
    found: list[Conflict] = []
    for node in tree.kpis:
        found.extend(_about_kpi(node, by_id))
    found.extend(_definitions(tree.kpis, by_id, similarity))
    found.extend(_positions(live, similarity))
    found.extend(_priorities(live, similarity))
    found.extend(_budgets(live))
    found.extend(conflict for one in contradictions if (conflict := _about_criterion(one)))
    unique = {conflict.id: conflict for conflict in found}
    return tuple(sorted(unique.values(), key=lambda one: (not one.decides, not one.real)))


def _conflict(
    kind: ConflictKind,
    about: str,
    sides: Mapping[str, Sequence[Quote]],
    *,
    real: bool,
    crux: str,
    kpi_id: str | None = None,
) -> Conflict | None:
    """A conflict if the quotes of the sides come from different people; None if one person said it all."""
    read = [
        ConflictSide(
            speakers=tuple(dict.fromkeys(quote.speaker for quote in quotes if quote.speaker)),
            holds=holds,
            quotes=tuple(dict.fromkeys(quotes)),
        )
        for holds, quotes in sides.items()
    ]
    if len(read) < 2 or not _differ([side.speakers for side in read]):
        return None
    return Conflict(
        id=content_id("x", kind.value, about, *(side.holds for side in read)),
        kind=kind,
        about=about,
        real=real,
        crux=crux,
        sides=tuple(read),
        kpi_id=kpi_id,
    )


def _quotes(findings: Iterable[Finding], words: str | None = None) -> list[Quote]:
    """The quotes of these findings; of a finding whose quotes partly hold `words`, those that do.

    A KPI may take today's value from one speaker and the target from another: only the latter stands for the target.
    """
    found: list[Quote] = []
    for finding in findings:
        holding = [quote for quote in finding.quotes if words and _plain(words) in _plain(quote.text)]
        found.extend(holding or finding.quotes)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _differ(speakers: Sequence[tuple[str, ...]]) -> bool:
    """Whether at least two sides have somebody whom the other has not."""
    return any(set(one) - set(other) and set(other) - set(one) for at, one in enumerate(speakers) for other in speakers[at + 1 :])


def _grouped(node: KpiNode, by_id: Mapping[str, Finding], read: Callable[[Kpi], str | None]) -> dict[str, list[Quote]]:
    groups: dict[str, list[Quote]] = {}
    for finding_id in node.finding_ids:
        finding = by_id.get(finding_id)
        value = read(finding.kpi) if finding and finding.kpi else None
        if finding and value:
            groups.setdefault(value, []).extend(_quotes([finding], value))
    return groups


def _about_kpi(node: KpiNode, by_id: Mapping[str, Finding]) -> Iterable[Conflict]:
    metric = node.kpi.metric
    unit = node.kpi.unit
    for field, kind in (("target", ConflictKind.TARGET), ("change", ConflictKind.TARGET), ("baseline", ConflictKind.FACT)):
        sides = _amounts(node, by_id, field, unit)
        word = "today's value" if field == "baseline" else "the target"
        conflict = _conflict(
            kind,
            f"{metric}: {word}",
            sides,
            real=True,
            crux=f"Is {word} of {metric} {_or(sides)}?",
            kpi_id=node.id,
        )
        if conflict:
            yield conflict
    others: tuple[tuple[ConflictKind, str, Callable[[Kpi], str | None]], ...] = (
        (ConflictKind.BUDGET_OR_TIME, "when", lambda kpi: kpi.deadline),
        (ConflictKind.DIRECTION, "which way", lambda kpi: kpi.direction.value if kpi.direction else None),
        (ConflictKind.OWNERSHIP, "who owns it", lambda kpi: kpi.owner),
    )
    for kind, word, read in others:
        sides = _grouped(node, by_id, read)
        if len(sides) < 2:
            continue
        real = kind is not ConflictKind.BUDGET_OR_TIME or len({_date_words(text) for text in sides}) > 1
        question = {
            ConflictKind.BUDGET_OR_TIME: f"Must {metric} be reached {_or(sides)}?",
            ConflictKind.DIRECTION: f"Should {metric} {_or(sides)}?",
            ConflictKind.OWNERSHIP: f"Does {metric} belong to {_or(sides)}?",
        }[kind]
        if conflict := _conflict(kind, f"{metric}: {word}", sides, real=real, crux=question, kpi_id=node.id):
            yield conflict


def _amounts(node: KpiNode, by_id: Mapping[str, Finding], field: str, unit: str | None) -> dict[str, list[Quote]]:
    """Quotes by the amount they give, equal amounts under one head."""
    heads: list[tuple[Amount, str | None, list[Quote]]] = []
    for finding_id in node.finding_ids:
        finding = by_id.get(finding_id)
        amount: Amount | None = getattr(finding.kpi, field) if finding and finding.kpi else None
        if finding is None or amount is None:
            continue
        own = amount.unit or (finding.kpi.unit if finding.kpi else None) or unit
        for head, head_unit, group in heads:
            if _same(head, head_unit, amount, own):
                group.extend(_quotes([finding], amount.text))
                break
        else:
            heads.append((amount, own, _quotes([finding], amount.text)))
    return {head.text.strip(): group for head, _, group in heads}


def _same(left: Amount, left_unit: str | None, right: Amount, right_unit: str | None) -> bool:
    ends = ((left.value, right.value), (left.upper or left.value, right.upper or right.value))
    for one, other in ends:
        first, second = magnitude(one, left_unit), magnitude(other, right_unit)
        if abs(first - second) > (TOLERANCE if left_unit != right_unit else 1e-9) * max(abs(first), abs(second)):
            return False
    return True


def _or(sides: Iterable[str]) -> str:
    return " or ".join(sides)


_DATE_FILLERS = re.compile(r"\b(?:by|the|end|of|until|before|on|in|latest|at|this|coming|over)\b|[^\w\s]", re.IGNORECASE)


def _date_words(text: str) -> str:
    return " ".join(_DATE_FILLERS.sub(" ", text.lower()).split())


def same_date(left: str, right: str) -> bool:
    """Whether two deadlines name one date: "by the end of June" and "end of June" do."""
    return _date_words(left) == _date_words(right)


def _definitions(nodes: Sequence[KpiNode], by_id: Mapping[str, Finding], similarity: Similarity) -> Iterable[Conflict]:
    by_word: dict[str, list[KpiNode]] = {}
    for one in nodes:
        words = set(one.kpi.metric.lower().split())
        others = {other.id: other for word in words for other in by_word.get(word, ())[-MOST_COMPARED:]}
        for word in words:
            by_word.setdefault(word, []).append(one)
        for other in others.values():
            if comparable(one.kpi.unit, other.kpi.unit) or similarity(one.kpi.metric, other.kpi.metric) < SAME_NAME:
                continue
            sides = {
                f"{node.kpi.metric}, in {node.kpi.unit}": [by_id[id_] for id_ in node.finding_ids if id_ in by_id] for node in (one, other)
            }
            conflict = _conflict(
                ConflictKind.METRIC_DEFINITION,
                one.kpi.metric,
                {holds: _quotes(findings) for holds, findings in sides.items() if findings},
                real=False,
                crux=f"When you say {one.kpi.metric}, is it counted in {one.kpi.unit} or in {other.kpi.unit}?",
                kpi_id=one.id,
            )
            if conflict:
                yield conflict


def _positions(findings: Sequence[Finding], similarity: Similarity) -> Iterable[Conflict]:
    in_favour, opposed = (
        _most_confident(one for one in findings if one.kind is FindingKind.POSITION and one.stance is stance)
        for stance in (Stance.FOR, Stance.AGAINST)
    )
    for against in opposed:
        alike = [(similarity(one.statement, against.statement), one) for one in in_favour if set(one.speakers) != set(against.speakers)]
        score, best = max(alike, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or score < SAME_SUBJECT:
            continue
        conflict = _conflict(
            ConflictKind.SCOPE,
            best.statement,
            {best.statement: _quotes([best]), against.statement: _quotes([against])},
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


def _priorities(findings: Sequence[Finding], similarity: Similarity) -> Iterable[Conflict]:
    """Two people who each put another goal first."""
    kinds = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL)
    first = _most_confident(one for one in findings if one.kind in kinds and any(_FIRST.search(quote.text) for quote in one.quotes))
    for at, one in enumerate(first):
        for other in first[at + 1 :]:
            if set(one.speakers) == set(other.speakers) or similarity(one.statement, other.statement) >= SAME_SUBJECT:
                continue
            conflict = _conflict(
                ConflictKind.PRIORITY,
                "What comes first",
                {one.statement: _quotes([one]), other.statement: _quotes([other])},
                real=True,
                crux=f"If only one could be reached this year, would it be: {one.statement.rstrip('.')} - or: {other.statement.rstrip('.')}?",
            )
            if conflict:
                yield conflict


_BUDGET = re.compile(r"\bbudget\b|\bto spend\b|\bmoney for (?:this|it)\b", re.IGNORECASE)


def _budgets(findings: Sequence[Finding]) -> Iterable[Conflict]:
    """Different sums given as the budget."""
    sides: dict[str, list[Quote]] = {}
    for finding in findings:
        if finding.kind is not FindingKind.CONSTRAINT:
            continue
        for quote in finding.quotes:
            if not _BUDGET.search(quote.text):
                continue
            sums = [number.value for number in find_numbers(quote.text) if number.value >= 1000]
            if len(sums) == 1:
                sides.setdefault(f"{sums[0]:,.0f}", []).append(quote)
    conflict = _conflict(
        ConflictKind.BUDGET_OR_TIME, "The budget", sides, real=True, crux=f"Is the budget {_or(sides)}, and does it cover the same things?"
    )
    if conflict:
        yield conflict


def _about_criterion(one: Contradiction) -> Conflict | None:
    speakers = [tuple(dict.fromkeys(name for rating in side.ratings for name in rating.speakers)) for side in one.sides]
    if not _differ(speakers):
        return None
    return Conflict(
        id=content_id("x", "criterion", one.criterion, *(side.value for side in one.sides)),
        kind=ConflictKind.FACT,
        about=one.name,
        real=True,
        crux="Which is it: " + " - or: ".join(side.means for side in one.sides) + "?",
        sides=tuple(
            ConflictSide(speakers=names, holds=side.means, quotes=tuple(quote for rating in side.ratings for quote in rating.quotes))
            for side, names in zip(one.sides, speakers, strict=True)
        ),
        criterion=one.criterion,
        decides=one.decides,
    )
