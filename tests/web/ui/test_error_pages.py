from __future__ import annotations

import pytest
from playwright.sync_api import expect

from discovery_agent.domain.engagement import AccessRole
from tests.web.ui import checks
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/nothing", "/engagements/e_unknown", "/engagements/e_unknown/people"])
def test_an_address_that_leads_nowhere_says_so_in_the_same_look(path: str, site: Site, visitor: Visitor) -> None:
    page = visitor.page(site.owner())
    answer = page.goto(site.url + path)
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    assert checks.structure(page) == []
    assert checks.contrast(page) == []


def test_a_program_that_asks_for_nothing_gets_no_page(site: Site, visitor: Visitor) -> None:
    answer = visitor.page().goto(f"{site.url}/api/nothing")
    assert answer is not None and answer.status == 404
    assert answer.json()["title"] == "There is nothing at this address"


def test_nobody_comes_in_without_a_link(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    for path in ("/", "/interview", f"/engagements/{engagement.id}", f"/engagements/{engagement.id}/people"):
        for session in (None, "made-up"):
            page = visitor.page(session)
            answer = page.goto(site.url + path)
            assert answer is not None and answer.status == 403
            expect(page.get_by_role("heading", level=1)).to_have_text("This page is not open to you")
            assert engagement.title not in page.content()
            expect(page.get_by_role("link")).to_have_count(0)  # no page of the service is open to them


def test_a_reviewer_whom_a_page_is_not_open_to_is_told_what_reviewers_do_and_finds_the_way_back(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    page = visitor.page(site.member(engagement, AccessRole.REVIEWER))
    answer = page.goto(f"{site.url}/engagements/{engagement.id}/settings")
    assert answer is not None and answer.status == 403
    expect(page.get_by_role("main")).to_contain_text("A reviewer reads, comments and approves")
    expect(page.get_by_role("main")).not_to_contain_text("new link")
    page.get_by_role("link", name="To the start").click()
    page.wait_for_url(f"**/engagements/{engagement.id}")


def test_a_stakeholder_sees_no_page_of_the_lead_and_a_lead_no_interview(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    guest = visitor.page(site.guest(site.person(engagement)))
    for path in ("", "/people", "/knowledge", "/conversations/c-1"):
        answer = guest.goto(f"{site.url}/engagements/{engagement.id}{path}")
        assert answer is not None and answer.status == 403
    answer = visitor.page(site.member(engagement, AccessRole.LEAD)).goto(f"{site.url}/interview")
    assert answer is not None and answer.status == 403


def test_an_error_nobody_foresaw_tells_nothing_of_the_inside(site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("discovery_agent.web.ui.engagements.list_engagements", broken)
    page = visitor.page(site.owner())
    answer = page.goto(site.url + "/")
    assert answer is not None and answer.status == 500
    expect(page.get_by_role("heading", level=1)).to_have_text("Something went wrong")
    expect(page.locator("main")).to_contain_text(f"give this number to whoever runs the server: {answer.headers['x-request-id']}")
    assert "secret inside" not in page.content()


def test_an_action_that_fails_unforeseen_is_told_and_the_page_lives_on(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    page = visitor.opened("/", site.owner())
    monkeypatch.setattr("discovery_agent.web.ui.engagements.create_engagement", broken)
    page.get_by_role("button", name="New engagement").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Title").fill("Kept")
    box.get_by_role("button", name="Begin").click()
    expect(page.locator(".says")).to_contain_text("Something went wrong here")
    expect(page.locator(".says")).to_contain_text("give this number to whoever runs the server: r-")
    assert "secret inside" not in page.content()
    expect(box.get_by_label("Title")).to_have_value("Kept")
