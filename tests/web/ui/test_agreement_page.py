"""Agreement in the browser: two stakeholders and a lead, rounds to agreement and to dissent, and the register."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from discovery_agent.discovery.agreement import agreement_of, close_for_revision
from discovery_agent.discovery.agreement.standing import read_agreement
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.agreement.rounds import AnswerKind, OutcomeKind
from discovery_agent.domain.engagement import AccessRole, Principal
from tests.web.ui import checks
from tests.web.ui.agreeing import Table, answers, put_to, table
from tests.web.ui.interviewing import begin
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive

pytestmark = pytest.mark.browser

INGRID, MAREK, SOFIA = "Ingrid Halden", "Marek Dvorak", "Sofia Lind"
BOTH = "email waits from 60 hours to four hours or one working day: not agreed"


def settle(page: Page, side: str, resolution: str) -> None:
    page.get_by_role("button", name="Decide: email waits").click()
    box = page.get_by_role("dialog")
    box.get_by_label("State").select_option("settled")
    box.get_by_label("Which side holds").select_option(label=side)
    box.get_by_label("Resolution").fill(resolution)
    box.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Settled (1)").click()
    expect(page.locator("#register .conflict")).to_contain_text(resolution)


def test_two_stakeholders_come_to_agreement_in_two_rounds(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    put_to(lead, INGRID, MAREK)
    expect(lead.get_by_text("0 of 2 answered")).to_be_visible()

    ingrid, marek = (visitor.opened("/agreement", talks.guests[name], width=390) for name in (INGRID, MAREK))
    expect(ingrid.locator("#open")).to_contain_text(BOTH)
    answers(ingrid, "I endorse it", 4)
    answers(marek, "Something must change", 2, words="Say which of the two it is. <b>We</b> need a date.")
    expect(marek.locator(".saved")).to_contain_text("Something must change".replace("Something", "You said that something"))

    expect(lead.get_by_text("There is something new in this round.")).to_be_visible()
    lead.get_by_role("button", name="Show it").click()
    row = lead.locator(".round-answers > li", has_text=MAREK)
    expect(row).to_contain_text("criticises it")
    expect(row).to_contain_text("<b>We</b> need a date.")
    expect(lead.get_by_role("button", name="Close it as agreed")).to_have_count(0)
    lead.get_by_role("button", name="Close it and revise").click()
    expect(lead.get_by_text("round 1 ended in critiques")).to_be_visible()
    expect(lead.locator(".round-answers")).to_contain_text("Say which of the two it is.")

    settle(lead, "four hours", "Four hours, once the second shift works.")
    put_to(lead, INGRID, MAREK)
    expect(lead.locator(".statement-box")).to_contain_text("email waits from 60 hours to four hours")
    expect(lead.locator(".statement-box")).not_to_contain_text("not agreed")
    for page in (ingrid, marek):
        page.reload()
        alive(page)
        expect(page.locator("#open")).to_have_count(0)
        answers(page, "I endorse it", 3, gives_up="One day was easier." if page is marek else "")
    lead.reload()
    alive(lead)
    lead.get_by_role("button", name="Close it as agreed").click()
    expect(lead.get_by_text("agreed", exact=True)).to_be_visible()
    expect(lead.locator(".views")).to_contain_text("One day was easier.")
    marek.reload()
    alive(marek)
    expect(marek.get_by_text("Everybody who was asked endorsed it.")).to_be_visible()
    agreement = site.call(agreement_of(site.ws, talks.engagement.id))
    assert agreement.agreed and len(agreement.rounds) == 2


def test_who_was_not_asked_is_told_that_it_is_agreed_and_sees_no_word_of_it(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    put_to(lead, INGRID)
    marek = visitor.opened("/agreement", talks.guests[MAREK])
    expect(marek.get_by_text("Nothing is asked of you yet")).to_be_visible()
    answers(visitor.opened("/agreement", talks.guests[INGRID]), "I endorse it", 4)
    lead.reload()
    alive(lead)
    lead.get_by_role("button", name="Close it as agreed").click()
    expect(lead.get_by_text("agreed", exact=True)).to_be_visible()
    marek.reload()
    alive(marek)
    expect(marek.get_by_role("main")).to_contain_text("It is agreed")
    expect(marek.get_by_role("main")).not_to_contain_text("Nothing is asked of you yet")
    assert "email waits" not in marek.content() and INGRID not in marek.content()


def test_dissent_is_recorded_with_the_reason_and_each_view(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    put_to(lead, INGRID, MAREK)
    answers(visitor.opened("/agreement", talks.guests[INGRID]), "I endorse it", 3, gives_up="I wanted it in writing.")
    answers(visitor.opened("/agreement", talks.guests[MAREK]), "I cannot carry it", 1, words="Not with the people I have.")
    lead.reload()
    alive(lead)
    lead.get_by_role("button", name="Record the dissent").click()
    box = lead.get_by_role("dialog")
    box.get_by_label("Why do you go on?").fill("The board decides on Friday.")
    box.get_by_role("button", name="Record the dissent").click()
    expect(lead.get_by_text("dissent is recorded", exact=True)).to_be_visible()
    expect(lead.get_by_text("The board decides on Friday.")).to_be_visible()
    rows = lead.locator(".views tbody tr")
    expect(rows.nth(0)).to_contain_text(re.compile("Ingrid Halden.*endorses it.*3 of 4.*I wanted it in writing", re.DOTALL))
    expect(rows.nth(1)).to_contain_text(re.compile("Marek Dvorak.*veto.*1 of 4.*Not with the people I have", re.DOTALL))
    agreement = site.call(agreement_of(site.ws, talks.engagement.id))
    assert agreement.outcome is not None and agreement.outcome.kind is OutcomeKind.DISSENT
    lead.locator("summary", has_text="Open the matter again").click()
    put_to(lead, MAREK)
    expect(lead.get_by_text("round 2 is open")).to_be_visible()


def test_a_wording_that_the_rules_refuse_is_told_why_and_stays_in_the_form(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    lead.get_by_role("button", name="Draft the objective").click()
    form = lead.get_by_role("form", name="Open a round")
    mine = "Workshop customers stay, as Marek guarantees: churn at 6 % by the end of June, emails within four hours."
    form.get_by_label("The draft").fill(mine)
    form.get_by_role("button", name="Put it to them").click()
    reasons = form.get_by_role("alert")
    for why in ("It names a person: Marek Dvorak", "It promises: guarantees", "It decides what is not agreed"):
        expect(reasons).to_contain_text(why)
    expect(form.get_by_label("The draft")).to_have_value(mine)
    lead.get_by_role("button", name="Take this wording").click()
    expect(lead.get_by_text("What is known has changed")).to_have_count(0)
    expect(form.get_by_label("The draft")).to_have_value(re.compile("What we want: Keep our workshop customers"))
    form.get_by_role("button", name="Put it to them").click()
    expect(lead.get_by_text("round 1 is open")).to_be_visible()


def test_somebody_without_a_link_is_given_one_and_can_then_be_asked(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    lead.get_by_role("button", name="Draft the objective").click()
    expect(lead.get_by_role("checkbox", name=SOFIA)).to_have_count(0)
    lead.get_by_role("button", name=f"Make a link for {SOFIA}").click()
    link = lead.get_by_role("dialog").get_by_label("The link", exact=True).input_value()
    lead.get_by_role("dialog").get_by_role("button", name="Close").click()
    lead.get_by_role("checkbox", name=SOFIA).check()
    lead.get_by_role("button", name="Put it to them").click()
    expect(lead.get_by_text("round 1 is open")).to_be_visible()
    sofia = visitor.page()
    sofia.goto(link)
    sofia.get_by_role("button").click()
    alive(sofia)
    sofia.get_by_role("link", name="Read it and answer").click()
    alive(sofia)
    answers(sofia, "I endorse it", 4)


def test_an_open_interview_tells_of_the_draft_by_itself(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    marek = visitor.opened("/interview", talks.guests[MAREK])
    begin(marek)
    expect(marek.get_by_text("Your lead asks")).to_have_count(0)
    put_to(visitor.opened(talks.path, talks.lead), MAREK)
    expect(marek.get_by_text("Your lead asks what you think of the shared objective")).to_be_visible()
    marek.get_by_role("link", name="Read it and answer").click()
    expect(marek.get_by_role("heading", level=1)).to_have_text("What do you think of the shared objective?")


def test_who_answers_while_the_lead_closes_is_told_and_keeps_their_words(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    put_to(visitor.opened(talks.path, talks.lead), MAREK)
    marek = visitor.opened("/agreement", talks.guests[MAREK])
    form = marek.get_by_role("form", name="Your answer")
    form.get_by_role("radio", name="Something must change").check()
    form.get_by_role("radio", name="2 ").check()
    form.get_by_label("In your own words").fill("We need a date.")
    lead = Principal(key_id="k", role=AccessRole.LEAD, engagement_id=talks.engagement.id, name="Lea")
    (one,) = site.call(agreement_of(site.ws, talks.engagement.id)).rounds
    site.call(close_for_revision(site.ws, talks.engagement.id, lead, one.id, version=one.version))
    form.get_by_role("button", name="Send my answer").click()
    expect(form.get_by_role("alert")).to_contain_text("This round was closed, so your answer was not taken.")
    expect(form.get_by_label("In your own words")).to_have_value("We need a date.")
    assert site.reads(lambda unit: read_agreement(unit, talks.engagement.id)).answers == {}


def test_a_stakeholder_sees_nothing_of_the_others_unless_the_engagement_shares_it(site: Site, visitor: Visitor) -> None:
    for shared in (False, True):
        talks = table(site, f"Shared {shared}")
        if shared:
            _share(site, talks)
        put_to(visitor.opened(talks.path, talks.lead), INGRID, MAREK)
        answers(visitor.opened("/agreement", talks.guests[MAREK]), "I cannot carry it", 1, words="Not with my people.")
        page = visitor.opened("/agreement", talks.guests[INGRID])
        assert ("Not with my people." in page.content()) is shared
        assert (MAREK in page.content()) is shared
        assert visitor.page(talks.guests[INGRID]).goto(site.url + talks.path).status in (403, 404)  # pyright: ignore[reportOptionalMemberAccess]


def _share(site: Site, talks: Table) -> None:
    from discovery_agent.discovery.engagements import update_engagement

    site.call(update_engagement(site.ws, talks.engagement.model_copy(update={"share_quotes": True})))


def test_a_part_shows_who_said_it_when_it_is_focused(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    put_to(lead, INGRID)
    part = lead.locator(".statement-box .cited.open")
    expect(part).to_have_count(1)
    expect(part.get_by_role("tooltip")).to_be_hidden()
    part.focus()
    expect(part.get_by_role("tooltip")).to_be_visible()
    expect(part.get_by_role("tooltip")).to_contain_text(INGRID)
    expect(part.get_by_role("tooltip")).to_contain_text(MAREK)


def test_the_register_is_filtered_and_of_two_decisions_the_later_keeps_its_words(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead, other = (visitor.opened(talks.path, talks.lead) for _ in range(2))
    other.get_by_role("button", name="Decide: email waits").click()
    late = other.get_by_role("dialog")
    late.get_by_label("State").select_option("accepted")
    late.get_by_label("Resolution").fill("We go on without.")
    settle(lead, "one working day", "One day.")
    expect(lead.locator("#register .conflict")).to_contain_text("Looked after by Ingrid Halden")
    late.get_by_role("button", name="Save").click()
    expect(late.get_by_role("alert")).to_contain_text("Somebody changed this conflict meanwhile.")
    expect(late.get_by_label("Resolution")).to_have_value("We go on without.")
    lead.get_by_role("button", name="Open (0)").click()
    expect(lead.get_by_text("No conflict is open.")).to_be_visible()
    goals = visitor.opened(f"/engagements/{talks.engagement.id}/goals", talks.lead)
    expect(goals.locator("td.target", has_text="settled")).to_contain_text("one working day. One day.")
    overview = visitor.opened(f"/engagements/{talks.engagement.id}", talks.lead)
    expect(overview.locator("#missing")).not_to_contain_text("not settled")


def test_a_settled_conflict_leaves_those_that_are_open_and_says_when_and_how_it_ended(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    page = visitor.opened(f"/engagements/{talks.engagement.id}/conflicts", talks.lead)
    open_one = page.locator("#register .conflict")
    expect(open_one).to_contain_text("real")
    expect(open_one).to_contain_text("Nobody looks after it.")
    page.get_by_role("button", name="Decide: email waits").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Who brings it to an end").select_option(label="Nobody yet")
    box.get_by_label("State").select_option("settled")
    box.get_by_label("Which side holds").select_option(label="one working day")
    box.get_by_label("Resolution").fill("One day, as long as one shift works.")
    box.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Open (0)")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#register .conflict")).to_have_count(0)

    page.get_by_role("button", name="Settled (1)").click()
    ended = page.locator("#register .conflict")
    expect(ended).to_contain_text(f"Settled on {day(site.ws.now())} by A lead (lead)")
    expect(ended).to_contain_text("Agreed on: one working day")
    expect(ended).to_contain_text("One day, as long as one shift works.")
    expect(ended.locator(".badge", has_text=re.compile("^(real|only apparent)$"))).to_have_count(0)
    expect(ended.get_by_text("Nobody looks after it")).to_have_count(0)
    page.get_by_role("button", name="Change: email waits").click()
    expect(page.get_by_role("dialog").get_by_label("State")).to_have_value("settled")


def test_drafts_that_are_older_than_a_settlement_say_so(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    lead.get_by_role("button", name="Draft the objective").click()
    settle(lead, "one working day", "One day.")
    expect(lead.get_by_text("What is known has changed since these drafts were made.")).to_be_visible()
    lead.get_by_role("button", name="Draft it again").click()
    expect(lead.locator(".candidates")).to_contain_text("email waits from 60 hours to one working day")
    expect(lead.get_by_text("What is known has changed")).to_have_count(0)


def test_a_reviewer_reads_the_agreement_and_finds_nothing_to_press(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    put_to(visitor.opened(talks.path, talks.lead), INGRID)
    page = visitor.opened(talks.path, site.member(talks.engagement, AccessRole.REVIEWER))
    expect(page.locator(".statement-box")).to_be_visible()
    expect(page.locator("main").get_by_role("button", name=re.compile("Close it|Record|Decide|Draft"))).to_have_count(0)


@pytest.fixture(scope="module")
def shown(site: Site, browser: Browser) -> Table:
    """An engagement with a round behind it, an open one with an answer, and a settled conflict."""
    from discovery_agent.discovery.agreement import answer_round

    talks = table(site, "Halden")
    visitor = Visitor(browser, site)
    lead = visitor.opened(talks.path, talks.lead)
    put_to(lead, INGRID, MAREK)
    who = Principal(
        key_id="k", role=AccessRole.STAKEHOLDER, engagement_id=talks.engagement.id, stakeholder_id=talks.people[MAREK].id, name=MAREK
    )
    site.call(answer_round(site.ws, who, "r0001", AnswerKind.VETO, fit=1, words="unbroken" * 60))
    visitor.leave()
    return talks


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("who", ["lead", INGRID, MAREK])
def test_the_pages_fit_read_well_and_are_built_for_screen_readers(
    who: str, width: int, scheme: Literal["light", "dark"], shown: Table, visitor: Visitor
) -> None:
    path, session = (shown.path, shown.lead) if who == "lead" else ("/agreement", shown.guests[who])
    page = visitor.opened(path, session, width=width, scheme=scheme)
    for fold in page.locator("main details:not([open]) > summary").all():
        fold.click()
    assert checks.overflow(page) <= 0
    assert checks.structure(page) == []
    assert checks.contrast(page) == []
