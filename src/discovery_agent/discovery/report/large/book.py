"""Writes all files of a large report into its staging folder."""

from __future__ import annotations

from discovery_agent.discovery.report.large.conversations import write_conversations
from discovery_agent.discovery.report.large.goals import GoalPages
from discovery_agent.discovery.report.large.lists import write_decisions, write_goals, write_index, write_others
from discovery_agent.discovery.report.large.markdown import CONVERSATIONS, index_markdown, overview_markdown
from discovery_agent.discovery.report.large.overview import make_overview
from discovery_agent.discovery.report.large.pages import Book, overview_page
from discovery_agent.discovery.report.large.plan import make_plan
from discovery_agent.discovery.report.large.shelf import Shelf
from discovery_agent.discovery.report.large.staging import Staging
from discovery_agent.discovery.report.large.survey import Talk, nodes_of
from discovery_agent.discovery.report.large.verdicts import cited_by
from discovery_agent.discovery.results import BatchAnalysis

PARTS = ("conversations", "pages", "report.md", "report.html", "report.json")
"""What a report consists of, in the order in which it is put in place."""


def write_book(batch: BatchAnalysis, staging: Staging) -> tuple[Talk, ...]:
    """Write everything; gives the conversations in their order."""
    plan = make_plan(batch)
    book = Book(staging, plan.addresses, plan.cover)
    wanted = {id_ for node in nodes_of(plan.tree) for id_ in node.finding_ids}
    with Shelf(staging.spare, wanted, cited_by(plan.goals)) as shelf:
        gleaned = write_conversations(batch, plan, book, shelf)
        goals = GoalPages(shelf, plan.survey.weights, plan.numbers, plan.anchors)
        write_goals(plan, book, goals, shelf)
        write_decisions(plan, book, shelf)
        view = make_overview(batch, plan, gleaned, goals, shelf)
    write_others(batch, plan, book)
    write_index(plan, book)
    kinds = [(kind.value, label, count) for kind, label, count in plan.kinds]
    book.write("report.html", overview_page(), view=view, kinds=kinds, heading=None)
    staging.write("report.md", overview_markdown(view, plan))
    staging.write(CONVERSATIONS, index_markdown(plan))
    return plan.survey.talks
