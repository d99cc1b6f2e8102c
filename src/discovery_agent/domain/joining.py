"""Joins findings that overlapping windows, or two readings of one sentence, gave twice."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.findings import Amount, Finding, FindingKind, Quote, finding_id

# Two findings of one kind whose first quotes share this much of the shorter one are the same finding.
SHARED = 0.8


def _shared(left: Quote, right: Quote) -> float:
    common = min(left.end, right.end) - max(left.start, right.start)
    return max(0, common) / min(left.end - left.start, right.end - right.start)


def _agree(left: Amount | None, right: Amount | None) -> bool:
    """Whether two readings of a figure are one; how it was written does not matter, and a missing one contradicts nothing."""
    return left is None or right is None or (left.value, left.upper, left.unit) == (right.value, right.upper, right.unit)


def _same(left: Finding, right: Finding) -> bool:
    if left.kind is FindingKind.KPI:
        if left.kpi is None or right.kpi is None or left.kpi.metric.lower() != right.kpi.metric.lower():
            return False
        figures = ((getattr(left.kpi, name), getattr(right.kpi, name)) for name in ("baseline", "target", "change"))
        return all(_agree(one, other) for one, other in figures)
    return (left.stance, left.criterion, left.data) == (right.stance, right.criterion, right.data)


def join_duplicates(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without repeats, in order; a repeat adds its quotes and the higher confidence.

    Only findings of one kind that quote the same words of the same turn are repeats; the same wish said
    twice in different words stays two findings until the goal tree joins them.
    """
    kept: list[Finding] = []
    by_turn: dict[tuple[FindingKind, str, str], list[int]] = {}
    for finding in findings:
        key = (finding.kind, finding.quotes[0].conversation_id, finding.quotes[0].utterance_id)
        twin = next(
            (
                place
                for place in by_turn.get(key, ())
                if _shared(kept[place].quotes[0], finding.quotes[0]) >= SHARED and _same(kept[place], finding)
            ),
            None,
        )
        if twin is None:
            by_turn.setdefault(key, []).append(len(kept))
            kept.append(finding)
        else:
            kept[twin] = _joined(kept[twin], finding)
    return tuple(kept)


def _joined(first: Finding, second: Finding) -> Finding:
    quotes = first.quotes + tuple(quote for quote in second.quotes if quote not in first.quotes)
    strongest = first if first.confidence >= second.confidence else second
    kpi = strongest.kpi
    if first.kpi and second.kpi and kpi:
        other = second.kpi if strongest is first else first.kpi
        gaps = {name: getattr(other, name) for name in type(kpi).model_fields if getattr(kpi, name) is None}
        kpi = kpi.model_copy(update=gaps)
    return strongest.model_copy(
        update={
            "id": finding_id(first.kind, quotes[0].conversation_id, quotes, strongest.statement),
            "quotes": quotes,
            "kpi": kpi,
            "speakers": tuple(dict.fromkeys(first.speakers + second.speakers)),
        }
    )
