"""Dates at which stakeholders look at how it goes: planned, moved, held with notes, cancelled, and as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.engagements import list_stakeholders
from discovery_agent.discovery.execution import change_review_date, list_review_dates, plan_review_date
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.domain.execution import ReviewDate
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.controls import Values, button, closer, dialog, field, form, text_area, text_input, tick
from discovery_agent.web.ui.elements import Piece, badge, div, empty, link, names, p, span, words_of
from discovery_agent.web.ui.execution.words import required_day
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_SIZE = 10


class ReviewDates:
    """The dates on one open page."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        self._people: dict[str, StakeholderRecord] = {}
        self._ways = div("line")
        self._listed = Paged(visit, "review dates", self._read, each(self._row), size=_SIZE, nothing=self._none)

    async def load(self) -> None:
        """Read and show them."""
        self._people = {one.id: one for one in await list_stakeholders(self._visit.workspace, self._engagement.id)}
        await self._listed.load()
        self._ways.clear()
        with self._ways:
            if self._visit.writes:
                button(self._visit, "Plan a date", self._plan, "main" if not self._listed.total else "")
            if self._listed.total:
                link("Download as calendar file", f"/engagements/{self._engagement.id}/execution/reviews.ics", download="")

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[ReviewDate], int]:
        return await list_review_dates(self._visit.workspace, self._engagement.id, offset, limit)

    def _none(self) -> None:
        empty("No date is planned", "Plan when stakeholders look at the KPIs again: once a month keeps the plan honest.")

    def _row(self, one: ReviewDate) -> None:
        with Piece("li"):
            with div("what"):
                with p("", "line"):
                    span(day(one.day), "strong")
                    words_of(one.title, "span")
                    badge(*self._state(one))
                if with_whom := [self._people[each_].name for each_ in one.people if each_ in self._people]:
                    with p("", "quiet small"):
                        span("With ")
                        names(with_whom)
                if one.notes:
                    words_of(one.notes, classes="lesson-text small")
            if self._visit.writes and not one.cancelled:
                self._acts(one)

    def _state(self, one: ReviewDate) -> tuple[str, str]:
        if one.cancelled:
            return "cancelled", ""
        if one.held:
            return "held", "good"
        return ("planned", "") if one.day >= self._visit.workspace.now().date() else ("has passed: was it held?", "warn")

    def _acts(self, one: ReviewDate) -> None:
        async def change() -> None:
            self._change(one)

        async def held() -> None:
            self._held(one)

        async def cancel() -> None:
            await self._save(one, cancelled=True)

        with div("acts"):
            if not one.held:
                button(self._visit, "Move or change", change, "slim", aria_label=f"Move or change: {one.title}")
            button(self._visit, "Notes" if one.held else "Mark as held", held, "slim", aria_label=f"Held: {one.title}")
            if not one.held:
                button(self._visit, "Cancel it", cancel, "slim", aria_label=f"Cancel: {one.title}")

    async def _plan(self) -> None:
        async def save(values: Values) -> None:
            await plan_review_date(
                self._visit.workspace,
                self._engagement.id,
                required_day(values.get("day", "")),
                values.get("title", ""),
                self._ticked(values),
                self._visit.principal,
            )
            box.delete()
            self._visit.say("Planned.")
            await self.load()

        with self._visit.client.content, dialog("Plan a review date") as box, form(self._visit, save, "fields"):
            self._fields("", "How the KPIs stand", ())
            with div("actions"):
                closer(box)
                Piece("button", "Plan it", "button main", type="submit")
        self._visit.run("open", box.id)

    def _change(self, one: ReviewDate) -> None:
        async def save(values: Values) -> None:
            people = self._ticked(values)
            await self._save(one, day=required_day(values.get("day", "")), title=values.get("title", ""), people=people)
            box.delete()

        with self._visit.client.content, dialog("Move or change a date") as box, form(self._visit, save, "fields"):
            self._fields(one.day.isoformat(), one.title, one.people)
            with div("actions"):
                closer(box)
                Piece("button", "Save", "button main", type="submit")
        self._visit.run("open", box.id)

    def _held(self, one: ReviewDate) -> None:
        async def save(values: Values) -> None:
            await self._save(one, held=True, notes=values.get("notes", ""))
            box.delete()

        with self._visit.client.content, dialog(f"Held: {one.title}, {day(one.day)}") as box, form(self._visit, save, "fields"):
            with field("What came of it?", "It stands with the date, and in the calendar file."):
                text_area("notes", one.notes, rows="6", maxlength=4000)
            with div("actions"):
                closer(box)
                Piece("button", "Save" if one.held else "Mark as held", "button main", type="submit")
        self._visit.run("open", box.id)

    async def _save(self, one: ReviewDate, **changes: object) -> None:
        try:
            await change_review_date(
                self._visit.workspace,
                self._engagement.id,
                one.id,
                version=one.version,
                principal=self._visit.principal,
                **changes,  # pyright: ignore[reportArgumentType]
            )
        except StaleVersion:
            await self.load()  # a dialog stays, with what was written in it
            raise
        self._visit.say("Saved.")
        await self.load()

    def _fields(self, on: str, title: str, people: Sequence[str]) -> None:
        with field("Day"):
            text_input("day", on, "date", required=True)
        with field("What is looked at"):
            text_input("title", title, required=True, maxlength=200)
        if self._people:
            with Piece("fieldset"):
                Piece("legend", "With whom")
                with div("people-ticks"):
                    for one in self._people.values():
                        tick(f"person:{one.id}", one.name, ticked=one.id in people)

    def _ticked(self, values: Values) -> list[str]:
        return [one for one in self._people if f"person:{one}" in values]
