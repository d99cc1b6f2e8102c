from __future__ import annotations

import pytest
from playwright.sync_api import expect

from discovery_agent.domain.engagement import AccessRole
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = pytest.mark.browser


def test_an_owner_begins_an_engagement(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/", site.owner())
    page.get_by_role("button", name="New engagement").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Title").fill("Claims <handling>")
    box.get_by_label("Organisation").fill("Halden AG")
    box.get_by_label("What is it about?").fill("Why claims take long.")
    box.get_by_label("Most questions in an interview").fill("9")
    box.get_by_label("Interviews stay private").uncheck()
    box.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/engagements/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Claims <handling>")
    stored = site.reads(lambda unit: unit.engagements.get(page.url.rsplit("/", 1)[1]))
    assert (stored.organisation, stored.question_budget, stored.private_until_release) == ("Halden AG", 9, False)
    page.get_by_role("link", name="Discovery Agent: all engagements").click()
    expect(page.get_by_role("link", name="Claims <handling>")).to_be_visible()


def test_a_budget_that_makes_no_sense_is_refused_in_the_form(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/", site.owner())
    page.get_by_role("button", name="New engagement").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Title").fill("Too many questions")
    box.get_by_label("Most questions in an interview").evaluate("(field) => { field.removeAttribute('max'); field.value = 500; }")
    box.get_by_role("button", name="Begin").click()
    expect(box.get_by_role("alert")).to_contain_text("1 to 60 questions")
    expect(box.get_by_label("Title")).to_have_value("Too many questions")


def test_everybody_else_is_led_to_their_own_page(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement("Mine")
    lead = visitor.opened("/", site.member(engagement, AccessRole.LEAD))
    assert lead.url == f"{site.url}/engagements/{engagement.id}"
    guest = visitor.opened("/", site.guest(site.person(engagement)))
    assert guest.url == f"{site.url}/interview"
