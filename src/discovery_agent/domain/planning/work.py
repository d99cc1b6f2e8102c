"""Work to be planned: tasks with dependencies and estimates, and the roles that do them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, field_validator, model_validator

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.economics import Span

MOST_DAYS = 10_000
"""Of one task: a working life. More is a slip of the keyboard."""
MOST_A_DAY = 1_000_000
"""What a day of one person may cost at most."""
LEAST_PEOPLE = 0.01
"""Of a role: less than half an hour a week. With fewer, a task would take longer than calendars go."""


class Estimate(Value):
    """Working days of one person: if all goes well, most likely, if much goes wrong."""

    optimistic: float = Field(ge=0, le=MOST_DAYS, allow_inf_nan=False)
    likely: float = Field(ge=0, le=MOST_DAYS, allow_inf_nan=False)
    pessimistic: float = Field(ge=0, le=MOST_DAYS, allow_inf_nan=False)

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
    lasts_at_least: float = Field(
        default=0.0,
        ge=0,
        le=MOST_DAYS,
        allow_inf_nan=False,
        description="Working days that pass from start to end even if the work is less, such as the agreed time of a trial.",
    )
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
    people: float = Field(ge=LEAST_PEOPLE, le=50, allow_inf_nan=False, description="How many there are, in full-time people; parts count.")
    changed_by: str = Field(default="", max_length=120)

    @field_validator("day_rate")
    @classmethod
    def _can_be_paid(cls, rate: Span) -> Span:
        if not rate.high <= MOST_A_DAY:
            raise ValueError(f"a day must not cost more than {MOST_A_DAY:,}")
        return rate


class PlanInputs(Value):
    """What a plan is computed from beside the work itself. All of it can be edited."""

    starts_on: date
    currency: str = Field(min_length=3, max_length=3)
    roles: tuple[RoleRate, ...] = Field(min_length=1)
    days_a_month: float = Field(default=20.0, gt=0, le=31, description="Working days in a month.")
    horizon_months: int = Field(default=36, ge=12, le=120, description="How far the cash flow is computed.")
    runs: int = Field(default=2000, ge=100, le=20000, description="Runs of the simulation.")
    seed: int = Field(default=1, ge=0)
    correlation: float = Field(
        default=0.0, ge=0, le=1, description="Rank correlation between any two durations; with 0 they go well or badly independently."
    )


class Driver(Value):
    """An assumption inside a benefit: what the benefit becomes when it alone is at its low or its high end."""

    assumption: str = Field(description="Id of the assumption.")
    name: str
    low: float
    high: float
    unit: str = ""
    effect_at_low: float | None = Field(default=None, description="Effect a month; None if it does not depend on it.")
    effect_at_high: float | None = None
    run_cost_at_low: float | None = Field(default=None, description="Running cost a month; None if it does not depend on it.")
    run_cost_at_high: float | None = None


class BenefitPart(Value):
    """What one epic brings a month once its own roll-out has ended, and what it then costs to run, at the likeliest values."""

    epic_id: str
    effect: float = Field(ge=0)
    run_cost: float = Field(ge=0)
    ramp_months: int = Field(default=0, ge=0)


class Benefit(Value):
    """What the work brings a month once it runs in full, and what it then costs to run."""

    effect_per_month: Span | None = Field(description="Money saved or earned a month; None if it cannot be told.")
    run_cost_per_month: Span
    ramp_months: int = Field(default=0, ge=0, description="Months from going live until the effect is whole; it grows evenly.")
    missing: tuple[str, ...] = Field(default=(), description="What nobody said, so that the effect cannot be told.")
    findings: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    how: str = ""
    parts: tuple[BenefitPart, ...] = Field(
        default=(),
        description="How effect and running cost divide among epics that go live one by one; without them all begins when the last does.",
    )
    drivers: tuple[Driver, ...] = Field(default=(), description="The assumptions in it; without them it varies as a whole.")
    tokens_per_month: float | None = Field(
        default=None, description="Cost of model tokens, which the running cost holds; None without a model."
    )
