"""The page of execution: check-ins, dates, lessons."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.execution import CheckIn, Drift, DriftState
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.execution.charts import drawn_from, measured_of, picture_of
from discovery_agent.web.ui.execution.words import figure, read_figure
from tests.blueprints import MADE
from tests.web.ui import checks
from tests.web.ui.reviewing import Reviewing
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor


@pytest.mark.browser
def test_a_lead_measures_corrects_meets_and_learns(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    today = site.ws.now().date()
    site.person(review.engagement, "Sofia Reyes")
    lead = review.member(AccessRole.LEAD, "Lea Lead")
    page = visitor.opened(f"{review.path}/execution", lead.session)
    expect(page.locator("main")).to_contain_text("No version is signed. Until one is, KPIs are those of version 1.")
    card = page.locator(".kpi-cards > li", has_text="Handling time per invoice")
    expect(card).to_contain_text("not measured yet")
    card.get_by_text("Add a check-in").click()
    card.get_by_label("Value in minutes").fill("15.5")
    card.get_by_label("Measured on").fill(today.isoformat())
    card.get_by_label("Note").fill("<script>one week</script>")
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("15.5 minutes on")
    expect(card).to_contain_text("goes the wrong way")
    expect(page.locator(".replan")).to_contain_text("is further from its target of 4 minutes than at the start")
    expect(page.get_by_role("button", name="Draft a new version")).to_be_visible()
    picture = card.locator("img")
    expect(picture).to_have_attribute("alt", re.compile("15.5 minutes"))
    picture.scroll_into_view_if_needed()
    page.wait_for_function("(one) => one.complete && one.naturalWidth > 0", arg=picture.element_handle())

    card.get_by_text("Check-ins so far").click()
    expect(card).to_contain_text("<script>one week</script>")
    card.get_by_role("button", name="Correct: 15.5 minutes").click()
    box = page.get_by_role("dialog", name="Correct a check-in")
    box.get_by_label("Value in minutes").fill("9")
    box.get_by_role("button", name="Save").click()
    expect(card.locator(".kpi-facts .latest")).to_contain_text("9 minutes")
    expect(card.locator(".gone-by")).to_contain_text("15.5 minutes")
    expect(card).not_to_contain_text("goes the wrong way")

    page.get_by_role("button", name="Plan a date").click()
    box = page.get_by_role("dialog", name="Plan a review date")
    box.get_by_label("Day").fill((today + timedelta(days=20)).isoformat())
    box.get_by_label("Sofia Reyes").check()
    box.get_by_role("button", name="Plan it").click()
    row = page.locator("#dates .rows li")
    expect(row).to_contain_text("Sofia Reyes")
    row.get_by_role("button", name="Move or change").click()
    box = page.get_by_role("dialog", name="Move or change a date")
    moved = today + timedelta(days=27)
    box.get_by_label("Day").fill(moved.isoformat())
    box.get_by_role("button", name="Save").click()
    expect(row).to_contain_text(day(moved))
    row.get_by_role("button", name="Held: How the KPIs stand").click()
    box = page.get_by_role("dialog")
    box.get_by_label("What came of it?").fill("The pilot goes on.")
    box.get_by_role("button", name="Mark as held").click()
    expect(row).to_contain_text("The pilot goes on.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as calendar file").click()
    text = download.value.path().read_text("utf-8")
    assert f"DTSTART;VALUE=DATE:{moved:%Y%m%d}" in text and "With Sofia Reyes." in text and text.count("BEGIN:VEVENT") == 1

    page.get_by_role("button", name="Write a lesson").click()
    box = page.get_by_role("dialog", name="Write a lesson")
    box.get_by_label("Title").fill("Ask who pays first")
    box.get_by_label("What was learned").fill("Sofia Reyes had the figure all along.")
    box.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Approve: Ask who pays first").click()
    box = page.get_by_role("dialog", name="Approve this lesson?")
    expect(box).to_contain_text("It holds 1 name.")
    box.get_by_role("button", name="Approve").click()
    expect(box.get_by_role("alert")).to_contain_text("The lesson names Sofia Reyes.")
    box.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Edit: Ask who pays first").click()
    box = page.get_by_role("dialog", name="Edit a lesson")
    box.get_by_label("What was learned").fill("Whoever does the work had the figure all along.")
    box.get_by_role("button", name="Save").click()
    expect(page.locator(".lessons li")).to_contain_text("Whoever does the work had the figure all along.")
    page.get_by_role("button", name="Reject: Ask who pays first").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it out").click()
    expect(page.locator(".lessons li")).to_contain_text("rejected")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert checks.overflow(page) <= 0 and checks.structure(page) == [] and checks.contrast(page) == []


@pytest.mark.browser
def test_a_reviewer_reads_how_it_goes_and_changes_nothing(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    page = visitor.opened(f"/engagements/{engagement.id}/execution", site.member(engagement, AccessRole.REVIEWER))
    expect(page.locator("main")).to_contain_text("There is no blueprint yet")
    expect(page.locator("main")).to_contain_text("No date is planned")
    expect(page.locator("main form")).to_have_count(0)
    expect(page.locator("main").get_by_role("button")).to_have_count(0)
    assert checks.structure(page) == []


def _check_in(value: float, unit: str | None, day: date) -> CheckIn:
    return CheckIn(engagement_id="e", id=f"ci-{day}", at=MADE, kpi_id="k", day=day, value=value, unit=unit, by="Lea")


def test_a_chart_sets_measures_in_one_unit_and_leaves_out_what_cannot_be_compared() -> None:
    drift = Drift(kpi_id="k", metric="Handling time", unit="minutes", state=DriftState.UNKNOWN)
    assert picture_of(drift, []) is None
    some = [
        _check_in(0.5, "hours", date(2026, 3, 1)),
        _check_in(9, "%", date(2026, 2, 1)),
        _check_in(20, "minutes", date(2026, 1, 1)),
    ]
    assert measured_of(drift, some) == [(date(2026, 1, 1), 20), (date(2026, 3, 1), 30)]
    picture = picture_of(drift, some)
    assert picture is not None and "1 Mar 2026: 30 minutes" in picture.words
    other = drift.model_copy(update={"target": 4.0})
    assert drawn_from(picture, drift) != drawn_from(picture, other)
    aimed = picture_of(other, some)
    assert aimed is not None and "Target: 4 minutes." in aimed.words
    assert picture_of(other, []) is None, "a target alone is no course to draw"


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(4.0, "days", "4 days"), (12.5, "%", "12.5%"), (1234567.0, "EUR", "1,234,567 EUR"), (3, None, "3")]
)
def test_a_figure_reads_as_people_write_it(value: float, unit: str | None, text: str) -> None:
    assert figure(value, unit) == text


@pytest.mark.parametrize("text", ["", "seven", "nan", "inf", "1e99"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        read_figure(text)
