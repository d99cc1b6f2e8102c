"""What stands before a colon: a speaker, or a heading."""

from __future__ import annotations

import pytest

from discovery_agent.transcripts.labels import Shape, shape
from tests.transcripts.reading import read, turns


@pytest.mark.parametrize("name", ["Ellen Price", "Tom Page", "Doris Day", "Anjali Date", "Kofi Banks"])
def test_a_surname_that_is_also_a_word_of_headings_is_a_name(name: str) -> None:
    assert shape(name) is Shape.FULL


@pytest.mark.parametrize(
    "heading", ["Unit Price", "Due Date", "Landing Page", "Next Day", "Project Part", "List price", "Home Page", "Price"]
)
def test_a_heading_that_ends_in_such_a_word_is_no_name(heading: str) -> None:
    assert shape(heading) is Shape.NONE


def test_people_of_such_names_are_heard() -> None:
    text = "Ellen Price: We want an offer out in two days.\n\nTom Page: It takes five.\n\nEllen Price: The unit price: 40 euros.\n"
    assert [speaker for speaker, _ in turns(read(text, "weekly.txt"))] == ["Ellen Price", "Tom Page", "Ellen Price"]
