"""Execution: KPI check-ins against baseline and target, dates at which stakeholders look at them, lessons for the next one."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.kept import Kept


class CheckIn(Kept):
    """A KPI as it was measured on a day."""

    kpi_id: str
    day: date
    value: float = Field(allow_inf_nan=False, description="In the KPI's unit.")
    note: str = Field(default="", max_length=1000)
    by: str

    @property
    def group(self) -> str:
        """Its KPI."""
        return self.kpi_id


class DriftState(StrEnum):
    """How a KPI moves against its plan."""

    UNKNOWN = "unknown"
    """Too little is known: no check-in, no baseline, target or date."""
    ON_TRACK = "on_track"
    BEHIND = "behind"
    """Behind where it should be by now."""
    AWAY = "away"
    """Further from the target than it was at the start."""
    REACHED = "reached"


class Drift(Value):
    """A KPI against its plan."""

    kpi_id: str
    metric: str
    unit: str | None
    state: DriftState
    latest: float | None = None
    latest_day: date | None = None
    expected: float | None = Field(default=None, description="Where it should be on that day, on a straight line from baseline to target.")
    share: float | None = Field(default=None, description="Part of the way from baseline to target that is done; below 0 if it went back.")
    warning: str = ""


class ReviewDate(Kept):
    """A date at which stakeholders look at how it goes."""

    day: date
    title: str = Field(min_length=1, max_length=200)
    people: tuple[str, ...] = Field(default=(), description="Ids of stakeholders.")
    held: bool = False
    notes: str = Field(default="", max_length=4000)


class LessonState(StrEnum):
    """Where a lesson stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    """A person approved it, and it is a page of the knowledge base now."""
    REJECTED = "rejected"


class Lesson(Kept):
    """What was learned, to be written back as a knowledge page once a person approves it."""

    title: str = Field(min_length=3, max_length=200)
    body: str = Field(min_length=1, max_length=20000, description="Markdown; untrusted until it is approved, and data afterwards.")
    state: LessonState = LessonState.DRAFT
    by: str
    approved_by: str = ""
