"""The head of a version: course, draft mark or signature, versions, audiences, exports."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.drafting import BlueprintHead, blueprint_versions
from discovery_agent.discovery.exporting import Format
from discovery_agent.discovery.report.wording import day, plural, sentence_case
from discovery_agent.domain.blueprint.claims import Audience
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.review import ReviewStanding
from discovery_agent.web.ui.elements import Piece, badge, div, heading, lazy, link, name, p, span, words_of
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.visit import Visit

AUDIENCES = (
    (None, "All of it"),
    (Audience.EXECUTIVE, "Executive"),
    (Audience.ENGINEERING, "Engineering"),
    (Audience.COMPLIANCE, "Legal and compliance"),
)
_TOLD = (
    (Format.WORD, "Word (.docx)"),
    (Format.PDF, "PDF"),
    (Format.HTML, "Web page (.html)"),
    (Format.MARKDOWN, "Markdown"),
)
_WHOLE = (
    (Format.JSON, "Everything as JSON"),
    (Format.JIRA, "Backlog for Jira (.csv)"),
    (Format.LINEAR, "Backlog for Linear (.csv)"),
    (Format.GITHUB, "Backlog for GitHub (.csv)"),
)


def show_title(blueprint: Blueprint, title: str, standing: ReviewStanding) -> None:
    """Title, course, and whether it is a draft."""
    with div("title"):
        heading(1, title)
        if blueprint.organisation:
            words_of(blueprint.organisation, classes="strong")
        with div("line"):
            badge(sentence_case(blueprint.course.label), "course")
            if standing.signed is not None:
                badge("signed", "good")
                with span("", "quiet"):
                    span("by ")
                    name(standing.signed.signer)
                    span(f" on {day(standing.signed.at)}")
            else:
                badge("draft", "warn")
                span("nobody has signed this version", "quiet")
            with span("", "quiet"):
                span(f"version {blueprint.number}, {day(blueprint.at)}, by ")
                name("the rules" if blueprint.made_by == "rules" else blueprint.made_by)
        if blueprint.change:
            words_of(blueprint.change, classes="quiet small")
    if standing.broken is not None:
        p("This version was signed, and its content is not what was signed. The signature counts for nothing.", "trouble", role="alert")
    for note in blueprint.notes:
        words_of(note, classes="warning")


def show_audiences(blueprint: Blueprint, newest: int, audience: Audience | None) -> None:
    """For whom it is told."""
    with Piece("nav", "", "choices", aria_label="Told for"):
        for one, words in AUDIENCES:
            link(words, address_of(blueprint, newest, one), "button slim", aria_current="true" if one is audience else None)


def address_of(blueprint: Blueprint, newest: int, audience: Audience | None, number: int | None = None) -> str:
    """The address of the page for an audience and a version."""
    number = number or blueprint.number
    asked = [*([f"version={number}"] if number != newest else []), *([f"for={audience.value}"] if audience else [])]
    return f"/engagements/{blueprint.engagement_id}/blueprint{'?' if asked else ''}{'&'.join(asked)}"


def show_versions(visit: Visit, blueprint: Blueprint, newest: int, audience: Audience | None) -> None:
    """Every version; older ones can be read."""

    async def read(offset: int, limit: int) -> tuple[Sequence[BlueprintHead], int]:
        return await blueprint_versions(visit.workspace, blueprint.engagement_id, offset, limit)

    def build(heads: Sequence[BlueprintHead]) -> None:
        with Piece("ul", "", "plain"):
            for one in heads:
                with Piece("li"):
                    here = one.number == blueprint.number
                    link(
                        f"Version {one.number}", address_of(blueprint, newest, audience, one.number), aria_current="true" if here else None
                    )
                    span(" ")
                    if one.signed:
                        badge("signed", "good")
                    if here:
                        badge("shown")
                    span(f" {day(one.at)}, ", "quiet small")
                    name("the rules" if one.made_by == "rules" else one.made_by, "quiet small")
                    if one.change:
                        words_of(one.change, classes="quiet small")

    async def show() -> None:
        await Paged(visit, "versions", read, build, size=8).load()

    lazy(visit, "Versions", str(newest), show)


def show_exports(visit: Visit, blueprint: Blueprint, audience: Audience | None) -> None:
    """The files of this version."""

    async def show() -> None:
        base = f"/engagements/{blueprint.engagement_id}/blueprint/{blueprint.number}/export"
        told = next(words for one, words in AUDIENCES if one is audience)
        _files(f"{base}/{{}}{f'?for={audience.value}' if audience else ''}", _TOLD, f"To read: {told.lower()}", without=_unprinted())
        _files(f"{base}/{{}}", _WHOLE, "For programs: all of it")

    lazy(visit, "Export", "", show)


def _unprinted() -> Format | None:
    """PDF, where nothing is installed that prints one."""
    from discovery_agent.discovery.exporting.as_pdf import find_browser

    return None if find_browser() else Format.PDF


def _files(address: str, formats: Sequence[tuple[Format, str]], title: str, without: Format | None = None) -> None:
    p(title, "quiet small")
    with Piece("ul", "", "plain"):
        for one, words in formats:
            with Piece("li"):
                if one is without:
                    span(words, "strong")
                    p(
                        "A PDF is printed by a browser, and none is installed on the server. Install Chromium, Chrome or Edge there, "
                        "or export the web page and print it from your own browser.",
                        "quiet small",
                    )
                else:
                    link(words, address.format(one.value))


def count_of(blueprint: Blueprint) -> str:
    """What a version rests on, in a line."""
    return f"It cites {plural(len(blueprint.evidence), 'finding')} and {plural(len(blueprint.assumptions), 'assumption')}."
