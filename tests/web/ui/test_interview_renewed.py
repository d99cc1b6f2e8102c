"""A new link to an interview that has begun shows on its page, and ends the earlier one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.ui.interviewing import begin
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_new_link_is_told_of_on_the_page_and_the_old_one_ends(site: Site, visitor: Visitor) -> None:
    person = site.person(site.engagement())
    first = site.guest(person)
    page = visitor.opened("/interview", first)
    expect(page.get_by_text("a new link to this interview ends the old one, and you see it")).to_be_visible()
    begin(page)
    expect(page.get_by_text("A new link to this interview was made")).to_have_count(0)
    again = visitor.opened("/interview", site.guest(person))
    expect(again.get_by_text("A new link to this interview was made")).to_be_visible()
    assert page.goto(f"{site.url}/interview").status == 403  # pyright: ignore[reportOptionalMemberAccess]
