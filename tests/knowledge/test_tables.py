"""The decision tables as they are edited: those that ship are whole, and a mistake is found by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.domain.decision_diagram import Diagram
from discovery_agent.domain.economics import EconomicsTable
from discovery_agent.domain.ladder import Ladder, SolutionClass
from discovery_agent.errors import ConfigurationError
from discovery_agent.knowledge.tables import load_table, load_tables

SHIPPED = Path(__file__).parents[2] / "knowledge" / "ladder.yaml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "ladder.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(path: Path, words: str) -> int:
    return next(number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if words in line)


def test_every_class_can_be_the_verdict_of_the_shipped_ladder() -> None:
    ladder = load_table(SHIPPED, Ladder)
    by_id = {rung.id: rung.solution for rung in ladder.rungs}
    assert {by_id[rung] for rung in Diagram(ladder, {}).outcomes() if rung} == set(SolutionClass)


def test_every_criterion_of_the_shipped_ladder_matters() -> None:
    ladder = load_table(SHIPPED, Ladder)
    assert Diagram(ladder, {}).pivotal == {criterion.id for criterion in ladder.criteria}


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("cause: [way_of_working]", "cause: [way_of_walking]", None, "way_of_walking"),
        ("any_of: {input: [fields, fixed_layout]}", "any_of: {inptu: [fields]}", None, "inptu"),
        ("    question: In what form does the material come in?\n", "", "id: input", "criteria.3.question"),
        ("roles: [end_user, technical]\n", "roles: [end_user, janitor]\n", "janitor", "roles"),
        ("  - solution: analytics", "  - solution: astrology", "astrology", "solution"),
        ("      - any_of: {output: [fixed_action]}", "      - any_of: {}", "any_of: {}", "any_of"),
        ("        likely: 2\n", "        likely: -2\n", "likely: -2", "likely"),
        ("rungs:\n", "rungs: [\n", None, "YAML"),
    ],
)
def test_a_mistake_names_what_is_wrong_and_the_line(tmp_path: Path, old: str, new: str, at: str | None, words: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(ConfigurationError) as caught:
        load_table(path, Ladder)
    assert words in caught.value.what
    assert "line" in (caught.value.where or "")
    if at:
        assert caught.value.where == f"{path}, line {line_of(path, at)}"
    assert caught.value.remedy


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be read"):
        load_table(tmp_path / "ladder.yaml", Ladder)


@pytest.mark.parametrize("text", ["", "[]", "criteria: 3\nrungs: x\n", "- any_of: 3"])
def test_any_other_yaml_is_refused_in_plain_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ladder.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_table(path, Ladder)


def test_the_shipped_tables_fit_together() -> None:
    tables = load_tables(SHIPPED.parent)
    assert {gate for gates in tables.readiness.gates.values() for gate in gates} == {one.id for one in tables.readiness.dimensions}
    assert set(tables.readiness.gates) == set(SolutionClass)
    assert all(set(one.likes) == {0, 1, 2, 3} for one in tables.readiness.dimensions)


def test_a_mistake_deep_in_another_table_has_its_line_too(tmp_path: Path) -> None:
    text = (SHIPPED.parent / "economics.yaml").read_text(encoding="utf-8")
    path = tmp_path / "economics.yaml"
    path.write_text(text.replace("{low: 20, likely: 40, high: 80}", "{low: 20, likely: 400, high: 80}", 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="must rise") as caught:
        load_table(path, EconomicsTable)
    assert caught.value.where == f"{path}, line {line_of(path, '400')}"
