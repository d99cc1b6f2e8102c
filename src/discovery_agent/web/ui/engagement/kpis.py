"""The KPI table: a row each, with a visible hole where nobody said anything."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.report.kpi_view import NEEDED_FIELDS, field_text
from discovery_agent.discovery.report.wording import FIELD_LABELS, plural, sentence_case
from discovery_agent.domain.goals import KpiNode
from discovery_agent.web.ui.elements import Piece, badge, div, span, words_of

COLUMNS = ("baseline", "target", "direction", *NEEDED_FIELDS[2:])


def show_kpis(nodes: Sequence[KpiNode]) -> None:
    """Some KPIs as a table."""
    with div("table", tabindex="0", role="region", aria_label="KPIs"), Piece("table", "", "kpis"):
        with Piece("thead"), Piece("tr"):
            for head in ("KPI", *(sentence_case(FIELD_LABELS[column]) for column in COLUMNS)):
                Piece("th", head, scope="col")
        with Piece("tbody"):
            for node in nodes:
                _row(node)


def _row(node: KpiNode) -> None:
    with Piece("tr"):
        with Piece("th", "", scope="row"):
            words_of(sentence_case(node.kpi.metric), "span")
            Piece("br")
            span(plural(len(node.finding_ids), "finding"), "quiet small")
        for column in COLUMNS:
            _cell(node, column)


def _cell(node: KpiNode, column: str) -> None:
    text = field_text(node.kpi, column)
    disputed = column in node.disputed or (column == "target" and "change" in node.disputed)
    tone = "clash" if disputed else "" if text else "empty"
    with Piece("td", "", f"{column} {tone}".strip(), data_label=FIELD_LABELS[column]), div():
        if disputed:
            badge("disputed", "clash")
            span(" ")
        if text:
            words_of(text, "span")
        else:
            span("not said", "unsaid")


def holes(nodes: Sequence[KpiNode]) -> int:
    """How many facts these KPIs lack, taken together."""
    return sum(len(node.kpi.gaps) for node in nodes)
