"""Where the simulation's chance comes from: numbers that depend on the seed and on what they are drawn for alone.

Each task, rate and amount has a stream of its own, so a task that is added or a person who joins changes no other draw:
two plans with the same seed meet the same luck and can be compared run by run. Only uniform numbers of PCG64 are drawn;
they are the same bits on every machine, and become days or money by an inverse distribution function.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.economics import Span
from discovery_agent.domain.planning.estimates import shape
from discovery_agent.domain.planning.work import Estimate

Floats = NDArray[np.float64]

_GRID = 1025
"""Points at which a distribution is tabulated: the mean of what is drawn is off by less than 0.01 % of the spread."""
_DECIMALS = 9
"""The last bits of a power differ between processors, and would else reach the figures."""


class Chance:
    """The luck of all runs. `common` is the rank correlation between any two durations.

    Tasks of one plan go well or badly together (the same team, the same surprises), and a sum of independent ones is
    falsely sure. Each task takes in each run the luck that all share with probability sqrt(common), else its own; so its own
    distribution stays what it is, and any two are correlated by `common`.
    """

    def __init__(self, seed: int, runs: int, common: float = 0.0) -> None:
        self._seed = seed
        self._runs = runs
        self._share = common**0.5
        self._shared = self.of("shared luck") if common else None

    def of(self, name: str) -> Floats:
        """Uniform numbers for one thing, one a run."""
        key = int.from_bytes(sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self._seed, key]))).random(self._runs)

    def of_task(self, task_id: str) -> Floats:
        """Uniform numbers for the duration of a task."""
        own = self.of(f"task {task_id}")
        if self._shared is None:
            return own
        return np.where(self.of(f"sharing {task_id}") < self._share, self._shared, own)


def draw(low: float, likely: float, high: float, uniform: Floats) -> Floats:
    """Values of the PERT-beta distribution at these uniform numbers: its inverse distribution function.

    A larger uniform number gives a larger value, so a run that goes badly goes badly under any estimate.
    """
    if high == low:
        return np.full(uniform.shape, low, dtype=np.float64)
    at, share = _distribution(round((likely - low) / (high - low), _DECIMALS))
    return np.round(low + (high - low) * np.interp(uniform, share, at), _DECIMALS)


def draw_estimate(estimate: Estimate, uniform: Floats) -> Floats:
    """Days drawn from a task's estimate."""
    return draw(estimate.optimistic, estimate.likely, estimate.pessimistic, uniform)


def draw_span(span: Span, uniform: Floats) -> Floats:
    """Values drawn from an assumption's span, by the same distribution."""
    return draw(span.low, span.likely, span.high, uniform)


@lru_cache(maxsize=512)
def _distribution(place: float) -> tuple[Floats, Floats]:
    """Points between 0 and 1, and the share of the distribution below each. `place` is where between them its mode is."""
    alpha, beta = shape(0.0, place, 1.0)
    at = np.linspace(0.0, 1.0, _GRID)
    density = at ** (alpha - 1) * (1 - at) ** (beta - 1)
    below = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2)))
    return at, below / below[-1]
