"""What stands around every page: head, way past the header, header with where one is, and the line that says what was done."""

from __future__ import annotations

from nicegui import Client, ui

from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.engagement import AccessRole, Engagement
from discovery_agent.web.ui.elements import Piece, div, link, name, span, words_of
from discovery_agent.web.ui.engagement.sections import MORE, EngagementSection, grouped, sections_for
from discovery_agent.web.ui.look import HEAD
from discovery_agent.web.ui.visit import Visit


def begin(client: Client, title: str) -> Piece:
    """Set up the head and the way past the header; gives the box for what a page shows."""
    ui.add_head_html(HEAD)
    ui.page_title(f"{visible(title)} · Discovery Agent")
    page = div("page wrap", id="content", tabindex="-1")
    with client.layout:
        past = link("Skip to the content", "#content", "skip")
        past.move(target_index=0)
        div("says", role="status", aria_live="polite")
    return page


def header(client: Client, visit: Visit, engagement: Engagement | None = None, here: str | None = None) -> Piece:
    """The header of the pages for owners and leads: the engagement that one is in, and the ways between its pages.

    `here` is the path of the page in `engagement.sections`; None for a page that stands in no menu.
    """
    with client.layout:
        bar = Piece("header", "", "masthead")
        bar.move(target_index=1)
    with bar, div("wrap"):
        if visit.role is AccessRole.OWNER:
            link("Discovery Agent", "/", "brand", aria_label="Discovery Agent: all engagements")
        else:
            span("Discovery Agent", "brand")
        with Piece("span", "", "crumb"):
            if engagement and here != "":
                name(engagement.title)
        _way_out()
        if engagement:
            _menu(visit, engagement, here)
    return bar


def _menu(visit: Visit, engagement: Engagement, here: str | None) -> None:
    """The pages of an engagement by phase: in a row where there is room, else behind a button that names the page one is on."""
    sections = sections_for(writes=visit.writes)
    current = next((one.title for one in sections if one.path == here), "Pages")

    def page(one: EngagementSection, phase: str = "") -> None:
        with Piece("li"), link("", f"/engagements/{engagement.id}{one.path}", aria_current="page" if one.path == here else None):
            # In the row a phase of one page goes by its own name, which is enough to find it.
            if phase:
                span(phase, "phase-name")
            span(f" {one.title}" if phase else one.title, "page-name" if phase else "")

    with Piece("nav", "", "menu", aria_label="Engagement"):
        Piece("button", current, "menu-button", type="button", aria_expanded="false", aria_controls="menu")
        with Piece("ul", "", "tabs", id="menu"):
            for group, pages in grouped(sections):
                if not group:
                    for one in pages:
                        page(one)
                elif len(pages) == 1:
                    page(pages[0], "" if group == MORE else group)
                else:
                    with Piece("li", "", "phase"):
                        _group(group, holds_current=any(one.path == here for one in pages))
                        with Piece("ul", "", "", id=f"menu-{group.lower()}", aria_label=group):
                            for one in pages:
                                page(one)


def _group(title: str, *, holds_current: bool) -> None:
    """The head of several pages: a button that opens them in the row, a mere heading behind the button of a phone."""
    Piece(
        "button",
        title,
        "group-button",
        type="button",
        aria_expanded="false",
        aria_controls=f"menu-{title.lower()}",
        aria_current="true" if holds_current else None,
    )
    span(title, "group-name", aria_hidden="true")


def stakeholder_header(client: Client, title: str) -> Piece:
    """The header of an interview, from which no other page is reached."""
    with client.layout:
        bar = Piece("header", "", "masthead")
        bar.move(target_index=1)
    with bar, div("wrap"):
        span("Discovery Agent", "brand")
        words_of(title, "span", "crumb")
        _way_out()
    return bar


def _way_out() -> None:
    """A form of its own, so that signing out works also where the connection to the page is lost."""
    with Piece("form", "", "way-out", method="post", action="/leave"):
        Piece("button", "Sign out", "button plain slim", type="submit")
