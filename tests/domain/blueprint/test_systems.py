"""A system to tie in has a name that is said as a system; places, query languages and general words are none."""

from __future__ import annotations

import pytest
from tests.domain.said import finding

from discovery_agent.domain.blueprint.systems import systems_in
from discovery_agent.domain.findings import FindingKind


def names(*texts: str, kind: FindingKind = FindingKind.DATA_SOURCE) -> list[str]:
    return [one.name for one in systems_in([finding(kind, text, "Rashid Khalil", at) for at, text in enumerate(texts)], ["Rashid Khalil"])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The tag scans are in TexTrack, in a SQL database that we host in our own data centre in Leeds.", ["TexTrack"]),
        ("It has an API and a REST service, and we read the files over SFTP.", []),
        ("The records are in a database.", []),
        ("Every morning I export the list from Navision and type it into the bank portal.", ["Navision"]),
        ("The order is in the ERP and the scan in TexTrack.", ["ERP", "TexTrack"]),
        ("They keep a spreadsheet on a shared drive.", ["spreadsheet", "shared drive"]),
        ("Our colleagues in Rotterdam key it into Navision.", ["Navision"]),
        ("The lists are kept in Navision for the plant in Hull.", ["Navision"]),
    ],
)
def test_only_what_is_said_as_a_system_is_one(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_name_that_is_a_place_in_one_sentence_is_none_in_another() -> None:
    assert names("The old plant in Leeds scans them.", "The notes are kept in Leeds until the evening.") == []
