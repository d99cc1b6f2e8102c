"""Work to be planned: tasks with dependencies and estimates, and the roles that do them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.economics import Span


class Estimate(Value):
    """Working days of one person: if all goes well, most likely, if much goes wrong."""

    optimistic: float = Field(ge=0)
    likely: float = Field(ge=0)
    pessimistic: float = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.optimistic <= self.likely <= self.pessimistic:
            raise ValueError(f"optimistic, likely and pessimistic must rise: {self.optimistic:g}, {self.likely:g}, {self.pessimistic:g}")
        return self


class Stage(StrEnum):
    """Where a task stands on the way."""

    PREPARE = "prepare"
    BUILD = "build"
    PILOT = "pilot"
    ROLL_OUT = "roll_out"


class Task(Value):
    """One piece of work, done by one role."""

    id: str
    title: str = Field(min_length=1)
    stage: Stage
    role: str = Field(description="Id of a role of the plan's inputs.")
    estimate: Estimate
    after: tuple[str, ...] = Field(default=(), description="Ids of tasks that must have ended before.")
    epic_id: str | None = None
    item_ids: tuple[str, ...] = ()
    kpi_ids: tuple[str, ...] = ()
    mvp: bool = True
    findings: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = Field(default=(), description="Ids of the assumptions that the estimate stands on.")


class RoleRate(Value):
    """People of one kind who work on it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    name: str = Field(min_length=1, max_length=80)
    day_rate: Span = Field(description="Cost of one person a day, in the plan's currency.")
    people: float = Field(gt=0, le=50, description="How many there are, in full-time people; parts count.")
    changed_by: str = Field(default="", max_length=120)


class PlanInputs(Value):
    """What a plan is computed from beside the work itself. All of it can be edited."""

    starts_on: date
    currency: str = Field(min_length=3, max_length=3)
    roles: tuple[RoleRate, ...] = Field(min_length=1)
    days_a_month: float = Field(default=20.0, gt=0, le=31, description="Working days in a month.")
    horizon_months: int = Field(default=36, ge=12, le=120, description="How far the cash flow is computed.")
    runs: int = Field(default=2000, ge=100, le=20000, description="Runs of the simulation.")
    seed: int = Field(default=1, ge=0)


class Benefit(Value):
    """What the work brings a month once it runs in full, and what it then costs to run."""

    effect_per_month: Span | None = Field(description="Money saved or earned a month; None if it cannot be told.")
    run_cost_per_month: Span
    ramp_months: int = Field(default=0, ge=0, description="Months from going live until the effect is whole; it grows evenly.")
    missing: tuple[str, ...] = Field(default=(), description="What nobody said, so that the effect cannot be told.")
    findings: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    how: str = ""
