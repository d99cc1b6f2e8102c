"""The first of many counts all of it and gives what is kept."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.report.head import Head


def test_its_length_is_that_of_the_whole_and_it_gives_what_is_kept() -> None:
    most = Head(("a", "b", "c"), 500, "pages")
    assert (len(most), most.rest, [*most], most[0], most[1:9]) == (500, 497, ["a", "b", "c"], "a", ("b", "c"))
    with pytest.raises(IndexError):
        most[3]


def test_it_is_true_when_the_whole_is_not_empty() -> None:
    assert Head[str]((), 4)
    assert not Head[str]((), 0)
    assert Head(("a",), 1).rest == 0
