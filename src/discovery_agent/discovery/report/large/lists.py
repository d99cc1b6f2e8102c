"""The lists that are written after the conversations: goals, KPIs, verdicts, questions, people, and the index of conversations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from discovery_agent.discovery.report.finding_view import FindingView
from discovery_agent.discovery.report.large.goals import GoalPages
from discovery_agent.discovery.report.large.pages import Book, Heading, Listing, Pager, finder_page, list_files
from discovery_agent.discovery.report.large.plan import FIND, FINDINGS, SIZES, Plan, ranges
from discovery_agent.discovery.report.large.shelf import Shelf
from discovery_agent.discovery.report.large.survey import Weight
from discovery_agent.discovery.report.large.verdicts import conflict, verdict
from discovery_agent.discovery.report.tree_view import TreeView
from discovery_agent.discovery.report.wording import plural, visible
from discovery_agent.discovery.results import BatchAnalysis

_WEIGHTY = "Those that most people speak of come first."


@dataclass(frozen=True, slots=True)
class _Branches:
    """A page of the goal tree."""

    tree: TreeView
    continued: bool


def write_goals(plan: Plan, book: Book, goals: GoalPages, shelf: Shelf) -> None:
    """The goal tree, the KPIs, and everything that backs a goal or KPI which much backs."""
    files = list_files("goals", len(plan.parts), 1)
    last = ""
    for number, part in enumerate(plan.parts, start=1):
        branches = _Branches(goals.tree(part), bool(part.business_goals) and part.business_goals[0].id == last)
        last = part.business_goals[-1].id if part.business_goals else ""
        heading = Heading("Goal tree", f"Business goals, what serves them, and what measures them. {_WEIGHTY}", "goals")
        book.inner(f"pages/{files[number - 1]}", heading, "goals", pager=Pager(number, files), view=branches)
    heading = Heading("KPIs", f"What was said of each, and what nobody said. {_WEIGHTY}", "kpis")
    _write(book, plan, "kpis", heading, "kpis", (goals.kpi(node) for node in plan.kpis))
    for number, node in enumerate(plan.backed, start=1):
        weight = plan.survey.weights[node.id]
        listing = Listing[FindingView](
            book, f"evidence-{number}", Heading(node.statement, weight_words(weight), "findings"), "findings", weight.findings, FINDINGS
        )
        for at in range(0, len(node.finding_ids), FINDINGS):
            for finding in shelf.index(node.finding_ids[at : at + FINDINGS]).all:
                listing.add(finding)
        listing.close()


def write_decisions(plan: Plan, book: Book, shelf: Shelf) -> None:
    """Verdicts, conflicts and questions."""
    heading = Heading("Is AI needed?", f"For each goal the simplest solution that suffices. {_WEIGHTY}", "verdicts")
    verdicts = (verdict(goal, number, shelf, plan.knowledge) for number, goal in enumerate(plan.goals, start=1))
    _write(book, plan, "verdicts", heading, "verdicts", verdicts)
    heading = Heading("Where people disagree", "Those that decide a verdict come first.", "conflicts")
    _write(book, plan, "conflicts", heading, "conflicts", (conflict(one, number) for number, one in enumerate(plan.conflicts, start=1)))
    heading = Heading("Ask next", "The question whose answer could change most comes first.", "agenda")
    _write(book, plan, "agenda", heading, "agenda", ((item, plan.knowledge.on_question(item.id)) for item in plan.agenda))


def write_others(batch: BatchAnalysis, plan: Plan, book: Book) -> None:
    """People, knowledge, and files that could not be read."""
    titles = [talk.title for talk in plan.survey.talks]
    heading = Heading("People", "Those with most findings come first. A name is one person in all conversations.", "people")
    _write(book, plan, "people", heading, "people", plan.survey.people, title_of=lambda number: titles[number - 1])
    heading = Heading(
        "What is known about this", "General experience and your own documents: not evidence, and they decide nothing.", "knowledge"
    )
    _write(book, plan, "knowledge", heading, "knowledge", plan.knowledge.cited)
    heading = Heading("Also known of cases like these", "Raised by nobody yet", "knowledge")
    _write(book, plan, "also-known", heading, "unused", plan.knowledge.unused)
    heading = Heading("Files that could not be read", "", "limits")
    _write(book, plan, "unreadable", heading, "unread", batch.unreadable)


def write_index(plan: Plan, book: Book) -> None:
    """All conversations by title, and the page that finds one."""
    total, size = plan.totals["conversations"], SIZES["conversations"]
    _write(book, plan, "conversations", Heading("Conversations", f"{total:,} by title", "conversations"), "conversations", plan.by_title)
    files = list_files("conversations", total, size)
    titles = [(file, first.title, last.title) for file, (first, last) in zip(files, ranges(plan.by_title, size), strict=True)]
    rows = [[*map(visible, (one.title, f"../{one.page}", one.date, one.source, ", ".join(one.people)))] for one in plan.by_title]
    # Within a script element only "</" and "<!--" could end it; no "<" is left at all.
    data = (
        json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    )
    heading = Heading("Find a conversation", plural(total, "conversation"), "find")
    book.write(FIND, finder_page(), heading=heading, ranges=titles, data=Markup(data))


def _write(book: Book, plan: Plan, name: str, heading: Heading, body: str, items: Iterable[object], **values: object) -> None:
    if not plan.has_pages(name):
        return
    listing = Listing[object](book, name, heading, body, plan.totals[name], SIZES[name], **values)
    for item in items:
        listing.add(item)
    listing.close()


def weight_words(weight: Weight) -> str:
    """How much stands behind a goal or KPI."""
    people = plural(weight.people, "person", "people")
    return f"{plural(weight.findings, 'finding')} of {people} in {plural(weight.conversations, 'conversation')}"
