"""Drafting on the page: what is missing for a first draft, asking for one, and watching it being made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from discovery_agent.discovery.agreement import agreement_of
from discovery_agent.discovery.assessments import AssessmentOverview, Section, assessment_overview
from discovery_agent.discovery.drafting import draft_blueprint
from discovery_agent.discovery.jobs import list_jobs, try_again
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.engagement import Engagement, Job, JobKind, JobState
from discovery_agent.errors import NotFound
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, badge, div, empty, link, p, section, span, words_of
from discovery_agent.web.ui.visit import Visit

_BUSY_SECONDS = 0.7
_IDLE_SECONDS = 5.0
_LOOKED_AT = 30
_WORDS = {JobState.QUEUED: "waiting", JobState.RUNNING: "being drafted", JobState.DONE: "drafted", JobState.FAILED: "failed"}


class Drafting:
    """The button that asks for a draft, and how far that is. `drafted` is called once a new version is there."""

    def __init__(self, visit: Visit, engagement: Engagement, drafted: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement
        self._drafted = drafted
        self._shown: Job | None = None
        self._waits_for: set[str] = set()
        self._place = div("jobs", role="status")
        self._timer = ui.timer(_IDLE_SECONDS, self.look, immediate=False)

    def offer(self, words: str, classes: str = "main") -> None:
        """The button; nothing for those who may not change the engagement."""
        if self._visit.writes:
            button(self._visit, words, self._ask, classes)

    async def look(self) -> None:
        """Look how far it is, more often while it is going on."""
        if self._visit.gone:
            return
        try:
            jobs = await list_jobs(self._visit.workspace, self._engagement.id, limit=_LOOKED_AT)
        except NotFound:  # the engagement was deleted while this page is open
            self._timer.deactivate()
            return
        drafts = [one for one in jobs if one.kind is JobKind.DRAFT]
        going_on = {one.id for one in drafts if one.state in (JobState.QUEUED, JobState.RUNNING)}
        ended = {one.id for one in drafts if one.state is JobState.DONE} & self._waits_for
        self._waits_for = (self._waits_for | going_on) - ended
        self._timer.interval = _BUSY_SECONDS if going_on else _IDLE_SECONDS
        newest = next((one for one in drafts if one.id in self._waits_for or one.state is JobState.FAILED), None)
        if drafts and drafts[0].state is JobState.DONE:
            newest = None
        if newest != self._shown:
            self._shown = newest
            self._draw(newest)
        if ended:
            await self._drafted()

    async def _ask(self) -> None:
        await self._visit.may(self._engagement.id, write=True)
        job = await draft_blueprint(self._visit.workspace, self._engagement.id, self._visit.actor)
        self._waits_for.add(job.id)
        await self.look()

    def _draw(self, job: Job | None) -> None:
        self._place.clear()
        if job is None:
            return
        failed = job.state is JobState.FAILED
        with self._place, div("job failed" if failed else "job"):
            with div("line"):
                p("The blueprint", "name")
                badge(_WORDS[job.state], "clash" if failed else "")
            if not failed:
                with Piece("span", "", "gauge unknown", aria_hidden="true"):
                    Piece("i")
                p("It is composed in the background; you can leave this page.", "quiet small")
            if job.message:
                words_of(job.message)
            if job.remedy:
                words_of(job.remedy, classes="quiet")
            if failed and self._visit.writes:
                self._retry(job)

    def _retry(self, job: Job) -> None:
        async def retry() -> None:
            await self._visit.may(self._engagement.id, write=True)
            await try_again(self._visit.workspace, self._engagement.id, job.id)
            self._waits_for.add(job.id)
            await self.look()

        with p():
            button(self._visit, "Try again", retry, "slim")


async def show_no_draft(visit: Visit, engagement: Engagement, drafting: Drafting) -> None:
    """What stands where the blueprint will be: what it would rest on, what is missing, and the button."""
    overview = await assessment_overview(visit.workspace, engagement.id)
    base = f"/engagements/{engagement.id}"
    if overview is None:
        with (
            empty("There is no blueprint yet", "It is drafted from an assessment, and there is none: nothing was said and read so far."),
            div("line"),
        ):
            link("Add transcripts", f"{base}/conversations", "button main")
            link("Invite people", f"{base}/people", "button")
        return
    agreement = await agreement_of(visit.workspace, engagement.id)
    with section("What a draft would rest on", "rests", "part first"):
        with Piece("ul", "", "rows"):
            for good, text, way, path in _requirements(overview, agreed=agreement.outcome is not None):
                with Piece("li"):
                    badge("there", "good") if good else badge("missing", "warn")
                    span(text, "what")
                    if not good:
                        link(way, f"{base}{path}")
        with div("nothing" if not visit.writes else "further line"):
            if visit.writes:
                drafting.offer("Draft the blueprint")
                span("What is missing is shown in it as a defect or an open question; it can be drafted anew at any time.", "quiet")
            else:
                p("There is no blueprint yet. The lead of this engagement drafts it.")


def _requirements(overview: AssessmentOverview, *, agreed: bool) -> tuple[tuple[bool, str, str, str], ...]:
    """Whether it is there, what it is, and the way to it."""
    sizes = overview.sizes
    business, goals = sizes.get(Section.BUSINESS_GOALS.value, 0), sizes.get(Section.GOALS.value, 0)
    kpis = sizes.get(Section.KPIS.value, 0)
    return (
        (True, f"An assessment of {plural(overview.findings, 'finding')} in {plural(overview.conversations, 'conversation')}.", "", ""),
        (
            bool(business),
            f"Business goals: {business}." if business else "A business goal: nobody said why it is done.",
            "Ask next",
            "/agenda",
        ),
        (
            bool(goals),
            f"Goals with a verdict: {goals}." if goals else "An operational goal: without one there is no work to plan.",
            "Ask next",
            "/agenda",
        ),
        (bool(kpis), f"KPIs: {kpis}." if kpis else "A KPI: nothing could be measured.", "Ask next", "/agenda"),
        (
            agreed,
            "A shared objective." if agreed else "A shared objective: the rounds of agreement have not ended.",
            "Agreement",
            "/agreement",
        ),
    )


async def newer_than(visit: Visit, blueprint: Blueprint) -> tuple[str, ...]:
    """What came about since a version was drafted, a sentence each."""
    overview = await assessment_overview(visit.workspace, blueprint.engagement_id)
    agreement = await agreement_of(visit.workspace, blueprint.engagement_id)
    found: list[str] = []
    if overview is not None and overview.id != blueprint.assessment_id:
        found.append("There is a newer assessment.")
    if agreement.outcome is not None and agreement.outcome.draft.text != blueprint.objective:
        found.append("There is a newer shared objective.")
    return tuple(found)
