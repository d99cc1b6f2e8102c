"""The owner's start page: every engagement, and the way to a new one."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import Response
from fastapi.responses import RedirectResponse
from nicegui import ui

from discovery_agent.discovery.engagements import create_engagement, list_engagements
from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.domain.engagement import DEFAULT_QUESTIONS, AccessRole, Engagement
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.controls import Values, closer, dialog, field, form, local_button, opener, text_area, text_input, tick
from discovery_agent.web.ui.elements import Piece, div, empty, heading, p, words_of
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit


async def engagements_page(visit: Visit) -> Response | None:
    """All engagements for the owner; everybody else is led to their own page."""
    who = visit.principal
    if who.role is AccessRole.STAKEHOLDER:
        return RedirectResponse("/interview", 303)
    if who.role is not AccessRole.OWNER:
        return RedirectResponse(f"/engagements/{who.engagement_id}", 303)
    place = begin(visit.client, "Engagements")
    header(visit.client, visit)
    new = _new_engagement(visit)
    with place:
        with div("title spread"):
            heading(1, "Engagements")
            local_button("New engagement", opener(new), "main")

        async def read(offset: int, limit: int) -> tuple[list[Engagement], int]:
            return await list_engagements(visit.workspace, offset, limit)

        def nothing() -> None:
            with (
                empty(
                    "No engagement yet",
                    "An engagement holds one discovery effort: the people, what they said, and what follows from it.",
                ),
                p(),
            ):
                local_button("Begin the first one", opener(new), "main")

        listed = Paged(visit, "engagements", read, each(_card, classes="cards"), size=24, nothing=nothing)
        await listed.load()
    return None


def _card(engagement: Engagement) -> None:
    with Piece("li"), Piece("a", "", "card", href=f"/engagements/{engagement.id}"):
        heading(2, engagement.title)
        if engagement.organisation:
            words_of(engagement.organisation)
        p(f"Begun {day(engagement.created_at)}", "small")


def _new_engagement(visit: Visit) -> Piece:
    async def create(values: Values) -> None:
        settings = read_settings(values)
        made = await create_engagement(
            visit.workspace,
            settings.title,
            organisation=settings.organisation,
            purpose=settings.purpose,
            question_budget=settings.question_budget,
            private_until_release=settings.private_until_release,
            share_quotes=settings.share_quotes,
            actor=visit.actor,
        )
        ui.navigate.to(f"/engagements/{made.id}")

    with dialog("New engagement") as found, form(visit, create, "fields"):
        settings_fields()
        with div("actions"):
            closer(found)
            Piece("button", "Begin", "button main", type="submit")
    return found


def settings_fields(engagement: Engagement | None = None) -> None:
    """Fields for what a lead sets about an engagement."""
    with field("Title"):
        text_input("title", engagement.title if engagement else "", required=True, maxlength=200, autocomplete="off")
    with field("Organisation"):
        text_input("organisation", engagement.organisation if engagement else "", maxlength=200, autocomplete="off")
    with field("What is it about?", "The people you invite read this before they begin."):
        text_area("purpose", engagement.purpose if engagement else "", maxlength=2000, rows=3)
    with field("Most questions in an interview"):
        text_input("budget", str(engagement.question_budget if engagement else DEFAULT_QUESTIONS), "number", min=1, max=60, required=True)
    with div():
        tick(
            "private",
            "Interviews stay private until the person who gave them releases them",
            ticked=engagement.private_until_release if engagement else True,
        )
        tick(
            "share",
            "Other stakeholders may see who said what: questions may quote them. Otherwise a question speaks of a subject in neutral words",
            ticked=engagement.share_quotes if engagement else False,
        )


class SaidSettings(NamedTuple):
    """What the fields say of an engagement."""

    title: str
    organisation: str
    purpose: str
    question_budget: int
    private_until_release: bool
    share_quotes: bool


def read_settings(values: Values) -> SaidSettings:
    """What the fields say.

    Raises:
        InvalidRequest: the title is missing, or the number of questions is none.
    """
    title = values.get("title", "").strip()
    if not title:
        raise InvalidRequest("An engagement needs a title.")
    try:
        budget = int(values.get("budget", ""))
    except ValueError:
        budget = 0
    if not 1 <= budget <= 60:
        raise InvalidRequest(f"An interview takes 1 to 60 questions, not {plural(budget, 'question') if budget else 'none'}.")
    return SaidSettings(
        title=title[:200],
        organisation=values.get("organisation", "").strip()[:200],
        purpose=values.get("purpose", "").strip()[:2000],
        question_budget=budget,
        private_until_release="private" in values,
        share_quotes="share" in values,
    )
