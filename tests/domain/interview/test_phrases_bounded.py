"""Patterns made of what people say have no repetition without an end: a text made for it would take long to read."""

from __future__ import annotations

import re

import pytest

from discovery_agent.domain.interview import phrases


@pytest.mark.parametrize("name", ["FIGURE", "TIME", "MONEY", "DATE", "PERIOD", "THINGS"])
def test_a_pattern_repeats_nothing_without_an_end(name: str) -> None:
    pattern: str = getattr(phrases, name)
    words_of_one_kind = re.sub(r"\\w\+|\[\\w(?:ß-ÿ)?['’-]+\][+*]", "", pattern)  # a word ends by itself
    assert not re.findall(r"(?<!\\)[\])][*+]", words_of_one_kind)


def test_figures_of_the_lengths_that_people_write_are_read_whole() -> None:
    for figure in ("1,234,567.89", "4.5", "$3m", "1.200.000", "twenty-two thousand"):
        found = re.search(phrases.MONEY if "$" in figure else phrases.FIGURE, figure)
        assert found is not None and found.group() == figure
