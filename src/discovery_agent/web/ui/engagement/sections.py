"""The pages of an engagement, in the order of its menu: one line each. A new page adds its line here and nowhere else.

The line gives the page its address, its place in the menu and its reader; the page itself is an async function
`(visit, engagement_id)` that calls `frame.begin` and `frame.header`, the latter with its own path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import NamedTuple

from fastapi import Response

from discovery_agent.web.ui.visit import Visit

Show = Callable[[Visit, str], Awaitable[Response | None]]


class EngagementSection(NamedTuple):
    """One page of an engagement."""

    title: str
    """How the menu calls it."""
    path: str
    """Its address below `/engagements/{id}`; empty for the first page. Stable: people keep links to it."""
    page: str
    """The function that shows it, as `folder.module:function` below `web.ui`; imported when it is first asked for."""
    lead_only: bool = False
    """Whether only an owner or lead may open it; a reviewer neither sees it in the menu nor gets in."""

    def load(self) -> Show:
        """The function that shows the page."""
        module, _, function = self.page.partition(":")
        return getattr(import_module(f"discovery_agent.web.ui.{module}"), function)


SECTIONS = (
    EngagementSection("Overview", "", "engagement.page:engagement_page"),
    EngagementSection("Is AI needed?", "/verdicts", "engagement.results:verdicts_page"),
    EngagementSection("Goals and KPIs", "/goals", "engagement.results:goals_page"),
    EngagementSection("Ask next", "/agenda", "engagement.results:agenda_page"),
    EngagementSection("Disagreements", "/conflicts", "engagement.results:conflicts_page"),
    EngagementSection("Agreement", "/agreement", "agreement.page:agreement_page"),
    EngagementSection("Blueprint", "/blueprint", "blueprint.page:blueprint_page"),
    EngagementSection("Plan", "/plan", "plan.page:plan_page"),
    EngagementSection("Review", "/review", "review.page:review_page"),
    EngagementSection("Gates", "/gates", "gates.page:gates_page"),
    EngagementSection("Execution", "/execution", "execution.page:execution_page"),
    EngagementSection("What changed", "/changes", "engagement.results:changes_page"),
    EngagementSection("Conversations", "/conversations", "engagement.conversations:conversations_page"),
    EngagementSection("People", "/people", "people.page:people_page"),
    EngagementSection("Knowledge", "/knowledge", "knowledge.page:knowledge_page"),
    EngagementSection("Settings", "/settings", "engagement.settings:settings_page", lead_only=True),
)
"""Every page of an engagement, in the order of the menu."""


def sections_for(*, writes: bool) -> tuple[EngagementSection, ...]:
    """The pages that somebody sees in the menu; `writes` says whether they may change the engagement."""
    return tuple(one for one in SECTIONS if writes or not one.lead_only)
