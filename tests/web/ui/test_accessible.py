"""Every place of the pages in every state: axe-core, both widths, both schemes, dialogs, larger text. `test_every_page` has a part of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.web.ui import axe, checks
from tests.web.ui.filled import Filled, fill
from tests.web.ui.places import OTHERS, SHOWN, shown
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]
PLACES = {**SHOWN, **OTHERS}
# The spacing that WCAG 2.1 (1.4.12) wants a page to bear.
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"


@pytest.fixture(scope="module")
def filled(site: Site, browser: Browser) -> Filled:
    return fill(site, browser)


@pytest.mark.parametrize("name", PLACES)
def test_axe_finds_nothing_and_everything_fits(name: str, filled: Filled, visitor: Visitor) -> None:
    page = shown(PLACES[name], filled, visitor)
    found: set[str] = set()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        found |= {f"{width} px: {one}" for one in (*checks.overflowing(page), *checks.small_targets(page))}
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found |= {f"{width} px, {scheme}: {one}" for one in axe.violations(page)}
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing_in_a_dialog(name: str, filled: Filled, visitor: Visitor) -> None:
    page = shown(SHOWN[name], filled, visitor, width=360)
    found: list[str] = []
    for at in range(page.locator("dialog").count()):
        page.evaluate("at => document.querySelectorAll('dialog')[at].showModal()", at)
        found += [*axe.violations(page, "dialog[open]"), *checks.overflowing(page), *checks.small_targets(page)]
        page.evaluate("document.querySelector('dialog[open]').close()")
    assert found == []


def test_axe_finds_nothing_in_the_dialog_of_reviewers(filled: Filled, visitor: Visitor) -> None:
    page = shown(SHOWN["review"], filled, visitor, width=360)
    page.get_by_role("button", name="Say who must approve").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("for (const fold of document.querySelectorAll('dialog details')) fold.open = true")
    assert [*axe.violations(page, "dialog[open]"), *checks.overflowing(page), *checks.small_targets(page)] == []


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_bears_twice_the_size_and_wider_spacing_and_does_not_move(name: str, filled: Filled, visitor: Visitor) -> None:
    page = shown(SHOWN[name], filled, visitor, width=640)  # 1280 px at 200 %
    assert checks.overflowing(page) == []
    page.set_viewport_size({"width": 320, "height": 900})  # 1280 px at 400 %
    assert checks.overflow(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.add_style_tag(content=SPACED)
    assert checks.overflowing(page) == []
    moving = "document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime > 100).length"
    assert page.evaluate(moving) == 0  # whoever asks for less motion has none
