"""The page of execution: is each KPI on its way, when do people look at it, and what was learned."""

from __future__ import annotations

from fastapi import Response

from discovery_agent.discovery.drafting import draft_blueprint, latest_blueprint
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.execution import replanning
from discovery_agent.discovery.reviewing import newest_signed
from discovery_agent.domain.engagement import Engagement
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, div, empty, heading, link, p, section, span, words_of
from discovery_agent.web.ui.engagement.uploads import Jobs
from discovery_agent.web.ui.execution.kpis import KpiList
from discovery_agent.web.ui.execution.lessons import Lessons
from discovery_agent.web.ui.execution.review_dates import ReviewDates
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit


async def execution_page(visit: Visit, engagement_id: str) -> Response | None:
    """How it goes."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"KPI check-ins · {engagement.title}")
    header(visit.client, visit, engagement, "/execution")
    signed = await newest_signed(visit.workspace, engagement_id)
    carried_out = signed or await latest_blueprint(visit.workspace, engagement_id)
    with place:
        with div("title"):
            heading(1, "KPI check-ins")
            p("Whether each KPI is on its way, when people look at it, and what was learned.", "lead")
        if carried_out is None:
            with empty("There is no blueprint yet", "KPIs are checked against the blueprint that is carried out."), p():
                link("To the blueprint", f"/engagements/{engagement_id}/blueprint", "button main")
        else:
            with p("", "line"):
                if signed is not None:
                    span(f"Carried out: version {signed.number}, the newest that is signed.")
                else:
                    span(f"No version is signed. Until one is, KPIs are those of version {carried_out.number}.", "warning")
                    link("To the review", f"/engagements/{engagement_id}/review")
            replan = Replan(visit, engagement)
            await replan.show()
            with section("KPIs", "kpis"):
                await KpiList(visit, engagement, carried_out, replan.show).load()
        with section("Review dates", "dates"):
            await ReviewDates(visit, engagement).load()
        with section("Lessons", "lessons"):
            await Lessons(visit, engagement).load()
    return None


class Replan:
    """Why a new version may be due, and the way to it. Nothing drafts one by itself."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        self._place = div("stack", role="status")
        if visit.writes:
            self._jobs = Jobs(visit, engagement, self._drafted)

    async def show(self) -> None:
        """Show the reasons as they stand."""
        found = await replanning(self._visit.workspace, self._engagement.id)
        self._place.clear()
        if not found.reasons:
            return
        with self._place, div("box replan"):
            p("A new version may be due", "strong")
            with Piece("ul"):
                for one in found.reasons:
                    words_of(one, "li")
            if self._visit.writes:
                with p("", "line"):
                    button(self._visit, "Draft a new version", self._draft, "main")
                    span("It is a draft: reviewers look at it before anything changes.", "quiet small")

    async def _draft(self) -> None:
        await self._visit.may(self._engagement.id, write=True)
        await draft_blueprint(self._visit.workspace, self._engagement.id, self._visit.actor)
        self._visit.say("A new version is being drafted.")
        await self._jobs.look()

    async def _drafted(self) -> None:
        newest = await latest_blueprint(self._visit.workspace, self._engagement.id)
        await self.show()
        if newest is not None:
            with self._place, p("", "line box"):
                span(f"Version {newest.number} is the newest.")
                link("Read it", f"/engagements/{self._engagement.id}/blueprint")
                link("Review it", f"/engagements/{self._engagement.id}/review")
