"""The backlog as CSV: the columns that each importer knows, every item under its epic, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache

import pytest

from discovery_agent.discovery.exporting import Format
from discovery_agent.domain.blueprint.document import Blueprint
from tests.discovery.exporting.reading import exported
from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.drafts import draft_of

TRACKERS = (Format.JIRA, Format.LINEAR, Format.GITHUB)
drafted = cache(draft_of)


def rows_of(blueprint: Blueprint, form: Format) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported(blueprint, form).decode("utf-8"), newline="")))


def columns(rows: Sequence[Sequence[str]], name: str) -> list[str]:
    at = rows[0].index(name)
    return [row[at] for row in rows[1:]]


def items_of(blueprint: Blueprint) -> list[tuple[str, str]]:
    """Epic and item, by title, as the blueprint holds them."""
    return [(epic.title, item.title) for epic in blueprint.epics for item in epic.items]


def test_columns_are_those_that_each_importer_reads() -> None:
    heads = {form: rows_of(drafted("several"), form)[0] for form in TRACKERS}
    assert heads[Format.JIRA] == [
        *("Issue Type", "Issue ID", "Parent", "Summary", "Description", "Priority", "Labels", "Labels", "Original Estimate"),
    ]
    assert heads[Format.LINEAR] == ["ID", "Title", "Description", "Status", "Estimate", "Priority", "Assignee", "Labels", "Parent issue"]
    assert heads[Format.GITHUB] == ["title", "body", "labels", "milestone", "assignee", "state"]
    assert all(one == one.lower() for one in heads[Format.GITHUB])


@pytest.mark.parametrize("name", CASES)
def test_every_item_is_there_once_under_its_epic(name: str) -> None:
    blueprint = drafted(name)
    wanted = items_of(blueprint)
    for form, title, parent, own in (
        (Format.JIRA, "Summary", "Parent", "Issue ID"),
        (Format.LINEAR, "Title", "Parent issue", "ID"),
    ):
        rows = rows_of(blueprint, form)
        ids, parents, titles = columns(rows, own), columns(rows, parent), columns(rows, title)
        assert len(ids) == len(set(ids)) == len(blueprint.epics) + len(wanted)
        by_id = dict(zip(ids, titles, strict=True))
        assert [(by_id[above], title) for above, title in zip(parents, titles, strict=True) if above] == wanted
        for at, above in enumerate(parents):
            assert not above or above in ids[:at], "Jira wants an epic above what belongs to it."
    github = rows_of(blueprint, Format.GITHUB)
    told = [body.partition("\n")[0].removeprefix("Epic: ") for body in columns(github, "body")]
    assert list(zip(told, columns(github, "title"), strict=True)) == wanted
    assert set(columns(github, "state")) == {"open"}


def test_value_is_priority_the_first_version_a_label_and_work_an_estimate() -> None:
    blueprint = drafted("several")
    jira, linear = rows_of(blueprint, Format.JIRA), rows_of(blueprint, Format.LINEAR)
    assert set(columns(jira, "Priority")) <= {"Highest", "High", "Medium", "Low", "Lowest"}
    assert set(columns(linear, "Priority")) <= {"Urgent", "High", "Medium", "Low", "No priority"}
    by_title = dict(zip(columns(jira, "Summary"), columns(jira, "Priority"), strict=True))
    names = {5: "Highest", 4: "High", 3: "Medium", 2: "Low", 1: "Lowest"}
    assert all(by_title[epic.title] == names[epic.value] for epic in blueprint.epics)
    assert set(columns(jira, "Labels")) == {"first-version", "later"} and not any(" " in one for one in columns(jira, "Labels"))
    assert blueprint.plan
    days = sum(task.estimate.likely for task in blueprint.plan.tasks if task.item_ids)
    seconds = sum(int(one) for one in columns(jira, "Original Estimate") if one)
    assert seconds == pytest.approx(days * 8 * 3600, abs=len(blueprint.plan.tasks)), "All work is estimated, and none twice."
    assert all(int(one) >= 1 for one in columns(linear, "Estimate") if one)


def test_an_item_tells_its_story_when_it_is_accepted_its_kpi_and_who_said_so() -> None:
    blueprint = drafted("automate")
    words = dict(
        zip(columns(rows_of(blueprint, Format.JIRA), "Summary"), columns(rows_of(blueprint, Format.JIRA), "Description"), strict=True)
    )
    for epic in blueprint.epics:
        for item in epic.items:
            told = words[item.title]
            assert told.startswith(item.story) and all(f"* {one}" in told for one in item.acceptance)
    assert any("KPI: Handling time per invoice, 14 minutes to 4 minutes" in one and "Said: “" in one for one in words.values())


@pytest.mark.parametrize(
    "title",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\N{FULLWIDTH EQUALS SIGN}1+1",
        'x";=1+1',
        "x\r\n=1+1,\"y\",'z'",
        "\ufeff=1+1",
        "\x00=1+1",
    ],
)
@pytest.mark.parametrize("form", TRACKERS)
def test_no_cell_is_a_formula_wherever_a_spreadsheet_cuts_it(form: Format, title: str) -> None:
    blueprint = drafted("automate")
    epic = blueprint.epics[0]
    items = tuple(one.model_copy(update={"title": title, "story": title, "acceptance": (title,)}) for one in epic.items)
    attacked = blueprint.model_copy(update={"epics": (epic.model_copy(update={"title": title, "items": items}),)})
    text = exported(attacked, form).decode("utf-8")
    harmless = rows_of(blueprint, form)
    rows = rows_of(attacked, form)
    assert [len(row) for row in rows] == [len(row) for row in harmless]
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert not [one for one in row if one.strip('" ').startswith(("=", "+", "-", "@", "\uff1d"))], separator
    assert not [one for one in text if ord(one) < 32 and one not in "\r\n\t"]


def test_what_holds_commas_quotes_and_lines_comes_back_as_it_was() -> None:
    blueprint = drafted("automate")
    epic = blueprint.epics[0]
    item = epic.items[0].model_copy(update={"title": 'A "quoted", title; with\tall', "story": "First line\nsecond “line”, 会議, تقليل"})
    changed = blueprint.model_copy(update={"epics": (epic.model_copy(update={"items": (item,)}),)})
    for form, title, words in (
        (Format.JIRA, "Summary", "Description"),
        (Format.LINEAR, "Title", "Description"),
        (Format.GITHUB, "title", "body"),
    ):
        rows = rows_of(changed, form)
        assert columns(rows, title)[-1] == item.title and item.story in columns(rows, words)[-1]
    assert exported(changed, Format.JIRA).startswith(b'"Issue Type"'), "No byte order mark: importers take it for a part of the name."


@pytest.mark.parametrize("form", TRACKERS)
def test_a_blueprint_without_epics_is_a_file_of_column_names(form: Format) -> None:
    assert len(rows_of(drafted("automate").model_copy(update={"epics": (), "plan": None}), form)) == 1
