"""What follows from what was said, a page for each part."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response

from discovery_agent.discovery.assessments import AssessmentOverview, Section
from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.domain.agreement.register import ConflictState
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.goals import KpiNode
from discovery_agent.web.ui.agreement.register import decided_on
from discovery_agent.web.ui.elements import div, lazy, p, section
from discovery_agent.web.ui.engagement.agenda import answered_by, show_agenda
from discovery_agent.web.ui.engagement.changes import changed, show_changes
from discovery_agent.web.ui.engagement.goals import GoalTreeRows
from discovery_agent.web.ui.engagement.kpis import show_kpis
from discovery_agent.web.ui.engagement.result_page import none, result_page
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.engagement.standing import kpi_gaps
from discovery_agent.web.ui.engagement.verdicts import show_verdict
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit


async def verdicts_page(visit: Visit, engagement_id: str) -> Response | None:
    """Is AI needed?"""
    await result_page(
        visit,
        engagement_id,
        "/verdicts",
        "Is AI needed?",
        "For each operational goal: the simplest solution that suffices. Rules decide, from what was said; "
        "the wish for AI counts as a position, not as a reason.",
        _verdicts,
    )


async def agenda_page(visit: Visit, engagement_id: str) -> Response | None:
    """What to ask next, of whom."""
    await result_page(
        visit, engagement_id, "/agenda", "Ask next", "By person; the question whose answer could change most comes first.", _agenda
    )


async def goals_page(visit: Visit, engagement_id: str) -> Response | None:
    """The goal tree, and the KPIs as a table."""
    await result_page(visit, engagement_id, "/goals", "Goals and KPIs", "What serves what, and how it is measured.", _goals_and_kpis)


async def changes_page(visit: Visit, engagement_id: str) -> Response | None:
    """What the newest conversations changed."""
    await result_page(
        visit, engagement_id, "/changes", "What changed", "What the newest conversations confirmed, contradicted or replaced.", _changes
    )


async def _verdicts(visit: Visit, slices: Slices, _: AssessmentOverview) -> None:
    def show(decision: GoalDecision) -> None:
        show_verdict(visit, slices, decision)

    await Paged(
        visit,
        "verdicts",
        slices.read(Section.GOALS),
        each(show, classes="verdicts"),
        size=5,
        nothing=lambda: none("Nothing to judge yet: no operational goal and no fact about the work was found."),
    ).load()


async def _agenda(visit: Visit, slices: Slices, _: AssessmentOverview) -> None:
    settled = answered_by((await decided_on(visit.workspace, slices.engagement_id)).values())

    def show(items: Sequence[AgendaItem]) -> None:
        show_agenda(visit.workspace, items, settled)

    await Paged(
        visit,
        "questions",
        slices.read(Section.AGENDA),
        show,
        size=12,
        nothing=lambda: none("Nothing is left to ask that could change a decision."),
    ).load()


async def _changes(visit: Visit, slices: Slices, overview: AssessmentOverview) -> None:
    if changed(overview):
        await show_changes(visit, slices, overview)
    else:
        none("Nothing has changed since the first results.")


async def _goals_and_kpis(visit: Visit, slices: Slices, overview: AssessmentOverview) -> None:
    await _goals(visit, slices, overview)
    with section("KPIs", "kpis"):
        if gaps := kpi_gaps(overview):
            p(f"{gaps}.", "note")
        known = (await decided_on(visit.workspace, slices.engagement_id)).values()
        settled = {(one.conflict.kpi_id or "", one.field or ""): one for one in known if one.state is ConflictState.SETTLED}

        def show(nodes: Sequence[KpiNode]) -> None:
            show_kpis(visit, slices.engagement_id, nodes, settled)

        await Paged(visit, "KPIs", slices.read(Section.KPIS), show, size=10, nothing=lambda: none("No KPI was found.")).load()


async def _goals(visit: Visit, slices: Slices, overview: AssessmentOverview) -> None:
    sizes = overview.sizes
    rows = GoalTreeRows(visit, slices.engagement_id)
    with section("Goal tree", "goals"):
        await Paged(
            visit,
            "business goals",
            slices.read(Section.BUSINESS_GOALS),
            each(rows.business_goal, classes="goals"),
            size=8,
            nothing=lambda: none(
                "No business goal was found. Ask a sponsor: what should be different in a year, and how would you see it?"
            ),
        ).load()
        orphans = sizes.get(Section.OPERATIONAL_GOALS.value, 0) + sizes.get(Section.UNLINKED_KPIS.value, 0)
        if not orphans:
            return

        async def show() -> None:
            p("Nobody said what these are for. Ask which business goal each one serves, or drop it.", "quiet")
            with div("goal"):
                if sizes.get(Section.OPERATIONAL_GOALS.value):
                    await Paged(
                        visit, "goals", slices.read(Section.OPERATIONAL_GOALS), each(rows.operational_goal, classes="under"), size=15
                    ).load()
                if sizes.get(Section.UNLINKED_KPIS.value):
                    await Paged(visit, "KPIs", slices.read(Section.UNLINKED_KPIS), each(rows.kpi, classes="under"), size=15).load()

        lazy(visit, "Tied to no goal above", str(orphans), show)
