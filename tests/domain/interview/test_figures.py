"""Which words can stand in a question as the name of a figure."""

from __future__ import annotations

import pytest

from discovery_agent.domain.interview.figures import is_name_of_figure


@pytest.mark.parametrize(
    "words",
    ["error rate", "the handling time", "cost of a claim", "complaints", "time to first reply", "share of late reports", "overtime"],
)
def test_a_noun_phrase_whose_head_is_measured_is_a_name(words: str) -> None:
    assert is_name_of_figure(words)


@pytest.mark.parametrize(
    "words",
    [
        "full",
        "tradesman within",
        "tradesman within time",
        "we lose time",
        "time that",
        "the",
        "",
        "fewer complaints",
        "cost of",
        "24 hours",
        "rates are up",
    ],
)
def test_anything_else_is_none(words: str) -> None:
    assert not is_name_of_figure(words)
