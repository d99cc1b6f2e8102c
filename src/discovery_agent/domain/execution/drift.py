"""How far a KPI is from where its plan says it should be.

The rule: from the plan's first day to its deadline the KPI should move on a straight line from baseline to target. It is behind if, on
the day it was last measured, it lacks more than a tenth of the whole way; after the deadline only the target counts. It is away if it
is further from the target than the baseline is, whatever the date. It is reached once it is at the target or beyond it. Lower is better
where the target is below the baseline. What was measured before the plan's first day is history: it is shown, and says nothing of how the
plan goes. What is not known stays unknown: no figure and no date is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from discovery_agent.domain.blueprint.document import KpiTarget
from discovery_agent.domain.days import long_day
from discovery_agent.domain.deadlines import day_of
from discovery_agent.domain.execution.values import CheckIn, Drift, DriftState
from discovery_agent.domain.units import SECONDS_IN

TOLERATED = 0.1
"""Part of the whole way from baseline to target by which a KPI may lag before it counts as behind."""
_UP, _DOWN, _HOLD = "increase", "decrease", "maintain"


def standing_check_ins(check_ins: Iterable[CheckIn]) -> list[CheckIn]:
    """Those that were not corrected or taken back, by day and then by when they came in."""
    every = list(check_ins)
    replaced = {one.corrects for one in every if one.corrects}
    return sorted((one for one in every if one.id not in replaced and not one.withdrawn), key=lambda one: (one.day, one.at, one.id))


def check_ins_of(kpi: KpiTarget, check_ins: Iterable[CheckIn]) -> list[CheckIn]:
    """Those that are about a KPI: ids change as findings join, so it is known again by any finding of it."""
    own = set(kpi.findings)
    return [one for one in check_ins if one.kpi_id == kpi.id or not own.isdisjoint(one.kpi_findings)]


def drift_of(kpi: KpiTarget, check_ins: Sequence[CheckIn], *, starts_on: date, said_on: date, today: date) -> Drift:
    """A KPI against its plan. `said_on` is the day from which a deadline such as "in six months" counts."""
    mine = standing_check_ins(check_ins_of(kpi, check_ins))
    latest = mine[-1] if mine else None
    value = value_in(latest, kpi.unit) if latest else None
    due = day_of(kpi.deadline, said_on) if kpi.deadline else None
    drift = Drift(
        kpi_id=kpi.id,
        metric=kpi.metric,
        unit=kpi.unit,
        state=DriftState.UNKNOWN,
        latest=value,
        latest_day=latest.day if latest else None,
        baseline=kpi.baseline_value,
        target=kpi.target_value,
        start_day=starts_on,
        deadline=kpi.deadline,
        deadline_day=due,
    )
    missing = list(_missing(kpi, latest, value, due, starts_on))
    judged = _judged(drift, kpi.direction, today) if not _disputed(missing) else drift
    if judged.state is DriftState.UNKNOWN:
        return judged.model_copy(update={"missing": tuple(missing), "warning": _unknown(kpi, missing)})
    return judged


def _missing(kpi: KpiTarget, latest: CheckIn | None, value: float | None, due: date | None, starts_on: date) -> Iterable[str]:
    if latest is None:
        yield "a check-in"
    elif value is None:
        yield f"a check-in in {kpi.unit}: the latest is in {latest.unit}"
    elif latest.day < starts_on:
        yield f"a check-in since the plan's first day, {long_day(starts_on)}: the latest, of {long_day(latest.day)}, is from before"
    if kpi.baseline_value is None:
        yield "today's value as a number" if kpi.baseline else "today's value"
    if kpi.target_value is None:
        yield "the target as a number" if kpi.target else "the target"
    if not kpi.deadline:
        yield "a date"
    elif due is None:
        yield f"a date for certain: “{kpi.deadline}” names none"
    elif due <= starts_on:
        yield f"a date after the plan's first day: “{kpi.deadline}” is {long_day(due)}"
    base, target = kpi.baseline_value, kpi.target_value
    if base is not None and target is not None and kpi.direction != _HOLD:
        if base == target:
            yield "a target that differs from today's value"
        elif (target > base) is (kpi.direction == _DOWN) and kpi.direction in (_UP, _DOWN):
            way = "decrease" if kpi.direction == _DOWN else "increase"
            yield f"{_DISPUTE} it is to {way}, and the target is {'above' if target > base else 'below'} today's value"


_DISPUTE = "which way it should go:"


def _disputed(missing: Iterable[str]) -> bool:
    return any(one.startswith(_DISPUTE) for one in missing)


def _unknown(kpi: KpiTarget, missing: Sequence[str]) -> str:
    return f"Whether “{kpi.metric}” is on its way cannot be told. Missing: {'; '.join(missing)}." if missing else ""


def _judged(drift: Drift, direction: str | None, today: date) -> Drift:
    value, base, target, day = drift.latest, drift.baseline, drift.target, drift.latest_day
    if value is None or target is None or day is None or (drift.start_day is not None and day < drift.start_day):
        return drift
    if direction == _HOLD:
        return _held(drift, value, target)
    if base is None or base == target:
        reached = direction in (_UP, _DOWN) and (value >= target if direction == _UP else value <= target)
        return drift.model_copy(update={"state": DriftState.REACHED}) if reached and base is None else drift
    share = (value - base) / (target - base)
    drift = drift.model_copy(update={"share": share})
    if share >= 1:
        return drift.model_copy(update={"state": DriftState.REACHED})
    due, start = drift.deadline_day, drift.start_day
    planned = _planned_share(start, due, day) if due and start and due > start else None
    expected = None if planned is None else base + (target - base) * planned
    drift = drift.model_copy(update={"expected": expected})
    if share < 0:
        return _alarm(
            drift,
            DriftState.AWAY,
            f"is further from its target of {_shown(target, drift.unit)} than at the start ({_shown(base, drift.unit)})",
        )
    if planned is None or expected is None or due is None:
        return drift
    if today > due:
        return _alarm(drift, DriftState.BEHIND, f"has not reached {_shown(target, drift.unit)}, and its date, {long_day(due)}, has passed")
    if share < planned - TOLERATED:
        return _alarm(
            drift,
            DriftState.BEHIND,
            f"should be at {_shown(expected, drift.unit)} by then to reach {_shown(target, drift.unit)} by {long_day(due)}",
        )
    return drift.model_copy(update={"state": DriftState.ON_TRACK})


def _held(drift: Drift, value: float, target: float) -> Drift:
    """A KPI that is to stay where it is: within a tenth of the target it does."""
    if abs(value - target) <= TOLERATED * abs(target):
        return drift.model_copy(update={"state": DriftState.ON_TRACK, "expected": target})
    return _alarm(drift.model_copy(update={"expected": target}), DriftState.AWAY, f"is to stay at {_shown(target, drift.unit)}")


def _alarm(drift: Drift, state: DriftState, why: str) -> Drift:
    assert drift.latest is not None and drift.latest_day is not None
    warning = f"“{drift.metric}” {why}; it was {_shown(drift.latest, drift.unit)} on {long_day(drift.latest_day)}."
    return drift.model_copy(update={"state": state, "warning": warning})


def _planned_share(start: date, due: date, day: date) -> float:
    return min(1.0, max(0.0, (day - start).days / (due - start).days))


def value_in(check_in: CheckIn, unit: str | None) -> float | None:
    """The value of a check-in in a unit; None if the two cannot be compared."""
    if check_in.unit is None or unit is None or check_in.unit == unit:
        return check_in.value
    if check_in.unit in SECONDS_IN and unit in SECONDS_IN:
        return check_in.value * SECONDS_IN[check_in.unit] / SECONDS_IN[unit]
    return None


def _shown(value: float, unit: str | None) -> str:
    figure = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{figure}{'' if unit == '%' else ' '}{unit}" if unit else figure
