"""The report in a real browser: it loads alone, fits every width, and works by keyboard and in print."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from discovery_agent.discovery.report import write_report
from discovery_agent.discovery.results import ConversationAnalysis, EngagementAnalysis
from discovery_agent.domain.findings import FindingKind
from tests.browser.conftest import Watched
from tests.builders import conversation, engagement_of, finding
from tests.example import engagement, hostile
from tests.hostile_texts import HOSTILE_TEXTS

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def open_report(watched: Watched, tmp_path: Path) -> Open:
    """Opens the report of an analysis, watched."""
    folders = itertools.count()

    def opened(analysis: EngagementAnalysis | None = None, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        files = write_report(analysis or engagement(), tmp_path / str(next(folders)))
        return watched(files.html, width=width, dark=dark, script=script)

    return opened


def in_view(page: Page, selector: str) -> bool:
    """Whether the element is on screen and below the sticky navigation."""
    return bool(
        page.locator(selector).evaluate(
            """element => { const box = element.getBoundingClientRect();
               const bar = document.querySelector('.sections').getBoundingClientRect().bottom;
               return box.top >= bar - 1 && box.top < innerHeight; }"""
        )
    )


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_never_scrolls_sideways(open_report: Open, width: int, dark: bool) -> None:
    page = open_report(width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("payload", HOSTILE_TEXTS)
def test_hostile_text_neither_runs_nor_breaks_the_page(open_report: Open, payload: str) -> None:
    page = open_report(hostile(payload), width=360)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("img, iframe, object, script:not(body > script)").count() == 0


def test_a_quote_leads_to_its_words_and_the_words_lead_back(open_report: Open) -> None:
    page = open_report()
    page.locator("#f12 figcaption a").click()
    assert page.url.endswith("#q12-1")
    assert in_view(page, "#q12-1")
    turn = page.locator("li:has(#q12-1)")
    expect(turn).to_contain_text("the damage codes before 2022 are not reliable")
    turn.locator("a[href='#f12']").click()
    assert page.url.endswith("#f12")
    assert in_view(page, "#f12")


def test_every_link_of_the_page_lands_on_something_that_can_be_seen(open_report: Open) -> None:
    page = open_report()
    targets = page.evaluate("[...new Set([...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash))]")
    assert len(targets) > 60
    for target in targets:
        page.evaluate("target => { location.hash = target }", target)
        page.wait_for_function("target => location.hash === target", arg=target)
        shown = page.evaluate("id => document.getElementById(id).getClientRects().length > 0", target[1:])
        assert shown, target


def test_a_link_from_the_stakeholders_shows_the_findings_again(open_report: Open) -> None:
    page = open_report()
    page.get_by_label("By stakeholder").check()
    expect(page.locator("#f12")).to_be_hidden()
    page.locator(".by-person a[href='#f12']").first.click()
    expect(page.locator("#f12")).to_be_visible()
    assert page.get_by_label("By kind").is_checked()


def test_the_filter_keeps_what_contains_the_word(open_report: Open) -> None:
    page = open_report()
    page.get_by_label("Filter").fill("chatbot")
    expect(page.locator(".finding:visible")).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text("2 of 26 findings")
    page.locator(".tiles a").first.click()
    page.get_by_label("Filter").fill("")
    expect(page.locator(".finding:visible")).to_have_count(26)


def test_everything_can_be_reached_without_javascript(open_report: Open) -> None:
    page = open_report(script=False)
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator(".finding:visible")).to_have_count(26)
    page.get_by_label("By stakeholder").check()
    expect(page.locator(".by-person")).to_be_visible()
    page.locator(".by-person a[href='#f12']").first.click()
    expect(page.locator("#f12")).to_be_visible()


def test_the_keyboard_goes_from_top_to_bottom_with_a_visible_focus(open_report: Open) -> None:
    page = open_report()
    visited: list[str] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.getAttribute('href')"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert visited == [
        "#main",
        "#summary",
        "#verdicts",
        "#conflicts",
        "#agenda",
        "#goals",
        "#kpis",
        "#findings",
        "#transcripts",
        "#limits",
        "#verdict-1",
        "#verdict-2",
    ]
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every(one => one.tabIndex <= 0)")


def test_headings_go_down_one_level_at_a_time_and_landmarks_are_there(open_report: Open) -> None:
    page = open_report()
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1


CONTRAST = """() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const solid = (colours) => { pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const light = (rgb) => rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    if (element.closest('script')) continue;
    const behind = ['white'];
    const chain = []; for (let e = element; e; e = e.parentElement) chain.unshift(e);
    for (const e of chain) behind.push(getComputedStyle(e).backgroundColor);
    const [a, b] = [light(solid([...behind, getComputedStyle(element).color])), light(solid(behind))].sort();
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_text_has_enough_contrast(open_report: Open, dark: bool) -> None:
    page = open_report(dark=dark)
    assert page.evaluate(CONTRAST) == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(20, 25, 31)") is dark


def test_print_is_light_without_navigation_and_shows_both_groupings(open_report: Open) -> None:
    page = open_report(dark=True)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".sections")).to_be_hidden()
    expect(page.locator(".by-person")).to_be_visible()
    expect(page.locator(".by-kind")).to_be_visible()
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")


def test_ten_thousand_utterances_open_quickly_and_links_reach_into_them(open_report: Open) -> None:
    talk = conversation([("Ada", f"In week {n} it took {n} days to pay a claim.") for n in range(10_000)])
    slow = finding(talk, FindingKind.PAIN_POINT, "Slow in week 9000", [(9_000, "it took 9000 days")])
    page = open_report(engagement_of(ConversationAnalysis(conversation=talk, analyst="rules", findings=(slow,))))
    milliseconds = page.evaluate("performance.getEntriesByType('navigation')[0].duration")
    assert milliseconds < 5_000
    page.locator("#f1 figcaption a").click()
    expect(page.locator("li:has(#q1-1)")).to_be_in_viewport()
