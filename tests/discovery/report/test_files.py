"""Files of a report: whole or not at all, plain names, an error that says what is kept."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.discovery.report import write_report
from discovery_agent.discovery.report.files import slugs
from discovery_agent.discovery.report.json_schema import SCHEMAS, schema_text
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.errors import ExportError
from tests.example import engagement, hostile

PUBLISHED = Path(__file__).parents[3] / "docs" / "schemas"


def test_a_report_has_all_its_files_and_nothing_else(tmp_path: Path) -> None:
    files = write_report(engagement(), tmp_path / "new" / "folder")
    assert sorted(path.name for path in files.html.parent.iterdir()) == [
        "conversations",
        "report.html",
        "report.json",
        "report.md",
    ]
    assert [path.name for path in files.conversations] == [
        "motor-claims-kick-off.json",
        "motor-claims-kick-off.md",
        "compliance-follow-up.json",
        "compliance-follow-up.md",
    ]
    assert all(path.stat().st_size > 100 for path in files.conversations)


def test_the_json_gives_back_the_same_analysis(tmp_path: Path) -> None:
    files = write_report(engagement(), tmp_path)
    assert EngagementAnalysis.model_validate_json(files.json.read_bytes()) == engagement()


def test_the_same_analysis_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_report(engagement(), tmp_path / "one")
    second = write_report(engagement(), tmp_path / "two")
    assert first.html.read_bytes() == second.html.read_bytes()
    assert first.markdown.read_bytes() == second.markdown.read_bytes()


def test_hostile_titles_stay_inside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_report(hostile("../../etc/passwd\0"), folder)
    assert {path.name for path in tmp_path.iterdir()} == {"report"}
    assert sorted(path.name for path in (folder / "conversations").glob("*.md")) == [
        "etc-passwd-2.md",
        "etc-passwd.md",
    ]


@given(st.lists(st.text(max_size=200), max_size=6))
def test_slugs_are_plain_short_and_different(titles: list[str]) -> None:
    found = slugs(titles)
    assert len(set(found)) == len(found) == len(titles)
    assert all(slug and len(slug) < 70 and slug.replace("-", "").isalnum() and slug.isascii() for slug in found)


def test_a_full_disk_keeps_the_earlier_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_report(engagement(), tmp_path)
    before = {path: path.read_bytes() for path in (files.html, files.markdown, files.json)}

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"No space left on device\. Nothing was replaced"):
        write_report(hostile("other"), tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    assert not list(tmp_path.glob(".report-*"))


def test_a_move_that_fails_says_which_files_are_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move, moves = os.replace, [0]

    def second_fails(source: Path, target: Path) -> None:
        moves[0] += 1
        if moves[0] == 2:
            raise PermissionError(errno.EACCES, "Permission denied")
        move(source, target)

    monkeypatch.setattr(os, "replace", second_fails)
    with pytest.raises(ExportError, match=r"1 of 7 files are new \(conversations/motor-claims-kick-off\.json\)"):
        write_report(engagement(), tmp_path)


def test_a_file_in_the_place_of_the_folder_is_an_export_error(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("in the way")
    with pytest.raises(ExportError, match="The report cannot be written"):
        write_report(engagement(), tmp_path / "report")


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_is_up_to_date(name: str) -> None:
    published = (PUBLISHED / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(name), "Run `make schema`."


def test_every_json_file_of_a_report_follows_its_schema(tmp_path: Path) -> None:
    files = write_report(engagement(), tmp_path)
    _validate("engagement-analysis", files.json)
    for path in files.conversations:
        if path.suffix == ".json":
            _validate("conversation-analysis", path)


def _validate(name: str, path: Path) -> None:
    schema = json.loads(schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))
