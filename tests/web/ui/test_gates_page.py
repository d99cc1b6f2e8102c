"""The page of phases and gates."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.gates import gaps_of
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.gates import Missing
from discovery_agent.web.ui.gates.words import somebody_of, way_to
from tests.web.ui import checks
from tests.web.ui.reviewing import Reviewing
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive


@pytest.mark.browser
def test_a_lead_sees_where_it_stands_and_names_who_closes_a_gap(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site, "prepare_first")
    jonas = site.person(review.engagement, "Jonas Weber")
    lead = review.member(AccessRole.LEAD, "Lea Lead")
    page = visitor.opened(f"{review.path}/gates", lead.session)
    track = page.get_by_role("list", name="Phases")
    expect(track.get_by_role("listitem")).to_have_count(5)
    expect(track.locator("[aria-current=step]")).to_contain_text("Discovery")
    expect(page.locator("#discovery")).to_contain_text("No draft of the shared objective was put to the stakeholders yet.")
    expect(page.locator("#discovery")).to_contain_text("Can supply it: Lea Lead")
    _, total = site.call(gaps_of(site.ws, review.engagement.id))
    assert total
    expect(page.locator("#feasibility")).not_to_contain_text("nobody is named to see to it")  # each gap stands once
    form = page.locator(".gap-form").first
    form.get_by_label("Who sees to it").select_option(jonas.id)
    form.get_by_label("By when").fill("2027-01-31")
    form.get_by_role("button").click()
    expect(page.locator("#gaps li").first).to_contain_text("Seen to by Jonas Weber, due 31 Jan 2027")
    assert total == 1
    expect(page.locator("#feasibility .met")).to_contain_text("1 of 1 readiness gap has an owner.")
    some = page.locator("#blueprinting .partly li", has_text="sections are approved.")
    expect(some).to_contain_text("Not all yet:")  # said to those who do not see the mark
    assert "✓" not in some.evaluate("one => getComputedStyle(one, '::before').content")
    lacks, here = track.locator("[aria-current=step] .badge").all()
    left, right = lacks.bounding_box(), here.bounding_box()
    assert left and right and (right["x"] >= left["x"] + left["width"] + 3 or right["y"] >= left["y"] + left["height"] + 3)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert checks.overflow(page) <= 0 and checks.structure(page) == [] and checks.contrast(page) == []
    page.locator("#blueprinting .missing-rows li", has_text="Risks and compliance").get_by_role("link").click()
    page.wait_for_url("**/review**")
    alive(page)
    expect(page.locator("#sections")).to_be_visible()


@pytest.mark.browser
def test_a_reviewer_sees_the_gates_and_changes_nothing(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    page = visitor.opened(f"/engagements/{engagement.id}/gates", site.member(engagement, AccessRole.REVIEWER))
    expect(page.locator("#discovery")).to_contain_text("Nothing was analysed yet.")
    expect(page.locator("main form")).to_have_count(0)
    assert checks.structure(page) == []


def test_who_can_supply_it_is_put_in_plain_words() -> None:
    assert somebody_of((Role.BUSINESS, Role.TECHNICAL)) == "somebody on the business or technical side"
    assert somebody_of((Role.TECHNICAL,)) == "somebody on the technical side"
    assert somebody_of((Role.SPONSOR, Role.BUSINESS)) == "a sponsor or somebody on the business side"
    assert somebody_of((Role.END_USER, Role.COMPLIANCE)) == "an end user or somebody from compliance"
    assert somebody_of((Role.UNKNOWN,)) == ""


def test_what_is_missing_leads_to_the_place_where_it_is_done() -> None:
    def way(rule: str, path: str, subject: str = "") -> str:
        return way_to(Missing(rule=rule, text="x", path=path, subject=subject))[0]

    assert way("section_not_approved", "/review", SectionId.RISKS.value) == "/review?section=risks"
    assert way("no_reviewer", "/review", SectionId.RISKS.value) == "/review#reviewers"
    assert way("choice_not_approved", "/review", "c-1") == "/review?section=choices"
    assert way("not_signed", "/review", "v0001") == "/review#sign"
    assert way("gap_without_owner", "/gates", "gap-1") == "/gates#gaps"
    assert way("kpi_without_target", "/agenda", "k-1") == "/agenda"
