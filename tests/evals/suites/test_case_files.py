"""The cases of all suites: enough of them, each told apart, each with its origin, each by its published schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.suite import CaseRef, Split, Suite
from discovery_agent.evals.schemas import schema_text
from discovery_agent.evals.suites import SUITES, suites_in
from discovery_agent.evals.suites.case_files import distinct
from tests.cli.running import ROOT

CASES = ROOT / "evals"
OTHERS = {"recordings", "demonstration", "questions"}
"""Folders of what a program wrote or others judged; `retrieval/questions` holds cases."""
FILES = sorted(file for file in CASES.rglob("*.yaml") if file.relative_to(CASES).parts[0] not in OTHERS)
LEAST = {
    SuiteName.EXTRACTION: 24,
    SuiteName.VERDICT: 60,
    SuiteName.RETRIEVAL: 120,
    SuiteName.INTERVIEW: 12,
    SuiteName.AGREEMENT: 12,
    SuiteName.VISION: 8,
    SuiteName.INJECTION: 60 + 20,
}
"""Cases of both splits."""


@cache
def suites() -> Mapping[SuiteName, Suite]:
    return suites_in(CASES)


@cache
def cases_of(name: SuiteName, split: Split) -> Sequence[CaseRef]:
    return suites()[name].cases(split)


def cases(name: SuiteName) -> Sequence[CaseRef]:
    return [one for split in Split for one in cases_of(name, split)]


@pytest.mark.parametrize("name", SuiteName)
def test_a_suite_has_enough_cases_and_each_is_told_apart(name: SuiteName) -> None:
    found = cases(name)
    assert len(found) >= LEAST[name]
    assert len({one.id for one in found}) == len({one.digest for one in found}) == len(found)
    assert all(one.source.exists() for one in found)


@pytest.mark.parametrize("name", SuiteName)
def test_every_case_has_a_value_for_each_slice_that_the_report_shows(name: SuiteName) -> None:
    table = suites()[name].table
    assert table.suite is name and table.slices
    assert all(set(one.slices) == set(table.slices) and all(one.slices.values()) for one in cases(name))


@pytest.mark.parametrize("name", SuiteName)
def test_few_metrics_decide_and_each_has_a_margin(name: SuiteName) -> None:
    primary = suites()[name].table.primary
    assert 1 <= len(primary) <= 3 and all(one.margin for one in primary)


def test_held_back_cases_are_never_among_the_others() -> None:
    for name in SuiteName:
        dev, held = ({one.id for one in cases_of(name, split)} for split in (Split.DEV, Split.HELD_OUT))
        assert dev and not dev & held, name
    with_held_back = {name for name in SuiteName if cases_of(name, Split.HELD_OUT)}
    assert with_held_back == set(SuiteName) - {SuiteName.RETRIEVAL}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CASES)))
def test_a_case_file_names_its_schema_in_the_first_line_and_follows_it(file: Path) -> None:
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named, first
    schema = (file.parent / named[1]).resolve()
    assert schema.parent == ROOT / "docs" / "schemas"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    jsonschema.validate(content, json.loads(schema_text(schema.name.removesuffix(".schema.json"))))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CASES)))
def test_a_case_file_says_where_its_cases_come_from(file: Path) -> None:
    if file.name not in ("suite.yaml", "costs.yaml"):
        assert len(yaml.safe_load(file.read_text(encoding="utf-8"))["provenance"]) >= 10


def test_an_id_that_is_there_twice_is_refused_with_its_file() -> None:
    with pytest.raises(ConfigurationError, match="`a` is there twice") as caught:
        distinct([("a", Path("one.yaml")), ("b", Path("one.yaml")), ("a", Path("two.yaml"))])
    assert caught.value.where == "two.yaml"


def test_suites_are_made_in_the_order_in_which_they_are_reported() -> None:
    assert list(SUITES) == list(SuiteName)
