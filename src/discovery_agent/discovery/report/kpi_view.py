"""KPIs as the report shows them: a row of fields with what nobody said, a bar, and what is still to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.discovery.report.finding_view import FindingIndex, FindingView, PersonView
from discovery_agent.discovery.report.wording import (
    DIRECTION_LABELS,
    FIELD_LABELS,
    change_falls,
    change_text,
    plural,
    sentence_case,
)
from discovery_agent.domain.amount_words import amount_words
from discovery_agent.domain.findings import Amount, Kpi
from discovery_agent.domain.goals import GoalTree, KpiNode
from discovery_agent.domain.units import SECONDS_IN, magnitude

NEEDED_FIELDS = ("baseline", "target", "deadline", "measured_by", "owner")
"""What a complete KPI needs, in reading order."""


@dataclass(frozen=True, slots=True)
class SaidValue:
    """One value of a field with who said it and in which findings; a dispute has several."""

    text: str
    people: Sequence[PersonView]
    findings: Sequence[FindingView]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One cell of the KPI table. `text` is empty if nobody said it."""

    name: str
    label: str
    text: str
    disputed: Sequence[SaidValue] = ()


@dataclass(frozen=True, slots=True)
class BarView:
    """Two bars on one scale, in per cent of the longer one; None where there is nothing to draw."""

    baseline: float | None
    target: float | None
    computed: bool = False
    """The target was worked out from a relative change."""
    others: tuple[float, ...] = ()
    """Other targets, where people differ."""


@dataclass(frozen=True, slots=True)
class KpiView:
    """One KPI of the goal tree."""

    number: int
    metric: str
    statement: str
    """What was claimed, in words; empty if it only repeats the metric and its figures, which stand beside it."""
    fields: tuple[FieldView, ...]
    bar: BarView | None
    gaps: tuple[str, ...]
    """Labels of what is missing."""
    disputes: tuple[FieldView, ...]
    findings: Sequence[FindingView]
    people: Sequence[PersonView]

    @property
    def anchor(self) -> str:
        """Where it stands in the KPI table."""
        return f"k{self.number}"

    def field(self, name: str) -> FieldView:
        """One of its fields."""
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True, slots=True)
class GapView:
    """One thing that is missing from several KPIs or goals."""

    label: str
    count: int
    of: int
    names: Sequence[tuple[str, str]]
    """(anchor, text) of each KPI or goal that lacks it."""


def kpi_views(tree: GoalTree, index: FindingIndex) -> dict[str, KpiView]:
    """Every KPI of the tree by node id, numbered in reading order."""
    found: dict[str, KpiView] = {}
    for node in tree.kpis:
        if node.id not in found:
            found[node.id] = kpi_view(node, len(found) + 1, index)
    return found


def kpi_view(node: KpiNode, number: int, index: FindingIndex) -> KpiView:
    """One KPI of the tree under its number."""
    findings = index.of(node.finding_ids)
    fields = tuple(_field(name, node, index) for name in ("baseline", "target", "direction", *NEEDED_FIELDS[2:]))
    unplaced = tuple(
        FieldView(name, FIELD_LABELS[name], "", _said(name, node, index)) for name in node.disputed if name in ("unit", "metric")
    )
    return KpiView(
        number=number,
        metric=sentence_case(node.kpi.metric),
        statement="" if node.statement.casefold().startswith(node.kpi.metric.casefold()) else node.statement,
        fields=fields,
        bar=bar(node.kpi, _other_targets(node, index)),
        gaps=tuple(FIELD_LABELS[name] for name in node.kpi.gaps),
        disputes=tuple(field for field in fields if field.disputed) + unplaced,
        findings=findings,
        people=people_of(findings),
    )


def people_of(findings: Iterable[FindingView]) -> tuple[PersonView, ...]:
    """Who said any of these, each once, in order of first mention."""
    return tuple(dict.fromkeys(person for finding in findings for person in finding.people))


def _field(name: str, node: KpiNode, index: FindingIndex) -> FieldView:
    disputed = name in node.disputed or (name == "target" and "change" in node.disputed)
    said = _said(name, node, index) if disputed else ()
    return FieldView(name, FIELD_LABELS[name], field_text(node.kpi, name), said)


def field_text(kpi: Kpi, name: str) -> str:
    """A field in words; empty if nobody said it. A target may be absolute, relative, or both."""
    if name == "target":
        absolute = amount_words(kpi.target, kpi.unit) if kpi.target else ""
        relative = change_text(kpi.change, kpi.direction) if kpi.change else ""
        return f"{absolute} ({relative})" if absolute and relative else absolute or relative
    if name == "direction":
        return DIRECTION_LABELS[kpi.direction] if kpi.direction else ""
    value: object = getattr(kpi, name)
    if isinstance(value, Amount):
        return amount_words(value, kpi.unit)
    return str(value) if value else ""


def _said(name: str, node: KpiNode, index: FindingIndex) -> tuple[SaidValue, ...]:
    """All values of a disputed field, each with the findings that say so."""
    values: dict[str, list[FindingView]] = {}
    sayers: dict[str, list[PersonView]] = {}
    for finding_id in node.finding_ids:
        source = index.sources.get(finding_id)
        text = field_text(source.kpi, name) if source and source.kpi else ""
        if source and source.kpi and text:
            finding = index.by_id[finding_id]
            values.setdefault(text, []).append(finding)
            sayers.setdefault(text, []).extend(_who_said(source.kpi, name, finding))
    return tuple(SaidValue(text, tuple(dict.fromkeys(sayers[text])), tuple(found)) for text, found in values.items())


def _who_said(kpi: Kpi, name: str, finding: FindingView) -> tuple[PersonView, ...]:
    """Who said this very value: one KPI may take its baseline from one person and its target from another."""
    value: object = getattr(kpi, name)
    words = value.text if isinstance(value, Amount) else value if isinstance(value, str) else ""
    found = tuple(quote.speaker for quote in finding.quotes if words and words.casefold() in quote.text.casefold())
    return found or tuple(finding.people)


def _other_targets(node: KpiNode, index: FindingIndex) -> tuple[Amount, ...]:
    """Targets of the joined findings that differ from the one of the node."""
    if "target" not in node.disputed:
        return ()
    sources = (index.sources.get(one) for one in node.finding_ids)
    targets = (source.kpi.target for source in sources if source and source.kpi)
    return tuple(one for one in targets if one and node.kpi.target and one.value != node.kpi.target.value)


def bar(kpi: Kpi, others: tuple[Amount, ...] = ()) -> BarView | None:
    """Baseline and target on one scale; None if neither can be drawn.

    Values in units that cannot be converted are never put on one scale, and nothing below zero is drawn. A relative
    target is worked out from the baseline, except for a change of a percentage, which is ambiguous.
    """
    baseline = _size(kpi.baseline, kpi.unit)
    target, computed = _size(kpi.target, kpi.unit), False
    if kpi.baseline and kpi.target and not _same_unit(kpi.baseline, kpi.target, kpi.unit):
        return None
    if kpi.target is None and kpi.change is not None and kpi.baseline is not None and baseline is not None:
        falls = change_falls(kpi.change, kpi.direction)
        in_percent = (kpi.change.unit or "%") in ("%", "percent") and (kpi.baseline.unit or kpi.unit) != "%"
        if in_percent and falls is not None:
            step = abs(kpi.change.value) / 100
            target, computed = max(0.0, baseline * (1 - step if falls else 1 + step)), True
    alike = [_size(one, kpi.unit) for one in others if kpi.target and _same_unit(one, kpi.target, kpi.unit)]
    sizes = [size for size in (baseline, target, *alike) if size is not None]
    longest = max(sizes, default=0.0)
    if longest <= 0:
        return None

    def share(size: float | None) -> float | None:
        return None if size is None else round(100 * size / longest, 1)

    ticks = tuple(tick for one in alike if (tick := share(one)) is not None)
    return BarView(share(baseline), share(target), computed, ticks)


def _size(amount: Amount | None, unit: str | None) -> float | None:
    """The length to draw: the middle of a range, durations in seconds. None below zero or without end."""
    if amount is None:
        return None
    middle = amount.value if amount.upper is None else (amount.value + amount.upper) / 2
    size = magnitude(middle, _unit(amount.unit or unit))
    return size if 0 <= size < float("inf") else None


def _same_unit(first: Amount, second: Amount, unit: str | None) -> bool:
    """Whether both can be put on one scale: the same unit, or two durations."""
    one, other = _unit(first.unit or unit), _unit(second.unit or unit)
    return one == other or (one in SECONDS_IN and other in SECONDS_IN)


def _unit(unit: str | None) -> str:
    """A unit in the spelling that units are compared in; `Day.` is `days`."""
    plain = (unit or "").casefold().strip().rstrip("s.")
    return f"{plain}s" if f"{plain}s" in SECONDS_IN else plain


def kpi_gaps(kpis: Iterable[KpiView]) -> tuple[GapView, ...]:
    """What the KPIs lack, field by field, the most frequent first."""
    rows = tuple(kpis)
    gaps: list[GapView] = []
    for name in NEEDED_FIELDS:
        label = FIELD_LABELS[name]
        lacking = tuple((row.anchor, row.metric) for row in rows if label in row.gaps)
        if lacking:
            gaps.append(GapView(f"no {label}", len(lacking), len(rows), lacking))
    return tuple(sorted(gaps, key=lambda gap: -gap.count))


def gap_sentence(gap: GapView) -> str:
    """`2 of 4 KPIs have no owner`."""
    return f"{gap.count:,} of {plural(gap.of, 'KPI')} {'has' if gap.count == 1 else 'have'} {gap.label}"
