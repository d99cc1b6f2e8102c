"""What the pages of results share: a heading, what they rest on, and what stands there before there is any."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discovery_agent.discovery.assessments import AssessmentOverview, assessment_overview, is_coming
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.report.wording import analyst_words, plural
from discovery_agent.web.ui.elements import div, empty, heading, link, p, span, words_of
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import ago

Build = Callable[[Visit, Slices, AssessmentOverview], Awaitable[None]]


async def result_page(visit: Visit, engagement_id: str, path: str, title: str, lead: str, build: Build) -> None:
    """A page that shows a part of the newest assessment."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"{title} · {engagement.title}")
    header(visit.client, visit, engagement, path)
    overview = await assessment_overview(visit.workspace, engagement_id)
    with place:
        with div("title"):
            heading(1, title)
            if lead:
                p(lead, "lead")
        if overview is None:
            nothing_yet(engagement_id, coming=await is_coming(visit.workspace, engagement_id))
            return
        await build(visit, Slices(visit.workspace, engagement_id, overview), overview)
        show_basis(visit, overview)


def show_basis(visit: Visit, overview: AssessmentOverview) -> None:
    """What the results rest on."""
    for note in overview.knowledge_notes:
        words_of(note, classes="warning")
    with p("", "quiet small basis"):
        span(f"From {plural(overview.findings, 'finding')} in {plural(overview.conversations, 'conversation')}, ")
        span(f"worked out {ago(overview.created_at, visit.workspace.now())}; ")
        span(f"proposed by the {analyst_words(overview.analyst)}. ")
        if overview.stale:
            span("A newer one is being worked out.")


def nothing_yet(engagement_id: str, *, coming: bool) -> None:
    """What stands where results will be; `coming` where something is being read or worked out already."""
    if coming:
        empty("Being worked out", "What was said is read, and then assessed. The overview shows the results as soon as they are there.")
        return
    with empty("Nothing to show yet", "Results appear as soon as something was said and read."), div("line"):
        link("Add transcripts", f"/engagements/{engagement_id}/conversations", "button main")
        link("Invite people", f"/engagements/{engagement_id}/people", "button")


def none(words: str) -> None:
    """What stands where a list is empty, and why."""
    p(words, "none")
