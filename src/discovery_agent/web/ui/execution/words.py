"""How the page of execution puts things: drift, figures, states of lessons."""

from __future__ import annotations

from datetime import date

from discovery_agent.domain.execution import DriftState, LessonState
from discovery_agent.errors import InvalidRequest

DRIFTS = {
    DriftState.UNKNOWN: ("cannot be told yet", ""),
    DriftState.ON_TRACK: ("on its way", "good"),
    DriftState.BEHIND: ("behind its plan", "warn"),
    DriftState.AWAY: ("goes the wrong way", "clash"),
    DriftState.REACHED: ("reached", "good"),
}
"""Words and tone of each drift."""
LESSONS = {
    LessonState.DRAFT: ("draft", "warn"),
    LessonState.APPROVED: ("in the knowledge base", "good"),
    LessonState.REJECTED: ("rejected", ""),
}
LARGEST = 1e15
"""The largest figure that is taken for a KPI."""


def figure(value: float, unit: str | None) -> str:
    """`4 days`, `12.5%`, `1,200 EUR`."""
    text = f"{value:,.10g}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{text}{'' if unit == '%' else ' '}{unit}" if unit else text


def read_figure(text: str) -> float:
    """The figure of a number field.

    Raises:
        InvalidRequest: it is none, or larger than any that is taken.
    """
    try:
        value = float(text.strip())
    except ValueError as error:
        raise InvalidRequest("The value is no number.", remedy="Write it in figures, such as 7.5.") from error
    if not abs(value) <= LARGEST:
        raise InvalidRequest("The value is too large.", remedy="Check the unit.")
    return value


def required_day(text: str) -> date:
    """The day of a date field that has to be filled in.

    Raises:
        InvalidRequest: it is no day.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidRequest("The day is missing, or is no day.", remedy="Write it as 2026-06-30.") from error
