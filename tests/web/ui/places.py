"""Every place of the pages that is looked at: whose eyes, which address, and what is opened there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page, expect

from discovery_agent.web.ui.engagement.sections import SECTIONS
from tests.web.ui.filled import Filled
from tests.web.ui.visitor import Visitor, alive

SECTION = "/engagements/{engagement_id}"


class Place(NamedTuple):
    """One address, as somebody sees it. `who` names a session of `Filled`, or is empty for somebody who is not signed in."""

    route: str
    who: str = "owner"
    first: Callable[[Page], None] | None = None
    """What is done there before one looks."""
    empty: bool = False
    """Whether it is an engagement in which nothing has happened yet."""


def _leave(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")


def _menu(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.locator(".menu-button").click()


def _group(page: Page) -> None:
    page.locator(".group-button").first.click()


def _inside(**kept: object) -> dict[str, Place]:
    return {section.path.strip("/") or "overview": Place(SECTION + section.path, **kept) for section in SECTIONS}  # pyright: ignore[reportArgumentType]


SHOWN = {
    "engagements": Place("/"),
    **_inside(),
    "conversation": Place(SECTION + "/conversations/{conversation_id}"),
    "welcome": Place("/interview", "welcome"),
    "talk": Place("/interview", "talk"),
    "recap": Place("/interview", "recap"),
    "own round": Place("/agreement", "welcome"),
}
"""Each page once, with everything in it."""

OTHERS = {
    **{f"{name}, empty": one for name, one in _inside(empty=True).items()},
    **{f"{name}, as a lead": one for name, one in _inside(who="lead").items()},
    **{f"{name}, as a reviewer": one for name, one in _inside(who="reviewer").items()},
    "conversation, as a reviewer": Place(SECTION + "/conversations/{conversation_id}", "reviewer"),
    "own round, nothing asked": Place("/agreement", "talk"),
    "thanks": Place("/interview", "done"),
    "entrance": Place("/enter/{secret}", ""),
    "entrance with a wrong link": Place("/enter/wrong", ""),
    "signed out": Place("/", "owner_leaving", _leave),
    "not signed in": Place("/", ""),
    "not theirs": Place(SECTION, "talk"),
    "not there": Place("/nowhere"),
    "menu of a phone": Place(SECTION, first=_menu),
    "menu of a screen": Place(SECTION, first=_group),
}
"""The same pages empty, or as others see them; what is refused; what is opened."""


def address(place: Place, filled: Filled) -> str:
    """Where it is."""
    engagement = filled.empty if place.empty else filled.engagement.id
    return place.route.format(engagement_id=engagement, conversation_id=filled.conversation, secret=filled.secret)


def shown(place: Place, filled: Filled, visitor: Visitor, **look: object) -> Page:
    """Go there, and open what can be opened without leaving."""
    session = getattr(filled, place.who) if place.who else None
    page = visitor.opened(address(place, filled), session, **look)
    if place.first:
        place.first(page)
    else:
        unfold(page)
    return page


def unfold(page: Page) -> None:
    """Open every fold of a page."""
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
    page.wait_for_function("!document.querySelector('details[aria-busy=true]')")
    alive(page)
