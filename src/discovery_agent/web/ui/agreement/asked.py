"""A line on the interview page of a stakeholder whose answer to a draft is waited for."""

from __future__ import annotations

from discovery_agent.discovery.agreement import asks
from discovery_agent.web.ui.elements import div, link, p, span
from discovery_agent.web.ui.visit import Visit

SECONDS_BETWEEN_LOOKS = 5.0
"""How soon an interview that is open tells of a draft."""


class AskedAboutObjective:
    """The line; it comes up by itself while the page is open."""

    def __init__(self, visit: Visit, engagement_id: str, stakeholder_id: str) -> None:
        self._visit = visit
        self._ids = (engagement_id, stakeholder_id)
        self._place = div("asked-about", role="status")

    async def look(self) -> None:
        """Show the line if it is time, else look again a little later."""
        if self._place.is_deleted:
            return
        if await asks(self._visit.workspace, *self._ids):
            with self._place, p("", "box line"):
                span("Your lead asks what you think of the shared objective.")
                link("Read it and answer", "/agreement")
            return
        self._visit.later(self.look, SECONDS_BETWEEN_LOOKS)
