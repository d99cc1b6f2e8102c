"""A blueprint is changed on its page: where words go, and what comes of two who change one section."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from discovery_agent.discovery.drafting import with_current_defects
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.blueprint.claims import Claim, Row, Severity
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.blueprint.rewriting import now_there, place_named, rewritten
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui.drafting import invoices, newest_version
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

browser_test = pytest.mark.browser
SCRIPT = "<img src=x onerror=\"document.title='taken'\">"


def _texts(blueprint: Blueprint, section_id: SectionId) -> list[str]:
    section = blueprint.section(section_id)
    assert section is not None
    return [claim.text for part in section.parts for claim in part.claims]


def test_a_claim_is_replaced_where_it_stands_and_the_rest_of_its_section_stays() -> None:
    blueprint = draft_of("automate")
    place = place_named(blueprint, "sponsor_vision|1|0")
    parts = rewritten(blueprint, place, Claim(text="Suppliers are paid on the day they expect."))
    before = blueprint.section(SectionId.SPONSOR_VISION)
    assert before is not None
    assert parts[1].claims[0].text == "Suppliers are paid on the day they expect."
    assert parts[1].claims[1:] == before.parts[1].claims[1:]
    assert [one for one in parts if one.id != parts[1].id] == [one for one in before.parts if one.id != parts[1].id]


def test_a_claim_is_found_again_after_another_was_put_before_it() -> None:
    blueprint = draft_of("automate")
    place = place_named(blueprint, "sponsor_vision|1|1")
    section = blueprint.section(SectionId.SPONSOR_VISION)
    assert section is not None and place.was is not None
    part = section.parts[1].model_copy(update={"claims": (Claim(text="First."), *section.parts[1].claims)})
    moved = section.model_copy(update={"parts": (section.parts[0], part, *section.parts[2:])})
    newer = blueprint.model_copy(update={"sections": tuple(moved if one.id is moved.id else one for one in blueprint.sections)})
    assert now_there(newer, place) == place.was
    claims = rewritten(newer, place, None)[1].claims
    assert place.was not in claims
    assert claims[0].text == "First."


def test_a_row_is_added_at_the_end_of_its_table() -> None:
    blueprint = draft_of("automate")
    section = blueprint.section(SectionId.RISKS)
    assert section is not None
    at = next(at for at, part in enumerate(section.parts) if part.rows)
    place = place_named(blueprint, f"risks|{at}|add")
    row = Row(cells=("The bank changes its portal", *[""] * (len(place.columns) - 1)))
    assert rewritten(blueprint, place, row)[at].rows == (*section.parts[at].rows, row)


@pytest.mark.parametrize("name", ["", "risks", "risks|99|0", "risks|0|999", "risks|x|0", "nothing|0|0", "risks|0|-1", "risks|²|0"])
def test_a_place_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest):
        place_named(draft_of("automate"), name)


@browser_test
def test_two_who_change_one_section_lose_nothing_and_the_later_sees_what_differs(site: Site, visitor: Visitor) -> None:
    engagement, path = invoices(site)
    one, other = (visitor.opened(path, site.member(engagement, AccessRole.LEAD)) for _ in range(2))
    texts = _texts(newest_version(site, engagement), SectionId.SPONSOR_VISION)

    def edit(page: Page, text: str, words: str) -> Locator:
        page.locator("#sponsor_vision").get_by_role("button", name=f"Edit: {text[:80]}").click()
        page.get_by_role("dialog").get_by_role("textbox", name="Statement").fill(words)
        page.get_by_role("dialog").get_by_role("button", name="Save as a new version").click()
        return page.get_by_role("dialog")

    edit(one, texts[0], "For whoever waits for money.")
    expect(one.locator("#news")).to_contain_text("Version 2 is saved")
    dialog = edit(other, texts[1], f"Suppliers wait no longer. {SCRIPT}")
    expect(dialog.get_by_role("alert")).to_contain_text("Version 2 by A lead is newer")
    expect(dialog.get_by_role("alert")).to_contain_text("For whoever waits for money.")
    expect(dialog.get_by_role("textbox", name="Statement")).to_have_value(f"Suppliers wait no longer. {SCRIPT}")
    assert newest_version(site, engagement).number == 2
    dialog.get_by_role("button", name="Save as a new version").click()
    expect(other.locator("#news")).to_contain_text("Version 3 is saved")
    expect(other.locator("#sponsor_vision")).to_contain_text(SCRIPT)
    expect(dialog).to_have_count(0)
    assert other.title() != "taken"
    newest = _texts(newest_version(site, engagement), SectionId.SPONSOR_VISION)
    assert {"For whoever waits for money.", f"Suppliers wait no longer. {SCRIPT}"} <= set(newest)
    assert not {texts[0], texts[1]} & set(newest)


@browser_test
def test_a_statement_without_a_source_is_added_as_an_assumption_and_a_row_is_taken_out(site: Site, visitor: Visitor) -> None:
    engagement, path = invoices(site)
    page = visitor.opened(path, site.owner())
    page.locator("#sponsor_vision").get_by_role("button", name="Add a statement to Need").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Statement").fill("The bank changes its portal in autumn.")
    dialog.get_by_role("button", name="Save as a new version").click()
    news = page.locator("#news")
    expect(news).to_contain_text("The bank changes its portal in autumn.")
    defects = site.call(with_current_defects(site.ws, newest_version(site, engagement))).defects
    blocking = sum(one.severity is Severity.BLOCKS for one in defects)
    blocks = plural(blocking, "blocking defect") if blocking else "no blocking defect"
    expect(news).to_contain_text(f"It has {blocks} and {plural(len(defects) - blocking, 'warning')}.")
    news.get_by_role("link", name="See what is wrong with it").click()
    expect(page.locator("#defects")).to_be_in_viewport()
    added = next(
        claim
        for part in newest_version(site, engagement).sections[0].parts
        for claim in part.claims
        if claim.text == "The bank changes its portal in autumn."
    )
    assert not added.findings
    assert added.assumptions
    rows = page.locator("#risks-named tbody tr")
    before = rows.count()
    rows.first.get_by_role("button", name=re.compile("^Edit")).click()
    dialog.get_by_label("Take this row out").check()
    dialog.get_by_role("button", name="Save as a new version").click()
    expect(page.locator("#news")).to_contain_text("Version 3 is saved")
    expect(rows).to_have_count(before - 1)
