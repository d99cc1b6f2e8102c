"""The planning table as it is edited: the one that ships is whole, and a mistake is found by file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from discovery_agent.domain.blueprint.document import Course
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.table import PlanningTable, When
from discovery_agent.errors import ConfigurationError
from discovery_agent.knowledge.tables import load_planning, load_tables
from discovery_agent.models.prices import published_price

SHIPPED = Path(__file__).parents[2] / "knowledge"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (SHIPPED / "planning.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "planning.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(path: Path, words: str) -> int:
    return next(number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if words in line)


def test_the_shipped_table_fits_the_other_tables() -> None:
    table, tables = load_planning(SHIPPED), load_tables(SHIPPED)
    dimensions = {one.id for one in tables.readiness.dimensions}
    opened = {package.dimension for package in table.packages if package.when is When.GAP}
    assert opened == dimensions  # each gate that can be closed has work that opens it
    assert tables.economics.currency in table.dollar
    developer = next(role for role in table.roles if role.id == "developer")
    assert developer.day_rate == tables.economics.day_rate


def test_the_reference_model_has_a_published_price() -> None:
    assert published_price(load_planning(SHIPPED).reference_model, date(2026, 11, 1)) is not None


@pytest.mark.parametrize("solution", SolutionClass)
def test_every_solution_class_has_work(solution: SolutionClass) -> None:
    table = load_planning(SHIPPED)
    course = {SolutionClass.PROCESS_CHANGE: Course.CHANGE_PROCESS}.get(
        solution, Course.BUILD_WITH_AI if solution.needs_ai else Course.AUTOMATE
    )
    assert len(table.packages_of(course, solution)) >= 8


def test_every_role_of_the_table_has_work() -> None:
    table = load_planning(SHIPPED)
    assert {package.role for package in table.packages} == {role.id for role in table.roles}


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("    role: works_council\n", "    role: janitor\n", "role: janitor", "janitor"),
        ("    after: [record_decision]\n", "    after: [record_decison]\n", "record_decison", "record_decison"),
        ("    after: [tell_who_asked]\n", "    after: [look_again]\n", "id: look_again", "circle"),
        ("  - id: tell_who_asked\n", "  - id: record_decision\n", None, "defined twice"),
        ("Go through a sample of past cases", "Go through {count} past cases", "id: sample_cases", "{count}"),
        ("“{goal}” once the open", "“{kpi}” once the open", "id: decide_after_asking", "{goal}"),
        (
            "days: {optimistic: 1, likely: 2, pessimistic: 5}",
            "days: {optimistic: 3, likely: 2, pessimistic: 5}",
            "optimistic: 3",
            "must rise",
        ),
        ("    dimension: labels\n", "", "id: open_labels", "dimension"),
        ("courses: [undecided]", "courses: [undecidable]", "undecidable", "courses"),
        ("stage: prepare", "stage: prepared", "stage: prepared", "stage"),
        ("people: 0.5}", "people: 0}", "people: 0}", "people"),
        ("ramp_months: {process_change: 2, ", "ramp_months: {", "ramp_months", "process_change"),
        ("reference_model: openai:gpt-5-mini", "reference_model: gpt-5-mini", "reference_model", "reference_model"),
        ("EUR: {low: 0.82", "EUR: {low: 0", "dollar:", "EUR"),
        ("runs: 2000 ", "runs: many ", "runs: many", "runs"),
        ("packages:\n", "packages: [\n", None, "YAML"),
    ],
)
def test_a_mistake_names_what_is_wrong_the_file_and_the_line(tmp_path: Path, old: str, new: str, at: str | None, words: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(ConfigurationError) as caught:
        load_planning(tmp_path)
    assert words in caught.value.what
    if at:
        lines = [line_of(path, at)]
        assert caught.value.where in {f"{path}, line {line}" for line in (*lines, lines[0] + 1)}
    assert str(path) in (caught.value.where or "") and "line" in (caught.value.where or "")
    assert caught.value.remedy


def test_a_role_defined_twice_is_found_where_it_is_defined_again(tmp_path: Path) -> None:
    path = changed(tmp_path, "  - {id: trainer,", "  - {id: developer,")
    with pytest.raises(ConfigurationError, match="`developer` is defined twice") as caught:
        load_planning(tmp_path)
    lines = [number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if "{id: developer" in line]
    assert caught.value.where == f"{path}, line {lines[-1]}"


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"planning\.yaml.*cannot be read"):
        load_planning(tmp_path)


def test_a_course_without_work_is_refused() -> None:
    plain = load_planning(SHIPPED)
    packages = tuple(one for one in plain.packages if Course.DO_NOT_BUILD not in one.courses)
    with pytest.raises(ValueError, match="do_not_build"):
        PlanningTable.model_validate(plain.model_copy(update={"packages": packages}).model_dump())
