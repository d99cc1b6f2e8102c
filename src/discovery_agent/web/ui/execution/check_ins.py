"""The check-ins of one KPI, with the ways to correct one and to take one back; what was there before stays to be seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discovery_agent.discovery.execution import ListedCheckIn, correct_check_in, list_check_ins, withdraw_check_in
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.blueprint.document import KpiTarget
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.execution import CheckIn
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.controls import Values, button, closer, dialog, field, form, text_area, text_input
from discovery_agent.web.ui.elements import Piece, badge, div, lazy, p, span, words_of
from discovery_agent.web.ui.execution.words import figure, read_figure, required_day
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_SIZE = 12


class CheckIns:
    """The list, read when it is first opened; `again` is called once one was corrected or taken back."""

    def __init__(self, visit: Visit, engagement: Engagement, kpi: KpiTarget, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement
        self._kpi = kpi
        self._again = again
        self._listed: Paged[ListedCheckIn] | None = None
        lazy(visit, "Check-ins so far", "", self._open)

    async def refresh(self) -> None:
        """Show them anew, if they are shown."""
        if self._listed is not None:
            await self._listed.load()

    async def _open(self) -> None:
        self._listed = Paged(self._visit, f"check-ins of {self._kpi.metric}", self._read, each(self._row), size=_SIZE, nothing=_nothing)
        await self._listed.load()

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[ListedCheckIn], int]:
        return await list_check_ins(self._visit.workspace, self._engagement.id, self._kpi.id, offset, limit)

    def _row(self, listed: ListedCheckIn) -> None:
        one = listed.check_in
        with Piece("li", "", "" if listed.stands else "gone-by"):
            with div("what"):
                with p("", "line"):
                    span(day(one.day))
                    if one.withdrawn:
                        badge("taken back")
                    else:
                        span(figure(one.value, one.unit), "strong" if listed.stands else "figure-then")
                        if not listed.stands:
                            badge("corrected, or taken back since")
                        elif one.corrects:
                            badge("corrected")
                    span(f"by {one.by}", "quiet small")
                if one.note:
                    words_of(one.note, classes="quiet small")
            if listed.stands and self._visit.writes:
                with div("acts"):

                    async def correct() -> None:
                        self._correct(one)

                    async def take_back() -> None:
                        self._take_back(one)

                    about = f"{figure(one.value, one.unit)} on {day(one.day)}"
                    button(self._visit, "Correct", correct, "slim", aria_label=f"Correct: {about}")
                    button(self._visit, "Take back", take_back, "slim", aria_label=f"Take back: {about}")

    def _correct(self, one: CheckIn) -> None:
        async def save(values: Values) -> None:
            await self._replacing(
                correct_check_in(
                    self._visit.workspace,
                    self._engagement.id,
                    one.id,
                    required_day(values.get("day", "")),
                    read_figure(values.get("value", "")),
                    self._visit.principal,
                    remark=values.get("note", ""),
                )
            )
            box.delete()
            self._visit.say("Corrected.")

        with self._visit.client.content, dialog("Correct a check-in") as box:
            p("What stood there stays on record, and counts no more.", "quiet")
            with form(self._visit, save, "fields"):
                with field("Measured on"):
                    text_input("day", one.day.isoformat(), "date", required=True)
                with field(f"Value in {one.unit}" if one.unit else "Value"):
                    text_input("value", f"{one.value:.15g}", "number", step="any", required=True)
                with field("Note"):
                    text_input("note", one.note, maxlength=1000)
                with div("actions"):
                    closer(box)
                    Piece("button", "Save", "button main", type="submit")
        self._visit.run("open", box.id)

    def _take_back(self, one: CheckIn) -> None:
        async def take_back(values: Values) -> None:
            reason = values.get("note", "")
            await self._replacing(
                withdraw_check_in(self._visit.workspace, self._engagement.id, one.id, self._visit.principal, remark=reason)
            )
            box.delete()
            self._visit.say("Taken back.")

        with self._visit.client.content, dialog("Take a check-in back?") as box:
            p(f"{figure(one.value, one.unit)} on {day(one.day)} stays on record, and counts no more.")
            with form(self._visit, take_back, "fields"):
                with field("Why?"):
                    text_area("note", required=True, maxlength=1000)
                with div("actions"):
                    closer(box)
                    Piece("button", "Take it back", "button danger", type="submit")
        self._visit.run("open", box.id)

    async def _replacing(self, work: Awaitable[object]) -> None:
        try:
            await work
        except StaleVersion:
            await self.refresh()  # the dialog stays, and says what happened
            raise
        await self.refresh()
        await self._again()


def _nothing() -> None:
    p("Nothing was measured yet.", "quiet")
