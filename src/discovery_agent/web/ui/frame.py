"""What stands around every page: head, way past the header, header with where one is, and the line that says what was done."""

from __future__ import annotations

from nicegui import Client, ui

from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.engagement import AccessRole, Engagement
from discovery_agent.web.ui.elements import Piece, div, link, name, span, words_of
from discovery_agent.web.ui.look import HEAD
from discovery_agent.web.ui.visit import Visit

TABS = (("", "Overview"), ("/people", "People"), ("/knowledge", "Knowledge"))


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


def header(client: Client, visit: Visit, engagement: Engagement | None = None, tab: str | None = None) -> Piece:
    """The header of the pages for owners and leads: the engagement that one is in, and the ways between its pages."""
    with client.layout:
        bar = Piece("header", "", "masthead")
        bar.move(target_index=1)
    with bar, div("wrap"):
        if visit.role is AccessRole.OWNER:
            link("Discovery Agent", "/", "brand", aria_label="Discovery Agent: all engagements")
        else:
            span("Discovery Agent", "brand")
        with Piece("span", "", "crumb"):
            if engagement and tab != "":
                name(engagement.title)
        if engagement:
            with Piece("nav", "", "tabs", aria_label="Engagement"):
                for path, words in TABS:
                    link(words, f"/engagements/{engagement.id}{path}", aria_current="page" if path == tab else None)
    return bar


def stakeholder_header(client: Client, title: str) -> Piece:
    """The header of an interview, from which no other page is reached."""
    with client.layout:
        bar = Piece("header", "", "masthead")
        bar.move(target_index=1)
    with bar, div("wrap"):
        span("Discovery Agent", "brand")
        words_of(title, "span", "crumb")
    return bar
