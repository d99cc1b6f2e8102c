"""Intervals, tests and numbers of units, against known values and at the edges."""

from __future__ import annotations

import math
import random
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from discovery_agent.evals.harness.statistics import (
    DRAWS,
    estimate,
    holm,
    least_detectable,
    least_units,
    mean,
    paired_estimate,
    paired_gaps,
    sign_flip_p,
    spread_within,
    units_needed,
)

SCORES = [0.71, 0.64, 0.8, 0.55, 0.62, 0.77, 0.69, 0.58]
figures = st.floats(-1e6, 1e6, allow_subnormal=False)
shares = st.integers(0, 20).map(lambda count: count / 20)
samples = st.lists(st.one_of(figures, shares, st.sampled_from((0.0, 1.0))), min_size=1, max_size=30)


def test_mean_and_interval_are_those_of_scipy() -> None:
    found = estimate(SCORES)
    interval = stats.ttest_1samp(SCORES, 0.0).confidence_interval(0.95)
    assert (found.mean, found.low, found.high) == pytest.approx((sum(SCORES) / 8, interval.low, interval.high))
    assert spread_within(found.low, found.high, 8) == pytest.approx(found.spread)


def test_the_sign_flip_p_value_is_that_of_scipys_exact_permutation_test() -> None:
    gaps = [0.1, -0.02, 0.07, 0.11, -0.05, 0.04, 0.09, 0.01]
    exact = stats.permutation_test((gaps,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=2**8)
    assert sign_flip_p(gaps) == pytest.approx(exact.pvalue)


def test_beyond_fourteen_units_seeded_draws_come_close_to_the_exact_value_and_are_never_zero() -> None:
    gaps = [0.1, -0.02, 0.07, 0.11, -0.05, 0.04, 0.09, 0.01, -0.03, 0.05, -0.04, 0.06, -0.08, 0.02, 0.03]
    exact = stats.permutation_test((gaps,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=2**15)
    assert sign_flip_p(gaps, seed=1) == pytest.approx(exact.pvalue, abs=0.01)
    assert sign_flip_p(gaps, seed=1) == sign_flip_p(gaps, seed=1) != sign_flip_p(gaps, seed=2)
    assert sign_flip_p([0.1] * 60) == 1 / DRAWS


def test_the_fewest_units_are_those_with_which_the_test_can_find_anything() -> None:
    assert sign_flip_p([1.0] * 5) > 0.05 > sign_flip_p([1.0] * least_units())
    for level in (0.05, 0.05 / 7, 0.001, 2 / 64):
        units = least_units(level)
        assert sign_flip_p([1.0] * (units - 1)) >= level > sign_flip_p([1.0] * units)


def test_holm_is_stricter_the_smaller_the_p_value_and_keeps_the_order() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.6, 0.7]) == (1.0, 1.0)
    assert holm([0.02]) == (0.02,) and holm([]) == ()


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_only_raises_and_never_changes_which_comes_first(values: list[float]) -> None:
    corrected = holm(values)
    assert all(one <= other <= 1 for one, other in zip(values, corrected, strict=True))
    order = sorted(range(len(values)), key=values.__getitem__)
    assert [corrected[at] for at in order] == sorted(corrected)


def test_the_number_of_units_is_that_of_the_textbook() -> None:
    # Paired t-test, effect of 0.5 standard deviations, 80 % power, 5 % two-sided: 34 pairs (G*Power; Cohen 1988, table 2.4.1).
    assert units_needed(1.0, 0.5) == 34
    assert least_detectable(1.0, 34) == pytest.approx(0.495, abs=0.005)


@given(st.floats(0.01, 2), st.floats(0.02, 2))
def test_the_units_needed_for_a_difference_are_the_fewest_with_which_it_is_detectable(spread: float, distance: float) -> None:
    units = units_needed(spread, distance)
    least = least_detectable(spread, units)
    assert least is not None and least <= distance * 1.001
    fewer = least_detectable(spread, units - 1)
    assert fewer is None or fewer >= distance * 0.999


def test_more_units_are_needed_for_less_and_at_a_stricter_level() -> None:
    counts = [units_needed(0.2, distance) for distance in (0.2, 0.1, 0.05, 0.01, 0.001, 1e-6)]
    assert counts == sorted(counts) and len(set(counts)) == len(counts)
    assert units_needed(0.2, 0.05, 0.01) > units_needed(0.2, 0.05)
    # The step from Student's to the normal distribution leaves no jump.
    assert units_needed(1.0, 0.02803) <= units_needed(1.0, 0.028) <= units_needed(1.0, 0.02797)
    with pytest.raises(ValueError, match="distance"):
        units_needed(0.2, 0.0)


def test_no_units_have_no_mean() -> None:
    for compute in (mean, estimate, paired_estimate):
        with pytest.raises(ValueError, match="nothing to average"):
            compute([])
    assert sign_flip_p([]) == 1


def test_one_unit_is_its_own_interval_and_shows_nothing() -> None:
    one = paired_estimate([0.3])
    assert (one.units, one.mean, one.low, one.high, one.spread, one.p) == (1, 0.3, 0.3, 0.3, 0.0, 1.0)
    assert least_detectable(one.spread, 1) is None and spread_within(one.low, one.high, 1) == 0


def test_equal_gaps_leave_an_interval_of_no_width_whatever_rounding_does() -> None:
    gap = paired_estimate([0.1 + 0.2 - 0.3 + 0.1] * 3 + [0.1] * 7)
    assert gap.spread == 0 and gap.low == gap.high == pytest.approx(0.1)
    assert gap.p == 2 / 2**10
    assert least_detectable(gap.spread, 10) is None and units_needed(gap.spread, 0.1) == least_units()


def test_arms_that_score_the_same_everywhere_do_not_differ() -> None:
    assert asdict(paired_estimate([0.0] * 20)) == {"units": 20, "mean": 0, "low": 0, "high": 0, "spread": 0, "p": 1}


def test_scores_that_rounding_tells_apart_are_equal() -> None:
    assert paired_gaps({"a": 0.1 + 0.2, "b": 0.0}, {"a": 0.3, "b": 1e-17}) == (0.0, 0.0)


def test_a_unit_that_only_one_arm_has_is_an_error() -> None:
    assert paired_gaps({"b": 1.0, "a": 0.5}, {"a": 0.25, "b": 0.0}) == (0.25, 1.0)
    with pytest.raises(ValueError, match="only one of the arms has b"):
        paired_gaps({"a": 1.0, "b": 1.0}, {"a": 1.0})


@given(samples)
def test_every_figure_is_a_number_and_the_mean_lies_in_its_interval(gaps: list[float]) -> None:
    found = paired_estimate(gaps)
    assert all(math.isfinite(value) for value in asdict(found).values())
    assert found.low <= found.mean <= found.high and found.spread >= 0 and 0 < found.p <= 1
    detectable = least_detectable(found.spread, found.units)
    assert detectable is None or (math.isfinite(detectable) and detectable >= 0)
    assert units_needed(found.spread, 0.05) >= least_units()


@given(samples)
def test_swapping_the_arms_mirrors_every_figure(gaps: list[float]) -> None:
    one, other = paired_estimate(gaps), paired_estimate([-gap for gap in gaps])
    assert (other.mean, other.low, other.high) == (-one.mean, -one.high, -one.low)
    assert (other.p, other.spread) == (one.p, one.spread)


@given(st.lists(shares, min_size=2, max_size=14), st.integers(-5, 5), st.data())
def test_a_constant_added_to_both_arms_changes_nothing(base: list[float], constant: int, data: st.DataObject) -> None:
    head = data.draw(st.lists(shares, min_size=len(base), max_size=len(base)))
    plain = paired_estimate([after - before for before, after in zip(base, head, strict=True)])
    moved = paired_estimate([(after + constant) - (before + constant) for before, after in zip(base, head, strict=True)])
    assert asdict(moved) == pytest.approx(asdict(plain), abs=1e-9)


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_values_does_not_change_their_mean_and_interval(values: list[float], shuffle: random.Random) -> None:
    mixed = list(values)
    shuffle.shuffle(mixed)
    assert estimate(mixed) == estimate(values)
