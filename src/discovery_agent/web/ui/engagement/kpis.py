"""The KPI table: a row each, with a visible hole where nobody said anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discovery_agent.discovery.report.kpi_view import NEEDED_FIELDS, field_text
from discovery_agent.discovery.report.wording import FIELD_LABELS, sentence_case
from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.goals import KpiNode
from discovery_agent.web.ui.elements import Piece, badge, div, span, words_of
from discovery_agent.web.ui.engagement.deciding import show_behind
from discovery_agent.web.ui.visit import Visit

COLUMNS = ("baseline", "target", "direction", *NEEDED_FIELDS[2:])


Settled = Mapping[tuple[str, str], RegisteredConflict]
"""(KPI, field) -> the settled conflict about it."""


def show_kpis(visit: Visit, engagement_id: str, nodes: Sequence[KpiNode], settled: Settled | None = None) -> None:
    """Some KPIs as a table; what people differed on and have settled since is shown with the resolution."""
    with div("table", tabindex="0", role="group", aria_label="KPIs"), Piece("table", "", "kpis"):
        with Piece("thead"), Piece("tr"):
            for head in ("KPI", *(sentence_case(FIELD_LABELS[column]) for column in COLUMNS)):
                Piece("th", head, scope="col")
        with Piece("tbody"):
            for node in nodes:
                _row(visit, engagement_id, node, settled or {})


def _row(visit: Visit, engagement_id: str, node: KpiNode, settled: Settled) -> None:
    with Piece("tr"):
        with Piece("th", "", scope="row"):
            words_of(sentence_case(node.kpi.metric), "span")
            show_behind(visit, engagement_id, node.finding_ids, node.kpi.metric)
        for column in COLUMNS:
            _cell(node, column, settled.get((node.id, column)))


def _cell(node: KpiNode, column: str, settled: RegisteredConflict | None) -> None:
    text = field_text(node.kpi, column)
    if settled is not None:
        text = f"{settled.chosen}. {settled.resolution}" if settled.chosen else settled.resolution
    disputed = settled is None and (column in node.disputed or (column == "target" and "change" in node.disputed))
    tone = "clash" if disputed else "" if text else "empty"
    with Piece("td", "", f"{column} {tone}".strip(), data_label=FIELD_LABELS[column]), div():
        if disputed:
            badge("disputed", "clash")
            span(" ")
        if settled is not None:
            badge("settled", "good")
            span(" ")
        if text:
            words_of(text, "span")
        else:
            span("not said", "unsaid")


def holes(nodes: Sequence[KpiNode]) -> int:
    """How many facts these KPIs lack, taken together."""
    return sum(len(node.kpi.gaps) for node in nodes)
