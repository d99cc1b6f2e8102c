"""Conflicts about KPIs: their figures, their dates and owners, and names that mean two measures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from discovery_agent.domain.conflicts.model import MOST_COMPARED, Conflict, ConflictKind, either, make_conflict, quotes_of
from discovery_agent.domain.findings import Amount, Finding, Kpi, Quote
from discovery_agent.domain.goals import KpiNode
from discovery_agent.domain.likeness import Similarity
from discovery_agent.domain.told_figures import tells_the_past
from discovery_agent.domain.units import comparable, magnitude

# Names of measures this alike, in units that cannot be compared, are probably one word with two meanings.
SAME_NAME = 0.72
# "A month" and "30 days" are one figure.
TOLERANCE = 0.02


def about_kpi(node: KpiNode, by_id: Mapping[str, Finding]) -> Iterable[Conflict]:
    """Differences on where a measure stands, where it should go, by when, which way, and who owns it."""
    metric = node.kpi.metric
    unit = node.kpi.unit
    for field, kind in (("target", ConflictKind.TARGET), ("change", ConflictKind.TARGET), ("baseline", ConflictKind.FACT)):
        sides = _amounts(node, by_id, field, unit)
        word = "today's value" if field == "baseline" else "the target"
        conflict = make_conflict(
            kind,
            f"{metric}: {word}",
            sides,
            real=True,
            crux=f"Is {word} of {metric} {either(sides)}?",
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
            ConflictKind.BUDGET_OR_TIME: f"Must {metric} be reached {either(sides)}?",
            ConflictKind.DIRECTION: f"Should {metric} {either(sides)}?",
            ConflictKind.OWNERSHIP: f"Does {metric} belong to {either(sides)}?",
        }[kind]
        if conflict := make_conflict(kind, f"{metric}: {word}", sides, real=real, crux=question, kpi_id=node.id):
            yield conflict


def _grouped(node: KpiNode, by_id: Mapping[str, Finding], read: Callable[[Kpi], str | None]) -> dict[str, list[Quote]]:
    groups: dict[str, list[Quote]] = {}
    for finding_id in node.finding_ids:
        finding = by_id.get(finding_id)
        value = read(finding.kpi) if finding and finding.kpi else None
        if finding and value:
            groups.setdefault(value, []).extend(quotes_of([finding], value))
    return groups


def _amounts(node: KpiNode, by_id: Mapping[str, Finding], field: str, unit: str | None) -> dict[str, list[Quote]]:
    """Quotes by the amount they give, equal amounts under one head."""
    heads: list[tuple[Amount, str | None, list[Quote]]] = []
    for finding_id in node.finding_ids:
        finding = by_id.get(finding_id)
        amount: Amount | None = getattr(finding.kpi, field) if finding and finding.kpi else None
        if finding is None or amount is None:
            continue
        told = quotes_of([finding], amount.text)
        if field == "baseline" and all(tells_the_past(quote.text, amount.text) for quote in told):
            continue
        own = amount.unit or (finding.kpi.unit if finding.kpi else None) or unit
        for head, head_unit, group in heads:
            if _same(head, head_unit, amount, own):
                group.extend(told)
                break
        else:
            heads.append((amount, own, told))
    return {head.text.strip(): group for head, _, group in heads}


def _same(left: Amount, left_unit: str | None, right: Amount, right_unit: str | None) -> bool:
    ends = ((left.value, right.value), (left.upper or left.value, right.upper or right.value))
    for one, other in ends:
        first, second = magnitude(one, left_unit), magnitude(other, right_unit)
        if abs(first - second) > (TOLERANCE if left_unit != right_unit else 1e-9) * max(abs(first), abs(second)):
            return False
    return True


_DATE_FILLERS = re.compile(r"\b(?:by|the|end|of|until|before|on|in|latest|at|this|coming|over)\b|[^\w\s]", re.IGNORECASE)


def _date_words(text: str) -> str:
    return " ".join(_DATE_FILLERS.sub(" ", text.lower()).split())


def same_date(left: str, right: str) -> bool:
    """Whether two deadlines name one date: "by the end of June" and "end of June" do."""
    return _date_words(left) == _date_words(right)


def definitions(nodes: Sequence[KpiNode], by_id: Mapping[str, Finding], similarity: Similarity) -> Iterable[Conflict]:
    """Measures of like name that are counted in units which cannot be compared."""
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
            conflict = make_conflict(
                ConflictKind.METRIC_DEFINITION,
                one.kpi.metric,
                {holds: quotes_of(findings) for holds, findings in sides.items() if findings},
                real=False,
                crux=f"When you say {one.kpi.metric}, is it counted in {one.kpi.unit} or in {other.kpi.unit}?",
                kpi_id=one.id,
            )
            if conflict:
                yield conflict
