"""The pages of an engagement, in the order of its menu: one line each. A new page adds its line here and nowhere else.

The line gives the page its address, its place in the menu and its reader; the page itself is an async function
`(visit, engagement_id)` that calls `frame.begin` and `frame.header`, the latter with its own path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from itertools import groupby
from typing import NamedTuple

from fastapi import Response

from discovery_agent.domain.gates import Phase
from discovery_agent.web.ui.gates.words import PHASES
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
    group: str = ""
    """What it stands under in the menu: the phase that it belongs to, or `MORE`; empty for a page that stands by itself."""
    lead_only: bool = False
    """Whether only an owner or lead may open it; a reviewer neither sees it in the menu nor gets in."""

    def load(self) -> Show:
        """The function that shows the page."""
        module, _, function = self.page.partition(":")
        return getattr(import_module(f"discovery_agent.web.ui.{module}"), function)


MORE = "More"
"""What pages stand under that serve every phase."""
_DISCOVERY, _FEASIBILITY, _BLUEPRINTING, _PLANNING, _EXECUTION = (PHASES[one] for one in Phase)

SECTIONS = (
    EngagementSection("Overview", "", "engagement.page:engagement_page"),
    EngagementSection("Phases and gates", "/gates", "gates.page:gates_page"),
    EngagementSection("Conversations", "/conversations", "engagement.conversations:conversations_page", _DISCOVERY),
    EngagementSection("People", "/people", "people.page:people_page", _DISCOVERY),
    EngagementSection("Ask next", "/agenda", "engagement.results:agenda_page", _DISCOVERY),
    EngagementSection("Goals and KPIs", "/goals", "engagement.results:goals_page", _DISCOVERY),
    EngagementSection("Conflicts", "/conflicts", "agreement.register:conflicts_page", _DISCOVERY),
    EngagementSection("Shared objective", "/agreement", "agreement.page:agreement_page", _DISCOVERY),
    EngagementSection("What changed", "/changes", "engagement.results:changes_page", _DISCOVERY),
    EngagementSection("Is AI needed?", "/verdicts", "engagement.results:verdicts_page", _FEASIBILITY),
    EngagementSection("Blueprint", "/blueprint", "blueprint.page:blueprint_page", _BLUEPRINTING),
    EngagementSection("Review", "/review", "review.page:review_page", _BLUEPRINTING),
    EngagementSection("Delivery plan", "/plan", "plan.page:plan_page", _PLANNING),
    EngagementSection("KPI check-ins", "/execution", "execution.page:execution_page", _EXECUTION),
    EngagementSection("Knowledge", "/knowledge", "knowledge.page:knowledge_page", MORE),
    EngagementSection("Settings", "/settings", "engagement.settings:settings_page", MORE, lead_only=True),
)
"""Every page of an engagement, in the order of the menu."""


def grouped(sections: Iterable[EngagementSection]) -> tuple[tuple[str, tuple[EngagementSection, ...]], ...]:
    """Neighbours in the menu that stand under the same heading, with that heading."""
    return tuple((group, tuple(pages)) for group, pages in groupby(sections, key=lambda one: one.group))


def sections_for(*, writes: bool) -> tuple[EngagementSection, ...]:
    """The pages that somebody sees in the menu; `writes` says whether they may change the engagement."""
    return tuple(one for one in SECTIONS if writes or not one.lead_only)
