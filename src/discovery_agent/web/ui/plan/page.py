"""The delivery plan: dates, money, roadmap, tasks, options, and what it is computed from."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.reviewing import standing as standing_of
from discovery_agent.domain.blueprint.document import Blueprint, Plan
from discovery_agent.domain.engagement import Engagement
from discovery_agent.web.ui.blueprint.assumptions import open_assumption
from discovery_agent.web.ui.blueprint.desk import Desk, not_newest
from discovery_agent.web.ui.blueprint.head import show_title
from discovery_agent.web.ui.blueprint.marks import Marks
from discovery_agent.web.ui.blueprint.page import DOES, number_in
from discovery_agent.web.ui.blueprint.pictures import Pictures
from discovery_agent.web.ui.elements import Piece, div, empty, heading, lazy, link, p, section
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.plan.figures import show_figures, show_warnings
from discovery_agent.web.ui.plan.idle import show_idle_estimates
from discovery_agent.web.ui.plan.inputs import open_estimate, show_assumptions, show_settings
from discovery_agent.web.ui.plan.money import show_cash_flow, show_options, show_tornado
from discovery_agent.web.ui.plan.tasks import TaskTable, show_critical_path
from discovery_agent.web.ui.visit import Visit

_PARTS = (
    ("roadmap", "Roadmap"),
    ("path", "What decides the end"),
    ("tasks", "Tasks"),
    ("cash-flow", "Cash flow"),
    ("options", "Options beside each other"),
    ("tornado", "What the result depends on"),
    ("inputs", "What it is computed from"),
)


async def plan_page(visit: Visit, engagement_id: str) -> Response | None:
    """The plan of the newest version, or with `?version=2` of another one."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    page = PlanReading(visit, engagement, number_in(visit.client.request.query_params.get("version")))
    await page.find()
    place = begin(visit.client, f"Delivery plan · {engagement.title}")
    header(visit.client, visit, engagement, "/plan")
    with place:
        await page.build()
    return None


class PlanReading:
    """The page, and what on it changes while it is open."""

    def __init__(self, visit: Visit, engagement: Engagement, number: int | None) -> None:
        self._visit = visit
        self._engagement = engagement
        self._number = number
        self._desk = Desk(visit, engagement, self._after_change)
        self._found: Blueprint | None = None

    async def find(self) -> None:
        """Look for the version; raises as `Desk.find`."""
        self._found = await self._desk.find(self._number)

    async def build(self) -> None:
        """Show everything."""
        self._desk.news()
        self._body = div().on("click", self._visit.acting(self._act), js_handler=DOES)
        await self._show()

    async def _after_change(self) -> None:
        self._number = None
        await self.find()
        await self._show()

    async def _act(self, does: Any) -> None:
        what, _, which = str(does).partition("|")
        if what == "assumption":
            open_assumption(self._desk, which)
        elif what == "estimate":
            open_estimate(self._desk, which)

    async def _show(self) -> None:
        self._body.clear()
        blueprint = self._found
        with self._body:
            if blueprint is None or blueprint.plan is None:
                self._nothing(blueprint)
                return
            show_title(blueprint, "Delivery plan", await standing_of(self._visit.workspace, self._engagement.id, blueprint.number))
            await self._plan(blueprint, blueprint.plan)

    def _nothing(self, blueprint: Blueprint | None) -> None:
        with div("title"):
            heading(1, "Delivery plan")
        base = f"/engagements/{self._engagement.id}"
        if blueprint is None:
            with empty("There is no plan yet", "It comes with the blueprint."), div("line"):
                link("To the blueprint", f"{base}/blueprint", "button main")
        else:
            with empty("There is nothing to plan", "Nobody stated an operational goal, so the blueprint holds no work."), div("line"):
                link("What to ask next", f"{base}/agenda", "button main")

    async def _plan(self, blueprint: Blueprint, plan: Plan) -> None:
        marks, pictures = await Marks.of(blueprint), await Pictures.of(blueprint)
        with div("stack-l"):
            not_newest(self._desk, "/plan")
            show_warnings(plan)
            show_figures(plan, self._visit.workspace.bench.planning.pilot_by_month)
            with Piece("nav", "", "contents", aria_label="On this page"):
                for anchor, title in _PARTS:
                    link(title, f"#{anchor}")
        titles = dict(_PARTS)
        with section(titles["roadmap"], "roadmap"):
            pictures.show("roadmap", "roadmap-picture")
        with section(titles["path"], "path"):
            show_critical_path(plan)
        with section(titles["tasks"], "tasks"):
            await TaskTable(self._desk, marks, plan).show()
        with section(titles["cash-flow"], "cash-flow"):
            show_cash_flow(pictures, plan)
        with section(titles["options"], "options"):
            show_options(plan)
        with section(titles["tornado"], "tornado"):
            show_tornado(pictures, plan, marks)
        with section(titles["inputs"], "inputs"):
            show_settings(self._desk, plan)

            async def assumptions() -> None:
                await show_assumptions(self._desk, blueprint)

            lazy(self._visit, "Assumptions", str(len(blueprint.assumptions)), assumptions, "further")
            await show_idle_estimates(self._desk)
            p(f"Computed from {plan.inputs.runs:,} simulated runs, {plan.inputs.days_a_month:g} working days a month.", "quiet small")
        marks.last()
