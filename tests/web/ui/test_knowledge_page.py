from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

pytestmark = pytest.mark.browser
NOTE = b"# Returns\n\nThe returns desk weighs every parcel by hand before the refund is booked, which takes eleven minutes.\n"


def test_a_search_gives_passages_with_their_place_and_can_be_narrowed(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement().id}/knowledge", site.owner())
    page.get_by_label("What are you looking for?").fill("how to measure response time")
    page.get_by_label("What are you looking for?").press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    expect(page.locator(".hit").first).to_contain_text("Knowledge base: ")
    expect(page.locator(".found")).not_to_contain_text("characters")
    page.get_by_label("Kind of page").select_option("risk")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hit .badge", has_text="Kpi")).to_have_count(0)
    expect(page.locator(".hit .badge", has_text="Risk").first).to_be_visible()
    page.get_by_label("Where").select_option("own")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_label("Where").select_option("")
    page.get_by_label("Kind of page").select_option("")
    page.get_by_label("What are you looking for?").fill("guitar chords for beginners")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nothing fits well")).to_be_visible()
    expect(page.locator(".hit").first).to_be_hidden()


def test_a_document_is_added_found_and_removed(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement().id}/knowledge", site.owner())
    page.locator("input[type=file]").set_input_files([{"name": "returns.md", "mimeType": "text/markdown", "buffer": NOTE}])
    row = page.locator("#documents .rows > li")
    expect(row).to_contain_text("returns.md")
    page.get_by_label("Where").select_option("own")
    page.get_by_label("What are you looking for?").fill("who weighs parcels")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hit")).to_contain_text("weighs every parcel by hand")
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No documents yet")).to_be_visible()


def test_a_document_that_is_refused_says_why(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement().id}/knowledge", site.owner())
    page.locator("input[type=file]").set_input_files(
        [{"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"\x89PNG\r\n\x1a\n and no page"}]
    )
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("“scan.pdf”")
    expect(alert).to_contain_text("image")
    expect(page.get_by_text("No documents yet")).to_be_visible()
