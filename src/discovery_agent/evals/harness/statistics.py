"""How large a difference is, how sure that is, and how many units would settle it.

The unit (transcript, persona, case) is what is drawn from the world, so it is what is counted: repeats of a case and the goals inside
a transcript are averaged before anything here is computed. Counting goals as if each stood alone finds differences where there are
none, because the goals of one transcript rise and fall together (Miller 2024, "Adding Error Bars to Evals", section 2.2).

Nothing here returns NaN or an infinity. What few or equal units mean is said at each function.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LEVEL = 0.05
"""Share of comparisons of equals in which a test may find a difference. Intervals cover 1 - LEVEL."""
POWER = 0.8
"""Share of comparisons in which a difference of the stated size must be found."""
MOST_EXACT = 14
"""Up to so many units every one of the 2^n flips is tried."""
DRAWS = 10_000
"""Random flips beyond that, the observed one included."""

_BLOCK = 1_000_000  # signs that are multiplied at once: a thousand cases stay within some megabytes
_ROUNDING = 1e-12  # of the largest value: what is left of equal values that were computed in different ways
_TIE = 1e-9  # of the mean size of a gap: flips that differ by less are the same
_ENOUGH = 10_000  # units from which the normal distribution stands for Student's
_LARGEST_EFFECT = 10.0  # in standard deviations; any test finds it


@dataclass(frozen=True)
class Estimate:
    """A mean over units with its 95 % t-interval.

    One unit says nothing about others: `spread` is 0 and the interval is the mean itself; `units` tells it apart from certainty.
    Equal units give an interval of no width as well: that nothing varied is all there is to see.
    """

    units: int
    mean: float
    low: float
    high: float
    spread: float
    """Standard deviation of the units (n - 1)."""


@dataclass(frozen=True)
class PairedEstimate(Estimate):
    """One arm less another over the same units."""

    p: float
    """Two-sided, of the sign-flip permutation test. 1 if no unit differs."""


def mean(values: Sequence[float]) -> float:
    """The mean, which the order of the values does not change. ValueError if there are none: a mean of nothing is no figure."""
    if not values:
        raise ValueError("there is nothing to average")
    # Equal values average to themselves, without a rounding error that would look like a spread.
    return values[0] if min(values) == max(values) else math.fsum(values) / len(values)


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and t-interval over units: mean -+ t(0.975, n - 1) s / sqrt(n).

    Raises:
        ValueError: there are no units.
    """
    centre, units = mean(values), len(values)
    spread = math.sqrt(math.fsum((value - centre) ** 2 for value in values) / (units - 1)) if units > 1 else 0.0
    if spread <= _ROUNDING * max(map(abs, values)):
        return Estimate(units, centre, centre, centre, 0.0)
    half = _critical(units, LEVEL) * spread / math.sqrt(units)
    return Estimate(units, centre, centre - half, centre + half, spread)


def paired_gaps(ours: Mapping[str, float], theirs: Mapping[str, float]) -> tuple[float, ...]:
    """`ours` less `theirs`, unit by unit, in the order of their names.

    Raises:
        ValueError: an arm lacks a unit that the other has. Leaving it out would favour the arm that failed on it.
    """
    if lacking := sorted(ours.keys() ^ theirs.keys()):
        raise ValueError(f"only one of the arms has {', '.join(lacking)}")
    return tuple(_gap(ours[name], theirs[name]) for name in sorted(ours))


def _gap(ours: float, theirs: float) -> float:
    """0 where the two differ by rounding only: the sign of that is no evidence."""
    return 0.0 if math.isclose(ours, theirs, rel_tol=_ROUNDING, abs_tol=_ROUNDING) else ours - theirs


def paired_estimate(gaps: Sequence[float], seed: int = 0) -> PairedEstimate:
    """Mean, t-interval and sign-flip p-value of the differences between two arms, one a unit.

    Raises:
        ValueError: there are no units.
    """
    found = estimate(gaps)
    return PairedEstimate(found.units, found.mean, found.low, found.high, found.spread, sign_flip_p(gaps, seed))


def sign_flip_p(gaps: Sequence[float], seed: int = 0) -> float:
    """Two-sided p-value of the paired permutation test: in how many ways of swapping the arms, unit by unit, the mean is as far from 0.

    All 2^n ways up to `MOST_EXACT` units (Fisher 1935, "The Design of Experiments", section 21); beyond that, seeded draws to which the
    observed one is added, so that p is never 0 (Phipson and Smyth 2010, "Permutation P-values Should Never Be Zero").
    It keeps its level whatever the tails, where a t-interval grows too wide, if under equal arms a gap is as likely as its opposite; gaps
    that lean to one side around a mean of 0 (an exponential's) are found at 12 units in some 9 % instead of 5. With fewer than `least_units(LEVEL)`
    units even gaps that all point one way are nothing unusual. No units, or no difference in any: 1.
    """
    values = np.asarray(gaps, dtype=np.float64)
    if not values.any():
        return 1.0
    signs = _signs(len(values), seed)
    least = abs(values.sum()) - _TIE * np.abs(values).sum()
    rows = max(1, _BLOCK // len(values))
    extreme = sum(int((np.abs(signs[at : at + rows] @ values) >= least).sum()) for at in range(0, len(signs), rows))
    return extreme / len(signs) if len(values) <= MOST_EXACT else (extreme + 1) / (len(signs) + 1)


@lru_cache(maxsize=8)
def _signs(units: int, seed: int) -> np.ndarray:
    """One row a way of swapping, -1 or 1 for each unit."""
    if units <= MOST_EXACT:
        # The opposite of each way has a mean of the same size: half of them are enough.
        ways = np.arange(2 ** (units - 1))[:, None] >> np.arange(units) & 1
        return (1 - 2 * ways).astype(np.int8)
    return np.random.default_rng(seed).integers(0, 2, size=(DRAWS - 1, units), dtype=np.int8) * np.int8(2) - np.int8(1)


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """P-values corrected for there being several, in the order given (Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure").

    Of all tests whose difference is none, one below `LEVEL` turns up in at most that share of comparisons.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    corrected = [1.0] * len(values)
    reached = 0.0
    for rank, at in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        reached = max(reached, min(1.0, values[at] * (len(values) - rank)))
        corrected[at] = reached
    return tuple(corrected)


def least_units(level: float = LEVEL) -> int:
    """The fewest units with which the sign-flip test can find anything: all point one way, which happens in 2 of 2^n flips.

    >>> least_units(0.05), least_units(0.01)
    (6, 8)
    """
    return math.floor(1 - math.log2(level)) + 1


def least_detectable(spread: float, units: int) -> float | None:
    """The true difference that is found in 80 % of comparisons of so many units at the 5 % level, for a spread of the gaps as given.

    It solves P(T > t(0.975, n - 1)) = 0.8 for T of the noncentral t-distribution with noncentrality difference / (s / sqrt(n))
    (Cohen 1988, "Statistical Power Analysis", chapter 2; Julious 2004, "Sample Sizes for Clinical Trials with Normal Data").
    None with fewer than `least_units()` units: the test finds nothing then, however large. With six or seven units it has few steps,
    and finds the stated difference in some 63 and 76 %. None without spread as well: where nothing varied, nobody knows how much it would.
    """
    return None if units < least_units() or spread == 0 else _detectable_effect(units) * spread


@lru_cache(maxsize=1024)
def _detectable_effect(units: int) -> float:
    """In standard deviations of a gap."""
    from scipy.optimize import root_scalar

    return float(root_scalar(lambda effect: _power(effect, units, LEVEL) - POWER, bracket=(0.0, _LARGEST_EFFECT)).root)


def units_needed(spread: float, distance: float, level: float = LEVEL) -> int:
    """The fewest units with which, in 80 % of comparisons, the interval of a mean ends before a value that is `distance` away from it.

    That decides a margin from either side: with a true difference of 0 the interval lies above -margin (not worse; distance: margin); with a
    true loss of the margin it lies below 0 (a loss; distance: margin). Found by iteration on the noncentral t-distribution, from the
    normal approximation ((z(1 - level/2) + z(0.8)) s / distance)^2, which is always too few (Julious 2004). Never fewer than `least_units(level)`.

    Raises:
        ValueError: the distance is not above 0; no number of units would do.
    """
    from scipy import stats

    if distance <= 0:
        raise ValueError("a distance of nothing is never seen")
    least = least_units(level)
    if spread <= distance / _LARGEST_EFFECT:
        return least
    effect = distance / spread
    units = ((float(stats.norm.isf(level / 2)) + float(stats.norm.ppf(POWER))) / effect) ** 2
    if units > _ENOUGH:
        return math.ceil(units) + 2
    found = max(least, math.ceil(units))
    while _power(effect, found, level) < POWER:
        found += 1
    return found


def spread_within(low: float, high: float, units: int) -> float:
    """The spread of units whose 95 % interval is known: `estimate` backwards. 0 with fewer than two units."""
    return (high - low) / 2 * math.sqrt(units) / _critical(units, LEVEL) if units > 1 else 0.0


@lru_cache(maxsize=4096)
def _critical(units: int, level: float) -> float:
    from scipy import stats

    return float(stats.t.isf(level / 2, units - 1))


def _power(effect: float, units: int, level: float) -> float:
    """Chance that the interval of a mean lies beyond 0 on the side of the true one. What falls beyond on the other side is no success."""
    from scipy import stats

    return float(stats.nct.sf(_critical(units, level), units - 1, effect * math.sqrt(units)))
