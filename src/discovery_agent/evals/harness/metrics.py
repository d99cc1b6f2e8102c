"""What a suite measures, declared before anything is run: which figures exist, which way is better, and how much worse is still as good."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from discovery_agent.evals.harness.reading import read_yaml

SUITE_FILE = "suite.yaml"
"""The file in a suite's folder that declares its metrics."""


class Record(BaseModel):
    """A value of the harness: frozen, and no field goes unnoticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Better(StrEnum):
    """Which way a figure improves."""

    HIGHER = "higher"
    LOWER = "lower"


class SuiteName(StrEnum):
    """The suites, in the order in which they run and are reported."""

    EXTRACTION = "extraction"
    VERDICT = "verdict"
    RETRIEVAL = "retrieval"
    INTERVIEW = "interview"
    AGREEMENT = "agreement"
    VISION = "vision"
    INJECTION = "injection"


class Metric(Record):
    """One figure of a case."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="As in the scores of an outcome.")
    title: str = Field(min_length=1, description="As a reader sees it, such as `F1 of goals`.")
    better: Better = Better.HIGHER
    worst: float = Field(default=0.0, description="What a case that raises scores: the worst value there is.")
    low: float | None = Field(default=None, description="Least value that there can be. Intervals are shown within the range.")
    high: float | None = Field(default=None, description="Largest value that there can be.")
    primary: bool = Field(default=False, description="Whether the gate decides by it. Few are: Holm's correction is over these alone.")
    margin: float | None = Field(
        default=None, gt=0, description="Least difference that matters, in the metric's unit. Needed for a primary metric."
    )

    @model_validator(mode="after")
    def _primary_has_margin(self) -> Self:
        if self.primary and self.margin is None:
            raise ValueError(f"primary metric {self.name} needs a margin")
        if not math.isfinite(self.worst):
            raise ValueError(f"the worst value of {self.name} is no number")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"the range of {self.name} is empty: low is not below high")
        return self

    def within(self, value: float) -> float:
        """A value of the metric, such as an end of an interval, brought into its range."""
        above = value if self.low is None else max(self.low, value)
        return above if self.high is None else min(self.high, above)

    def gain_within(self, value: float) -> float:
        """A gain, brought into what two values of the range can differ by."""
        if self.low is None or self.high is None:
            return value
        reach = self.high - self.low
        return max(-reach, min(reach, value))

    def gain(self, base: float, head: float) -> float:
        """How much better `head` is than `base`: positive is better, whichever way the figure points."""
        return head - base if self.better is Better.HIGHER else base - head


class SuiteTable(Record):
    """The metrics of a suite, as declared in `evals/<suite>/suite.yaml`."""

    suite: SuiteName
    title: str
    unit: str = Field(description="What is averaged over, in the singular: `transcript`, `persona`, `case`, `question`.")
    metrics: tuple[Metric, ...] = Field(min_length=1)
    slices: tuple[str, ...] = Field(default=(), description="Names of the slices that the report shows, in this order.")

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        names = [one.name for one in self.metrics]
        if len(names) != len(set(names)):
            raise ValueError("two metrics share a name")
        if not any(one.primary for one in self.metrics):
            raise ValueError("at least one metric must be primary")
        return self

    @property
    def primary(self) -> tuple[Metric, ...]:
        """Those that the gate decides by, in order."""
        return tuple(one for one in self.metrics if one.primary)

    def metric(self, name: str) -> Metric:
        """The metric of a name. KeyError if there is none."""
        return {one.name: one for one in self.metrics}[name]


def load_table(folder: Path) -> SuiteTable:
    """The table of the suite in a folder, such as `evals/extraction`.

    Raises:
        ConfigurationError: the file is missing or wrong; names file, line or field.
    """
    return read_yaml(folder / SUITE_FILE, SuiteTable)
