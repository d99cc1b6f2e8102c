"""Under which name somebody signs, and what counts as a reason."""

from __future__ import annotations

import pytest

from discovery_agent.domain.review import gives_a_reason, names_a_person


@pytest.mark.parametrize("name", ["Maria Santos", "Lea Lead", "Øyvind", "王小明", "Mark Owner-Smith", "Dr. Ada King", "Möller"])
def test_a_name_of_a_person_is_one_whatever_else_it_says(name: str) -> None:
    assert names_a_person(name)


@pytest.mark.parametrize("name", ["", " ", "Owner", "OWNER", "the lead", "Project lead", "reviewer 2", "CTO", "J.", "42", "Head of IT"])
def test_a_role_a_letter_or_a_number_names_nobody(name: str) -> None:
    assert not names_a_person(name)


@pytest.mark.parametrize(
    ("words", "enough"),
    [
        ("The board agreed to it on 3 March.", True),
        ("取締役会が三月三日に承認した。", True),
        ("", False),
        ("ok", False),
        ("- - - - - - - - - -", False),
        ("n/a  n/a", False),
    ],
)
def test_a_reason_says_more_than_yes(words: str, enough: bool) -> None:
    assert gives_a_reason(words) is enough
