"""An engagement in which every page has something to show, and in all of it a word that has no end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, expect

from discovery_agent.discovery.access import owner_link, principal_of, redeem
from discovery_agent.discovery.agreement import composed_objective, open_round
from discovery_agent.discovery.execution import check_in, plan_review_date, write_lesson
from discovery_agent.discovery.reviewing import act
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Engagement, StakeholderRecord
from discovery_agent.domain.review import Verb
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui.interviewing import ANSWERS, begin, say, stop
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


class Filled(NamedTuple):
    """An engagement in which every page has something to show."""

    engagement: Engagement
    conversation: str
    owner: str
    welcome: str
    talk: str
    recap: str
    done: str
    lead: str
    reviewer: str
    owner_leaving: str
    empty: str
    secret: str


def fill(site: Site, browser: Browser) -> Filled:
    """Make it: meetings, an interview under way and one at its recap, a round, a review, and a plan that is carried out."""
    engagement = site.engagement(f"Halden {LONG}")
    for file in sorted(Path("samples/halden-spare-parts").glob("0*")):
        site.call(upload_transcript(site.ws, engagement.id, file.name, file.read_bytes(), "test"))
    site.call(upload_transcript(site.ws, engagement.id, f"{LONG}.txt", b"\x00\x01" * 300, "test"))
    site.settle()
    people = [site.person(engagement, name) for name in (f"Ada {LONG}", "Ben", "Cleo", "Dan")]
    sessions = [site.guest(person) for person in people]
    visitor = Visitor(browser, site)
    for session in sessions[1:]:
        page = visitor.opened("/interview", session)
        begin(page)
        for text in (*ANSWERS[:4], LONG * 3):
            say(page, text)
        expect(page.locator("#understood .point").first).to_be_visible()
        if session in sessions[2:]:
            stop(page)
        if session is sessions[3]:
            _finish(page)
    visitor.leave()
    site.call(_carried_out(site.ws, engagement, people[0]))
    records, _ = site.reads(lambda unit: unit.conversations.list(engagement.id))
    meeting = next(record for record in records if record.kind.value == "meeting")
    lead, reviewer = (site.member(engagement, role) for role in (AccessRole.LEAD, AccessRole.REVIEWER))
    secret = site.invite(site.person(engagement, "Eva")).rsplit("/", 1)[1]
    welcome, talk, recap, done = sessions
    return Filled(
        engagement,
        meeting.id,
        site.owner(),
        welcome,
        talk,
        recap,
        done,
        lead,
        reviewer,
        owner_leaving=site.owner(),
        empty=site.engagement("Not begun").id,
        secret=secret,
    )


def _finish(page: Page) -> None:
    page.get_by_role("button", name="Whatever I have not marked is right").click()
    page.locator("input[name=rating][value='4']").check()
    page.get_by_role("button", name="Finish the interview").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")


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
