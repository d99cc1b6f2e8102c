"""How the plan's page puts figures, dates and stages."""

from __future__ import annotations

from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.planning.forecast import OptionForecast
from discovery_agent.domain.planning.work import Estimate, Stage

UNKNOWN = "cannot be told"
STAGES = {Stage.PREPARE: "prepare", Stage.BUILD: "build", Stage.PILOT: "pilot", Stage.ROLL_OUT: "roll out"}


def money(value: float | None, currency: str) -> str:
    """A sum of three figures, which is as much as a forecast can tell; with words where there is none."""
    if value is None:
        return UNKNOWN
    size = abs(value)
    digits = 0 if size < 1 else max(0, len(f"{size:.0f}") - 3)
    rounded = round(value, -digits)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):,.0f} {currency}"


def days_of(estimate: Estimate) -> str:
    """Optimistic, likely and pessimistic days."""
    return f"{estimate.optimistic:g} / {estimate.likely:g} / {estimate.pessimistic:g}"


def may_slip(slack: float) -> str:
    """By how much a task may slip without moving the end."""
    return f"may slip {plural(round(slack), 'day')}"


def paid_back(option: OptionForecast) -> str:
    """When an option has paid back."""
    if option.effect_per_month is None:
        return UNKNOWN
    return f"month {option.payback_month}" if option.payback_month else "not in this time"
