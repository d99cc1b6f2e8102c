"""What a plan comes to: dates, money, payback, and which assumption matters most."""

from __future__ import annotations

from pydantic import Field

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.ladder import SolutionClass


class Percentiles(Value):
    """A figure that is not one number: half of all runs stay within `p50`, four of five within `p80`."""

    p50: float
    p80: float
    likely: float = Field(description="Computed once with every likeliest value, without chance.")


class TaskForecast(Value):
    """When a task is done, in working days from the start of the plan."""

    task_id: str
    start: float = Field(description="At the likeliest values.")
    end: float = Field(description="At the likeliest values.")
    end_p50: float
    end_p80: float
    slack: float = Field(ge=0, description="Working days by which it may slip at the likeliest values before the end moves.")
    critical: bool = Field(description="Whether it has no slack.")
    critical_share: float = Field(ge=0, le=1, description="Share of runs in which it lay on the longest chain.")


class CashMonth(Value):
    """Money of one month, at the likeliest values. Month 1 is the first of the plan."""

    month: int = Field(ge=1)
    build: float = Field(ge=0)
    run: float = Field(ge=0)
    effect: float = Field(ge=0)
    total: float = Field(description="Effect less costs of all months up to this one.")


class TornadoBar(Value):
    """What the 12-month result is if one assumption is at its low or its high end, all others at their likeliest."""

    name: str
    assumption: str = Field(default="", description="Id of the assumption, if it is one of the blueprint's.")
    low_input: float
    high_input: float
    unit: str = ""
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """How far the result moves."""
        return abs(self.at_high - self.at_low)


class OptionForecast(Value):
    """One option on the same KPI, for the table that sets plain automation beside the AI option."""

    solution: SolutionClass
    chosen: bool
    build_cost: Percentiles
    duration_months: Percentiles
    run_cost_per_month: float
    tokens_per_month: float | None = Field(default=None, description="Cost of model tokens a month, part of the running cost.")
    effect_per_month: float | None
    payback_month: int | None
    twelve_month_result: float | None


class Forecast(Value):
    """Everything that is computed about a plan. Money is in the currency of its inputs."""

    tasks: tuple[TaskForecast, ...]
    critical_path: tuple[str, ...] = Field(description="Ids of the tasks without slack, in order of time, at the likeliest values.")
    duration_days: Percentiles
    budget: Percentiles
    go_live_month: int = Field(ge=1, description="Month in which the roll-out ends, at the likeliest values.")
    pilot_month: Percentiles | None = Field(description="Month in which the pilot has proved itself; None without a pilot.")
    months: tuple[CashMonth, ...]
    payback_month: int | None = Field(description="First month in which all it brought covers all it cost; None within the horizon.")
    payback_p80: int | None = Field(default=None, description="Month by which four of five runs have paid back.")
    twelve_month_result: float | None = Field(description="Effect less all costs of the first 12 months; None if the effect is unknown.")
    twelve_month_return: float | None = Field(description="That result as a share of the costs of those months.")
    tornado: tuple[TornadoBar, ...] = Field(default=(), description="Widest swing first.")
    options: tuple[OptionForecast, ...] = ()
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = Field(default=(), description="What must be known before money can be computed.")
