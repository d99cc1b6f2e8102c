"""What two arms differ by, and what follows: the values that the report shows and the gate decides by. `statistics` computes them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.metrics import Record, SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Note, Spent


class Ruling(StrEnum):
    """What the gate says of a metric, a suite or a whole comparison."""

    NOT_WORSE = "not worse"
    REGRESSION = "regression"
    INCONCLUSIVE = "inconclusive"


class Difference(Record):
    """`head` less `base` on one metric, in gains: positive is better, whichever way the metric points.

    The unit (transcript, persona, case) is what is averaged over: repeats of a case are averaged first.
    """

    metric: str
    units: int = Field(ge=0, description="Cases that both arms have a score for.")
    base: float
    head: float
    gain: float
    low: float = Field(description="95 % t-interval over units.")
    high: float
    p: float = Field(ge=0, le=1, description="Two-sided sign-flip permutation p-value.")
    p_holm: float | None = Field(
        default=None, description="After Holm's correction over the primary metrics of all suites; None for others."
    )
    least_detectable: float | None = Field(
        default=None, description="Least gain found with 80 % power at 5 %; None with fewer than six units."
    )
    units_needed: int | None = Field(
        default=None, description="Units at which the margin could be decided with 80 % power; None if it is decided."
    )
    ruling: Ruling | None = Field(default=None, description="None for metrics that are not primary.")


class CaseDifference(Record):
    """One case under both arms, for reading."""

    case: str
    slices: Mapping[str, str] = Field(default_factory=dict)
    base: Mapping[str, float]
    head: Mapping[str, float]
    base_notes: tuple[Note, ...] = ()
    head_notes: tuple[Note, ...] = ()
    base_error: str | None = None
    head_error: str | None = None
    text: str = Field(default="", description="The case itself, for the report; empty where it is not shown.")


class Slice(Record):
    """A metric's mean over the cases of one value of a slice, by arm."""

    slice: str
    value: str
    metric: str
    units: int
    means: Mapping[str, float] = Field(description="By name of the arm.")


class ArmSummary(Record):
    """A column: means over units, errors, and what it took."""

    arm: Arm
    means: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] = Field(description="95 % t-intervals of the means over units.")
    units: int
    runs: int
    errors: int
    billed: Spent = Spent()
    replayed: Spent = Spent()
    latency_p50: float | None = Field(default=None, description="Seconds of the model's calls of a case, as first made.")
    latency_p95: float | None = None
    figures: Mapping[str, object] = Field(default_factory=dict)


class SuiteComparison(Record):
    """A suite: every arm, and base against head if there are two."""

    suite: SuiteName
    table: SuiteTable
    arms: tuple[ArmSummary, ...]
    base: str | None = None
    head: str | None = None
    differences: tuple[Difference, ...] = ()
    baseline: tuple[Difference, ...] = Field(default=(), description="Head less the rules analyst, without a ruling.")
    cases: tuple[CaseDifference, ...] = ()
    slices: tuple[Slice, ...] = ()
    ruling: Ruling | None = None


class Comparison(Record):
    """A whole experiment. Written as JSON; its schema is published."""

    base: str | None
    head: str | None
    suites: tuple[SuiteComparison, ...]
    ruling: Ruling | None = Field(default=None, description="None if there is nothing to compare.")
    reasons: tuple[str, ...] = Field(default=(), description="Why, in sentences, the decisive one first.")
    seed: int = 0
    program: str = Field(description="Version of this program, and commit if known.")
    split: str
    repeats: int
