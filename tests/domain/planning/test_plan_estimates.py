"""Three-point estimates: the formulas by hand, and what is drawn from them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.planning.plans import days, estimates

from discovery_agent.domain.planning.chance import Chance, draw, draw_estimate
from discovery_agent.domain.planning.estimates import mean, shape, variance
from discovery_agent.domain.planning.work import Estimate


def test_mean_and_variance_are_those_of_pert() -> None:
    build = days(5, 3, 13)
    assert mean(build) == 6  # (3 + 4 x 5 + 13) / 6 = 36 / 6
    assert variance(build) == pytest.approx(25 / 9)  # ((13 - 3) / 6) squared = (5 / 3) squared


def test_the_shape_of_the_distribution_worked_by_hand() -> None:
    # m lies a fifth of the way from 3 to 13: alpha = 1 + 4 x 2/10, beta = 1 + 4 x 8/10.
    assert shape(3, 5, 13) == (1.8, 4.2)
    # Mean of a beta distribution: low + span x alpha / (alpha + beta) = 3 + 10 x 1.8 / 6 = 6, as PERT has it.
    assert mean(days(5, 3, 13)) == 3 + 10 * 1.8 / (1.8 + 4.2)


@pytest.mark.parametrize("estimate", [days(5, 3, 13), days(3, 3, 13), days(13, 3, 13), days(8, 3, 13), days(0.5, 0, 40)])
def test_the_mean_of_what_is_drawn_is_the_mean_of_pert(estimate: Estimate) -> None:
    # At evenly spread uniform numbers the average is the integral of the inverse distribution function, which is the mean.
    evenly = (np.arange(20_000) + 0.5) / 20_000
    drawn = draw_estimate(estimate, evenly)
    assert drawn.mean() == pytest.approx(mean(estimate), abs=1e-3 * (estimate.pessimistic - estimate.optimistic))
    assert drawn.min() >= estimate.optimistic and drawn.max() <= estimate.pessimistic


def test_the_spread_of_what_is_drawn_is_that_of_the_beta_distribution() -> None:
    # Variance of beta(3, 3) on 0..6: 36 x 3 x 3 / (6 squared x 7) = 9/7, near PERT's (6 / 6) squared = 1.
    drawn = draw(0, 3, 6, (np.arange(20_000) + 0.5) / 20_000)
    assert drawn.var() == pytest.approx(9 / 7, rel=1e-3)


def test_an_estimate_without_spread_is_drawn_as_it_is() -> None:
    assert draw_estimate(days(4), np.array([0.0, 0.5, 0.999])).tolist() == [4, 4, 4]


@given(estimates(), st.lists(st.floats(0, 1, exclude_max=True), min_size=2, max_size=20))
def test_worse_luck_never_gives_fewer_days(estimate: Estimate, luck: list[float]) -> None:
    drawn = draw_estimate(estimate, np.array(sorted(luck)))
    assert (np.diff(drawn) >= 0).all()


def test_the_luck_of_a_task_depends_on_the_seed_and_its_name_alone() -> None:
    first = Chance(7, 4).of_task("build")
    assert first.tolist() == Chance(7, 4).of_task("build").tolist()
    assert first.tolist() != Chance(8, 4).of_task("build").tolist()
    assert first.tolist() != Chance(7, 4).of_task("test").tolist()
    # The first numbers are the same in more runs, and on every machine.
    assert Chance(7, 9).of_task("build")[:4].tolist() == first.tolist()
    assert [round(one, 12) for one in first.tolist()] == GOLDEN_LUCK


GOLDEN_LUCK = [0.626585552786, 0.282396093419, 0.656940970721, 0.188411148444]


def test_durations_are_correlated_as_asked_and_each_keeps_its_own_distribution() -> None:
    chance = Chance(3, 20_000, 0.25)
    one, other = chance.of_task("one"), chance.of_task("other")
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.25, abs=0.03)
    assert np.quantile(one, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.02)
    apart = Chance(3, 20_000)
    assert np.corrcoef(apart.of_task("one"), apart.of_task("other"))[0, 1] == pytest.approx(0, abs=0.03)
