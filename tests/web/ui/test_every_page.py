"""What holds for every page: it fits, can be read in light and dark, and has the landmarks and names that screen readers need."""

from __future__ import annotations

import gzip
from typing import Literal
from urllib.request import Request, urlopen

import pytest
from nicegui import Client
from playwright.sync_api import Browser, expect

from discovery_agent.web.ui.look import SCRIPT, STYLESHEET
from tests.web.ui import axe, checks
from tests.web.ui.filled import Filled, fill
from tests.web.ui.keyboard import Keyboard
from tests.web.ui.places import SHOWN, shown
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = pytest.mark.browser
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def filled(site: Site, browser: Browser) -> Filled:
    return fill(site, browser)


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_fits_reads_well_and_is_built_for_screen_readers(name: str, filled: Filled, visitor: Visitor) -> None:
    page = shown(SHOWN[name], filled, visitor)
    look = list(SHOWN).index(name) % 4  # each page at one width and in one scheme here; `test_accessible` has them all
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert checks.overflowing(page) == [], width
        assert checks.small_targets(page) == [], width
        assert checks.structure(page) == [], width
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert checks.contrast(page) == [], (width, scheme)
    page.set_viewport_size({"width": (1280, 360)[look // 2], "height": 900})
    page.emulate_media(color_scheme=SCHEMES[look % 2])
    assert axe.violations(page) == []


def test_no_page_is_forgotten(site: Site) -> None:
    assert site.port
    assert set(Client.page_routes.values()) == {place.route for place in SHOWN.values()}


@pytest.mark.parametrize("name", ["overview", "recap"])
def test_the_first_tab_leads_past_the_header(name: str, filled: Filled, visitor: Visitor) -> None:
    page = shown(SHOWN[name], filled, visitor)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_whatever_has_focus_shows_it(filled: Filled, visitor: Visitor) -> None:
    page = shown(SHOWN["people"], filled, visitor)
    for _ in range(40):
        page.keyboard.press("Tab")
        Keyboard(page).seen()


def test_the_overview_of_a_large_engagement_stays_small(filled: Filled, visitor: Visitor) -> None:
    page = shown(SHOWN["overview"], filled, visitor)
    assert page.locator("*").count() < 2500


@pytest.mark.parametrize("path", [STYLESHEET, SCRIPT])
def test_what_every_page_needs_is_sent_packed_to_whoever_can_unpack_it(path: str, site: Site) -> None:
    with urlopen(f"{site.url}{path}") as plain, urlopen(Request(f"{site.url}{path}", headers={"Accept-Encoding": "gzip"})) as packed:
        assert plain.headers["Content-Encoding"] is None
        assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert "immutable" in packed.headers["Cache-Control"]
        sent = packed.read()
        assert gzip.decompress(sent) == plain.read()
        assert len(sent) < 20_000
