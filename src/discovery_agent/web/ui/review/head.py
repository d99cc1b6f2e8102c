"""The head of the page of review: the version, its draft mark or signature, and what is lacking to sign it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.review import SectionState
from discovery_agent.web.ui.elements import Piece, badge, div, fold, link, name, p, span, words_of
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.review.looking import Look
from discovery_agent.web.ui.review.words import although_words, where_done
from discovery_agent.web.ui.visit import Visit

OPEN_HERE = (
    "(e) => { if (e.ctrlKey || e.metaKey || e.shiftKey) return; e.preventDefault();"
    " history.replaceState(history.state, '', e.currentTarget.href); emit(); }"
)
"""A link that opens a section on this page: its address is that of the section, but nothing is loaded anew."""

Open = Callable[[SectionId], Awaitable[None]]


def section_link(visit: Visit, engagement_id: str, section_id: SectionId, words: str, open_: Open, *, current: bool = False) -> Piece:
    """A link to a section of the page."""

    async def opened(_: object) -> None:
        await open_(section_id)

    found = link(words, f"/engagements/{engagement_id}/review?section={section_id.value}", aria_current="true" if current else None)
    return found.on("click", visit.acting(opened), js_handler=OPEN_HERE)


async def show_head(visit: Visit, engagement_id: str, look: Look, open_: Open) -> None:
    """The state of the version in front of everything else."""
    blueprint, stands = look.blueprint, look.standing
    approved = sum(one.state is SectionState.APPROVED for one in stands.sections)
    if stands.draft:
        with p("", "draft"):
            Piece("strong", "Draft")
            span(f"version {blueprint.number}; nobody has signed it")
    elif stands.signed is not None:
        with p("", "signed-mark", role="status"):
            Piece("strong", f"Version {blueprint.number} is signed")
            span(" by ")
            name(stands.signed.signer)
            span(f" on {day(stands.signed.at)}")
            if stands.signed.although:
                span(f", although {although_words(stands.signed)}; the reasons stand with the signature")
    with p("", "line"):
        words_of(blueprint.title, "span", "strong")
        badge(blueprint.course.label)
        span(f"{approved} of {plural(len(stands.sections), 'section')} approved", "quiet")
        if blueprint.choices:
            span(f"{len(blueprint.choices) - len(stands.choices_open)} of {plural(len(blueprint.choices), 'choice')} approved", "quiet")
        link("Read it whole", f"/engagements/{engagement_id}/blueprint")
    if blueprint.change:
        words_of(f"Last change: {blueprint.change}", classes="quiet small")
    if stands.broken is not None:
        with div("trouble", role="alert"):
            p(f"A signature of {day(stands.broken.at)} does not fit the content of this version, so it counts for nothing.")
    if look.signed_before is not None:
        p(f"Version {look.signed_before} is the one that was signed; this one is newer.", "warning")
    if stands.lacking:
        await _lacking(visit, engagement_id, look, open_)


async def _lacking(visit: Visit, engagement_id: str, look: Look, open_: Open) -> None:
    lacking = look.standing.lacking

    async def read(offset: int, limit: int) -> tuple[Sequence[str], int]:
        return lacking[offset : offset + limit], len(lacking)

    def show(some: Sequence[str]) -> None:
        with Piece("ul", "", "rows lacking"):
            for one in some:
                path, section_id = where_done(one, look.blueprint)
                with Piece("li"):
                    if section_id is None:
                        link(one, f"/engagements/{engagement_id}{path}", "what").put("dir", "auto")
                    else:
                        section_link(visit, engagement_id, section_id, one, open_).classes("what").put("dir", "auto")

    with fold("Lacking for a signature", str(len(lacking)), "lacking-box", opened=True):
        await Paged(visit, "what is lacking", read, show, size=5).load()
