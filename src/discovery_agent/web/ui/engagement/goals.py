"""The goal tree: what serves what, and what measures it."""

from __future__ import annotations

from discovery_agent.discovery.report.kpi_view import field_text
from discovery_agent.discovery.report.wording import plural, sentence_case
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode, OperationalGoalNode
from discovery_agent.web.ui.elements import Piece, badge, span, words_of


def show_business_goal(goal: BusinessGoalNode) -> None:
    """A business goal with everything under it."""
    with Piece("li", "", "goal"):
        span("Business goal", "level")
        words_of(goal.statement, classes="statement")
        _evidence(goal.finding_ids)
        with Piece("ul", "", "under"):
            for child in goal.operational_goals:
                show_operational_goal(child)
            for kpi in goal.kpis:
                show_kpi(kpi)
            if not goal.operational_goals and not goal.kpis:
                Piece("li", "No operational goal and no KPI said", "hole")


def show_operational_goal(goal: OperationalGoalNode) -> None:
    """An operational goal with its KPIs."""
    with Piece("li"):
        span("Operational goal", "level")
        words_of(goal.statement)
        _evidence(goal.finding_ids)
        with Piece("ul", "", "under"):
            for kpi in goal.kpis:
                show_kpi(kpi)
            if not goal.kpis:
                Piece("li", "No KPI said", "hole")


def show_kpi(node: KpiNode) -> None:
    """A KPI with where it stands and where it should go."""
    with Piece("li"):
        span("KPI", "level")
        with Piece("span", "", "kpi-line"):
            words_of(sentence_case(node.kpi.metric), "span", "strong")
            today, target = field_text(node.kpi, "baseline"), field_text(node.kpi, "target")
            if today or target:
                words_of(f"{today or '?'} → {target or '?'}", "span", "move")
            else:
                span("no figure said", "unsaid")
            if node.disputed:
                badge("disputed", "clash")


def _evidence(finding_ids: tuple[str, ...]) -> None:
    span(plural(len(finding_ids), "finding"), "quiet small")
