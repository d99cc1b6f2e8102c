"""What the pages of a blueprint and its plan share: the version that is shown, who may change it, and what a change did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discovery_agent.discovery.drafting import blueprint_version, differences, latest_blueprint, with_current_defects
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.blueprint.claims import Severity
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.engagement import Engagement
from discovery_agent.errors import NotFound, StaleVersion
from discovery_agent.web.ui.blueprint.changed import show_differences
from discovery_agent.web.ui.elements import Piece, div, link, p, span, trouble, words_of
from discovery_agent.web.ui.visit import Visit

Make = Callable[[Blueprint], Awaitable[Blueprint]]
"""Makes the next version from a base."""


class Desk:
    """The version on an open page. `again` shows the page anew with the version that a change made."""

    def __init__(self, visit: Visit, engagement: Engagement, again: Callable[[], Awaitable[None]]) -> None:
        self.visit = visit
        self.engagement = engagement
        self._again = again
        self._shown: Blueprint | None = None
        self._newest = 0
        self._news: Piece | None = None

    @property
    def shown(self) -> Blueprint:
        """The version on the page."""
        assert self._shown is not None
        return self._shown

    @property
    def newest(self) -> int:
        """Number of the newest version when the page was shown."""
        return self._newest

    @property
    def editable(self) -> bool:
        """Whether they may change it: a lead, on the newest version."""
        return self.visit.writes and self._shown is not None and self.shown.number == self._newest

    @property
    def actor(self) -> str:
        """How a version names whoever made it."""
        return self.visit.principal.name or self.visit.role.value

    async def find(self, number: int | None) -> Blueprint | None:
        """The version of a number, or without one the newest, which is on the page from now on; None if nothing was drafted yet.

        Raises:
            NotFound: there is none of that number.
        """
        newest = await latest_blueprint(self.visit.workspace, self.engagement.id)
        if newest is None:
            if number is not None:
                raise NotFound("There is no such version of the blueprint.")
            return None
        shown = newest
        if number is not None and number != newest.number:
            shown = await blueprint_version(self.visit.workspace, self.engagement.id, number)
        self._shown, self._newest = shown, newest.number
        return shown

    def news(self) -> None:
        """Make the place where a change is told."""
        self._news = div("stack", id="news", tabindex="-1")

    async def change(self, base: Blueprint, make: Make, *, place: str = "", said: str = "", dialog: Piece | None = None) -> None:
        """Make the next version from `base`, show it, and tell what that changed. `place` is where to go back to,
        `dialog` what was open for it.

        Raises:
            StaleVersion: somebody was quicker.
        """
        await self.visit.may(self.engagement.id, write=True)
        made = await make(base)
        differ = await differences(self.visit.workspace, self.engagement.id, base.number, made.number)
        current = await with_current_defects(self.visit.workspace, made)
        await self._again()
        if self._news is None:
            return
        self._news.clear()
        with self._news, Piece("section", "", "saved-now", aria_label="What was saved"):
            p(f"Version {made.number} is saved. {said}".strip(), "strong")
            show_differences(differ)
            self._wrong(current)
            if place:
                with p():
                    link("Back to where it is", f"#{place}")
        if dialog is not None:  # what is below an open dialog takes no focus
            self.visit.run("close", dialog.id)
        self.visit.run("focus", "news")

    def _wrong(self, made: Blueprint) -> None:
        """How much is wrong with the version that was saved, and the way there."""
        blocking = sum(one.severity is Severity.BLOCKS for one in made.defects)
        warnings = len(made.defects) - blocking
        with p("", "line"):
            if not made.defects:
                span("Nothing is wrong with it.")
                return
            blocks = plural(blocking, "blocking defect") if blocking else "no blocking defect"
            span(f"It has {blocks} and {plural(warnings, 'warning') if warnings else 'no warning'}.")
            link("See what is wrong with it", f"/engagements/{self.engagement.id}/blueprint#defects")


class Refusal:
    """The place in a form where a save is refused because somebody was quicker; what was typed stays in the form."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._place = div("refused")
        self.base = desk.shown
        """The version that the next try builds on."""

    async def tell(self, error: StaleVersion, extra: Callable[[Blueprint], None] | None = None) -> None:
        """Show what was changed meanwhile, and let the next try build on it. `extra` says more about the newest version."""
        newest = await latest_blueprint(self._desk.visit.workspace, self._desk.engagement.id)
        if newest is None:
            raise NotFound("The blueprint is not there any more.")
        differ = await differences(self._desk.visit.workspace, self._desk.engagement.id, self.base.number, newest.number)
        self.base = newest
        self._place.clear()
        with (
            self._place,
            trouble(f"Nothing was saved: {error.what}", f"Your words are kept below. Save again to put them into version {newest.number}."),
        ):
            show_differences(differ)
            if extra:
                extra(newest)

    def clear(self) -> None:
        """Take the last refusal away."""
        self._place.clear()


def not_newest(desk: Desk, path: str) -> None:
    """Say that an older version is read, and lead to the newest."""
    if desk.shown.number == desk.newest:
        return
    with div("warning spread", role="status"):
        words_of(f"You are reading version {desk.shown.number}. Version {desk.newest} is the newest.", "span")
        link("Go to the newest", f"/engagements/{desk.engagement.id}{path}", "button slim")
