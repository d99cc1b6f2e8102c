"""The way out of the pages: it ends the session on the server, wherever one is and whatever becomes of the cookie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from discovery_agent.domain.engagement import AccessRole
from tests.web.ui import checks
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, tab_to

pytestmark = pytest.mark.browser


def lead(site: Site) -> tuple[str, str]:
    engagement = site.engagement()
    return site.member(engagement, AccessRole.LEAD), f"/engagements/{engagement.id}/people"


def guest(site: Site) -> tuple[str, str]:
    return site.guest(site.person(site.engagement())), "/interview"


def way_out(page: Page) -> Locator:
    return page.get_by_role("button", name="Sign out")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("who", [lead, guest])
def test_whoever_signs_out_is_told_so_and_their_session_is_over(
    who: Callable[[Site], tuple[str, str]], width: int, site: Site, visitor: Visitor
) -> None:
    session, path = who(site)
    page = visitor.opened(path, session, width=width)
    other = visitor.opened(path, session, width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab_to(page, way_out(page))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.wait_for_load_state()
    assert checks.structure(page) == [] and checks.contrast(page) == []
    assert not page.context.cookies()
    answer = page.goto(site.url + path)
    assert answer is not None and answer.status == 403
    kept = other.reload()  # the other profile kept the cookie
    assert kept is not None and kept.status == 403
