"""The KPIs that a blueprint commits to, each with what was said of it and what nobody said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from discovery_agent.domain.amount_words import said_words
from discovery_agent.domain.blueprint.document import KpiTarget
from discovery_agent.domain.blueprint.material import KpiAgreement, Sources
from discovery_agent.domain.blueprint.texts import capital
from discovery_agent.domain.deadlines import day_of
from discovery_agent.domain.findings import Amount, Kpi
from discovery_agent.domain.goals import KpiNode
from discovery_agent.domain.units import SECONDS_IN

COLUMNS = ("KPI", "Today", "Target", "By when", "Measured by", "Owner")
NOT_SAID = "not said yet"
DISPUTED = "disputed"


def target_of(node: KpiNode, sources: Sources, agreement: KpiAgreement | None = None, said_on: date | None = None) -> KpiTarget:
    """A KPI of the goal tree as a target. Where only a relative change was said, the target is computed from today's value.

    `said_on` is the day from which a deadline such as "in six months" counts; without it the deadline stays words.
    """
    kpi, agreed = node.kpi, agreement or KpiAgreement()
    unit = kpi.unit or (kpi.baseline.unit if kpi.baseline else None) or (kpi.target.unit if kpi.target else None)
    baseline = _value(kpi.baseline, unit)
    target = _value(kpi.target, unit)
    aimed = kpi.target or kpi.change
    if target is None and baseline is not None and kpi.change is not None and kpi.change.unit == "%":
        target = _changed(baseline, kpi)
    return KpiTarget(
        id=node.id,
        metric=kpi.metric,
        unit=unit,
        direction=kpi.direction.value if kpi.direction else None,
        baseline=said_words(kpi.baseline) if kpi.baseline else agreed.words.get("baseline"),
        target=said_words(aimed) if aimed else agreed.words.get("target"),
        baseline_value=baseline,
        target_value=target,
        condition=agreed.conditions.get("target", ""),
        deadline=kpi.deadline,
        due=day_of(kpi.deadline, said_on) if kpi.deadline and said_on else None,
        measured_by=kpi.measured_by,
        owner=kpi.owner,
        disputed=node.disputed,
        findings=sources.live(node.finding_ids),
        gaps=kpi.gaps,
        settled=agreed.how,
        accepted=agreed.accepted,
    )


def cells(kpi: KpiTarget) -> tuple[str, ...]:
    """A KPI as a row of `COLUMNS`; what is missing or disputed says so."""

    def shown(field: str, value: str | None) -> str:
        said = value or NOT_SAID
        return f"{said} ({DISPUTED})" if field in kpi.disputed else said

    goal = "change" if "change" in kpi.disputed and "target" not in kpi.disputed else "target"
    return (
        capital(kpi.metric),
        shown("baseline", kpi.baseline),
        shown(goal, under_condition(kpi)),
        shown("deadline", kpi.deadline),
        shown("measured_by", kpi.measured_by),
        shown("owner", kpi.owner),
    )


def under_condition(kpi: KpiTarget) -> str | None:
    """The target with the condition under which it was settled: "four hours, once the new system runs"."""
    return f"{kpi.target}, {kpi.condition}" if kpi.target and kpi.condition else kpi.target


def whole(kpi: KpiTarget) -> bool:
    """Whether today's value and the target are both known, so that a change can be told."""
    return "baseline" not in kpi.gaps and "target" not in kpi.gaps


def distinct(kpis: Iterable[KpiTarget]) -> tuple[KpiTarget, ...]:
    """Each once."""
    return tuple({one.id: one for one in kpis}.values())


def _value(amount: Amount | None, unit: str | None) -> float | None:
    """The middle of an amount in `unit`; None where it is in one that cannot be converted."""
    if amount is None:
        return None
    value = amount.value if amount.upper is None else (amount.value + amount.upper) / 2
    if amount.unit in (None, unit):
        return value
    if amount.unit in SECONDS_IN and unit in SECONDS_IN:
        return value * SECONDS_IN[amount.unit] / SECONDS_IN[unit]
    return None


def _changed(baseline: float, kpi: Kpi) -> float:
    assert kpi.change is not None
    change = kpi.change.value
    if change > 0 and kpi.direction is not None and kpi.direction.value == "decrease":
        change = -change  # "20 % less" may be kept without its sign
    return baseline * (1 + change / 100)
