"""The pictures of a blueprint and the files it is exported to: how they are made, and who gets them."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.drawing import matrix_picture
from discovery_agent.discovery.drawing.picture import Picture
from discovery_agent.discovery.exporting import as_pdf
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.web.security import COOKIE
from discovery_agent.web.ui.blueprint.pictures import DrawnPictures, drawn_from, pictures_of
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui.drafting import stored
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

browser_test = pytest.mark.browser


async def test_a_picture_that_many_ask_for_at_once_is_drawn_once_and_kept() -> None:
    drawn: list[str] = []
    real = matrix_picture(draft_of("automate").epics)

    def paint(ink):
        drawn.append(ink.ground)
        return real.paint(ink)

    kept = DrawnPictures()
    picture = Picture(real.title, real.words, paint)
    found = await asyncio.gather(*(kept.draw(("e", "content", "matrix", "dark"), lambda: picture, "dark") for _ in range(4)))
    assert len(drawn) == 1
    assert found[0] is not None and set(found) == {found[0]}
    assert kept.find(("e", "content", "matrix", "dark")) == found[0]
    assert kept.find(("e", "content", "matrix", "light")) is None


def test_pictures_are_the_same_for_the_same_content_and_differ_with_it() -> None:
    blueprint = draft_of("automate")
    epic = blueprint.epics[0].model_copy(update={"risk": 6 - blueprint.epics[0].risk})
    assert drawn_from(blueprint) == drawn_from(blueprint.model_copy(update={"number": 2, "made_by": "Lea"}))
    assert drawn_from(blueprint) != drawn_from(blueprint.model_copy(update={"epics": (epic, *blueprint.epics[1:])}))
    wide = {"roadmap", "cash-flow", "tornado"}
    assert set(pictures_of(blueprint)) == {"matrix", *wide, *(f"{one}-narrow" for one in wide)}
    assert "tornado" not in pictures_of(draft_of("undecided"))


@browser_test
def test_pictures_and_exports_are_for_those_who_may_open_the_engagement(site: Site, visitor: Visitor) -> None:
    engagement, blueprint = stored(site, "automate")
    base = f"{site.url}/engagements/{engagement.id}/blueprint/{blueprint.number}"
    picture, export = f"{base}/pictures/{drawn_from(blueprint)}/matrix-dark.svg", f"{base}/export/jira"
    foreign = site.member(site.engagement("Another"), AccessRole.LEAD)
    reviewer = site.member(engagement, AccessRole.REVIEWER)
    with httpx.Client() as client:
        for address in (picture, export):
            assert client.get(address).status_code == 403
            assert client.get(address, headers={"Cookie": f"{COOKIE}={foreign}"}).status_code == 404
        mine = {"Cookie": f"{COOKIE}={reviewer}"}
        shown = client.get(picture, headers=mine)
        assert shown.headers["content-type"] == "image/svg+xml"
        assert "script-src" not in shown.headers["content-security-policy"]
        assert shown.text.startswith("<svg")
        assert client.get(picture.replace("matrix-dark", "matrix-blue"), headers=mine).status_code == 404
        assert client.get(picture.replace(drawn_from(blueprint), "0" * 20), headers=mine).status_code == 404
        assert "attachment" in client.get(export, headers=mine).headers["content-disposition"]
        assert client.get(f"{base}/export/exe", headers=mine).status_code == 404


@browser_test
def test_exports_are_downloaded_and_a_pdf_that_cannot_be_printed_says_what_to_do(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engagement, blueprint = stored(site, "do_not_build")
    monkeypatch.setattr(as_pdf, "find_browser", lambda: None)
    page = visitor.opened(f"/engagements/{engagement.id}/blueprint?for=executive", site.owner())
    page.locator("summary", has_text="Export").click()
    expect(page.get_by_text("none is installed on the server")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert download.value.suggested_filename == f"Blueprint {blueprint.title}-v1-executive-draft.md"
    assert "do not build" in download.value.path().read_text("utf-8")
    answer = page.goto(f"{site.url}/engagements/{engagement.id}/blueprint/{blueprint.number}/export/pdf")
    assert answer is not None and answer.status == 409
    expect(page.get_by_role("heading", level=1)).to_have_text("It could not be exported")
    expect(page.locator("main")).to_contain_text("export HTML and print it")
