from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.findings import FindingStatus
from tests.web.ui.interviewing import ANSWERS, begin, say, stop
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive

pytestmark = pytest.mark.browser


def _read(site: Site, name: str, data: bytes) -> tuple[Engagement, str]:
    engagement = site.engagement()
    site.call(upload_transcript(site.ws, engagement.id, name, data, "test"))
    site.settle()
    records, _ = site.reads(lambda unit: unit.conversations.list(engagement.id))
    return engagement, f"/engagements/{engagement.id}/conversations/{records[0].id}"


def _sample(site: Site) -> tuple[Engagement, str]:
    file = Path("samples/halden-spare-parts/03-it-and-finance.md")
    return _read(site, file.name, file.read_bytes())


def test_findings_are_highlighted_where_they_were_said(site: Site, visitor: Visitor) -> None:
    engagement, path = _sample(site)
    page = visitor.opened(path, site.owner())
    found, _ = site.reads(lambda unit: unit.findings.list(engagement.id, limit=None))
    for stored in found:
        expect(page.locator(".points")).to_contain_text(stored.finding.statement)
        for quote in stored.finding.quotes:
            expect(page.locator(f"#{quote.utterance_id}")).to_contain_text(quote.text)
    marked = "".join(page.locator("mark").all_inner_texts())
    assert all(stored.finding.quotes[0].text[:10] in marked for stored in found)
    assert page.locator(".points > li").count() == len(found)


def test_a_lead_confirms_strikes_out_and_corrects(site: Site, visitor: Visitor) -> None:
    engagement, path = _sample(site)
    page = visitor.opened(path, site.owner())
    points = page.locator(".points > li")
    points.nth(0).get_by_role("button", name="Right").click()
    expect(points.nth(0)).to_contain_text("confirmed")
    points.nth(1).get_by_role("button", name="Wrong").click()
    expect(points.nth(1)).to_contain_text("rejected")
    before = points.nth(2).locator(".statement").inner_text()
    points.nth(2).get_by_role("button", name="Change it").click()
    page.get_by_role("dialog").get_by_label("What should it say?").fill("Said better")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(points.nth(2)).to_contain_text("Said better")
    expect(points.nth(2)).to_contain_text(f"Before: {before}")
    found, _ = site.reads(lambda unit: unit.findings.list(engagement.id, limit=None))
    assert {FindingStatus.CONFIRMED, FindingStatus.REJECTED, FindingStatus.CORRECTED} <= {one.finding.status for one in found}
    audit, _ = site.reads(lambda unit: unit.audit.list(engagement.id))
    assert any(entry.action == "finding.corrected" and "Owner" in entry.actor for entry in audit)


def test_a_long_transcript_is_shown_in_stretches_and_a_place_in_it_can_be_linked(site: Site, visitor: Visitor) -> None:
    lines = "\n".join(f"{'Ada' if n % 2 else 'Ben'}: This is turn number {n} of the talk." for n in range(200))
    _, path = _read(site, "long.txt", lines.encode())
    page = visitor.opened(path, site.owner())
    expect(page.locator(".turn")).to_have_count(60)
    expect(page.get_by_text("Turns 1 to 60 of 200")).to_be_visible()
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_text("Turns 61 to 120 of 200")).to_be_visible()
    page.goto(f"{site.url}{path}?at=150#u150")
    alive(page)
    expect(page.locator("#u150")).to_be_in_viewport()
    for strange in ("-5", "99999999", "x", "²"):
        page.goto(f"{site.url}{path}?at={strange}")
        expect(page.locator(".turn").first).to_be_visible()


def test_an_interview_opens_to_the_lead_only_once_it_is_released(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    person = site.person(engagement)
    guest = visitor.opened("/interview", site.guest(person))
    begin(guest)
    say(guest, ANSWERS[0])
    records, _ = site.reads(lambda unit: unit.conversations.list(engagement.id))
    path = f"{site.url}/engagements/{engagement.id}/conversations/{records[0].id}"
    owner = visitor.page(site.owner())
    assert owner.goto(path).status == 403  # pyright: ignore[reportOptionalMemberAccess]
    expect(owner.locator("main")).to_contain_text("not released")
    assert ANSWERS[0] not in owner.content()
    owner.goto(f"{site.url}/engagements/{engagement.id}/conversations")
    expect(owner.locator("main .rows > li")).to_contain_text("private until released")
    expect(owner.locator("main .rows a")).to_have_count(0)
    stop(guest)
    guest.get_by_role("button", name="Whatever I have not marked is right").click()
    guest.locator("input[name=rating][value='4']").check()
    guest.locator("input[name=release]").check()
    guest.get_by_role("button", name="Finish the interview").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Thank you, Tomas Berg")
    owner.goto(path)
    expect(owner.locator(".turns-read")).to_contain_text(ANSWERS[0])
    expect(owner.locator(".title")).to_contain_text("recap rated 4 of 4")
