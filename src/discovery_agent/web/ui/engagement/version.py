"""Where the blueprint stands, at a glance: its newest version, who signed it or what is missing, and what its plan comes to."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.drafting import latest_blueprint
from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.discovery.reviewing import newest_signed
from discovery_agent.discovery.reviewing import standing as standing_of
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.review import ReviewStanding, SignOff
from discovery_agent.web.ui.blueprint.drafting import newer_than
from discovery_agent.web.ui.elements import Piece, badge, div, link, name, p, section, span, words_of
from discovery_agent.web.ui.plan.figures import at_a_glance
from discovery_agent.web.ui.visit import Visit

_LACKING = 3
"""Sentences on what is missing for a signature; the page of the review has them all."""


class NewestVersion:
    """The newest version on one open page; `show` shows it as it stands."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        self._place = div()

    async def show(self) -> None:
        """Read it and show it; nothing before a first draft."""
        ws = self._visit.workspace
        blueprint = await latest_blueprint(ws, self._engagement.id)
        standing = older = None
        news: Sequence[str] = ()
        if blueprint is not None:
            standing = await standing_of(ws, self._engagement.id, blueprint.number)
            older = None if standing.signed else await self._signed_before()
            news = await newer_than(self._visit, blueprint)
        self._place.clear()
        if blueprint is None or standing is None:
            return
        with self._place, section("Blueprint and plan", "version"):
            self._state(blueprint, standing, older)
            for one in news:
                with p("", "warning spread"):
                    span(f"{one} Version {blueprint.number} does not know of it.")
                    link("Draft it anew", self._way("/blueprint"))
            if blueprint.plan is not None:
                with Piece("ul", "", "figures-row glance", aria_label="What the plan comes to"):
                    for figure, caption, anchor, warns in at_a_glance(blueprint.plan):
                        with Piece("li", "", "warn" if warns else ""), link("", self._way(f"/plan#{anchor}")):
                            span(figure, "figure")
                            span(f" {caption}", "caption")

    async def _signed_before(self) -> SignOff | None:
        """The signature of the newest version that has one."""
        before = await newest_signed(self._visit.workspace, self._engagement.id)
        return None if before is None else (await standing_of(self._visit.workspace, self._engagement.id, before.number)).signed

    def _state(self, blueprint: Blueprint, standing: ReviewStanding, older: SignOff | None) -> None:
        with p("", "line"):
            link(f"Version {blueprint.number}", self._way("/blueprint"), "strong")
            badge("signed", "good") if standing.signed else badge("not signed", "warn")
            with span("", "quiet"):
                if standing.signed:
                    _signature(standing.signed)
                else:
                    span(f"made on {day(blueprint.at)} by ")
                    name("the rules" if blueprint.made_by == "rules" else blueprint.made_by)
            if standing.signed:
                link("To the signature", self._way("/review#sign"))
        if standing.signed and standing.signed.although:
            with div("box although"):
                p("Signed although", "strong")
                with Piece("ul", "", "plain"):
                    for one in standing.signed.although:
                        words_of(f"{one.what}. {one.reason}", "li")
        if standing.broken is not None:
            p("It was signed, and its content is not what was signed. The signature counts for nothing.", "trouble")
        if standing.signed is None:
            self._missing(standing)
        if older is not None:
            with p("", "line quiet before"):
                link(f"Version {older.number}", self._way(f"/blueprint?version={older.number}"))
                with span(""):
                    span("is the newest that is signed, ")
                    _signature(older)
                    span(".")

    def _missing(self, standing: ReviewStanding) -> None:
        if not standing.lacking:
            with p("", "line"):
                span("Nothing is missing: it can be signed.")
                link("To the signature", self._way("/review#sign"))
            return
        with div("box lacking"):
            p(f"{plural(len(standing.lacking), 'thing is', 'things are')} missing before it can be signed:", "strong")
            with Piece("ul", "", "plain"):
                for one in standing.lacking[:_LACKING]:
                    words_of(one, "li")
            with p():
                left = len(standing.lacking) - _LACKING
                link(f"{left} more in the review" if left > 0 else "To the review", self._way("/review"))

    def _way(self, path: str) -> str:
        return f"/engagements/{self._engagement.id}{path}"


def _signature(one: SignOff) -> None:
    span("by ")
    name(one.signer)
    span(f" on {day(one.at)}")
