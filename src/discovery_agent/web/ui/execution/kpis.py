"""KPIs against their plan: baseline, target, the latest value, drift in words, chart, and the form for a check-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discovery_agent.discovery.execution import check_in
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.blueprint.document import Blueprint, KpiTarget
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.execution import Drift
from discovery_agent.storage import new_id
from discovery_agent.web.ui.controls import Values, field, form, text_input
from discovery_agent.web.ui.elements import Piece, badge, div, fold, heading, p, span, words_of
from discovery_agent.web.ui.execution.charts import chart_of, show_chart
from discovery_agent.web.ui.execution.check_ins import CheckIns
from discovery_agent.web.ui.execution.words import DRIFTS, figure, read_figure, required_day
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.visit import Visit

_SIZE = 10
Again = Callable[[], Awaitable[None]]


class KpiList:
    """The KPIs of the version that is carried out; `again` is called once a check-in came in."""

    def __init__(self, visit: Visit, engagement: Engagement, carried_out: Blueprint, again: Again) -> None:
        self._visit = visit
        self._engagement = engagement
        self._kpis = carried_out.kpis
        self._again = again
        self._cards: list[KpiCard] = []
        self._listed = Paged(visit, "KPIs", self._read, self._build, size=_SIZE, nothing=self._none)

    async def load(self) -> None:
        """Show them."""
        await self._listed.load()
        await self._fill()

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[KpiTarget], int]:
        return self._kpis[offset : offset + limit], len(self._kpis)

    def _none(self) -> None:
        p("The version that is carried out has no KPI.", "quiet")

    def _build(self, some: Sequence[KpiTarget]) -> None:
        first = not self._cards
        with Piece("ul", "", "kpi-cards"):
            self._cards = [KpiCard(self._visit, self._engagement, one, self._again) for one in some]
        if not first:
            self._visit.later(self._fill)

    async def _fill(self) -> None:
        for one in self._cards:
            await one.show()


class KpiCard:
    """One KPI. Its form stays as it is while what is known of it is shown anew."""

    def __init__(self, visit: Visit, engagement: Engagement, kpi: KpiTarget, again: Again) -> None:
        self._visit = visit
        self._engagement = engagement
        self._kpi = kpi
        self._again = again
        self._key = new_id("ck")
        with Piece("li") as self._box:
            self._place = div("kpi-card")
            with self._place:
                p("Loading ...", "quiet", role="status")
            with div("kpi-below"):
                if visit.writes:
                    self._form()
                self._check_ins = CheckIns(visit, engagement, kpi, self._changed)

    async def show(self) -> None:
        """Show how it stands."""
        if self._box.is_deleted:
            return
        drift, picture = await chart_of(self._visit.workspace, self._engagement.id, self._kpi.id)
        tone = DRIFTS[drift.state][1]
        for each in ("good", "warn", "clash"):
            self._box.replace_class(each, each == tone)
        self._place.clear()
        with self._place:
            with div("facts-side"):
                self._facts(drift)
            if picture is not None:
                show_chart(self._engagement.id, drift, picture)
            else:
                p("There is nothing to draw yet: neither a check-in, nor a baseline and a target with a date.", "quiet")

    def _facts(self, drift: Drift) -> None:
        kpi = self._kpi
        heading(3, kpi.metric)
        with p("", "line"):
            badge(*DRIFTS[drift.state])
            if drift.share is not None:
                span(f"{drift.share:.0%} of the way", "quiet")
        if drift.warning:
            words_of(drift.warning, classes="warning" if drift.alarming else "quiet")
        with Piece("dl", "", "kpi-facts"):
            _fact(
                "Latest",
                f"{figure(drift.latest, drift.unit)} on {day(drift.latest_day)}"
                if drift.latest_day and drift.latest is not None
                else "not measured yet",
                "latest",
            )
            if drift.expected is not None:
                _fact("Should be", f"{figure(drift.expected, drift.unit)} by then")
            _fact("Baseline", kpi.baseline or "not known")
            _fact("Target", kpi.target or "not known")
            due = f"{kpi.deadline} ({day(drift.deadline_day)})" if kpi.deadline and drift.deadline_day else kpi.deadline
            _fact("By when", due or "not known")
            _fact("Owner", kpi.owner or "nobody named")

    def _form(self) -> None:
        async def save(values: Values) -> None:
            await check_in(
                self._visit.workspace,
                self._engagement.id,
                self._kpi.id,
                required_day(values.get("day", "")),
                read_figure(values.get("value", "")),
                self._visit.principal,
                remark=values.get("note", ""),
                client_key=self._key,
            )
            self._key = new_id("ck")
            self._visit.run("empty", box.id)
            self._visit.say("The check-in is there.")
            await self._changed()
            await self._check_ins.refresh()

        with fold("Add a check-in") as box, form(self._visit, save, "check-in-form", aria_label=f"Check-in of {self._kpi.metric}"):
            with field("Measured on"):
                text_input("day", self._visit.workspace.now().date().isoformat(), "date", required=True)
            with field(f"Value in {self._kpi.unit}" if self._kpi.unit else "Value"):
                text_input("value", "", "number", step="any", required=True, inputmode="decimal")
            with field("Note"):
                text_input("note", maxlength=1000)
            Piece("button", "Save", "button main", type="submit")

    async def _changed(self) -> None:
        await self.show()
        await self._again()


def _fact(label: str, text: str, classes: str = "") -> None:
    Piece("dt", label)
    Piece("dd", text, classes, dir="auto")
