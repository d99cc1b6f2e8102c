"""The statistics keep what they promise in worlds where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from discovery_agent.evals.harness.comparison import Difference, Ruling
from discovery_agent.evals.harness.gate import ruling_on
from discovery_agent.evals.harness.statistics import LEVEL, holm, least_detectable, paired_estimate, sign_flip_p, units_needed
from tests.evals.harness.simulated import Gaps, clustered, goals, normal, share_found, share_found_by_t, skewed


def unit_normal(world: np.random.Generator, units: int) -> np.ndarray:
    return world.normal(size=units)


@pytest.mark.parametrize("units", [12, 40])
@pytest.mark.parametrize("gaps", [normal, skewed, clustered])
def test_equal_arms_are_told_apart_about_as_often_as_the_level_allows(gaps: Gaps, units: int) -> None:
    assert 0.03 <= share_found(gaps, units) <= 0.07


def test_counting_goals_instead_of_transcripts_finds_differences_between_equal_arms_several_times_too_often() -> None:
    naive = share_found_by_t(lambda world: np.concatenate(goals(world, 12)))
    assert naive > 2.5 * LEVEL
    assert share_found(clustered, 12) < naive / 2


@pytest.mark.parametrize("units", [12, 40])
def test_the_least_detectable_effect_is_found_in_four_of_five_comparisons(units: int) -> None:
    shift = least_detectable(1.0, units)
    assert shift is not None
    assert 0.76 <= share_found(unit_normal, units, shift) <= 0.84
    assert 0.76 <= share_found(unit_normal, units, -shift) <= 0.84
    assert share_found(unit_normal, units, shift / 2) < 0.5


@pytest.mark.parametrize("margin", [0.9, 0.5])
@pytest.mark.parametrize(("truth", "expected"), [(0.0, Ruling.NOT_WORSE), (-1.0, Ruling.REGRESSION)])
def test_with_the_units_needed_the_margin_is_decided_in_four_of_five_comparisons(margin: float, truth: float, expected: Ruling) -> None:
    world = np.random.default_rng(7)
    units = units_needed(1.0, margin)
    rulings = [ruled(unit_normal(world, units) + truth * margin, margin) for _ in range(1_500)]
    assert 0.76 <= sum(one is expected for one in rulings) / len(rulings) <= 0.84


def test_a_loss_of_the_margin_passes_the_gate_hardly_ever() -> None:
    world = np.random.default_rng(7)
    for units in (8, 12, 40):
        rulings = [ruled(unit_normal(world, units) - 0.5, 0.5) for _ in range(600)]
        assert sum(one is Ruling.NOT_WORSE for one in rulings) / len(rulings) < 0.045


def ruled(gaps: np.ndarray, margin: float) -> Ruling:
    one = paired_estimate(gaps.tolist())
    return ruling_on(
        Difference(metric="f1", units=one.units, base=0, head=one.mean, gain=one.mean, low=one.low, high=one.high, p=one.p), margin
    )


def test_with_six_metrics_of_equal_arms_holm_keeps_the_chance_of_any_finding_at_the_level() -> None:
    world = np.random.default_rng(11)
    comparisons = [[sign_flip_p(skewed(world, 12).tolist()) for _ in range(6)] for _ in range(800)]
    uncorrected = sum(min(values) < LEVEL for values in comparisons) / len(comparisons)
    corrected = sum(min(holm(values)) < LEVEL for values in comparisons) / len(comparisons)
    assert uncorrected > 0.2
    assert 0.02 < corrected <= 0.07


def test_with_a_true_loss_among_equal_metrics_holm_still_keeps_the_equal_ones_at_the_level() -> None:
    world = np.random.default_rng(12)
    wrong = 0
    for _ in range(800):
        values = [sign_flip_p((unit_normal(world, 12) - 3.0).tolist()), *(sign_flip_p(unit_normal(world, 12).tolist()) for _ in range(3))]
        first, *others = holm(values)
        assert first < LEVEL
        wrong += min(others) < LEVEL
    assert wrong / 800 <= 0.07
