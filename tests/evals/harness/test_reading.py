"""A mistake in a data file is told with line, field and what was found, several at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.cases import load_case
from discovery_agent.evals.harness.metrics import SuiteTable
from discovery_agent.evals.harness.reading import read_yaml
from discovery_agent.evals.verdict import MOST_CHARACTERS, load_verdict_cases

TABLE = """\
suite: verdict
title: Is AI needed?
unit: case
metrics:
  - {name: cost, title: Cost, better: lower, primary: true, margin: 0.25}
"""


def wrong(path: Path, text: str | bytes) -> ConfigurationError:
    """The error that a table of this text ends in."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as raised:
        read_yaml(path, SuiteTable)
    return raised.value


def test_one_mistake_has_its_line_its_field_and_what_was_found(tmp_path: Path) -> None:
    error = wrong(tmp_path / "suite.yaml", TABLE.replace("margin: 0.25", "margin: much"))
    assert error.where == f"{tmp_path / 'suite.yaml'}, line 5"
    assert "field `metrics.0.margin`" in error.what and "found `much`" in error.what


def test_an_unknown_field_is_named_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "provenance: Invented for this test.\ncases:\n  - id: x\n    txt: Our clerks type all day long.\n    verdict: hybrid\n", "utf-8"
    )
    with pytest.raises(ConfigurationError) as raised:
        load_verdict_cases(tmp_path / "a.yaml")
    assert "line 4: there is no field `cases.0.txt`; `text` may be meant" in raised.value.what
    assert "field `cases.0.text` is missing" in raised.value.what


def test_several_mistakes_are_told_at_once_but_no_more_than_ten(tmp_path: Path) -> None:
    lines = "".join(f"  - {{name: Cost {number}, title: Cost}}\n" for number in range(12))
    error = wrong(tmp_path / "suite.yaml", TABLE + lines)
    assert error.what.startswith("12 mistakes:") and error.what.count("field `metrics.") == 10
    assert "- line 6: field `metrics.1.name`" in error.what and error.what.endswith("- and 2 more")


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [(TABLE + "title: 'open\n", 7, "in quotes"), (TABLE.encode() + "# ä".encode("latin-1"), 6, "UTF-8")],
    ids=["no YAML", "no UTF-8"],
)
def test_what_is_no_yaml_or_no_utf_8_has_a_line_and_what_to_do(tmp_path: Path, text: str | bytes, line: int, remedy: str) -> None:
    error = wrong(tmp_path / "suite.yaml", text)
    assert error.where is not None and error.where.endswith(f", line {line}")
    assert error.remedy is not None and remedy in error.remedy


@pytest.mark.parametrize("name", ["../x", "a b", "", "-x"])
def test_the_id_of_a_case_is_letters_digits_hyphens_and_underscores(tmp_path: Path, name: str) -> None:
    (tmp_path / "case.yaml").write_text(f"id: '{name}'\n", "utf-8")
    with pytest.raises(ConfigurationError, match="field `id`"):
        load_case(tmp_path)


def test_a_text_that_no_model_takes_is_refused_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        f"provenance: Invented for this test.\ncases:\n  - {{id: x, verdict: hybrid, text: {'x' * (MOST_CHARACTERS + 1)}}}\n", "utf-8"
    )
    with pytest.raises(ConfigurationError, match="60000 characters; found a text of 60,001 characters"):
        load_verdict_cases(tmp_path / "a.yaml")


def test_a_range_that_is_empty_is_refused(tmp_path: Path) -> None:
    assert "range of cost is empty" in wrong(tmp_path / "suite.yaml", TABLE.replace("margin: 0.25", "margin: 0.25, low: 1, high: 0")).what
