"""The goal tree: what serves what, and what measures it."""

from __future__ import annotations

from discovery_agent.discovery.report.kpi_view import field_text
from discovery_agent.discovery.report.wording import sentence_case
from discovery_agent.domain.goals import BusinessGoalNode, KpiNode, OperationalGoalNode
from discovery_agent.web.ui.elements import Piece, badge, span, words_of
from discovery_agent.web.ui.engagement.deciding import show_behind
from discovery_agent.web.ui.visit import Visit


class GoalTreeRows:
    """Shows goals and KPIs as a tree, each with the findings that it rests on and what a lead can make of them."""

    def __init__(self, visit: Visit, engagement_id: str) -> None:
        self._visit = visit
        self._engagement = engagement_id

    def business_goal(self, goal: BusinessGoalNode) -> None:
        """A business goal with everything under it."""
        with Piece("li", "", "goal"):
            span("Business goal", "level")
            words_of(goal.statement, classes="statement")
            show_behind(self._visit, self._engagement, goal.finding_ids, goal.statement)
            with Piece("ul", "", "under"):
                for child in goal.operational_goals:
                    self.operational_goal(child)
                for kpi in goal.kpis:
                    self.kpi(kpi)
                if not goal.operational_goals and not goal.kpis:
                    Piece("li", "No operational goal and no KPI said", "hole")

    def operational_goal(self, goal: OperationalGoalNode) -> None:
        """An operational goal with its KPIs."""
        with Piece("li"):
            span("Operational goal", "level")
            words_of(goal.statement)
            show_behind(self._visit, self._engagement, goal.finding_ids, goal.statement)
            with Piece("ul", "", "under"):
                for kpi in goal.kpis:
                    self.kpi(kpi)
                if not goal.kpis:
                    Piece("li", "No KPI said", "hole")

    def kpi(self, node: KpiNode) -> None:
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
            show_behind(self._visit, self._engagement, node.finding_ids, node.kpi.metric)
