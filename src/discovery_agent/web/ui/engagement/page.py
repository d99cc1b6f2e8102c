"""The overview of an engagement: what is settled at a glance, and everything that leads on from there."""

from __future__ import annotations

from fastapi import Response

from discovery_agent.discovery.assessments import AssessmentOverview, assessment_overview
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.report.wording import analyst_words, plural
from discovery_agent.domain.engagement import Engagement
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, div, empty, heading, link, p, section, span, words_of
from discovery_agent.web.ui.engagement.conversations import conversation_list
from discovery_agent.web.ui.engagement.results import show_results
from discovery_agent.web.ui.engagement.settings import show_settings
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.engagement.uploads import Jobs, upload_field
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import ago

_JUMPS = (
    ("verdicts", "Is AI needed?"),
    ("agenda", "Ask next"),
    ("conflicts", "Disagreements"),
    ("kpis", "KPIs"),
    ("goals", "Goal tree"),
    ("heard", "Who was heard"),
    ("conversations", "Conversations"),
)


async def engagement_page(visit: Visit, engagement_id: str) -> Response | None:
    """The overview of an engagement."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, engagement.title)
    header(visit.client, visit, engagement, "")
    with place:
        await Overview(visit, engagement).build()
    return None


class Overview:
    """The page and what on it changes while it is open."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        self._shown: AssessmentOverview | None = None
        self._slices: Slices | None = None

    async def build(self) -> None:
        """Show everything."""
        with div("title"):
            heading(1, self._engagement.title)
            if self._engagement.organisation:
                words_of(self._engagement.organisation, classes="strong")
            if self._engagement.purpose:
                words_of(self._engagement.purpose, classes="lead")
        self._news = div("stack")
        self._results = div("results")
        with section("Conversations", "conversations"):
            if self._visit.writes:
                upload_field(self._visit, self._engagement, self._began)
            self._jobs = Jobs(self._visit, self._engagement, self._changed)
            with div("part"):
                self._listed = conversation_list(self._visit, self._engagement)
        await self._listed.load()
        await self._show_newest()
        await self._jobs.look()
        if self._visit.writes:
            with section("Settings", "settings"):
                show_settings(self._visit, self._engagement)

    async def _began(self) -> None:
        await self._jobs.look()
        await self._listed.load()

    async def _changed(self) -> None:
        """Something was read or worked out in the background."""
        await self._listed.load()
        newest = await assessment_overview(self._visit.workspace, self._engagement.id)
        if newest is None or (self._shown is not None and newest.id == self._shown.id):
            return
        if self._shown is None or self._slices is None:
            await self._show_newest()
            return
        if newest.basis == self._shown.basis:
            self._shown = newest
            self._slices.move_to(newest)
            return
        self._news.clear()
        with self._news, div("warning spread", role="status"):
            span("There are new results.")
            button(self._visit, "Show them", self._show_newest, "slim main")

    async def _show_newest(self) -> None:
        overview = await assessment_overview(self._visit.workspace, self._engagement.id)
        self._shown = overview
        self._news.clear()
        self._results.clear()
        with self._results:
            if overview is None:
                self._nothing_yet()
                return
            self._stand(overview)
            with Piece("nav", "", "jumps", aria_label="Parts of this page"):
                for anchor, words in _JUMPS:
                    link(words, f"#{anchor}")
            self._slices = Slices(self._visit.workspace, self._engagement.id, overview)
            await show_results(self._visit, self._slices, overview)

    def _stand(self, overview: AssessmentOverview) -> None:
        with p("", "quiet small"):
            span(f"From {plural(overview.findings, 'finding')} in {plural(overview.conversations, 'conversation')}, ")
            span(f"worked out {ago(overview.created_at, self._visit.workspace.now())}; ")
            span(f"proposed by the {analyst_words(overview.analyst)}. ")
            if overview.stale:
                span("A newer one is being worked out.")
        for note in overview.knowledge_notes:
            words_of(note, classes="warning")

    def _nothing_yet(self) -> None:
        with empty("Nothing to show yet", "Results appear as soon as something was said and read."), div("line"):
            link("Add transcripts", "#conversations", "button main")
            link("Invite people", f"/engagements/{self._engagement.id}/people", "button")
