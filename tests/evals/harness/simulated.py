"""Worlds in which the truth is known: scores of two arms that are equal, unit by unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from discovery_agent.evals.harness.statistics import LEVEL, estimate, paired_estimate

Gaps = Callable[[np.random.Generator, int], np.ndarray]
"""Differences between two equal arms on so many units."""


def normal(world: np.random.Generator, units: int) -> np.ndarray:
    """Scores around each unit's own level."""
    level = world.normal(size=units)
    return (level + world.normal(0, 0.5, units)) - (level + world.normal(0, 0.5, units))


def skewed(world: np.random.Generator, units: int) -> np.ndarray:
    """Scores with a long tail, as times and counts have it; hard units vary more."""
    level = world.lognormal(0, 0.7, units)
    return level * (world.exponential(size=units) - world.exponential(size=units))


def goals(world: np.random.Generator, units: int) -> list[np.ndarray]:
    """Goal by goal inside each transcript, one where only this arm found it, -1 where only the other did.

    An arm has a good or a bad day with a whole transcript, in which its goals rise and fall together.
    """
    found: list[np.ndarray] = []
    for count in world.integers(4, 13, units):
        easy = world.beta(4, 2)
        one, other = (world.random(count) < world.beta(4 * easy, 4 * (1 - easy)) for _ in range(2))
        found.append(one.astype(float) - other.astype(float))
    return found


def clustered(world: np.random.Generator, units: int) -> np.ndarray:
    """Differences between the shares of goals found."""
    return np.array([one.mean() for one in goals(world, units)])


def share_found(gaps: Gaps, units: int, shift: float = 0.0, times: int = 1_500) -> float:
    """In what share of simulated comparisons the gate's test finds a difference, on its true side if there is one."""
    world = np.random.default_rng(20_26)
    hits = 0
    for _ in range(times):
        one = paired_estimate((gaps(world, units) + shift).tolist())
        hits += one.p < LEVEL and (shift == 0 or one.mean * shift > 0)
    return hits / times


def share_found_by_t(values: Callable[[np.random.Generator], np.ndarray], times: int = 1_000) -> float:
    """In what share of simulations the interval of a mean leaves out 0, if each value is taken for a unit: the usual t-test."""
    world = np.random.default_rng(20_26)
    intervals = [estimate(values(world).tolist()) for _ in range(times)]
    return sum(not one.low <= 0 <= one.high for one in intervals) / times
