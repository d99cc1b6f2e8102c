"""The report as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from discovery_agent.discovery.report.decision_view import figure_words, ladder_words, needed_words, solution_label
from discovery_agent.discovery.report.head import Head
from discovery_agent.discovery.report.kpi_view import gap_sentence
from discovery_agent.discovery.report.self_contained import SelfContainedPage
from discovery_agent.discovery.report.view import ReportView
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.amount_words import number_words


def render_html(view: ReportView) -> str:
    """The whole page."""
    return _page().render(view=view, to=_on_the_page)


def _on_the_page(anchor: str) -> str:
    return f"#{anchor}"


def _rest(items: Sequence[object]) -> int:
    return items.rest if isinstance(items, Head) else 0


FILTERS: Mapping[str, Callable[..., object]] = {
    "plural": plural,
    "number": number_words,
    "gap_sentence": gap_sentence,
    "ladder_words": ladder_words,
    "needed_words": needed_words,
    "figure_words": figure_words,
    "solution_label": solution_label,
    "rest": _rest,
}
"""How the templates of reports put values in words."""


@cache
def _page() -> SelfContainedPage:
    return SelfContainedPage("discovery_agent.discovery.report", FILTERS)
