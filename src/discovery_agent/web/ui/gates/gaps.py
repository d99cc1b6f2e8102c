"""Readiness gaps: what keeps the data of a goal from being ready, and who sees to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from discovery_agent.discovery.engagements import list_stakeholders
from discovery_agent.discovery.gates import ReadinessGap, gaps_of, set_gap_owner
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.domain.gates import Gate
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.web.ui.controls import Values, choice, field, form, text_input
from discovery_agent.web.ui.elements import Piece, badge, div, heading, link, name, names, p, span, words_of
from discovery_agent.web.ui.gates.words import GAPS, somebody_of
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

GAP_RULE = "gap_without_owner"
"""The rule of the gate by which a gap that nobody sees to keeps it shut."""
_SIZE = 10


class Gaps:
    """The gaps with their owners; `again` is called once an owner was named. The gate knows who can supply what is missing."""

    def __init__(self, visit: Visit, engagement: Engagement, gate: Gate, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement
        self._again = again
        self._can_supply = {one.subject: one.people for one in gate.missing if one.rule == GAP_RULE}
        self._people: list[StakeholderRecord] = []
        with Piece("section", "", "stack", id="gaps", aria_labelledby="gaps-title"):
            heading(3, "What is missing of the data, and who sees to it", id="gaps-title")
            self._listed = Paged(visit, "readiness gaps", self._read, each(self._row), size=_SIZE, nothing=self._none)

    async def load(self) -> None:
        """Read and show them."""
        self._people = list(await list_stakeholders(self._visit.workspace, self._engagement.id))
        await self._listed.load()

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[ReadinessGap], int]:
        return await gaps_of(self._visit.workspace, self._engagement.id, offset, limit)

    def _none(self) -> None:
        p("No gap is known.", "quiet")

    def _row(self, gap: ReadinessGap) -> None:
        with Piece("li"):
            with div("what"):
                with p("", "line"):
                    span(gap.name, "strong")
                    badge(*GAPS[gap.state])
                words_of(gap.goal)
                if gap.next_step:
                    words_of(f"Next: {gap.next_step}", classes="quiet small")
                self._suppliers(gap)
                if gap.owner:
                    with p("", "small"):
                        span("Seen to by ")
                        name(gap.owner.owner, "strong")
                        if gap.owner.due:
                            span(f", due {day(gap.owner.due)}")
                elif not self._visit.writes:
                    p("Nobody sees to it yet.", "small")
            if self._visit.writes:
                self._form(gap)

    def _suppliers(self, gap: ReadinessGap) -> None:
        people = self._can_supply.get(gap.id, ())
        somebody = somebody_of(gap.roles)
        if not people and not somebody:
            return
        with p("", "quiet small"):
            span("Can supply it: ")
            if people:
                names(people)
            else:
                span(somebody)

    def _form(self, gap: ReadinessGap) -> None:
        if not self._people:
            with p("", "small"):
                link("Add people first, then name who sees to it", f"/engagements/{self._engagement.id}/people")
            return

        async def save(values: Values) -> None:
            owner = values.get("owner") or None
            try:
                await set_gap_owner(
                    self._visit.workspace,
                    self._engagement.id,
                    gap.id,
                    owner,
                    due=read_day(values.get("due", "")),
                    version=gap.owner.version if gap.owner else None,
                    principal=self._visit.principal,
                )
            except StaleVersion as error:  # somebody else named one: show whom, and let the lead decide anew
                await self._listed.load()
                self._visit.complain(error)
                return
            self._visit.say("Saved.")
            await self._listed.load()
            await self._again()

        with form(self._visit, save, "gap-form", aria_label=f"Who sees to {gap.name}: {gap.goal[:80]}"):
            with field("Who sees to it"):
                nobody = [("", "Nobody yet")]
                choice("owner", [*nobody, *((one.id, one.name) for one in self._people)], (gap.owner.owner_id or "") if gap.owner else "")
            with field("By when"):
                text_input("due", gap.owner.due.isoformat() if gap.owner and gap.owner.due else "", "date")
            Piece("button", "Save", "button slim", type="submit", aria_label=f"Save who sees to {gap.name}: {gap.goal[:80]}")


def read_day(text: str) -> date | None:
    """The day of a date field; None for an empty one.

    Raises:
        InvalidRequest: it is no day.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidRequest(f"“{text[:40]}” is no day.", remedy="Write it as 2026-06-30.") from error
