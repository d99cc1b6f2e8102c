"""A whole interview and a whole review with a keyboard alone: nothing on the way needs a mouse, and the focus is never lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.engagement import AccessRole, ConversationState, StakeholderRecord
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.domain.review import Verb
from tests.web.ui.interviewing import ANSWERS, QUESTIONS, wait_for_question
from tests.web.ui.keyboard import Keyboard, no_mouse
from tests.web.ui.reviewing import Reviewing
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive

pytestmark = pytest.mark.browser
LOOP = SectionId.PEOPLE_IN_THE_LOOP


@pytest.fixture(autouse=True)
def without_mouse() -> Iterator[None]:
    """Here nothing is clicked."""
    with no_mouse():
        yield


def _began(page: Page, site: Site, person: StakeholderRecord) -> Keyboard:
    """Through the door and past the welcome, to the first question."""
    hands = Keyboard(page)
    page.goto(site.invite(person))
    hands.go(page.get_by_role("button", name="Continue"))
    page.wait_for_url("**/interview")
    alive(page)
    hands.go(page.get_by_role("button", name="Begin"))
    expect(page.locator(QUESTIONS)).to_have_count(1)
    expect(page.get_by_label("Your answer")).to_be_focused()
    return hands


def _answer(hands: Keyboard, text: str) -> None:
    page = hands.page
    asked = page.locator(QUESTIONS).count()
    expect(page.get_by_label("Your answer")).to_be_focused()
    hands.write(text)
    hands.press("Enter")
    wait_for_question(page, asked)


def test_a_whole_interview_is_given_with_the_keyboard_alone(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement(question_budget=6)
    person = site.person(engagement)
    page = visitor.page()
    hands = _began(page, site, person)

    # An answer is corrected at once, and another struck out, while the talk goes on.
    _answer(hands, ANSWERS[0])
    points = page.locator("#understood .point")
    expect(points.nth(1)).to_be_visible()
    hands.go(points.nth(0).get_by_role("button", name="Change it"))
    expect(points.nth(0).get_by_label("What should it say?")).to_be_focused()
    hands.press("Control+A")
    hands.write("Customers hear from us within eight hours")
    hands.go(points.nth(0).get_by_role("button", name="Save"), "Space")
    expect(page.locator("#understood .statement", has_text="within eight hours")).to_be_visible()
    hands.kept()
    wrong = page.locator("#understood .point:not(:has(.badge.good))").get_by_role("button", name="Wrong").first
    hands.go(wrong)
    expect(page.locator("#understood .point.rejected")).to_be_visible()
    hands.kept()

    # The dialog of leaving is shut by Escape, and what opened it has the focus again.
    stop = page.get_by_role("button", name="Stop here")
    hands.go(stop, back=True)
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(5):
        hands.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    hands.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(stop).to_be_focused()
    hands.to(page.get_by_label("Your answer"), back=True)
    for text in ANSWERS[1:6]:
        _answer(hands, text)

    # The recap: one line corrected, one struck out, the others are right.
    expect(page.get_by_role("heading", name="Did I get you right?")).to_be_focused()
    lines = page.locator(".recap form > .lines > li")
    count = lines.count()
    assert count > 3
    hands.to(lines.nth(0).locator("input[value=confirm]"))
    hands.press("Space")
    hands.press("ArrowRight")
    expect(lines.nth(0).get_by_label("What should it say?")).to_be_visible()
    hands.seen()
    hands.to(lines.nth(0).get_by_label("What should it say?"))
    hands.press("Control+A")
    hands.write("It is four days for some")
    hands.to(lines.nth(1).locator("input[value=confirm]"))
    hands.press("Space", "ArrowRight", "ArrowRight")
    expect(lines.nth(1)).to_have_class("struck")
    for at in range(2, count):
        hands.go(lines.nth(at).locator("input[value=confirm]"), "Space")
    hands.to(page.locator("input[name=rating]").first)
    hands.press("ArrowRight", "ArrowRight")
    hands.go(page.locator("input[name=release]"), "Space")
    hands.go(page.get_by_role("button", name="Finish the interview"))
    expect(page.get_by_role("heading", name="Thank you, Tomas Berg")).to_be_focused()

    held, _ = site.reads(lambda unit: unit.conversations.list(engagement.id, stakeholder_id=person.id))
    found, _ = site.reads(lambda unit: unit.findings.list(engagement.id, conversation_id=held[0].id, limit=None))
    assert (held[0].state, held[0].rating) == (ConversationState.CLOSED, 3)
    assert held[0].released_at is not None
    assert {FindingStatus.CONFIRMED, FindingStatus.CORRECTED, FindingStatus.REJECTED} <= {one.finding.status for one in found}
    assert "It is four days for some" in {one.finding.statement for one in found}


def test_a_whole_review_is_done_with_the_keyboard_alone(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    lead, ana = review.member(AccessRole.LEAD, "Lea Lead"), review.member(AccessRole.REVIEWER, "Ana Ruiz")
    review.approve_all(ana, but=(LOOP,))
    for choice in review.newest.choices:
        review.act(ana, SectionId.CHOICES, Verb.APPROVE, choice_id=choice.id)

    # The lead says who must approve, in a dialog that takes the focus and gives it back.
    hers = Keyboard(visitor.opened(f"{review.path}/review", lead.session))
    rules = hers.page.get_by_role("button", name="Say who must approve")
    hers.go(rules)
    box = hers.page.get_by_role("dialog")
    hers.go(box.get_by_role("group", name="Ana Ruiz").get_by_label("Every section"), "Space")
    hers.go(box.get_by_role("button", name="Save"))
    expect(box).to_have_count(0)
    expect(rules).to_be_focused()

    # The reviewer opens the section that is left, comments on it, and approves it.
    his = Keyboard(visitor.opened(f"{review.path}/review", ana.session))
    page = his.page
    his.go(page.locator(".section-list a", has_text="Where a person stays in the loop"))
    expect(page.get_by_role("heading", name="Where a person stays in the loop")).to_be_focused()
    composer = page.locator(".composer")
    his.to(composer.get_by_label("Your words"))
    his.write("Which people?")
    his.go(composer.get_by_role("button", name="Comment", exact=True))
    expect(page.locator(".trail")).to_contain_text("Which people?")
    his.kept()
    his.go(page.get_by_role("button", name="Settle: Which people?"))
    expect(page.locator(".trail")).to_contain_text("Settled by Ana Ruiz")
    his.kept()
    his.go(composer.get_by_role("button", name="Approve", exact=True), "Space", back=True)
    expect(composer).to_contain_text("You approved this.")
    his.kept()
    assert page.evaluate("!!document.activeElement.closest('.composer')"), "it stays where they worked"

    # The lead signs: first without a reason, which is asked for; then with one.
    expect(hers.page.get_by_role("button", name="Sign version 1")).to_be_visible()
    sign = hers.page.get_by_role("button", name="Sign version 1")
    hers.go(sign)
    box = hers.page.get_by_role("dialog", name="Sign version 1?")
    expect(box).to_be_visible()
    hers.press("Escape")
    expect(box).to_have_count(0)
    expect(sign).to_be_focused()
    hers.press("Enter")
    reasons = box.get_by_label("Why is it signed all the same?")
    expect(reasons.first).to_be_visible()
    for at in range(reasons.count()):
        hers.to(reasons.nth(at))
        hers.write("The board decided so on 3 March.")
    hers.go(box.get_by_role("button", name="Yes, sign version 1"))
    expect(hers.page.locator(".signed-mark")).to_contain_text("Version 1 is signed by Lea Lead (lead)")
    hers.kept()
