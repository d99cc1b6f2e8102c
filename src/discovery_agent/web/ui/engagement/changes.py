"""What the newest conversations changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from discovery_agent.discovery.assessments import AssessmentOverview, Section
from discovery_agent.discovery.report.wording import KIND_LABELS, day, plural
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.changes import Completed, Moved, Node, Superseded
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.web.ui.elements import Piece, badge, div, heading, names, p, span, words_of
from discovery_agent.web.ui.engagement.criteria import crux_of
from discovery_agent.web.ui.engagement.said import said
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.visit import Visit

_SHOWN = 5
_GRAVE = (Section.MOVED, Section.CONTRADICTED, Section.SUPERSEDED)
_TITLES = {
    Section.MOVED: "Verdicts that moved",
    Section.CONTRADICTED: "Contradicted",
    Section.SUPERSEDED: "Replaced by its own speaker, or corrected",
    Section.COMPLETED: "Completed",
    Section.ADDED: "New goals and KPIs",
    Section.CONFIRMED: "Confirmed",
    Section.WITHDRAWN: "Withdrawn",
}
_SHORT = {
    Section.MOVED: ("verdict moved", "verdicts moved"),
    Section.CONTRADICTED: ("point contradicted", "points contradicted"),
    Section.SUPERSEDED: ("point replaced", "points replaced"),
    Section.COMPLETED: ("KPI completed", "KPIs completed"),
    Section.ADDED: ("new goal or KPI", "new goals and KPIs"),
    Section.CONFIRMED: ("point confirmed", "points confirmed"),
    Section.WITHDRAWN: ("point withdrawn", "points withdrawn"),
}


def changed(overview: AssessmentOverview) -> bool:
    """Whether there is anything to report."""
    return overview.change.before is not None and (any(overview.sizes.get(one.value) for one in _TITLES) or bool(overview.change.resolved))


def change_words(overview: AssessmentOverview) -> str:
    """The change report in one line: `since 26 Nov 2026: 2 verdicts moved, 1 point contradicted`."""
    parts = [plural(size, *words) for section, words in _SHORT.items() if (size := overview.sizes.get(section.value))]
    if overview.change.resolved:
        parts.append(f"{plural(len(overview.change.resolved), 'conflict')} gone")
    since = f"Since {day(overview.change.since)}: " if overview.change.since else ""
    return since + ", ".join(parts)


async def show_changes(visit: Visit, slices: Slices, overview: AssessmentOverview) -> None:
    """The change report, gravest first; each part a page at a time."""
    change = overview.change
    with p("", "note"):
        since = f" since {day(change.since)}" if change.since else ""
        span(f"{plural(len(change.conversations), 'new conversation')}{since}: " if change.conversations else f"Changes{since}.")
        if change.conversations:
            names(one.title for one in change.conversations[:_SHOWN])
            if len(change.conversations) > _SHOWN:
                span(f" and {len(change.conversations) - _SHOWN} more")
    with div("changes"):
        for section, title in _TITLES.items():
            if size := overview.sizes.get(section.value):
                with div("change clash" if section in _GRAVE else "change"):
                    with heading(2, title):
                        span(" ")
                        badge(str(size))
                    await Paged(
                        visit, title.lower(), slices.read(section), _listed(visit.workspace, slices.engagement_id, section), size=_SHOWN
                    ).load()
        if change.resolved:
            with div("change"):
                heading(2, "Conflicts that are gone")
                with Piece("ul"):
                    for about in change.resolved:
                        words_of(about, "li")


def _listed(ws: Workspace, engagement_id: str, section: Section) -> Callable[[Sequence[Any]], None]:
    show = partial(_conflict, ws) if section is Section.CONTRADICTED else _SHOWS[section]

    def build(items: Sequence[Any]) -> None:
        with Piece("ul"):
            for one in items:
                with Piece("li"):
                    show(engagement_id, one)

    return build


def _node(engagement_id: str, one: Node) -> None:
    span(f"{KIND_LABELS[one.kind][0]}: ", "quiet")
    words_of(one.statement, "span")
    span(" ")
    said(engagement_id, one.quotes, 1)


def _moved(engagement_id: str, one: Moved) -> None:
    words_of(one.statement, "span", "strong")
    span(f": {_verdict(one.was)} ({one.was_certainty.value}) → {_verdict(one.now)} ({one.now_certainty.value}). ")
    for reason in one.because[:2]:
        words_of(reason.text, "span")
        span(" ")
        said(engagement_id, reason.quotes, 1)


def _conflict(ws: Workspace, _: str, one: Conflict) -> None:
    words_of(one.about, "span", "strong")
    span(": ")
    words_of(crux_of(ws, one), "span")


def _completed(engagement_id: str, one: Completed) -> None:
    words_of(one.metric, "span", "strong")
    span(f": {one.field} ")
    words_of(one.value, "span")
    span(" ")
    said(engagement_id, one.quotes, 1)


def _superseded(_: str, one: Superseded) -> None:
    words_of(one.about, "span", "strong")
    span(": ")
    words_of(one.was, "s")
    span(" → ")
    words_of(one.now, "span")
    if one.by:
        span(" by ")
        names(one.by)


def _verdict(solution: SolutionClass | None) -> str:
    return solution.label if solution else "no verdict"


_SHOWS: dict[Section, Callable[[str, Any], None]] = {
    Section.MOVED: _moved,
    Section.SUPERSEDED: _superseded,
    Section.COMPLETED: _completed,
    Section.ADDED: _node,
    Section.CONFIRMED: _node,
    Section.WITHDRAWN: _node,
}
