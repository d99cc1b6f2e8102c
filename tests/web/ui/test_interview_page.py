from __future__ import annotations

import asyncio
import threading

import pytest
from playwright.sync_api import Page, expect

from discovery_agent.discovery.interviewing import reading
from discovery_agent.discovery.interviewing.script import Script
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import StakeholderRecord, StoredFinding, StoredUtterance
from discovery_agent.domain.findings import FindingStatus
from tests.web.ui.interviewing import ANSWERS, QUESTIONS, begin, say, stop, wait_for_question
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive

pytestmark = pytest.mark.browser


def _interview(site: Site, person: StakeholderRecord):
    held, _ = site.reads(lambda unit: unit.conversations.list(person.engagement_id, stakeholder_id=person.id))
    return held[0]


def _findings(site: Site, person: StakeholderRecord):
    interview = _interview(site, person)
    found, _ = site.reads(lambda unit: unit.findings.list(person.engagement_id, conversation_id=interview.id, limit=None))
    return found


def test_shift_and_enter_start_a_new_line_and_an_empty_answer_is_not_sent(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    field = page.get_by_label("Your answer")
    field.press("Enter")
    field.type("First line")
    field.press("Shift+Enter")
    field.type("second line")
    expect(field).to_have_value("First line\nsecond line")
    expect(page.locator(".from-you")).to_have_count(0)
    field.press("Enter")
    expect(page.locator(".from-you .said")).to_have_text("First line\nsecond line")


def test_the_ways_out_answer_for_the_stakeholder(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    for words, said in (("I don't know", "I don't know."), ("Later", "later, please")):
        asked = page.locator(QUESTIONS).count()
        page.get_by_role("button", name=words).click()
        wait_for_question(page, asked)
        expect(page.locator(".from-you .said").last).to_contain_text(said)


def test_progress_is_shown_and_what_was_understood_can_be_corrected_at_once(site: Site, visitor: Visitor) -> None:
    person = site.person(site.engagement())
    page = visitor.opened("/interview", site.guest(person))
    begin(page)
    expect(page.get_by_text("Question 1 of at most 15")).to_be_visible()
    say(page, ANSWERS[0])
    expect(page.get_by_text("Question 2 of at most 15")).to_be_visible()
    points = page.locator("#understood .point")
    expect(points.first).to_be_visible()
    points.first.get_by_role("button", name="Right").click()
    expect(points.first.locator(".badge.good")).to_have_text("right")
    points.nth(1).get_by_role("button", name="Change it").click()
    box = points.nth(1).get_by_label("What should it say?")
    expect(box).to_be_focused()
    box.fill("Customers hear from us within eight hours")
    points.nth(1).get_by_role("button", name="Save").click()
    expect(page.locator("#understood")).to_contain_text("Customers hear from us within eight hours")
    statuses = {one.finding.status for one in _findings(site, person)}
    assert {FindingStatus.CONFIRMED, FindingStatus.CORRECTED} <= statuses


def test_a_point_that_was_struck_out_stays_struck_out(site: Site, visitor: Visitor) -> None:
    person = site.person(site.engagement())
    page = visitor.opened("/interview", site.guest(person))
    begin(page)
    say(page, ANSWERS[0])
    point = page.locator("#understood .point").first
    statement = point.locator(".statement").inner_text()
    point.get_by_role("button", name="Wrong").click()
    expect(page.locator("#understood .point.rejected .statement")).to_have_text(statement)
    assert FindingStatus.REJECTED in {one.finding.status for one in _findings(site, person)}


def test_a_correction_being_written_survives_the_next_turn(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    say(page, ANSWERS[0])
    point = page.locator("#understood .point").first
    point.get_by_role("button", name="Change it").click()
    box = point.get_by_label("What should it say?")
    box.fill("Half written")
    say(page, ANSWERS[3])
    expect(page.locator("#understood .point")).not_to_have_count(1)
    expect(box).to_have_value("Half written")


def test_the_next_answer_is_taken_while_the_last_one_is_still_being_read(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = threading.Event(), reading._read

    async def held_up(ws: Workspace, script: Script, answer: StoredUtterance) -> tuple[StoredFinding, ...]:
        await asyncio.to_thread(go_on.wait, 60)
        return await read(ws, script, answer)

    monkeypatch.setattr(reading, "_read", held_up)
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    try:
        begin(page)
        say(page, ANSWERS[0])
        say(page, ANSWERS[3])
        expect(page.locator(".from-you .said")).to_have_text([ANSWERS[0], ANSWERS[3]])
        expect(page.locator(QUESTIONS)).to_have_count(3)
        expect(page.locator("#understood .point")).to_have_count(0)
    finally:
        go_on.set()
    expect(page.locator("#understood .point", has_text="300 e-mails").first).to_be_visible()


def test_the_recap_asks_for_a_word_on_every_line_and_offers_what_else_was_noted(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discovery_agent.domain.interview.recap.MOST_LINES", 2)
    person = site.person(site.engagement())
    page = visitor.opened("/interview", site.guest(person))
    begin(page)
    for text in (ANSWERS[0], ANSWERS[1], ANSWERS[3], ANSWERS[6]):
        say(page, text)
    stop(page)
    lines, further = page.locator(".recap form > .lines > li"), page.locator(".further .lines > li")
    expect(lines).to_have_count(2)
    expect(page.locator(".further > summary")).to_have_text(f"{further.count()} more things I noted")
    expect(further.first).to_be_hidden()
    page.get_by_role("button", name="Finish the interview").click()
    expect(page.get_by_role("alert")).to_contain_text("for your word")
    expect(page.locator(".recap .lines > li.waits")).to_have_count(2)
    lines.nth(0).locator("input[value=reject]").check()
    lines.nth(1).locator("input[value=correct]").check()
    lines.nth(1).get_by_label("What should it say?").fill("It is four days for some")
    page.get_by_role("button", name="Whatever I have not marked is right").click()
    page.locator(".further > summary").click()
    expect(further.locator("input:checked")).to_have_count(0)
    further.first.locator("input[value=confirm]").check()
    left = further.count() - 1
    page.get_by_role("button", name="Finish the interview").click()
    expect(page.get_by_role("alert")).to_contain_text("how well")
    page.locator("input[name=rating][value='4']").check()
    page.get_by_role("button", name="Finish the interview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Tomas Berg")
    expect(page.get_by_text("nobody else reads")).to_be_visible()
    statuses = {one.finding.status for one in _findings(site, person)}
    assert set(FindingStatus) == statuses
    record = _interview(site, person)
    assert record.released_at is None
    page.get_by_role("button", name="Release it after all").click()
    page.get_by_role("dialog").get_by_role("button", name="Release it", exact=True).click()
    expect(page.get_by_text("can now read it")).to_be_visible()
    lead = visitor.opened(f"/engagements/{person.engagement_id}/conversations/{record.id}", site.owner())
    expect(lead.locator(".title .badge", has_text="not confirmed by the stakeholder")).to_be_visible()
    unmarked = lead.locator(".point", has_text="not confirmed by the stakeholder")
    assert unmarked.count() >= left > 0


def test_an_engagement_without_privacy_asks_for_no_release(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement(private_until_release=False))))
    expect(page.get_by_text("can read what you say")).to_be_visible()
    begin(page)
    say(page, ANSWERS[0])
    stop(page)
    expect(page.locator("input[name=release]")).to_have_count(0)


def test_what_people_wrote_is_shown_as_they_wrote_it_and_never_as_markup(site: Site, visitor: Visitor) -> None:
    nasty = "<img src=x onerror=\"document.title='hit'\"> `${document.title='hit'}` ![x](http://evil.example/x.png) </script><b>bold</b>"
    engagement = site.engagement(nasty)
    page = visitor.opened("/interview", site.guest(site.person(engagement, name=nasty[:120])))
    begin(page)
    say(page, nasty)
    page.reload()
    alive(page)
    expect(page.locator(".from-you .said")).to_have_text(nasty)
    assert page.locator(".talk img, .talk b, h1 img").count() == 0
    assert page.evaluate("document.title").startswith("<img")


def _second_page(page: Page) -> Page:
    return page.context.new_page()


def test_a_second_window_hears_that_the_interview_went_on(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    other = _second_page(page)
    other.goto(f"{site.url}/interview")
    alive(other)
    say(page, ANSWERS[0])
    other.get_by_label("Your answer").fill("An answer to the old question")
    other.get_by_label("Your answer").press("Enter")
    expect(other.locator(".from-you .said")).to_have_text(ANSWERS[0])
    expect(other.locator(QUESTIONS)).to_have_count(2)
    expect(other.get_by_label("Your answer")).to_have_value("An answer to the old question")
