"""The page of a blueprint: how a version comes to it, and what it shows to whom."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from discovery_agent.discovery.drafting import blueprint_version
from discovery_agent.domain.blueprint.claims import Defect, Severity
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.web.ui.blueprint.defects import place_of_defect
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui import checks
from tests.web.ui.drafting import invoices, keep, newest_version, stored
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, tab_to

browser_test = pytest.mark.browser


def test_a_defect_leads_to_its_place_and_nowhere_if_that_is_not_told() -> None:
    blueprint = draft_of("several")
    goal = blueprint.goals[0]
    epic = next(one for one in blueprint.epics if one.goal_id == goal.goal_id)
    defect = Defect(rule="single_voice", severity=Severity.WARNS, subject=goal.goal_id or "", text="It rests on one voice.")
    items = f"mvp-items-{epic.id}"
    assert place_of_defect(blueprint, defect, frozenset({items, "mvp"})) == f"#{items}"
    assert place_of_defect(blueprint, defect, frozenset({"mvp"})) == "#mvp"
    assert place_of_defect(blueprint, defect, frozenset()) is None


@browser_test
def test_before_anything_was_said_the_page_says_what_is_missing(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement('Fresh').id}/blueprint", site.owner())
    expect(page.get_by_text("There is no blueprint yet")).to_be_visible()
    expect(page.get_by_role("button", name="Draft the blueprint")).to_have_count(0)
    page.get_by_role("link", name="Invite people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")


@browser_test
def test_a_lead_drafts_reads_a_source_by_keyboard_and_changes_an_assumption(site: Site, visitor: Visitor) -> None:
    engagement, path = invoices(site, draft=False)
    page = visitor.opened(path, site.owner())
    expect(page.locator("#rests")).to_contain_text("the rounds of agreement have not ended")
    page.get_by_role("button", name="Draft the blueprint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Blueprint: Faster invoices")
    first = newest_version(site, engagement)

    mark = page.locator("#sponsor_vision .mark").first
    tab_to(page, mark)
    card = page.locator(".cite-card")
    expect(card).to_be_visible()
    cited = next(one for one in first.evidence if one.quotes[0].text in card.inner_text())
    expect(card).to_contain_text(cited.speakers[0])
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    where = card.get_by_role("link", name=cited.conversation)
    expect(where).to_be_focused()
    assert f"/conversations/{cited.quotes[0].conversation_id}" in (where.get_attribute("href") or "")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#sponsor_vision') !== null")
    expect(mark).not_to_be_focused()

    _assumption(page, next(one.text for one in first.assumptions if one.id == "hourly_cost")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Likely (EUR)").fill("58")
    dialog.get_by_role("button", name="Save and recompute").click()
    saved = page.locator("#news")
    expect(saved).to_contain_text("Version 2 is saved")
    expect(saved).to_contain_text("What changed in the plan")
    expect(saved).to_contain_text("Result after 12 months")
    expect(saved).to_be_focused()
    expect(page.locator(".title")).to_contain_text("version 2")
    second = newest_version(site, engagement)
    assert second.plan is not None and first.plan is not None
    assert next(one for one in second.assumptions if one.id == "hourly_cost").value == 58
    assert second.plan.forecast.twelve_month_result != first.plan.forecast.twelve_month_result


def _assumption(page: Page, text: str) -> Locator:
    """The button that changes an assumption, with the list turned over until it is shown."""
    listed = page.locator("#assumptions")
    button = listed.get_by_role("button", name=f"Change the assumption: {text}")
    turn = listed.get_by_role("button", name="Next in")
    while not button.count() and turn.is_enabled():
        before = listed.locator("tbody").inner_text()
        turn.click()
        expect(listed.locator("tbody")).not_to_have_text(before, use_inner_text=True)
    return button


@browser_test
def test_a_reviewer_reads_every_telling_and_version_and_changes_nothing(site: Site, visitor: Visitor) -> None:
    engagement, path = invoices(site)
    lead = visitor.opened(path, site.owner())
    lead.locator("#sponsor_vision").get_by_role("button", name="Add a statement to Need").click()
    lead.get_by_role("dialog").get_by_role("textbox", name="Statement").fill("It has to be done before the audit.")
    lead.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
    expect(lead.locator("#news")).to_contain_text("Version 2 is saved")

    page = visitor.opened(path, site.member(engagement, AccessRole.REVIEWER))
    expect(page.get_by_text("It has to be done before the audit.").first).to_be_visible()
    expect(page.locator("[data-do^=edit]")).to_have_count(0)
    card = page.locator(".cite-card")
    page.locator("#sponsor_vision .mark").nth(1).hover()
    expect(card).to_be_visible()
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    page.locator("#sponsor_vision .mark").nth(1).click()
    page.mouse.move(5, 5)
    expect(card.get_by_role("link")).to_be_visible()
    expect(page.locator("picture img")).to_have_attribute("alt", re.compile("value .* risk"))
    for words, section in (("Executive", "#economics"), ("Engineering", "#builder_vision"), ("Legal and compliance", "#risks")):
        page.get_by_role("navigation", name="Told for").get_by_role("link", name=words).click()
        expect(page.locator("main")).to_contain_text("In short")
        expect(page.locator(section)).to_be_visible()
    page.goto(f"{site.url}{path}")
    page.locator("summary", has_text="Versions").click()
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.get_by_text("Version 2 is the newest")).to_be_visible()
    expect(page.get_by_text("It has to be done before the audit.")).to_have_count(0)
    assert checks.structure(page) == []


@browser_test
def test_of_thousands_of_sources_those_behind_shown_numbers_are_on_the_page_and_others_come_with_theirs(
    site: Site, visitor: Visitor
) -> None:
    small = draft_of("several")
    evidence = [
        one.model_copy(update={"finding_id": f"{one.finding_id}-{at}", "statement": f"Said at site {at}."})
        for at in range(200)
        for one in small.evidence[:5]
    ]
    choices = [
        small.choices[0].model_copy(
            update={"id": f"wish-{at}", "asked": f"Wish {at}", "findings": (f"{small.evidence[0].finding_id}-{at}",)}
        )
        for at in range(60)
    ]
    large = small.model_copy(update={"evidence": (*small.evidence, *evidence), "choices": (*small.choices, *choices)})
    engagement = keep(site, large)
    page = visitor.opened(f"/engagements/{engagement.id}/blueprint", site.owner())
    cards = page.locator("[id^=cite-]")
    described = page.evaluate("[...new Set([...document.querySelectorAll('.mark')].map((one) => one.getAttribute('aria-describedby')))]")
    assert sorted(one.get_attribute("id") or "" for one in cards.all()) == sorted(described)
    assert len(described) < 200
    listed = page.locator("#choices")
    expect(listed.get_by_text("Wish 50", exact=True)).to_have_count(0)
    for _ in range(6):
        before = listed.locator(".choice-cards").inner_text()
        listed.get_by_role("button", name="Next in choices").click()
        expect(listed.locator(".choice-cards")).not_to_have_text(before, use_inner_text=True)
    listed.locator(".choice-card", has_text="Wish 55").locator(".mark").hover()
    expect(page.locator(".cite-card")).to_contain_text("Said at site 55.")


@browser_test
def test_what_blocks_signing_comes_first_and_choices_show_where_they_stand(site: Site, visitor: Visitor) -> None:
    # Nothing that this version cites is in the engagement, as after a rejection of all of it.
    engagement, blueprint = stored(site, "several")
    page = visitor.opened(f"/engagements/{engagement.id}/blueprint", site.owner())
    expect(page.locator("#defects li").first).to_contain_text("blocks signing")
    expect(page.locator(".choice-card")).to_have_count(len(blueprint.choices))
    card = page.locator(".choice-card", has_text=blueprint.choices[0].asked)
    expect(card).to_contain_text("waits for approval")
    expect(card.locator("q").first).to_be_visible()


@browser_test
@pytest.mark.parametrize("asked", ["blueprint", "blueprint?for=compliance", "plan"])
def test_a_drafted_page_fits_reads_well_and_is_built_for_screen_readers(asked: str, site: Site, visitor: Visitor) -> None:
    engagement, _ = stored(site, "several")
    page = visitor.opened(f"/engagements/{engagement.id}/{asked}", site.owner())
    for fold in page.locator("main .folds summary, main tr.why summary").all()[:4]:
        fold.click()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert checks.overflow(page) <= 0, width
        assert checks.structure(page) == [], width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert checks.contrast(page) == [], (width, scheme)


@browser_test
def test_versions_and_tellings_that_are_not_there_are_not_found(site: Site, visitor: Visitor) -> None:
    engagement, _ = stored(site, "undecided")
    page = visitor.page(site.owner())
    for asked in ("version=7", "version=x", "version=0", "for=nobody"):
        page.goto(f"{site.url}/engagements/{engagement.id}/blueprint?{asked}")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")


@browser_test
def test_a_draft_is_offered_anew_once_there_is_a_newer_assessment(site: Site, visitor: Visitor) -> None:
    engagement, path = invoices(site)

    async def age() -> None:
        version = await blueprint_version(site.ws, engagement.id, 1)
        older = version.model_copy(update={"id": "v0002", "number": 2, "parent": 1, "assessment_id": "a-before"})
        async with site.ws.database.unit() as unit:
            await unit.blueprints.add(older)

    site.call(age())
    page = visitor.opened(path, site.owner())
    expect(page.get_by_text("There is a newer assessment.")).to_be_visible()
    page.get_by_role("button", name="Draft it anew").click()
    page.get_by_role("button", name="Show it").click()
    expect(page.locator(".title")).to_contain_text("version 3")
    expect(page.get_by_text("There is a newer assessment.")).to_have_count(0)
