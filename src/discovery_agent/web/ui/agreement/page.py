"""The lead's page of the agreement: the shared objective with its rounds, and the register of conflicts."""

from __future__ import annotations

import asyncio

from fastapi import Response

from discovery_agent.discovery.agreement import agreement_of
from discovery_agent.discovery.engagements import get_engagement, list_stakeholders
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.agreement.rounds import OutcomeKind, Round
from discovery_agent.domain.agreement.standing import Agreement
from discovery_agent.domain.engagement import Engagement
from discovery_agent.web.ui.agreement.drafting import Drafting
from discovery_agent.web.ui.agreement.outcome import show_outcome
from discovery_agent.web.ui.agreement.progress import Progress, show_answers
from discovery_agent.web.ui.agreement.register import ConflictList
from discovery_agent.web.ui.agreement.statement import Citations, show_parts, show_statement
from discovery_agent.web.ui.elements import badge, div, fold, heading, p, section, span, words_of
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit


async def agreement_page(visit: Visit, engagement_id: str) -> Response | None:
    """The agreement of an engagement."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"Shared objective · {engagement.title}")
    header(visit.client, visit, engagement, "/agreement")
    with place:
        with div("title"):
            heading(1, "Shared objective")
            p(
                "One objective that everybody endorses, or the dissent written down. What is disputed stays visibly open until it is settled.",
                "lead",
            )
        objective = Objective(visit, engagement)
        register = ConflictList(visit, engagement, objective.show)
    await objective.show()
    await register.load()
    return None


class Objective:
    """The shared objective on one open page: the draft or the round that is open, or how it ended. Its state is in the database."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        # Two events at once would both fill the place.
        self._one_at_a_time = asyncio.Lock()
        with section("Where it stands", "objective"):
            self._place = div(tabindex="-1", id="objective-now")

    async def show(self) -> None:
        """Show it as it stands."""
        async with self._one_at_a_time:
            await self._show()

    async def _show(self) -> None:
        agreement = await agreement_of(self._visit.workspace, self._engagement.id)
        people = {one.id: one for one in await list_stakeholders(self._visit.workspace, self._engagement.id)}
        resolutions = await self._resolutions()
        self._place.clear()
        with self._place:
            _banner(agreement)
            latest = agreement.latest
            if latest is not None:
                citations = await Citations.of(self._visit.workspace, self._engagement.id, latest.draft)
                show_statement(latest.draft, citations)
                _by(latest)
                show_parts(latest.draft, citations, lambda one: resolutions.get(one, ""))
            if agreement.current is not None:
                Progress(self._visit, self._engagement, agreement, people, self.show)
            elif agreement.outcome is not None:
                show_outcome(agreement.outcome)
            elif latest is not None:
                show_answers(latest, agreement.answers_to(latest.id), people)
            if agreement.current is None and self._visit.writes:
                await Drafting(self._visit, self._engagement, agreement, self.show).load()
            _earlier(agreement)

    async def _resolutions(self) -> dict[str, str]:
        async with self._visit.workspace.database.reading() as unit:
            return {one.id: one.resolution async for one in unit.conflicts.all(self._engagement.id) if one.resolution}


def _banner(agreement: Agreement) -> None:
    with p("", "line"):
        if agreement.current is not None:
            badge(f"round {agreement.current.number} is open", "warn")
            span(f"since {day(agreement.current.at)}", "quiet")
        elif agreement.outcome is not None:
            agreed = agreement.outcome.kind is OutcomeKind.AGREED
            badge("agreed" if agreed else "dissent is recorded", "good" if agreed else "clash")
            span(f"in round {len(agreement.rounds)}, on {day(agreement.outcome.at)}", "quiet")
        elif agreement.latest is not None:
            badge(f"round {agreement.latest.number} ended in critiques", "warn")
            span("The draft below waits for its revision.", "quiet")
        else:
            badge("not put to anybody yet")


def _by(one: Round) -> None:
    with p("", "quiet small"):
        span("Composed by the rules" if one.draft.written_by == "rules" else f"Worded by {one.draft.written_by}")
        span(f", put to {len(one.asked)} by {one.opened_by}.")


def _earlier(agreement: Agreement) -> None:
    """Drafts of earlier rounds, for those who want to see how it came about."""
    earlier = agreement.rounds[:-1]
    if not earlier:
        return
    with fold("Earlier rounds", str(len(earlier))):
        for one in reversed(earlier):
            with div("box earlier"):
                heading(3, f"Round {one.number}, {day(one.at)}")
                for line in one.draft.text.splitlines():
                    words_of(line)
                answers = agreement.answers_to(one.id)
                p(f"{len(answers)} of {len(one.asked)} answered.", "quiet small")
                for answer in answers:
                    if answer.words:
                        words_of(answer.words, "blockquote", "quote")
