from __future__ import annotations

import pytest

from discovery_agent.discovery.naming import clean_name, name_to_the_eye, person_name
from discovery_agent.errors import InvalidRequest


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Maria   Santos ", "Maria Santos"),
        ("Ma\u200bria\u202e Santos\ufeff", "Maria Santos"),
        ("Ma\u200dria\u200c", "Maria"),
        ("M\u0061ri\u0061\u0300", "Mari\u00e0"),
        ("Ma\nria", "Ma ria"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("O'Brien-Łukasz 3", "O'Brien-Łukasz 3"),
    ],
)
def test_a_name_keeps_what_is_seen(written: str, kept: str) -> None:
    assert clean_name(written) == kept


@pytest.mark.parametrize("nothing", ["", " ", "...", "\u200b\u200b", "\u3164", "\U0001f600", "_", "\u2800"])
def test_a_name_without_letter_or_digit_is_none(nothing: str) -> None:
    with pytest.raises(InvalidRequest, match="letter or a digit"):
        person_name(nothing)


@pytest.mark.parametrize(
    "other",
    [
        "maria santos",
        "M\u0430ri\u0430 S\u0430ntos",
        "\u039caria Santos",
        "\uff2daria Santos",
        "Mar\u200cia  Santos",
        "M\u0410RIA SANT\u039fS",
    ],
)
def test_names_that_look_the_same_are_one(other: str) -> None:
    assert name_to_the_eye(other) == name_to_the_eye("Maria Santos")


def test_names_that_look_different_stay_two() -> None:
    names = ("Maria Santos", "Mario Santos", "María Santos", "Ηλίας", "Ηλία", "Иван", "Иванов")
    assert len({name_to_the_eye(one) for one in names}) == len(names)
