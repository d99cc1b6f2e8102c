"""The backlog as CSV in the columns that issue trackers import.

Jira Cloud maps parents by the columns Issue ID and Parent and wants epics above their children; Linear's importer reads the columns
of Linear's own export; GitHub has no import of its own, its usual import tools read title, body, labels and milestone by these names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.blueprint.document import BacklogItem, Blueprint, Epic
from discovery_agent.domain.planning.work import Task

# A field with several values has a column for each, of the same name.
JIRA = ("Issue Type", "Issue ID", "Parent", "Summary", "Description", "Priority", "Labels", "Labels", "Original Estimate")
LINEAR = ("ID", "Title", "Description", "Status", "Estimate", "Priority", "Assignee", "Labels", "Parent issue")
GITHUB = ("title", "body", "labels", "milestone", "assignee", "state")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA = re.compile(r"(\A|[\n\t;] *)([=+\-@\uff1d\uff0b\uff20])")
_DRAFT = "draft"
_SECONDS_A_DAY = 8 * 3600
# Value of an epic -> priority, as Jira and Linear name them.
_JIRA_PRIORITY = {5: "Highest", 4: "High", 3: "Medium", 2: "Low", 1: "Lowest"}
_LINEAR_PRIORITY = {5: "Urgent", 4: "High", 3: "Medium", 2: "Low", 1: "Low"}


def jira_csv(blueprint: Blueprint, *, draft: bool) -> str:
    """For Jira: every epic above all items, whose parent is named by number; estimates are in seconds, as its import wants them.

    Of all three: what comes from a version that nobody signed is labelled `draft`.
    """
    epics, items = _numbered(blueprint)
    rows: list[Sequence[str]] = []
    mark = _DRAFT if draft else ""
    for number, epic in epics:
        words, priority = _epic_words(blueprint, epic), _JIRA_PRIORITY[epic.value]
        rows.append(("Epic", str(number), "", epic.title, words, priority, _label(epic.mvp), mark, ""))
    days = _likely_days(blueprint)
    for number, parent, epic, item in items:
        seconds = str(round(days[item.id] * _SECONDS_A_DAY)) if days.get(item.id) else ""
        priority = _JIRA_PRIORITY[epic.value]
        words = _item_words(blueprint, item)
        rows.append(("Story", str(number), str(parent), item.title, words, priority, _label(epic.mvp and item.mvp), mark, seconds))
    return _written(JIRA, rows)


def linear_csv(blueprint: Blueprint, *, draft: bool) -> str:
    """For Linear: epics are issues; the estimate is in days. Not every version of its importer reads the parent."""
    epics, items = _numbered(blueprint)
    rows: list[Sequence[str]] = []
    for number, epic in epics:
        label = ", ".join(["epic", *_labels(epic.mvp, draft=draft)])
        rows.append((str(number), epic.title, _epic_words(blueprint, epic), "Backlog", "", _LINEAR_PRIORITY[epic.value], "", label, ""))
    days = _likely_days(blueprint)
    for number, parent, epic, item in items:
        estimate = str(max(1, round(days[item.id]))) if days.get(item.id) else ""
        label = ", ".join(_labels(epic.mvp and item.mvp, draft=draft))
        words = _within(epic, _item_words(blueprint, item))
        rows.append((str(number), item.title, words, "Backlog", estimate, _LINEAR_PRIORITY[epic.value], "", label, str(parent)))
    return _written(LINEAR, rows)


def github_csv(blueprint: Blueprint, *, draft: bool) -> str:
    """For GitHub: an issue for each item; its epic stands in the body and among the labels."""
    rows: list[Sequence[str]] = []
    for number, epic in enumerate(blueprint.epics, start=1):
        for item in epic.items:
            body = _within(epic, _item_words(blueprint, item))
            labels = ",".join([f"epic-{number}", *_labels(epic.mvp and item.mvp, draft=draft)])
            rows.append((item.title, body, labels, "", "", "open"))
    return _written(GITHUB, rows)


def _numbered(blueprint: Blueprint) -> tuple[list[tuple[int, Epic]], list[tuple[int, int, Epic, BacklogItem]]]:
    epics = list(enumerate(blueprint.epics, start=1))
    items: list[tuple[int, int, Epic, BacklogItem]] = []
    for parent, epic in epics:
        for item in epic.items:
            items.append((len(epics) + len(items) + 1, parent, epic, item))
    return epics, items


def _label(mvp: bool) -> str:
    return "first-version" if mvp else "later"


def _labels(mvp: bool, *, draft: bool) -> list[str]:
    return [_label(mvp), *([_DRAFT] if draft else [])]


def _likely_days(blueprint: Blueprint) -> dict[str, float]:
    """The likeliest days of the tasks of each item; a task of several items counts in equal parts."""
    days: dict[str, float] = {}
    tasks: Iterable[Task] = blueprint.plan.tasks if blueprint.plan else ()
    for task in tasks:
        for item_id in task.item_ids:
            days[item_id] = days.get(item_id, 0.0) + task.estimate.likely / len(task.item_ids)
    return days


def _epic_words(blueprint: Blueprint, epic: Epic) -> str:
    lines = [
        f"Course: {epic.course.label}",
        f"Business value: {epic.why_value}",
        f"Technical risk: {epic.why_risk}",
        *_kpis(blueprint, epic.kpi_ids),
    ]
    return "\n".join(lines)


def _item_words(blueprint: Blueprint, item: BacklogItem) -> str:
    lines = [item.story]
    if item.acceptance:
        lines += ["", "Accepted when:", *(f"* {one}" for one in item.acceptance)]
    lines += ["", *_kpis(blueprint, item.kpi_ids)]
    said = {one.finding_id: one for one in blueprint.evidence}
    quotes = [quote.text for finding_id in item.findings if finding_id in said for quote in said[finding_id].quotes[:1]]
    return "\n".join([*lines, *(f"Said: “{one}”" for one in quotes[:3])]).strip()


def _within(epic: Epic, words: str) -> str:
    """The words of an item with its epic on top, for importers that know no parents."""
    return f"Epic: {epic.title}\n\n{words}"


def _kpis(blueprint: Blueprint, kpi_ids: Iterable[str]) -> Iterator[str]:
    wanted = set(kpi_ids)
    for kpi in blueprint.kpis:
        if kpi.id in wanted:
            yield f"KPI: {kpi.metric}, {kpi.baseline or 'today not known'} to {kpi.target or 'no target yet'}"


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    # All quoted: a spreadsheet that takes semicolons for separators still sees one cell, not the half of it after a semicolon.
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, whoever wrote it; trackers drop the mark again or show it.

    A spreadsheet that separates by semicolons or tabs may cut a cell there or at its lines, so the mark stands at each such place.
    """
    return _FORMULA.sub(r"\1'\2", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", visible(cell)))
