"""What differs between two versions, shown so that one sees at once what a change did."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.report.wording import plural, sentence_case
from discovery_agent.domain.blueprint.differences import BlueprintDifferences, Difference
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.web.ui.elements import Piece, fold, p, span, words_of

_SHOWN = 12
_COMPUTED = (SectionId.PLAN, SectionId.ECONOMICS, SectionId.ASSUMPTIONS)
"""Sections that change whenever the plan does; what that comes to is told by the figures."""


def show_differences(found: BlueprintDifferences) -> None:
    """The differences: figures of the plan, assumptions, then each section that people write."""
    if found.none:
        p("Nothing else differs.", "quiet")
        return
    if found.figures:
        _list("What changed in the plan", found.figures)
    if found.assumptions:
        _list("Assumptions", found.assumptions)
    if found.kpis:
        _list("KPIs", found.kpis)
    for one in found.sections:
        if one.section_id in _COMPUTED:
            with fold(one.title, plural(len(one.differences), "line")):
                _lines(one.differences)
        else:
            _list(one.title, one.differences)


def _list(title: str, differences: Sequence[Difference]) -> None:
    p(title, "strong")
    _lines(differences)


def _lines(differences: Sequence[Difference]) -> None:
    with Piece("ul", "", "differences"):
        for one in differences[:_SHOWN]:
            with Piece("li"):
                if one.heading:
                    words_of(sentence_case(one.heading), "span", "what")
                if one.was:
                    span("before: ", "sr")
                    words_of(one.was, "del")
                    span(" ")
                if one.now:
                    span("now: ", "sr")
                    words_of(one.now, "ins")
                if one.was == one.now and one.support_changed:
                    span(" What it stands on changed.", "quiet small")
                if one.by:
                    span(f" ({one.by})", "quiet small")
    if len(differences) > _SHOWN:
        p(f"and {len(differences) - _SHOWN} more", "quiet small")
