"""Three-point estimates: their mean and variance, and the distribution that they stand for.

PERT: Malcolm, Roseboom, Clark and Fazar, "Application of a Technique for Research and Development Program Evaluation",
Operations Research 7(5), 1959. It takes a task's duration as beta-distributed between the optimistic and the pessimistic
value, with the mean (o + 4m + p) / 6 and the standard deviation (p - o) / 6.
"""

from __future__ import annotations

from discovery_agent.domain.planning.work import Estimate


def mean(estimate: Estimate) -> float:
    """(o + 4m + p) / 6."""
    return (estimate.optimistic + 4 * estimate.likely + estimate.pessimistic) / 6


def variance(estimate: Estimate) -> float:
    """((p - o) / 6) squared. The distribution that is drawn from comes near it; only its mean is exactly PERT's."""
    return ((estimate.pessimistic - estimate.optimistic) / 6) ** 2


def shape(low: float, likely: float, high: float) -> tuple[float, float]:
    """Alpha and beta of the PERT-beta distribution: 1 + 4 (m - o) / (p - o) and 1 + 4 (p - m) / (p - o).

    Its mean is exactly (o + 4m + p) / 6 and its mode is m. Source: Vose, "Risk Analysis", 3rd edition 2008 (PERT distribution).
    """
    return 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
