"""Quantities and deadlines keep their value, unit and place."""

import pytest

from discovery_agent.analysts.rules.deadlines import find_deadlines
from discovery_agent.analysts.rules.quantities import MOST_IN_A_SENTENCE, Dimension, find_quantities


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("It takes nine and a half minutes.", 9.5, "minutes"),
        ("About a third of them come back.", 33.3, "%"),
        ("That costs us EUR 1.2m a year.", 1_200_000, "EUR"),
        ("We pay £300k for that.", 300_000, "GBP"),
        ("Twenty-five percent would do.", 25, "%"),
        ("Half an hour per call.", 0.5, "hours"),
        ("One in five appointments is missed.", 20, "%"),
        ("We are at 4.2 out of 5.", 4.2, "points"),
        ("It is two hundred thousand euros.", 200_000, "EUR"),
        ("Roughly a quarter of the calls.", 25, "%"),
        ("It takes 3 working days.", 3, "days"),
    ],
)
def test_a_quantity_is_read_with_its_unit(said: str, value: float, unit: str) -> None:
    found = find_quantities(said)
    assert [(one.value, one.unit) for one in found] == [(value, unit)]


def test_a_range_is_one_quantity() -> None:
    (found,) = find_quantities("It takes two to three days.")
    assert (found.value, found.upper, found.unit) == (2, 3, "days")


def test_from_to_is_two_quantities_of_one_unit() -> None:
    found = find_quantities("Bring it from 9 to 6 minutes.")
    assert [(one.value, one.unit) for one in found] == [(9, "minutes"), (6, "minutes")]


def test_a_rejected_number_shares_the_unit_of_its_partner() -> None:
    found = find_quantities("25, not 40 percent.")
    assert [(one.value, one.dimension) for one in found] == [(25, Dimension.SHARE), (40, Dimension.SHARE)]


@pytest.mark.parametrize("said", ["We started in 2019.", "See you at 10:30.", "The call is at 3 pm.", "One of us should go."])
def test_years_times_and_pronouns_measure_nothing(said: str) -> None:
    assert [one for one in find_quantities(said) if one.dimension is not Dimension.BARE] == []


def test_offsets_point_at_the_words() -> None:
    said = "Right now it is roughly 12.5 hours, I think."
    (found,) = find_quantities(said)
    assert said[found.start : found.end] == "12.5 hours"
    assert found.approximate


@pytest.mark.parametrize(
    ("said", "deadline"),
    [
        ("Six minutes by the end of Q3.", "the end of Q3"),
        ("We need that by next summer.", "next summer"),
        ("It has to work before the audit in March.", "March"),
        ("Within eighteen months it should be half.", "Within eighteen months"),
        ("By 30 June we want it done.", "30 June"),
        ("By the end of next year.", "the end of next year"),
    ],
)
def test_a_deadline_is_kept_as_it_was_said(said: str, deadline: str) -> None:
    assert deadline.lower() in [one.text.lower() for one in find_deadlines(said)] or any(
        deadline.lower() in one.text.lower() for one in find_deadlines(said)
    )


def test_the_past_is_no_deadline() -> None:
    assert find_deadlines("That was in the last quarter.") == []


def test_a_sentence_of_thousands_of_numbers_is_not_read_to_its_end() -> None:
    assert len(find_quantities("It takes " + "1, " * 5000 + "days")) <= MOST_IN_A_SENTENCE
