"""Check-ins, drift, review dates and lessons, as values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.kept import Kept


class CheckIn(Kept):
    """A KPI as it was measured on a day. Only ever added: a correction is another one that names what it corrects."""

    kpi_id: str = Field(description="Id of the KPI in the version that was carried out then.")
    day: date
    value: float = Field(allow_inf_nan=False, description="In the KPI's unit.")
    note: str = Field(default="", max_length=1000)
    by: str
    metric: str = Field(default="", description="What the KPI was called then.")
    unit: str | None = Field(default=None, description="The KPI's unit then; later versions convert it.")
    kpi_findings: tuple[str, ...] = Field(default=(), description="Findings of the KPI, by which a later version knows it again.")
    corrects: str | None = Field(default=None, max_length=80, description="Id of the check-in that this one replaces.")
    withdrawn: bool = Field(default=False, description="Whether it only takes back what it corrects.")

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
    baseline: float | None = None
    target: float | None = None
    start_day: date | None = Field(default=None, description="Where the line begins: the plan's first day.")
    deadline: str | None = Field(default=None, description="As it was said.")
    deadline_day: date | None = Field(default=None, description="The day that it names, if it names one for certain.")
    missing: tuple[str, ...] = Field(default=(), description="What keeps it from being told, in words.")

    @property
    def alarming(self) -> bool:
        """Whether somebody should look at the plan."""
        return self.state in (DriftState.BEHIND, DriftState.AWAY)


class ReviewDate(Kept):
    """A date at which stakeholders look at how it goes."""

    day: date
    title: str = Field(min_length=1, max_length=200)
    people: tuple[str, ...] = Field(default=(), description="Ids of stakeholders.")
    held: bool = False
    notes: str = Field(default="", max_length=4000)
    cancelled: bool = False
    by: str = Field(default="", description="Who planned it.")


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
    why: str = Field(
        default="", max_length=300, description="What it was proposed for: a drift, a dissent, an assumption; empty if written."
    )
    named: tuple[str, ...] = Field(default=(), description="Names in it that whoever approved it saw and left in.")
    decided_on: date | None = None

    @property
    def group(self) -> str:
        """Its state."""
        return self.state.value
