"""Finding the most alike of many at once gives what comparing them one by one gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from discovery_agent.domain.likeness import nearest
from discovery_agent.knowledge.likeness import Likeness

NAMES = [f"text {at}" for at in range(12)]


@given(
    arrays(np.int8, (12, 3), elements=st.integers(-2, 2)),
    st.lists(st.sampled_from(NAMES), max_size=6, unique=True),
    st.lists(st.sampled_from(NAMES), max_size=12, unique=True),
    st.sampled_from([0.0, 0.5, 3.0]),
    st.integers(1, 5),
)
def test_in_one_go_or_one_by_one_is_the_same(vectors: np.ndarray, lefts: list[str], rights: list[str], within: float, most: int) -> None:
    likeness = Likeness(NAMES, vectors.astype(np.float32))
    at_once = nearest(likeness, lefts, rights, within=within, most=most)
    assert at_once == nearest(lambda left, right: likeness(left, right), lefts, rights, within=within, most=most)


def test_many_are_compared_in_parts_that_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(1).normal(size=(12, 3)).astype(np.float32)
    likeness = Likeness(NAMES, vectors)
    whole = likeness.nearest(NAMES, NAMES, within=1, most=4)
    monkeypatch.setattr("discovery_agent.knowledge.likeness._CELLS", 24)
    assert likeness.nearest(NAMES, NAMES, within=1, most=4) == whole


def test_a_text_that_was_not_embedded_is_an_error_and_not_a_likeness() -> None:
    with pytest.raises(KeyError):
        Likeness(["a"], np.ones((1, 3), np.float32))("a", "b")
