"""The page of an interview: a welcome, the talk, the recap, a thank-you, whichever its state asks for."""

from __future__ import annotations

from fastapi import Response

from discovery_agent.discovery.access import link_renewed_at, renewal_notice
from discovery_agent.discovery.engagements import get_engagement, get_stakeholder
from discovery_agent.discovery.interviews import InterviewView, release_interview, start_interview, view_interview
from discovery_agent.domain.engagement import AccessRole, ConversationState, Engagement, StakeholderRecord
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.domain.interview.moves import RecapLine
from discovery_agent.errors import AccessDenied
from discovery_agent.web.ui.agreement.asked import AskedAboutObjective
from discovery_agent.web.ui.controls import button, closer, dialog, local_button, opener
from discovery_agent.web.ui.elements import Piece, div, fold, heading, p, words_of
from discovery_agent.web.ui.frame import begin, stakeholder_header
from discovery_agent.web.ui.interview.recap import show_recap
from discovery_agent.web.ui.interview.talk import Talk, waiting
from discovery_agent.web.ui.visit import Visit

SECONDS_BETWEEN_LOOKS = 1.0
"""While the last answers are still being read and the recap waits for them."""


async def interview_page(visit: Visit) -> Response | None:
    """The interview of the stakeholder who looks."""
    who = visit.principal
    if who.role is not AccessRole.STAKEHOLDER or who.engagement_id is None or who.stakeholder_id is None:
        raise AccessDenied("This page is for the people who are interviewed.", remedy="Open the invite link that you were sent.")
    engagement = await get_engagement(visit.workspace, who.engagement_id)
    person = await get_stakeholder(visit.workspace, who.engagement_id, who.stakeholder_id)
    interview = Interview(visit, engagement, person)
    await interview.show()
    return None


class Interview:
    """One stakeholder's interview on one open page. Its state is in the database; `show` shows it as it stands."""

    def __init__(self, visit: Visit, engagement: Engagement, person: StakeholderRecord) -> None:
        self.visit = visit
        self.engagement = engagement
        self.person = person
        self.place = begin(visit.client, engagement.title)
        stakeholder_header(visit.client, engagement.organisation)

    async def show(self) -> None:
        """Show the interview as it stands."""
        view = await self._view()
        renewed = await link_renewed_at(self.visit.workspace, view.record) if view else None
        anew = bool(self.place.default_slot.children)
        self.place.clear()
        with self.place:
            asked = AskedAboutObjective(self.visit, self.engagement.id, self.person.id)
            if renewed is not None:
                p(renewal_notice(renewed), "warning", role="alert")
            if view is None:
                self._welcome()
            elif view.record.state is ConversationState.OPEN:
                self._talk(view)
            elif view.record.state is ConversationState.RECAP and view.reading:
                with div("recap"):
                    heading(1, "Did I get you right?")
                    waiting()
                self.visit.later(self.show, SECONDS_BETWEEN_LOOKS)
            elif view.record.state is ConversationState.RECAP:
                show_recap(self.visit, view, self.show)
            else:
                self._farewell(view)
        await asked.look()
        if anew:
            self.visit.run("refocus", "begin", "content")

    async def _view(self) -> InterviewView | None:
        async with self.visit.workspace.database.reading() as unit:
            held, _ = await unit.conversations.list(self.engagement.id, 0, 1, stakeholder_id=self.person.id)
        return await view_interview(self.visit.workspace, held[0].id) if held else None

    def _welcome(self) -> None:
        budget = self.engagement.question_budget
        with div("farewell"):
            heading(1, f"Welcome, {self.person.name}")
            words_of(self.engagement.title, classes="strong")
            if self.engagement.purpose:
                words_of(self.engagement.purpose, classes="quiet")
            with Piece("ul", "", "box plain"):
                Piece("li", f"At most {budget} questions, one at a time. Most people need about {max(5, budget)} minutes.")
                Piece("li", "“I don't know” and “later” are good answers. You can stop at any time and come back with the same link.")
                Piece("li", "At the end you see what was understood, line by line, and correct what is wrong.")
                if self.engagement.private_until_release:
                    Piece(
                        "li",
                        "Until you release it there, the pages show nobody else what you say; a new link to this interview ends the old "
                        "one, and you see it.",
                    )
                else:
                    Piece("li", "The people who lead this discovery can read what you say.")
            with p():
                button(self.visit, "Begin", self._start, "main")

    async def _start(self) -> None:
        await start_interview(self.visit.workspace, self.engagement.id, self.person.id)
        await self.show()

    def _talk(self, view: InterviewView) -> None:
        talk = Talk(self.visit, view, self.show)
        if view.pending or view.reading:
            self.visit.later(talk.go_on)

    def _farewell(self, view: InterviewView) -> None:
        kept = view.private and view.record.released_at is None
        with div("farewell"):
            heading(1, f"Thank you, {view.person.name}", id="begin", tabindex="-1")
            p("Your interview is finished, and what you confirmed is kept.")
            if kept:
                p("You did not release it, so nobody else reads it on these pages, and nothing of it is used.", "quiet")
                box = self._releasing(view)
                with p():
                    local_button("Release it after all", opener(box))
            else:
                p("The people who lead this discovery can now read it.", "quiet")
            confirmed = _confirmed(view)
            if confirmed:
                with fold("What you confirmed", str(len(confirmed)), "confirmed"), Piece("ul"):
                    for line in confirmed:
                        words_of(line.statement, "li")
            p("You can close this page.", "quiet")

    def _releasing(self, view: InterviewView) -> Piece:
        async def release() -> None:
            await self.visit.may_open(view.record, private=view.private, speak=True)
            await release_interview(self.visit.workspace, view.record.id, actor=self.visit.actor)
            self.visit.say("Released.")
            await self.show()

        with dialog("Release your interview?") as box:
            p("The people who lead this discovery may then read what you said and confirmed, and it is used. This cannot be taken back.")
            with div("actions"):
                closer(box, "Keep it private")
                button(self.visit, "Release it", release, "main")
        return box


def _confirmed(view: InterviewView) -> list[RecapLine]:
    """The lines that the stakeholder confirmed or put right; what they left unmarked is not theirs."""
    by_id = {one.finding.id: one.finding.status for one in view.understood}
    return [line for line in view.recap if by_id[line.finding_ids[0]] in (FindingStatus.CONFIRMED, FindingStatus.CORRECTED)]
