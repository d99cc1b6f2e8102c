"""The overview of an engagement: what is decided, what is missing, and the next step; the pages behind it hold the rest."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response

from discovery_agent.discovery.agreement import register_states
from discovery_agent.discovery.assessments import AssessmentOverview, Section, assessment_overview, is_coming
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.domain.agreement.register import ConflictState
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.necessity import Certainty
from discovery_agent.web.ui.agreement.register import decided_on
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, div, heading, link, p, section, span, words_of
from discovery_agent.web.ui.engagement.agenda import answered_by, is_settled
from discovery_agent.web.ui.engagement.changes import change_words, changed
from discovery_agent.web.ui.engagement.criteria import asked
from discovery_agent.web.ui.engagement.result_page import none, nothing_yet, show_basis
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.engagement.standing import Line, Step, decided, missing, next_step
from discovery_agent.web.ui.engagement.uploads import Jobs
from discovery_agent.web.ui.engagement.verdicts import show_answer
from discovery_agent.web.ui.engagement.version import NewestVersion
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit

_ANSWERS = 4
"""Verdicts that are shown at a glance."""
_LOOKED_AT = 30
"""Questions among which the next is looked for: the first of them may have been settled since."""


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

    async def build(self) -> None:
        """Show everything."""
        with div("title"):
            heading(1, self._engagement.title)
            if self._engagement.organisation:
                words_of(self._engagement.organisation, classes="strong")
            if self._engagement.purpose:
                words_of(self._engagement.purpose, classes="lead")
        self._news = div("stack")
        self._next_place = div()
        self._version = NewestVersion(self._visit, self._engagement)
        self._results = div("results")
        self._jobs = Jobs(self._visit, self._engagement, self._changed)
        await self._show_newest()
        await self._version.show()
        await self._jobs.look()

    async def _changed(self) -> None:
        """Something was read, worked out or drafted in the background."""
        await self._version.show()
        newest = await assessment_overview(self._visit.workspace, self._engagement.id)
        if newest is None:
            await self._show_newest()
            return
        if self._shown is not None and newest.basis == self._shown.basis:
            return
        if self._shown is None:
            await self._show_newest()
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
        self._next_place.clear()
        with self._results:
            if overview is None:
                nothing_yet(self._engagement.id, coming=await is_coming(self._visit.workspace, self._engagement.id))
                return
            slices = Slices(self._visit.workspace, self._engagement.id, overview)
            shown, goals = await slices.read(Section.GOALS)(0, _ANSWERS)
            answers = [one for one in shown if one.necessity.certainty is not Certainty.OPEN]
            agenda, _ = await slices.read(Section.AGENDA)(0, _LOOKED_AT)
            settled = answered_by((await decided_on(self._visit.workspace, self._engagement.id)).values())
            ws = self._visit.workspace
            agenda = [one.model_copy(update={"question": asked(ws, one)}) for one in agenda if not is_settled(one, settled)]
            states = await register_states(self._visit.workspace, self._engagement.id)
            unsettled = states[ConflictState.OPEN] + states[ConflictState.IN_TALKS]
            self._next(next_step(overview, agenda, unsettled))
            with section("What is decided", "decided"):
                if answers:
                    with Piece("ul", "", "answers"):
                        for decision in answers:
                            show_answer(self._engagement.id, decision)
                if goals > len(shown):
                    self._lines(decided(overview))
                elif not answers:
                    hangs = any(one.necessity.hangs_on_a_contradiction for one in shown)
                    why = "the verdict hangs on a conflict that is not settled" if hangs else "too little is known for a verdict"
                    none(f"Nothing yet: {why}.")
            with section("What is missing", "missing"):
                if lines := missing(overview, unsettled):
                    self._lines(lines)
                else:
                    none("Nothing that is looked for is missing.")
            if changed(overview):
                with section("What changed", "changed"):
                    self._lines((Line(change_words(overview), "/changes"),))
            show_basis(self._visit, overview)

    def _next(self, step: Step) -> None:
        with self._next_place, section("Next step", "next", "part first"), div("step-next"):
            words_of(step.text, classes="strong")
            words_of(step.why, classes="quiet")
            with p():
                link(step.button, f"/engagements/{self._engagement.id}{step.path}", "button main")

    def _lines(self, lines: Sequence[Line]) -> None:
        with Piece("ul", "", "rows"):
            for line in lines:
                with Piece("li"):
                    link(line.text, f"/engagements/{self._engagement.id}{line.path}", "what")
