"""The review of a blueprint by several people, each in a browser of their own."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest
from playwright.sync_api import Locator, Page, expect

from discovery_agent.discovery.access import revoke
from discovery_agent.discovery.engagements import add_stakeholder
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.review import Verb
from discovery_agent.web.ui.review.opened import OpenSection
from tests.web.ui import checks
from tests.web.ui.reviewing import Reviewing
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive, tab_to

pytestmark = pytest.mark.browser
LOOP = SectionId.PEOPLE_IN_THE_LOOP
WAS, NOW = "go to people", "go to the clerks of accounts payable"


def listed(page: Page, title: str) -> Locator:
    """A section in the list of sections."""
    return page.locator(".section-list a", has_text=title)


def opened(page: Page, title: str) -> None:
    """Open a section."""
    listed(page, title).click()
    expect(page.locator("#open-section")).to_have_text(title)


def words(page: Page) -> Locator:
    return page.locator(".composer textarea[name=words]")


def says(page: Page, text: str, button: str) -> None:
    words(page).fill(text)
    page.locator(".composer").get_by_role("button", name=button, exact=True).click()
    expect(words(page)).to_have_value("")


def test_a_review_by_two_people_goes_from_a_comment_to_the_signature(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    lead, ana = review.member(AccessRole.LEAD, "Lea Lead"), review.member(AccessRole.REVIEWER, "Ana Ruiz")
    hers = visitor.opened(f"{review.path}/review", lead.session)
    expect(hers.locator(".lacking-box")).to_contain_text("Nobody is named who must approve")
    hers.get_by_role("button", name="Say who must approve").click()
    hers.get_by_role("dialog").get_by_role("group", name="Ana Ruiz").get_by_label("Every section").check()
    hers.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(hers.locator("#reviewers")).to_contain_text("has not approved anything yet")
    review.approve_all(ana, but=(LOOP, SectionId.CHOICES))

    page = visitor.opened(f"{review.path}/review", ana.session)
    expect(page.locator("#open-section")).to_have_text("Where a person stays in the loop")
    expect(page.locator("#sign")).to_contain_text("The owner or a lead signs.")
    expect(page.locator("#sign").get_by_role("button")).to_have_count(0)
    says(page, "Which people?", "Comment")
    says(page, "It has to say who takes the cases that no rule covers.", "Request changes")
    expect(page.locator(".section-state")).to_contain_text("changes requested")

    opened(hers, "Where a person stays in the loop")
    expect(hers.locator(".trail")).to_contain_text("Which people?")
    hers.get_by_role("button", name="Answer: Which people?").click()
    says(hers, "The clerks; I write it down.", "Comment")
    expect(hers.locator(".trail .answers-below")).to_contain_text("The clerks; I write it down")
    expect(page.locator(".trail .answers-below")).to_contain_text("The clerks; I write it down")  # without a reload
    review.rewrite(LOOP, WAS, NOW)

    page.get_by_role("button", name="Show version 2").click()
    changed = page.locator(".changed-since", has_text="version 1, where you asked for changes")
    expect(changed).to_contain_text("Changed")
    expect(changed.locator("ins")).to_contain_text("the clerks of accounts payable")
    page.get_by_role("button", name="Settle: Which people?").click()
    expect(page.locator(".trail")).to_contain_text("Settled by Ana Ruiz")
    page.locator(".composer").get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".composer")).to_contain_text("You approved this.")
    listed(page, "Choices to approve").click()
    expect(page.locator("#open-section")).to_have_text("Choices to approve")
    page.locator(".composer").get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".section-state")).to_contain_text("approved")
    chatbot = page.get_by_role("article", name="Choice: A chatbot for suppliers")
    expect(chatbot).to_contain_text("we need a chatbot for suppliers")
    expect(chatbot).to_contain_text("waits for approval")  # the section is approved, and none of its choices with it
    chatbot.get_by_role("button", name="Reject the choice").click()
    expect(chatbot.get_by_role("alert")).to_contain_text("says why")
    chatbot.get_by_role("button", name="Approve the choice").click()
    expect(chatbot).to_contain_text("Approved by Ana Ruiz.")
    folder = page.get_by_role("article", name="Choice: Drop the paper folder")
    folder.get_by_role("button", name="Approve the choice").click()
    expect(folder).to_contain_text("Approved by Ana Ruiz.")
    expect(page.locator(".draft")).to_contain_text("Draft")

    assert review.lacking(lead) == ()
    expect(hers.locator("#sign")).to_contain_text("Everything is approved. Something speaks against signing version 2 all the same")
    expect(hers.locator("#sign .despite").first).to_contain_text("The phase Discovery is not complete.")
    hers.get_by_role("button", name=re.compile("^Sign version 2")).click()
    box = hers.get_by_role("dialog", name="Sign version 2?")
    expect(box).to_contain_text(review.newest.content_hash)
    expect(box).to_contain_text("Risks and compliance: Ana Ruiz")
    reasons = box.get_by_label("Why is it signed all the same?")
    for at in range(reasons.count()):
        reasons.nth(at).fill("ok")
    box.get_by_role("button", name="Yes, sign version 2").click()
    expect(box.get_by_role("alert")).to_contain_text("cannot be signed without a reason")
    for at in range(reasons.count()):
        reasons.nth(at).fill("The board decided so on <b>3 March</b>.")
    box.get_by_role("button", name="Yes, sign version 2").click()
    expect(hers.locator(".signed-mark")).to_contain_text("Version 2 is signed by Lea Lead (lead)")
    expect(hers.locator(".signed-mark")).to_contain_text("although the phase Discovery is not complete")
    expect(page.locator("#sign")).to_contain_text("The board decided so on <b>3 March</b>.")
    for each in (hers, page):
        expect(each.locator(".draft")).to_have_count(0)
        expect(each.locator(".lacking-box")).to_have_count(0)
    expect(page.locator(".composer").get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    expect(chatbot).to_contain_text("Approved by Ana Ruiz.")
    expect(chatbot.get_by_role("textbox")).to_have_count(0)  # nothing is left to decide
    page.reload()
    alive(page)
    listed(page, "Choices to approve").click()
    expect(chatbot).to_contain_text("Approved by Ana Ruiz.")
    expect(chatbot.get_by_role("textbox")).to_have_count(0)


def test_the_owner_signs_with_their_own_name_and_says_why_compliance_was_left_out(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    lead, ana = review.member(AccessRole.LEAD, "Lea Lead"), review.member(AccessRole.REVIEWER, "Ana Ruiz")
    site.call(add_stakeholder(site.ws, review.engagement.id, "Aino Salmi", role=Role.COMPLIANCE))
    review.require(lead, ana)
    review.approve_all(ana)
    for choice in review.newest.choices:
        review.act(ana, SectionId.CHOICES, Verb.APPROVE, choice_id=choice.id)
    page = visitor.opened(f"{review.path}/review", site.owner())
    expect(page.locator("#reviewers")).to_contain_text("Nobody approves for compliance.")
    page.get_by_role("button", name=re.compile("^Sign version 1")).click()
    box = page.get_by_role("dialog", name="Sign version 1?")
    expect(box).to_contain_text("Your link names a role and no person")
    for field in box.get_by_label("Why is it signed all the same?").all():
        field.fill("The board decided so on 3 March.")
    box.get_by_label("Nobody approves for compliance").fill("Aino is on leave until May.")
    box.get_by_label("Your name").fill("Owner")
    box.get_by_role("button", name="Yes, sign version 1").click()
    expect(box.get_by_role("alert")).to_contain_text("no name of a person")
    box.get_by_label("Your name").fill("Maria Santos")
    box.get_by_role("button", name="Yes, sign version 1").click()
    expect(page.locator(".signed-mark")).to_contain_text("signed by Maria Santos (owner)")
    expect(page.locator("#sign")).to_contain_text("Aino is on leave until May.")
    assert checks.structure(page) == []


def test_who_acts_on_a_section_that_changed_meanwhile_is_shown_both_texts_and_loses_no_word(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    lead, ana = review.member(AccessRole.LEAD, "Lea Lead"), review.member(AccessRole.REVIEWER, "Ana Ruiz")
    ben = review.member(AccessRole.REVIEWER, "Ben Okafor")
    review.require(lead, ana, ben)
    first = visitor.opened(f"{review.path}/review?section={LOOP.value}", ana.session)
    second = visitor.opened(f"{review.path}/review?section={LOOP.value}", ben.session)
    words(first).fill("As we agreed.")
    words(second).fill("Who are they?")
    review.rewrite(LOOP, WAS, NOW)
    # Both save at once on the text that they see, and neither is counted on the other one.
    first.locator(".composer").get_by_role("button", name="Approve", exact=True).click()
    second.locator(".composer").get_by_role("button", name="Comment", exact=True).click()
    for page, typed in ((first, "As we agreed."), (second, "Who are they?")):
        both = page.locator(".both-texts")
        expect(both.get_by_role("region", name="As you looked at it: version 1")).to_contain_text(WAS)
        expect(both.get_by_role("region", name="As it is now: version 2")).to_contain_text(NOW)
        expect(both.get_by_role("alert")).to_contain_text("Nothing was done.")
        expect(both).to_be_focused()
        expect(words(page)).to_have_value(typed)
        page.get_by_role("button", name="Go on with version 2").click()
        expect(page.locator(".told")).to_contain_text(NOW)
        expect(words(page)).to_have_value(typed)
    first.locator(".composer").get_by_role("button", name="Approve", exact=True).click()
    second.locator(".composer").get_by_role("button", name="Comment", exact=True).click()
    expect(first.locator(".trail")).to_contain_text("Who are they?")
    expect(second.locator(".section-state")).to_contain_text(re.compile("Approved by Ana Ruiz.*Waits for Ben Okafor"))


def test_what_others_do_appears_while_somebody_types_and_takes_nothing_from_them(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    lead, ana = review.member(AccessRole.LEAD, "Lea Lead"), review.member(AccessRole.REVIEWER, "Ana Ruiz")
    review.require(lead, ana)
    page = visitor.opened(f"{review.path}/review?section=risks", ana.session, width=390)
    words(page).focus()
    page.keyboard.type("The second signature ")
    review.act(lead, SectionId.RISKS, Verb.COMMENT, "<b>Legal</b> has seen it.")
    expect(page.locator(".trail")).to_contain_text("<b>Legal</b> has seen it.")
    expect(words(page)).to_be_focused()
    page.keyboard.type("is missing.")
    expect(words(page)).to_have_value("The second signature is missing.")
    assert checks.overflow(page) <= 0 and checks.structure(page) == []
    # A word that was not sent outlives the way to another section and back.
    opened(page, "Non-goals")
    expect(words(page)).to_have_value("")
    opened(page, "Risks and compliance")
    expect(words(page)).to_have_value("The second signature is missing.")
    tab_to(page, page.locator(".composer").get_by_role("button", name="Request changes"))
    page.keyboard.press("Enter")
    expect(page.locator(".section-state")).to_contain_text("changes requested")
    page.locator(".composer").get_by_role("button", name="Take it back").click()
    expect(page.locator(".section-state")).to_contain_text("waits for approval")
    # A page that is open when its link is taken back says so, and follows no more.
    site.call(revoke(site.ws, review.engagement.id, ana.principal.key_id))
    expect(page.get_by_role("alert")).to_contain_text("Your link no longer works.")


def test_the_list_marks_a_section_as_soon_as_its_heading_is_there(site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    review = Reviewing(site)
    page = visitor.opened(f"{review.path}/review?section=risks", review.member(AccessRole.LEAD, "Lea Lead").session)
    load, may_load = OpenSection.load, threading.Event()

    async def slowly(section: OpenSection) -> None:
        await asyncio.to_thread(may_load.wait, 60)
        await load(section)

    monkeypatch.setattr(OpenSection, "load", slowly)
    try:
        opened(page, "Non-goals")
        expect(listed(page, "Non-goals")).to_have_attribute("aria-current", "true")
        listed(page, "Risks and compliance").click()
    finally:
        may_load.set()
    expect(page.locator("#open-section")).to_have_text("Risks and compliance")
    expect(listed(page, "Risks and compliance")).to_have_attribute("aria-current", "true")


def test_what_somebody_objected_whose_link_was_taken_back_is_settled_with_a_reason(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    lead, ana = review.member(AccessRole.LEAD, "Lea Lead"), review.member(AccessRole.REVIEWER, "Ana Ruiz")
    ben = review.member(AccessRole.REVIEWER, "Ben Ode")
    review.require(lead, ana)
    review.approve_all(ana)
    review.act(ben, LOOP, Verb.REJECT, "Nobody asked the clerks.")
    site.call(revoke(site.ws, review.engagement.id, ben.principal.key_id))

    page = visitor.opened(f"{review.path}/review", ana.session)
    opened(page, "Where a person stays in the loop")
    expect(page.locator(".section-state")).to_contain_text("Against it: Ben Ode.")
    expect(page.locator(".trail")).to_contain_text("the objection stands until the section changes or somebody settles it")
    page.get_by_role("button", name="Settle with a reason: Nobody asked the clerks.").click()
    page.get_by_role("button", name="Settle it with this reason").click()
    expect(page.get_by_role("alert").first).to_contain_text("settled with a reason")
    says(page, "They were asked on 3 March.", "Settle it with this reason")
    expect(page.locator(".trail .settled")).to_contain_text("Settled by Ana Ruiz")
    expect(page.locator(".trail .settled")).to_contain_text("They were asked on 3 March.")
    expect(page.locator(".section-state")).to_contain_text("approved")
    assert not any("Where a person stays in the loop" in one for one in review.lacking(lead))
    alive(page)


def test_a_citation_shows_who_said_it_and_leads_to_the_place(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    page = visitor.opened(f"{review.path}/review?section=risks", site.owner())
    row = page.locator(".told-rows li", has_text="A wrong payment to a fraudster")
    row.get_by_role("button", name=re.compile("^Source .*Leila Haddad")).first.click()
    card = page.get_by_role("group", name="What it stands on")
    expect(card).to_contain_text("If a wrong payment goes out to a fraudster we have a legal problem")
    card.get_by_role("link").first.click()
    page.wait_for_url("**/conversations/**")
    alive(page)
    expect(page.locator(".turn", has_text="we have a legal problem").first).to_be_visible()


def test_where_nothing_was_drafted_the_page_says_what_comes_first(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    page = visitor.opened(f"/engagements/{engagement.id}/review", site.member(engagement, AccessRole.REVIEWER))
    expect(page.locator("main")).to_contain_text("There is no blueprint yet")
    assert checks.structure(page) == []


def test_a_link_of_a_stakeholder_or_of_another_engagement_opens_none_of_these_pages(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    guest = visitor.page(site.guest(site.person(engagement)))
    stranger = visitor.page(site.member(site.engagement("Another"), AccessRole.LEAD))
    for path in ("review", "gates", "execution", "execution/reviews.ics", "execution/charts/k-1/abc-light.svg"):
        for page in (guest, stranger):
            answer = page.request.get(f"{site.url}/engagements/{engagement.id}/{path}")
            assert answer.status in (403, 404), (path, answer.status)
            assert engagement.title not in answer.text()
