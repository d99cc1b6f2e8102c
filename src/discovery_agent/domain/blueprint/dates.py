"""Days of the calendar on which a plan's working days fall."""

from __future__ import annotations

from datetime import date, timedelta

from discovery_agent.domain.blueprint.document import Plan
from discovery_agent.errors import InvalidRequest

_SATURDAY = 5


def day_of(plan: Plan, working_days: float) -> date:
    """The calendar day so many working days after the start, by the plan's working days in a month; never one of a weekend.

    Raises:
        InvalidRequest: no calendar goes so far.
    """
    try:
        day = plan.inputs.starts_on + timedelta(days=round(working_days / plan.inputs.days_a_month * 365.25 / 12))
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)
    except (OverflowError, ValueError) as error:
        raise InvalidRequest(
            "The plan would end after the last day of the calendar.", where="plan", remedy="Plan more people, or correct an estimate."
        ) from error
