from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.interviews import open_interview, start_interview
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.domain.engagement import AccessRole
from tests.web.ui.interviewing import ANSWERS, begin, say
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive

pytestmark = pytest.mark.browser


def test_a_person_is_added_edited_and_removed(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement().id}/people", site.owner())
    page.get_by_role("button", name="Add the first person").click()
    box = page.get_by_role("dialog")
    expect(box.get_by_label("Name")).to_be_focused()
    box.get_by_label("Name").fill("Ingrid Halden")
    box.get_by_label("Role").select_option("sponsor")
    box.get_by_label("Department").fill("Management")
    box.get_by_role("button", name="Add", exact=True).click()
    row = page.locator(".person-row", has_text="Ingrid Halden")
    expect(row).to_contain_text("sponsor · Management")
    row.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Department").fill("Board")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(row).to_contain_text("sponsor · Board")
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    expect(page.get_by_text("Nobody yet")).to_be_visible()


def test_a_second_person_of_the_same_name_is_refused_and_nothing_typed_is_lost(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    site.person(engagement, "Tomas Berg")
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.owner())
    page.get_by_role("button", name="Add a person").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Name").fill("tomas  berg")
    box.get_by_label("Department").fill("Service")
    box.get_by_role("button", name="Add", exact=True).click()
    expect(box.get_by_role("alert")).to_be_visible()
    expect(box.get_by_label("Department")).to_have_value("Service")


def test_an_invite_link_is_shown_once_and_opens_the_interview(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    site.person(engagement, "Tomas Berg")
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.owner())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    row = page.locator(".person-row")
    expect(row).to_contain_text("Not invited yet")
    row.get_by_role("button", name="Invite").click()
    page.get_by_role("dialog").get_by_label("The link works for").select_option("7")
    page.get_by_role("dialog").get_by_role("button", name="Make the link").click()
    box = page.get_by_role("dialog")
    link = box.get_by_label("The link", exact=True).input_value()
    box.get_by_role("button", name="Copy").click()
    expect(page.locator(".says")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    box.get_by_role("button", name="Close").click()
    expect(row).to_contain_text("link not opened yet")
    page.reload()
    alive(page)
    assert link not in page.content()
    guest = visitor.page()
    guest.goto(link)
    guest.get_by_role("button").click()
    alive(guest)
    begin(guest)
    say(guest, ANSWERS[0])
    page.reload()
    alive(page)
    expect(row).to_contain_text("1 answer so far")
    expect(row).to_contain_text("private until released")
    expect(row.get_by_role("link")).to_have_count(0)


def test_who_may_not_see_invitations_is_told_nothing_about_them(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    site.invite(site.person(engagement, "Tomas Berg"))
    site.person(engagement, "Ingrid Halden")
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.member(engagement, AccessRole.REVIEWER))
    rows = page.locator(".person-row")
    expect(rows).to_have_count(2)
    for row in rows.all():
        expect(row).to_contain_text("Interview not begun yet")
        expect(row).not_to_contain_text(re.compile("invited|link", re.IGNORECASE))


def test_an_interview_in_which_nobody_has_answered_has_not_begun(site: Site, visitor: Visitor) -> None:
    async def asked(person_id: str) -> None:
        record = await start_interview(site.ws, engagement.id, person_id)
        async for _ in open_interview(site.ws, record.id):
            pass

    engagement = site.engagement()
    tomas, ingrid = site.person(engagement, "Tomas Berg"), site.person(engagement, "Ingrid Halden")
    site.invite(tomas)
    for person in (tomas, ingrid):
        site.call(asked(person.id))
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.member(engagement, AccessRole.LEAD))
    expect(page.locator(".person-row", has_text="Tomas Berg")).to_contain_text("Invited, link not opened yet, works until")
    expect(page.locator(".person-row", has_text="Ingrid Halden")).to_contain_text("Interview not begun yet")
    for row in page.locator(".person-row").all():
        expect(row).not_to_contain_text("talking")
        expect(row).not_to_contain_text("0 answers")


def test_a_link_that_is_taken_back_opens_nothing(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    link = site.invite(site.person(engagement))
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.owner())
    page.get_by_role("button", name="Take link back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(page.locator(".person-row")).to_contain_text("Not invited yet")
    assert visitor.page().goto(link).status == 404  # pyright: ignore[reportOptionalMemberAccess]


def test_a_lead_is_let_in_and_works_in_that_engagement_only(site: Site, visitor: Visitor) -> None:
    engagement, other = site.engagement("Mine"), site.engagement("Not mine")
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.owner())
    page.get_by_role("button", name="Let somebody in").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Name").fill("Ada Lead")
    box.get_by_role("button", name="Make the link").click()
    link = page.get_by_role("dialog").get_by_label("The link", exact=True).input_value()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.locator("#members .rows > li")).to_contain_text("Ada Lead")
    lead = visitor.page()
    lead.goto(link)
    lead.get_by_role("button").click()
    lead.wait_for_url(f"**/engagements/{engagement.id}")
    alive(lead)
    lead.goto(f"{site.url}/")
    expect(lead.get_by_role("heading", level=1)).to_have_text("Mine")
    for path in ("", "/people", "/knowledge", "/conversations/c-1"):
        assert lead.goto(f"{site.url}/engagements/{other.id}{path}").status == 404  # pyright: ignore[reportOptionalMemberAccess]


def test_an_action_of_somebody_whose_link_was_taken_back_meanwhile_is_refused(site: Site, visitor: Visitor) -> None:
    from discovery_agent.discovery.access import keys_of, revoke

    engagement = site.engagement()
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.member(engagement, AccessRole.LEAD))
    page.get_by_role("button", name="Add the first person").click()
    for key in site.call(keys_of(site.ws, engagement.id)):
        site.call(revoke(site.ws, engagement.id, key.id))
    page.get_by_role("dialog").get_by_label("Name").fill("Somebody")
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Your link no longer works.")
    assert site.reads(lambda unit: unit.stakeholders.list(engagement.id)) == []


KICKOFF = """Date: 3 March 2026

Priya Nair: Thanks for coming. I'm the head of customer service, and our customers wait two and a half days for an answer.
Ben: We copy numbers from one screen to the other all day.
Facilitator: What else?
Tomas Berg: The invoices come back.
"""


def test_a_speaker_of_a_transcript_becomes_a_stakeholder_with_one_click(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    site.person(engagement, "Tomas Berg")
    site.call(upload_transcript(site.ws, engagement.id, "kickoff.txt", KICKOFF.encode(), "test"))
    site.settle()
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.owner())
    speakers = page.locator("#heard .speaker-row")
    expect(speakers).to_have_count(3)
    expect(speakers.filter(has_text="Tomas Berg")).to_contain_text("stakeholder")
    expect(speakers.filter(has_text="Tomas Berg").get_by_role("button")).to_have_count(0)
    priya = speakers.filter(has_text="Priya Nair")
    expect(priya).to_contain_text("no stakeholder yet")
    expect(priya).to_contain_text("head of customer service")
    expect(priya.locator("q")).to_have_text("I'm the head of customer service")
    priya.get_by_role("button", name="Add as stakeholder: Priya Nair").click()
    expect(page.locator(".person-row", has_text="Priya Nair")).to_contain_text("business")
    expect(priya).not_to_contain_text("no stakeholder yet")
    expect(priya.get_by_role("button")).to_have_count(0)


def test_a_speaker_who_is_added_by_hand_is_shown_as_stakeholder_at_once(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    site.call(upload_transcript(site.ws, engagement.id, "kickoff.txt", KICKOFF.encode(), "test"))
    site.settle()
    page = visitor.opened(f"/engagements/{engagement.id}/people", site.owner())
    priya = page.locator("#heard .speaker-row").filter(has_text="Priya Nair")
    expect(priya).to_contain_text("no stakeholder yet")
    page.get_by_role("button", name="Add a person").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Name").fill("Priya Nair")
    box.get_by_role("button", name="Add", exact=True).click()
    expect(priya).not_to_contain_text("no stakeholder yet")
    page.locator(".person-row", has_text="Priya Nair").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(priya).to_contain_text("no stakeholder yet")
