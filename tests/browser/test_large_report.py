"""Pages of a large report in a real browser: each loads alone and fits every width, and one conversation among many is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.report.large import write_large_report
from tests.browser.conftest import Watched
from tests.discovery.report.large.batches import batch_of, many
from tests.example import hostile

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of some conversations."""
    folder = tmp_path_factory.mktemp("large")
    write_large_report(many(30), folder)
    return folder


def test_no_page_scrolls_sideways_on_a_phone_even_with_words_that_do_not_end(watched: Watched, tmp_path: Path) -> None:
    write_large_report(batch_of(hostile("unbroken" * 60)), tmp_path)
    for path in sorted(tmp_path.rglob("*.html")):
        page = watched(path, width=360)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        page.context.close()


@pytest.mark.parametrize("file", ["report.html", "pages/conversations-1.html", "pages/people-1.html", "conversations/depot-3.html"])
def test_a_wide_page_does_not_scroll_sideways_either(watched: Watched, folder: Path, file: str) -> None:
    assert watched(folder / file).evaluate("document.documentElement.scrollWidth") == 1280


def test_a_conversation_is_found_by_title_file_or_name_from_the_keyboard(watched: Watched, folder: Path) -> None:
    page = watched(folder / "pages/find.html")
    page.get_by_label("Words of the title, the file or a name").focus()
    page.keyboard.type("depot-17")
    expect(page.locator("#found li")).to_have_count(1)
    expect(page.locator("#found-count")).to_have_text("1 of 30 conversations")
    page.keyboard.press("Control+A")
    page.keyboard.type("MOREAU 29")
    expect(page.locator("#found a")).to_have_text(["Depot 29"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.href") == (folder / "conversations/depot-29.html").as_uri()


def test_without_script_the_index_leads_to_every_conversation(watched: Watched, folder: Path) -> None:
    page = watched(folder / "pages/find.html", script=False)
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator(".ranges a")).to_have_attribute("href", "conversations-1.html")
    index = watched(folder / "pages/conversations-1.html", script=False)
    assert index.locator("tbody a").count() == 30


def test_hostile_titles_are_only_text_among_what_is_found(watched: Watched, tmp_path: Path) -> None:
    write_large_report(batch_of(hostile("</script><img src=x onerror=alert(1)>")), tmp_path)
    page = watched(tmp_path / "pages/find.html")
    page.get_by_role("searchbox").fill("onerror")
    expect(page.locator("#found li")).to_have_count(2)
    assert page.locator("img").count() == 0


def test_a_quote_leads_to_its_words_and_back(watched: Watched, folder: Path) -> None:
    page = watched(folder / "conversations/depot-3.html", width=390)
    page.get_by_role("link", name="Depot 3, 0:09").first.click()
    mark = page.locator("mark", has_text="sort returns")
    expect(mark).to_be_in_viewport()
    page.locator(".ref.inline", has_text="").nth(1).click()
    expect(page.locator("article.finding:target")).to_be_in_viewport()
