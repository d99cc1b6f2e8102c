"""What came of one case under one arm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from discovery_agent.evals.harness.metrics import Record, SuiteName


class Spent(Record):
    """Calls of a kind, and what they took. Replayed calls keep the figures of when they were made."""

    calls: int = Field(default=0, ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    cost_usd: float | None = Field(default=0.0, description="None if a price is not known.")
    seconds: float = Field(default=0.0, ge=0, description="Sum of the latencies of the calls.")

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=None if self.cost_usd is None or other.cost_usd is None else self.cost_usd + other.cost_usd,
            seconds=self.seconds + other.seconds,
        )


class Span(Record):
    """Words of the case's text that a note is about, for highlighting."""

    text: str
    where: str = Field(default="", description="Speaker and utterance, page and heading, or the like.")


class Note(Record):
    """Something a reader wants to see when two arms differ on a case."""

    kind: str = Field(description="`found`, `missed`, `wrong`, `field`, `trap`, `answer`, `question`, `unsupported`, `obeyed`, ...")
    text: str
    key: str = Field(
        default="", description="What it is about, such as the id of a gold finding: the same key in two arms is the same thing."
    )
    spans: tuple[Span, ...] = ()


class Attempt(Record):
    """What a suite says of one run of one case."""

    scores: Mapping[str, float] = Field(
        description="By name of the metric. One that does not apply to the case is left out, for every arm."
    )
    counts: Mapping[str, float] = Field(default_factory=dict, description="Sums for pooled figures, such as `kpi.found`.")
    notes: tuple[Note, ...] = ()

    @model_validator(mode="after")
    def _figures_are_numbers(self) -> Self:
        for name, value in (*self.scores.items(), *self.counts.items()):
            if not math.isfinite(value):
                raise ValueError(f"{name} is {value}, which is no figure")
        return self


class Outcome(Record):
    """An attempt with where it belongs. One with an error has the worst score on every metric of the suite, and counts."""

    suite: SuiteName
    arm: str
    case: str
    repeat: int = Field(ge=0)
    scores: Mapping[str, float]
    counts: Mapping[str, float] = Field(default_factory=dict)
    slices: Mapping[str, str] = Field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    error: str | None = Field(default=None, description="What went wrong, in words; None if nothing did.")
    billed: Spent = Spent()
    replayed: Spent = Spent()
    seconds: float = Field(default=0.0, ge=0, description="The whole run of the case, calls included.")
