"""What holds for every page: it fits, can be read in light and dark, and has the landmarks and names that screen readers need."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.access import owner_link, principal_of, redeem
from discovery_agent.discovery.agreement import composed_objective, open_round
from discovery_agent.discovery.execution import check_in, plan_review_date, write_lesson
from discovery_agent.discovery.reviewing import act
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.domain.review import Verb
from discovery_agent.web.ui.engagement.sections import SECTIONS
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui import checks
from tests.web.ui.interviewing import ANSWERS, begin, say, stop
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = pytest.mark.browser
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


class Filled(NamedTuple):
    """An engagement in which every page has something to show."""

    engagement: Engagement
    conversation: str
    owner: str
    welcome: str
    talk: str
    recap: str


@pytest.fixture(scope="module")
def filled(site: Site, browser) -> Filled:
    engagement = site.engagement(f"Halden {LONG}")
    for file in sorted(Path("samples/halden-spare-parts").glob("0*")):
        site.call(upload_transcript(site.ws, engagement.id, file.name, file.read_bytes(), "test"))
    site.call(upload_transcript(site.ws, engagement.id, f"{LONG}.txt", b"\x00\x01" * 300, "test"))
    site.settle()
    people = [site.person(engagement, name) for name in (f"Ada {LONG}", "Ben", "Cleo")]
    sessions = [site.guest(person) for person in people]
    visitor = Visitor(browser, site)
    for session in sessions[1:]:
        page = visitor.opened("/interview", session)
        begin(page)
        for text in (*ANSWERS[:4], LONG * 3):
            say(page, text)
        expect(page.locator("#understood .point").first).to_be_visible()
        if session is sessions[2]:
            stop(page)
    visitor.leave()
    site.call(_carried_out(site.ws, engagement, people[0]))
    records, _ = site.reads(lambda unit: unit.conversations.list(engagement.id))
    meeting = next(record for record in records if record.kind.value == "meeting")
    return Filled(engagement, meeting.id, site.owner(), *sessions)


async def _carried_out(ws: Workspace, engagement: Engagement, person: StakeholderRecord) -> None:
    """A round that is open, a blueprint under review, and what is kept while it is carried out; in all of it a word that has no end."""
    of, today = engagement.id, ws.now().date()
    lead = await principal_of(ws, (await redeem(ws, await owner_link(ws, again=True) or ""))[0])
    composed = await composed_objective(ws, of)
    assert composed is not None
    await open_round(ws, of, lead, text=composed.draft.text, asked=[person.id], after=0)
    blueprint = draft_of("several").model_copy(update={"engagement_id": of, "title": f"Less paper {LONG}"})
    async with ws.database.unit() as unit:
        await unit.blueprints.add(blueprint)
    section = blueprint.sections[0]
    await act(ws, of, 1, section.id, section.content_hash, Verb.COMMENT, f"Say who pays. {LONG}", lead)
    for days, value in ((0, 9.0), (30, 7.5)):
        await check_in(ws, of, blueprint.kpis[0].id, today - timedelta(days=days), value, lead, remark=LONG)
    await plan_review_date(ws, of, today + timedelta(days=90), f"First look {LONG}", [person.id], lead)
    await write_lesson(ws, of, f"Ask who pays {LONG}", f"Whoever pays knows what it costs. {LONG}", lead)


INSIDE = {section.path.strip("/") or "overview": section.path for section in SECTIONS}
PAGES = ("engagements", *INSIDE, "conversation", "welcome", "talk", "recap")


def _where(page: str, filled: Filled) -> tuple[str, str]:
    base = f"/engagements/{filled.engagement.id}"
    paths = {
        "engagements": "/",
        **{name: f"{base}{path}" for name, path in INSIDE.items()},
        "conversation": f"{base}/conversations/{filled.conversation}",
    }
    if page in paths:
        return paths[page], filled.owner
    return "/interview", getattr(filled, page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_reads_well_and_is_built_for_screen_readers(name: str, filled: Filled, site: Site, visitor: Visitor) -> None:
    path, session = _where(name, filled)
    page = visitor.opened(path, session)
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert checks.overflow(page) <= 0, width
        assert checks.structure(page) == [], width
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert checks.contrast(page) == [], (width, scheme)


@pytest.mark.parametrize("name", ["overview", "recap"])
def test_the_first_tab_leads_past_the_header(name: str, filled: Filled, visitor: Visitor) -> None:
    path, session = _where(name, filled)
    page = visitor.opened(path, session)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_whatever_has_focus_shows_it(filled: Filled, visitor: Visitor) -> None:
    path, session = _where("people", filled)
    page = visitor.opened(path, session)
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate("(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.boxShadow]; })()")
        assert style[0] == "solid" or style[1] != "none"


def test_the_overview_of_a_large_engagement_stays_small(filled: Filled, visitor: Visitor) -> None:
    path, session = _where("overview", filled)
    page = visitor.opened(path, session)
    assert page.locator("*").count() < 2500
