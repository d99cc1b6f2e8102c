"""Pages of one title and one sentence: refused, failed, signing in."""

from __future__ import annotations

import pytest

from discovery_agent.web.ui.failures import failure_page
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_long_button_is_broken_into_lines_on_a_narrow_screen(site: Site, visitor: Visitor) -> None:
    page = visitor.opened("/", width=360)
    shown = failure_page(502, "Signing in did not work", "Nobody was let in.", "Try again.", ("/sign-in", "Sign in with Halden " * 3))
    page.route("**/plain-page", lambda route: route.fulfill(status=200, content_type="text/html", body=bytes(shown.body)))
    page.goto(f"{site.url}/plain-page")
    assert page.evaluate("getComputedStyle(document.querySelector('.farewell .button')).borderTopStyle") == "solid", "the styles are there"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
