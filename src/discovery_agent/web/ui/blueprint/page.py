"""The blueprint: one version with its defects, sections, choices, and everything it stands on; a lead rewrites it here."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Response

from discovery_agent.discovery.drafting import with_current_defects
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.reviewing import standing as standing_of
from discovery_agent.domain.blueprint.audiences import told_for
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.review import ReviewStanding, SectionState
from discovery_agent.errors import NotFound
from discovery_agent.web.ui.blueprint.assumptions import open_assumption
from discovery_agent.web.ui.blueprint.choices import SHOWN_AT_ONCE, show_choices
from discovery_agent.web.ui.blueprint.defects import show_defects
from discovery_agent.web.ui.blueprint.desk import Desk, not_newest
from discovery_agent.web.ui.blueprint.drafting import Drafting, newer_than, show_no_draft
from discovery_agent.web.ui.blueprint.editing import open_editor
from discovery_agent.web.ui.blueprint.head import address_of, count_of, show_audiences, show_exports, show_title, show_versions
from discovery_agent.web.ui.blueprint.marks import Marks
from discovery_agent.web.ui.blueprint.pictures import Pictures
from discovery_agent.web.ui.blueprint.sections import SectionParts
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, badge, div, heading, link, p, span
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit

DOES = "(e) => { const one = e.target.closest('[data-do]'); if (one) emit(one.dataset.do); }"
"""Tells the server which of many buttons of one kind was pressed."""
_STATES = {
    SectionState.WAITING: ("waits for review", ""),
    SectionState.CHANGES_REQUESTED: ("changes requested", "warn"),
    SectionState.REJECTED: ("rejected", "clash"),
    SectionState.APPROVED: ("approved", "good"),
    SectionState.REAPPROVE: ("to be approved again", "warn"),
}


async def blueprint_page(visit: Visit, engagement_id: str) -> Response | None:
    """The newest version, or with `?version=2` another one; with `?for=executive` as one audience is told it."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    asked = visit.client.request.query_params
    page = BlueprintReading(visit, engagement, number_in(asked.get("version")), _audience(asked.get("for")))
    await page.find()
    place = begin(visit.client, f"Blueprint · {engagement.title}")
    header(visit.client, visit, engagement, "/blueprint")
    with place:
        await page.build()
    return None


class BlueprintReading:
    """The page, and what on it changes while it is open."""

    def __init__(self, visit: Visit, engagement: Engagement, number: int | None, audience: Audience | None) -> None:
        self._visit = visit
        self._engagement = engagement
        self._number = number
        self._audience = audience
        self._desk = Desk(visit, engagement, self._after_change)
        self._found: Blueprint | None = None

    async def find(self) -> None:
        """Look for the version, with what is wrong with it as of today; raises as `Desk.find`."""
        found = await self._desk.find(self._number)
        self._found = None if found is None else await with_current_defects(self._visit.workspace, found)

    async def build(self) -> None:
        """Show everything."""
        self._top = div()
        self._drafting = Drafting(self._visit, self._engagement, self._drafted)
        self._desk.news()
        self._body = div().on("click", self._visit.acting(self._act), js_handler=DOES)
        await self._show()
        await self._drafting.look()

    async def _after_change(self) -> None:
        self._number = None
        await self.find()
        await self._show()

    async def _drafted(self) -> None:
        """A version was drafted while the page is open: it is shown at once only if nothing else is being read."""
        if self._found is None:
            await self._after_change()
            return
        self._top.clear()
        with self._top, div("warning spread", role="status"):
            span("A new version was drafted.")
            button(self._visit, "Show it", self._show_drafted, "slim main")

    async def _show_drafted(self) -> None:
        self._top.clear()
        await self._after_change()

    async def _act(self, does: Any) -> None:
        what, _, which = str(does).partition("|")
        if what == "edit":
            open_editor(self._desk, which)
        elif what == "assumption":
            open_assumption(self._desk, which)

    async def _show(self) -> None:
        self._body.clear()
        with self._body:
            if self._found is None:
                with div("title"):
                    heading(1, "Blueprint")
                    p(
                        "What is to be done about each goal, why, in which order and at what cost; every statement with what it stands on.",
                        "lead",
                    )
                await show_no_draft(self._visit, self._engagement, self._drafting)
                return
            await self._version(self._found)

    async def _version(self, blueprint: Blueprint) -> None:
        standing = await standing_of(self._visit.workspace, self._engagement.id, blueprint.number)
        sections = blueprint.sections if self._audience is None else await asyncio.to_thread(told_for, blueprint, self._audience)
        show_title(blueprint, f"Blueprint: {blueprint.title}", standing)
        marks, pictures = await Marks.of(blueprint, self._audience), await Pictures.of(blueprint)
        with div("stack-l"):
            not_newest(self._desk, "/blueprint")
            await self._newer(blueprint)
            with div("tools-row"):
                show_audiences(blueprint, self._desk.newest, self._audience)
                with div("folds"):
                    show_versions(self._visit, blueprint, self._desk.newest, self._audience)
                    show_exports(self._visit, blueprint, self._audience)
            whole = address_of(blueprint, self._desk.newest, None)
            await show_defects(self._visit, blueprint, _anchors(sections, blueprint), whole, _anchors(blueprint.sections, blueprint))
            with Piece("nav", "", "contents", aria_label="Sections"):
                for one in sections:
                    link(one.title, f"#{one.id.value}")
                if blueprint.plan:
                    link("Roadmap and cash flow", self._plan_address(blueprint))
        for one in sections:
            await self._section(blueprint, one, marks, pictures, standing)
            await asyncio.sleep(0)  # a long blueprint keeps nobody else waiting
        p(count_of(blueprint), "quiet small basis")
        marks.last()

    def _plan_address(self, blueprint: Blueprint) -> str:
        older = f"?version={blueprint.number}" if blueprint.number != self._desk.newest else ""
        return f"/engagements/{self._engagement.id}/plan{older}"

    async def _newer(self, blueprint: Blueprint) -> None:
        news = await newer_than(self._visit, blueprint) if blueprint.number == self._desk.newest else ()
        if news:
            with div("warning spread", role="status"):
                span(" ".join((*news, "This version does not know of it.")))
                self._drafting.offer("Draft it anew", "slim main")

    async def _section(
        self, blueprint: Blueprint, section: BlueprintSection, marks: Marks, pictures: Pictures, standing: ReviewStanding
    ) -> None:
        review = standing.section(section.id)
        with Piece("section", "", "chapter", id=section.id.value, aria_labelledby=f"{section.id.value}-title"):
            with div("spread"):
                heading(2, section.title, id=f"{section.id.value}-title")
                if review is not None:
                    words, tone = _STATES[review.state]
                    with span("", "line"):
                        badge(words, tone)
                        if review.open_comments:
                            link(plural(review.open_comments, "open comment"), f"/engagements/{self._engagement.id}/review")
            if section.id is SectionId.CHOICES:
                await show_choices(self._visit, blueprint, marks, standing)
                return
            if section.id is SectionId.PLAN and blueprint.plan:
                with p("", "note"):
                    link("The plan with its roadmap, cash flow and what can be changed of it", self._plan_address(blueprint))
            parts = SectionParts(self._desk, marks, section, edits=self._audience is None)
            for at, part in enumerate(section.parts):
                if section.id is SectionId.MVP and part.id == "epics":
                    with div("with-picture"):
                        await parts.show(part, at)
                        pictures.show("matrix", "matrix")
                else:
                    await parts.show(part, at)


def _anchors(sections: tuple[BlueprintSection, ...], blueprint: Blueprint) -> frozenset[str]:
    """Every place on the page that a link can lead to."""
    parts = (f"{one.id.value}-{part.id}" for one in sections if one.id is not SectionId.CHOICES for part in one.parts)
    return frozenset((*(one.id.value for one in sections), *parts, *(f"choice-{one.id}" for one in blueprint.choices[:SHOWN_AT_ONCE])))


def number_in(text: str | None) -> int | None:
    """The number of a version in an address; None without one.

    Raises:
        NotFound: it is no number that a version has.
    """
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 6 or int(text) < 1:
        raise NotFound("There is no such version of the blueprint.")
    return int(text)


def _audience(text: str | None) -> Audience | None:
    if not text:
        return None
    if text not in set(Audience):
        raise NotFound("There is no such telling of a blueprint.")
    return Audience(text)
