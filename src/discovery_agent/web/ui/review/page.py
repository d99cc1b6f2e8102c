"""The page of review: head, who must approve, the sections with one of them open, and the signature.

What other people do appears without a reload; whatever its reader types stays.
"""

from __future__ import annotations

import asyncio

from fastapi import Response
from nicegui import ui

from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.review import SectionState
from discovery_agent.errors import DiscoveryError
from discovery_agent.web.ui.elements import Piece, badge, div, empty, heading, link, p, section, span, trouble
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.review.head import section_link, show_head
from discovery_agent.web.ui.review.looking import Look, look_at, state_of
from discovery_agent.web.ui.review.opened import OPEN_ID, OpenSection
from discovery_agent.web.ui.review.reviewers import Required
from discovery_agent.web.ui.review.signing import Signing
from discovery_agent.web.ui.review.words import STATES
from discovery_agent.web.ui.visit import Visit, what_and_remedy

SECONDS_BETWEEN_LOOKS = 3.0
"""How soon an open page shows what others did."""


async def review_page(visit: Visit, engagement_id: str) -> Response | None:
    """The review of the newest blueprint; `?section=risks` opens that section."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"Review · {engagement.title}")
    header(visit.client, visit, engagement, "/review")
    with place:
        with div("title"):
            heading(1, "Review")
            p("Nothing is final until people approve it: each section, each choice, and then the whole with a signature.", "lead")
        await Review(visit, engagement).build(visit.client.request.query_params.get("section", ""))
    return None


class Review:
    """The page, and what on it changes while it is open."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        self._open: OpenSection | None = None
        self._look: Look | None = None
        self._state: tuple[object, ...] = ()
        self._drawing = asyncio.Lock()

    async def build(self, wanted: str) -> None:
        """Show everything, with the wanted section open, or else the one that most needs its reader."""
        self._over = div("stack")
        self._place = div()
        self._timer = ui.timer(SECONDS_BETWEEN_LOOKS, self._follow, immediate=False)
        self._state = await state_of(self._visit, self._engagement.id)
        look = await look_at(self._visit, self._engagement.id)
        if look is None:
            self._nothing()
            return
        await self._show(look, wanted)

    def _nothing(self) -> None:
        with self._place, empty("There is no blueprint yet", "It is drafted from what people said; then it is reviewed here."), p():
            link("To the blueprint", f"/engagements/{self._engagement.id}/blueprint", "button main")

    async def _show(self, look: Look, wanted: str) -> None:
        self._look = look
        self._place.clear()
        with self._place:
            self._head = div("review-head stack")
            with section("Who must approve", "reviewers"):
                self._required = Required(self._visit, self._engagement.id, self._again)
            with section("Sections", "sections"), div("review-sections"):
                with Piece("nav", "", "section-list", aria_label="Sections"):
                    self._list = Piece("ul")
                self._opened = div("opened")
            with section("Signature", "sign"):
                self._signing = Signing(self._visit, self._engagement.id, self._again)
        await self._show_standing(look)
        await self._open_section(_first(look, wanted, self._visit))

    async def _show_standing(self, look: Look) -> None:
        self._head.clear()
        with self._head:
            await show_head(self._visit, self._engagement.id, look, self.open)
        self._show_list(look)
        self._required.show(look)
        self._signing.show(look)

    def _show_list(self, look: Look) -> None:
        here = self._open.section_id if self._open else None
        self._list.clear()
        with self._list:
            for one in look.standing.sections:
                here_now = one.section_id is here
                with Piece("li"), section_link(self._visit, self._engagement.id, one.section_id, "", self.open, current=here_now) as found:
                    found.classes(STATES[one.state][1])
                    span(one.title, "name").put("dir", "auto")
                    badge(*STATES[one.state])
                    if one.open_comments:
                        span(plural(one.open_comments, "open comment"), "quiet small")

    async def open(self, section_id: SectionId) -> None:
        """Open another section."""
        async with self._drawing:
            await self._open_section(section_id)
        self._visit.run("focus", OPEN_ID)

    async def _open_section(self, section_id: SectionId) -> None:
        assert self._look is not None
        self._opened.clear()
        with self._opened:
            self._open = OpenSection(self._visit, self._look, section_id, self._again)
            # At once, with the heading: a list that is drawn anew later loses the click that comes in between.
            self._show_list(self._look)
            await self._open.load()

    async def _again(self) -> None:
        """Show what was just done, and whatever others did meanwhile."""
        async with self._drawing:
            self._state = await state_of(self._visit, self._engagement.id)
            look = await look_at(self._visit, self._engagement.id)
            if look is None:
                return
            if self._look is None:
                await self._show(look, "")
                return
            self._look = look
            await self._show_standing(look)
            if self._open is not None:
                await self._open.follow(look)

    async def _follow(self) -> None:
        if self._visit.gone:
            return
        try:
            await self._visit.may(self._engagement.id)
            if await state_of(self._visit, self._engagement.id) != self._state:
                await self._again()
        except DiscoveryError as error:  # their link was taken back, or the engagement deleted, while the page is open
            self._timer.deactivate()
            with self._over:
                trouble(*what_and_remedy(error))


def _first(look: Look, wanted: str, visit: Visit) -> SectionId:
    """The section to open: the wanted one, one that waits for them, one that nobody has decided on, or else the first."""
    sections = look.standing.sections
    if found := next((one for one in sections if one.section_id.value == wanted), None):
        return found.section_id
    me = next((one for one in look.reviewers if one.key_id == visit.principal.key_id), None)
    mine = (one for one in sections if me and me.must_approve(one.section_id) and me.key_id not in one.approver_ids)
    unsettled = (one for one in sections if one.state is not SectionState.APPROVED)
    return (next(mine, None) or next(unsettled, None) or sections[0]).section_id
