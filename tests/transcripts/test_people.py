"""Titles speak of roles by a table; people.yaml is checked with line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.errors import ConfigurationError
from discovery_agent.transcripts import load_stakeholders
from discovery_agent.transcripts.people import role_of_title, split_title


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("CFO", Role.SPONSOR), ("Managing Director", Role.SPONSOR), ("Head of the company", Role.SPONSOR), ("Regional Director", Role.SPONSOR),
        ("Head of IT", Role.TECHNICAL), ("IT Director", Role.TECHNICAL), ("Director of Data Engineering", Role.TECHNICAL),
        ("VP Operations", Role.BUSINESS), ("Head of Plant Operations", Role.BUSINESS), ("Sales Director", Role.BUSINESS),
        ("Vice President", Role.BUSINESS), ("Head of Customer Service", Role.BUSINESS), ("Product owner", Role.BUSINESS),
        ("Chief Information Officer", Role.TECHNICAL), ("Chief Operating Officer", Role.SPONSOR), ("Head of Legal", Role.COMPLIANCE),
        ("Works council", Role.COMPLIANCE), ("Head of Business Development", Role.BUSINESS), ("Head of Hospital Planning", Role.BUSINESS),
        ("IT architect", Role.TECHNICAL), ("Data Engineer", Role.TECHNICAL), ("Senior Developers", Role.TECHNICAL),
        ("Data Protection Officer", Role.COMPLIANCE), ("Legal", Role.COMPLIANCE), ("Internal Audit", Role.COMPLIANCE),
        ("Night nurse", Role.END_USER), ("Claims clerk", Role.END_USER), ("Truck driver", Role.END_USER),
        ("Operations Manager", Role.BUSINESS), ("Marketing", Role.BUSINESS), ("Business analyst", Role.BUSINESS),
        ("Acrobat", Role.UNKNOWN), ("", Role.UNKNOWN), (None, Role.UNKNOWN), ("Capital allocation", Role.UNKNOWN),
    ],
)  # fmt: skip
def test_a_title_speaks_of_a_role(title: str | None, role: Role) -> None:
    assert role_of_title(title) is role


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("Anna Berg (Head of Claims)", ("Anna Berg", "Head of Claims")),
        ("Anna  Berg, Head of Claims", ("Anna Berg", "Head of Claims")),
        ("Berg, Anna", ("Berg, Anna", None)),
        ("Anna Berg (she/her)", ("Anna Berg", None)),
        ("Anna Berg (Guest)", ("Anna Berg", None)),
        ("(Anna)", ("(Anna)", None)),
    ],
)
def test_name_and_title_are_parted(label: str, parts: tuple[str, str | None]) -> None:
    assert split_title(label) == parts


def write(folder: Path, text: str) -> Path:
    path = folder / "people.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_people_are_read_with_all_fields(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "people:\n- name: Anna Berg\n  role: sponsor\n  department: Claims\n  title: CFO\n  aliases: [AB, SPEAKER_00]\n- {name: Bo, role: end user}\n",
    )
    assert load_stakeholders(path) == (
        Stakeholder(name="Anna Berg", role=Role.SPONSOR, department="Claims", title="CFO", aliases=("AB", "SPEAKER_00")),
        Stakeholder(name="Bo", role=Role.END_USER),
    )
    assert load_stakeholders(write(tmp_path, "")) == ()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- name: Anna\n  role: boss\n", 2, "`role` is `boss`"),
        ("- role: sponsor\n", 1, "`name` is missing"),
        ("- name:\n", 1, "`name` is empty"),
        ("- name: Anna\n  rolle: sponsor\n", 2, "`rolle` is not known"),
        ("- name: Anna\n  department: [a]\n", 2, "`department` must be one text"),
        ("- name: Anna\n- name: anna\n", 2, "listed twice"),
        ("- name: Anna\n- {name: Bo, aliases: [ANNA]}\n", 2, "listed twice"),
        ("- Anna\n", 1, "must have fields"),
        ("just text\n", 1, "must hold a list"),
        ("- name: [\n", 2, "not YAML"),
        ('- {name: Ada, role: sponsor}\n- {name: "Bo \\ud83d"}\n', 2, "half of a letter"),
    ],
)
def test_a_mistake_in_the_list_of_people_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_stakeholders(write(tmp_path, text))
    assert says in caught.value.what
    assert caught.value.where == f"{tmp_path / 'people.yaml'}, line {line}"
    assert caught.value.remedy


def test_a_missing_list_of_people_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        load_stakeholders(tmp_path / "people.yaml")
