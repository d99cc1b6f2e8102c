"""The report of a comparison in a real browser: it loads alone, fits every width, and works by keyboard, in the dark and in print."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.report import PAGE, write_report
from tests.browser.conftest import Watched
from tests.evals.harness.report.examples import comparison
from tests.hostile_texts import HOSTILE_TEXTS

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def open_report(watched: Watched, tmp_path: Path) -> Open:
    """Opens the report of a comparison, watched."""
    folders = itertools.count()

    def opened(shown: Comparison | None = None, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        folder = tmp_path / str(next(folders))
        write_report(shown or comparison(tmp_path, loss=0.18, head_error="No answer.", label="relay"), folder)
        return watched(folder / PAGE, width=width, dark=dark, script=script)

    return opened


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_never_scrolls_sideways(open_report: Open, width: int, dark: bool) -> None:
    page = open_report(width=width, dark=dark)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_hostile_texts_neither_run_nor_break_the_page(open_report: Open, tmp_path: Path) -> None:
    text = " ".join(HOSTILE_TEXTS)
    page = open_report(comparison(tmp_path, head_error=text, label=text, text=text, note=text, id=text, cases=6), width=360)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("img, iframe, object, script:not(body > script)").count() == 0


def test_the_answer_and_its_picture_are_on_the_first_screen(open_report: Open) -> None:
    page = open_report()
    expect(page.locator("h1")).to_be_in_viewport()
    expect(page.locator(".forest svg").first).to_be_in_viewport()


def test_an_error_leads_to_its_case_which_unfolds(open_report: Open) -> None:
    page = open_report()
    page.locator(".errors a").first.click()
    case = page.locator(".case:target")
    expect(case).to_have_attribute("open", "")
    expect(case).to_contain_text("head raised: No answer.")
    expect(case.locator("summary").first).to_be_in_viewport()


def test_cases_are_found_by_a_word_and_by_how_they_moved(open_report: Open) -> None:
    page = open_report()
    page.get_by_label("Find").fill("case-03")
    expect(page.locator(".case:visible")).to_have_count(1)
    expect(page.get_by_text("1 of 12 cases")).to_be_visible()
    page.get_by_label("Find").fill("")
    page.get_by_label("Show").select_option("error")
    expect(page.locator(".case:visible")).to_have_count(1)


def test_a_hidden_case_shows_again_when_a_link_leads_to_it(open_report: Open) -> None:
    page = open_report()
    page.get_by_label("Find").fill("case-03")
    page.locator(".errors a").first.click()
    expect(page.locator(".case:target")).to_be_visible()


def test_a_case_opens_by_keyboard(open_report: Open) -> None:
    page = open_report()
    page.locator(".case > summary").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".case").nth(1).locator("table.notes")).to_be_visible()


def test_without_script_everything_is_there_but_the_filter(open_report: Open) -> None:
    page = open_report(script=False)
    expect(page.locator(".tools").first).to_be_hidden()
    page.locator(".case > summary").first.click()
    expect(page.locator(".case").first).to_contain_text("head raised")


def test_in_print_the_navigation_goes_and_the_pictures_stay(open_report: Open) -> None:
    page = open_report()
    page.emulate_media(media="print")
    expect(page.locator(".sections")).to_be_hidden()
    expect(page.locator(".forest svg").first).to_be_visible()


def test_a_thousand_cases_open_and_filter(open_report: Open, tmp_path: Path) -> None:
    page = open_report(comparison(tmp_path, cases=1000))
    expect(page.get_by_label("Find")).to_be_hidden()
    page.get_by_text("Cases, the largest loss first").click()
    expect(page.get_by_text("25 of 1000 cases")).to_be_visible()
    page.get_by_label("Find").fill("case-777")
    expect(page.get_by_text("1 of 1000 cases")).to_be_visible()
