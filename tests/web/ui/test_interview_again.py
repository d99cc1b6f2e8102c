"""Coming back: after a reload, from another device, after the link was taken back, and when the reply could not be made."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.access import keys_of, revoke
from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.errors import StorageError
from discovery_agent.storage.repositories.conversations import Conversations
from tests.web.ui.interviewing import ANSWERS, QUESTIONS, begin, say, stop
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive

pytestmark = pytest.mark.browser


def test_a_reload_in_the_middle_shows_the_same_talk_and_keeps_the_half_written_answer(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    say(page, ANSWERS[0])
    told = page.locator(".turns .said").all_inner_texts()
    understood = page.locator("#understood .point .statement")
    expect(understood.first).to_be_visible()
    points = understood.all_inner_texts()
    page.get_by_label("Your answer").fill("What I was about to say")
    page.reload()
    alive(page)
    assert page.locator(".turns .said").all_inner_texts() == told
    assert understood.all_inner_texts() == points
    expect(page.get_by_label("Your answer")).to_have_value("What I was about to say")
    say(page, "What I was about to say")
    expect(page.get_by_label("Your answer")).to_have_value("")


def test_the_same_link_goes_on_from_another_device(site: Site, visitor: Visitor) -> None:
    person = site.person(site.engagement())
    link = site.invite(person)
    desk = visitor.page()
    desk.goto(link)
    desk.get_by_role("button").click()
    alive(desk)
    begin(desk)
    say(desk, ANSWERS[0])
    phone = visitor.page(width=390, height=844)
    phone.goto(link)
    phone.get_by_role("button").click()
    alive(phone)
    expect(phone.locator(".from-you .said")).to_have_text(ANSWERS[0])
    say(phone, ANSWERS[1])
    desk.reload()
    alive(desk)
    expect(desk.locator(".from-you .said").last).to_have_text(ANSWERS[1])
    expect(desk.locator(QUESTIONS)).to_have_count(3)


def test_choices_of_the_recap_outlive_a_reload(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    say(page, ANSWERS[0])
    stop(page)
    line = page.locator(".recap .lines > li").first
    line.locator("input[value=confirm]").check()
    line.locator("input[value=correct]").check()
    line.get_by_label("What should it say?").fill("In other words")
    page.locator("input[name=rating][value='2']").check()
    page.reload()
    alive(page)
    expect(line.locator("input[value=correct]")).to_be_checked()
    expect(line.get_by_label("What should it say?")).to_have_value("In other words")
    expect(page.locator("input[name=rating][value='2']")).to_be_checked()


def test_a_finished_interview_says_thank_you_again_and_can_be_released_after_all(site: Site, visitor: Visitor) -> None:
    person = site.person(site.engagement())
    session = site.guest(person)
    page = visitor.opened("/interview", session)
    begin(page)
    say(page, ANSWERS[0])
    stop(page)
    page.get_by_role("button", name="Whatever I have not marked is right").click()
    page.locator("input[name=rating][value='4']").check()
    page.get_by_role("button", name="Finish the interview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Tomas Berg")
    again = visitor.opened("/interview", session)
    expect(again.get_by_role("heading", level=1)).to_have_text("Thank you, Tomas Berg")
    again.get_by_role("button", name="Release it after all").click()
    box = again.get_by_role("dialog")
    box.get_by_role("button", name="Keep it private").click()
    assert _released(site, person) is None
    again.get_by_role("button", name="Release it after all").click()
    box.get_by_role("button", name="Release it", exact=True).click()
    expect(again.get_by_text("can now read it")).to_be_visible()
    expect(again.get_by_role("button", name="Release it after all")).to_have_count(0)
    assert _released(site, person) is not None


def _released(site: Site, person: StakeholderRecord) -> datetime | None:
    held, _ = site.reads(lambda unit: unit.conversations.list(person.engagement_id, stakeholder_id=person.id))
    return held[0].released_at


def test_a_link_that_was_taken_back_stops_an_open_page_and_opens_none(site: Site, visitor: Visitor) -> None:
    person = site.person(site.engagement())
    link = site.invite(person)
    page = visitor.page()
    page.goto(link)
    page.get_by_role("button").click()
    alive(page)
    begin(page)
    for key in site.call(keys_of(site.ws, person.engagement_id)):
        site.call(revoke(site.ws, person.engagement_id, key.id))
    page.get_by_label("Your answer").fill(ANSWERS[0])
    page.get_by_label("Your answer").press("Enter")
    expect(page.locator(".says")).to_contain_text("Your link no longer works.")
    expect(page.get_by_label("Your answer")).to_have_value(ANSWERS[0])
    assert page.goto(f"{site.url}/interview").status == 403  # pyright: ignore[reportOptionalMemberAccess]
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not open to you")
    assert page.goto(link).status == 404  # pyright: ignore[reportOptionalMemberAccess]


def test_a_reply_that_fails_can_be_tried_again_and_the_answer_is_not_lost(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    append = Conversations.append

    async def failing(self, engagement_id, conversation_id, utterance):
        if utterance.move is not None:
            raise StorageError("The disk is full.", where="/some/path")
        return await append(self, engagement_id, conversation_id, utterance)

    monkeypatch.setattr(Conversations, "append", failing)
    page.get_by_label("Your answer").fill(ANSWERS[0])
    page.get_by_label("Your answer").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".from-you .said")).to_have_text(ANSWERS[0])
    assert "/some/path" not in page.content()
    monkeypatch.setattr(Conversations, "append", append)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(QUESTIONS)).to_have_count(2)
    expect(page.locator(".from-you .said")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_dropped_connection_loses_nothing(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/interview", site.guest(site.person(site.engagement())))
    begin(page)
    page.evaluate("window.socket.io.engine.close()")
    page.get_by_label("Your answer").fill(ANSWERS[0])
    page.get_by_label("Your answer").press("Enter")
    expect(page.locator(QUESTIONS)).to_have_count(2)
    expect(page.locator(".from-you .said")).to_have_count(1)
