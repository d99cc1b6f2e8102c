"""Money month by month, for many cases at once: what is spent, what comes in, when it has paid for itself.

Build cost falls where the work lies: a task's days x rate, spread evenly from its start to its end. Running cost and effect
begin in the month after the one in which the plan goes live, or each part of it. The effect grows evenly over the ramp: in its k-th month
(k - 1/2) / ramp of it, which is the average of a straight line over that month. Money is not discounted: with a horizon
of a few years the spread of the assumptions is larger than any interest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.planning.chance import Floats

FIRST_YEAR = 12


@dataclass(frozen=True)
class CashFlow:
    """Cases x months, except where told. `effect` is 0 where it is not known."""

    build: Floats
    run: Floats
    effect: Floats
    live_from: NDArray[np.int64]
    """Month in which the first part goes live, of each case."""

    @property
    def total(self) -> Floats:
        """Effect less costs of all months up to each."""
        return np.cumsum(self.effect - self.build - self.run, axis=1)

    @property
    def payback(self) -> Floats:
        """The month of each case from whose end on all it brought covers all it cost, after going live; infinite if there is none."""
        months: NDArray[np.int64] = np.array(range(1, self.build.shape[1] + 1), dtype=np.int64)
        owing: NDArray[np.bool_] = (np.round(self.total, 2) < 0) | (months <= self.live_from[:, None])
        last = np.where(owing, months, 0).max(axis=1)
        return np.where(last < self.build.shape[1], last + 1.0, np.inf)

    @property
    def first_year_result(self) -> Floats:
        """Effect less all costs of the first 12 months. Of each case."""
        return self.total[:, FIRST_YEAR - 1]


@dataclass(frozen=True)
class Stream:
    """Money that begins to flow in the month after `go_live`. Of each case; `run` and `effect` are a month's."""

    go_live: NDArray[np.int64]
    run: Floats
    effect: Floats
    ramp: int


def month_of(day: Floats, days_a_month: float) -> NDArray[np.int64]:
    """The month in which a day falls; a task that ends with a month ends in it. Month 1 is the first."""
    return np.maximum(1, np.ceil(np.round(day / days_a_month, 9))).astype(np.int64)


def cash_flow(start: Floats, end: Floats, cost: Floats, streams: Sequence[Stream], days_a_month: float, horizon: int) -> CashFlow:
    """The months of each case. `start`, `end` and `cost` are cases x tasks."""
    months = np.arange(1, horizon + 1)
    closes = months * days_a_month
    spent = np.zeros((start.shape[0], horizon))
    for task in range(start.shape[1]):
        length = end[:, task] - start[:, task]
        done = (closes - start[:, task, None]) / np.maximum(length, 1e-9)[:, None]
        spent += cost[:, task, None] * np.clip(done, 0.0, 1.0)
    build = np.diff(spent, axis=1, prepend=0.0)
    run, effect = np.zeros_like(build), np.zeros_like(build)
    for one in streams:
        live_for = months - one.go_live[:, None]
        share = (live_for > 0) * (np.clip((live_for - 0.5) / one.ramp, 0.0, 1.0) if one.ramp else 1.0)
        run += one.run[:, None] * (live_for > 0)
        effect += one.effect[:, None] * share
    live_from = np.min([one.go_live for one in streams], axis=0)
    return CashFlow(np.maximum(build, 0.0), run, effect, live_from)
