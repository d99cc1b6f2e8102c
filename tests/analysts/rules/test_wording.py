"""Statements keep what was said: an opening word goes only where it says nothing."""

from __future__ import annotations

import pytest

from discovery_agent.analysts.rules.wording import tidy


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no patient is hurt by a wrong label", "No patient is hurt by a wrong label"),
        ("So no customer waits longer than a day", "No customer waits longer than a day"),
        ("right first time for every order", "Right first time for every order"),
        ("exactly one person answers", "Exactly one person answers"),
        ("No, we want four days", "We want four days"),
        ("no we need four days", "We need four days"),
        ("Right, so we need it by June", "We need it by June"),
        ("Well, yeah, right, we pay late", "We pay late"),
    ],
)
def test_a_no_that_belongs_to_the_sentence_stays(said: str, kept: str) -> None:
    assert tidy(said) == kept
