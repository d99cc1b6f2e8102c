from __future__ import annotations

import asyncio
import re
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from discovery_agent.discovery.drafting import blueprint_version, latest_blueprint, with_current_defects
from discovery_agent.discovery.drawing import matrix_picture
from discovery_agent.discovery.drawing.picture import Picture
from discovery_agent.discovery.exporting import as_pdf
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.blueprint.claims import Claim, Defect, Row, Severity
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole, Engagement
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.security import COOKIE
from discovery_agent.web.ui.blueprint.defects import place_of_defect
from discovery_agent.web.ui.blueprint.pictures import DrawnPictures, drawn_from, pictures_of
from discovery_agent.web.ui.blueprint.rewriting import now_there, place_named, rewritten
from tests.discovery.drafting.drafted import drafted
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui import checks
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, tab_to

browser_test = pytest.mark.browser
SCRIPT = "<img src=x onerror=\"document.title='taken'\">"


class Invoices(NamedTuple):
    """An engagement whose first version was drafted from what was said."""

    engagement: Engagement
    path: str


def _invoices(site: Site, *, draft: bool = True) -> Invoices:
    async def make() -> Engagement:
        found = await drafted(site.ws, "automate")
        if draft:
            await found.draft()
        async with site.ws.database.reading() as unit:
            return await unit.engagements.get(found.id)

    engagement = site.call(make())
    return Invoices(engagement, f"/engagements/{engagement.id}/blueprint")


def _stored(site: Site, name: str) -> tuple[Engagement, Blueprint]:
    """An engagement that holds a version of a case, without the conversations behind it."""
    blueprint = draft_of(name)
    engagement = _keep(site, blueprint)
    return engagement, blueprint.model_copy(update={"engagement_id": engagement.id})


def _keep(site: Site, blueprint: Blueprint) -> Engagement:
    """An engagement that holds this version."""
    engagement = site.engagement("Less paper")

    async def store() -> None:
        async with site.ws.database.unit() as unit:
            await unit.blueprints.add(blueprint.model_copy(update={"engagement_id": engagement.id}))

    site.call(store())
    return engagement


def _newest(site: Site, engagement: Engagement) -> Blueprint:
    found = site.call(latest_blueprint(site.ws, engagement.id))
    assert found is not None
    return found


def _texts(blueprint: Blueprint, section_id: SectionId) -> list[str]:
    section = blueprint.section(section_id)
    assert section is not None
    return [claim.text for part in section.parts for claim in part.claims]


# Where words go


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


def test_a_defect_leads_to_its_place_and_nowhere_if_that_is_not_told() -> None:
    blueprint = draft_of("several")
    goal = blueprint.goals[0]
    epic = next(one for one in blueprint.epics if one.goal_id == goal.goal_id)
    defect = Defect(rule="single_voice", severity=Severity.WARNS, subject=goal.goal_id or "", text="It rests on one voice.")
    items = f"mvp-items-{epic.id}"
    assert place_of_defect(blueprint, defect, frozenset({items, "mvp"})) == f"#{items}"
    assert place_of_defect(blueprint, defect, frozenset({"mvp"})) == "#mvp"
    assert place_of_defect(blueprint, defect, frozenset()) is None


# Pictures


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
    engagement, blueprint = _stored(site, "automate")
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


# The page


@browser_test
def test_before_anything_was_said_the_page_says_what_is_missing(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement('Fresh').id}/blueprint", site.owner())
    expect(page.get_by_text("There is no blueprint yet")).to_be_visible()
    expect(page.get_by_role("button", name="Draft the blueprint")).to_have_count(0)
    page.get_by_role("link", name="Invite people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")


@browser_test
def test_a_lead_drafts_reads_a_source_by_keyboard_and_changes_an_assumption(site: Site, visitor: Visitor) -> None:
    engagement, path = _invoices(site, draft=False)
    page = visitor.opened(path, site.owner())
    expect(page.locator("#rests")).to_contain_text("the rounds of agreement have not ended")
    page.get_by_role("button", name="Draft the blueprint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Blueprint: Faster invoices")
    first = _newest(site, engagement)

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
    second = _newest(site, engagement)
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
def test_two_who_change_one_section_lose_nothing_and_the_later_sees_what_differs(site: Site, visitor: Visitor) -> None:
    engagement, path = _invoices(site)
    one, other = (visitor.opened(path, site.member(engagement, AccessRole.LEAD)) for _ in range(2))
    texts = _texts(_newest(site, engagement), SectionId.SPONSOR_VISION)

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
    assert _newest(site, engagement).number == 2
    dialog.get_by_role("button", name="Save as a new version").click()
    expect(other.locator("#news")).to_contain_text("Version 3 is saved")
    expect(other.locator("#sponsor_vision")).to_contain_text(SCRIPT)
    expect(dialog).to_have_count(0)
    assert other.title() != "taken"
    newest = _texts(_newest(site, engagement), SectionId.SPONSOR_VISION)
    assert {"For whoever waits for money.", f"Suppliers wait no longer. {SCRIPT}"} <= set(newest)
    assert not {texts[0], texts[1]} & set(newest)


@browser_test
def test_a_statement_without_a_source_is_added_as_an_assumption_and_a_row_is_taken_out(site: Site, visitor: Visitor) -> None:
    engagement, path = _invoices(site)
    page = visitor.opened(path, site.owner())
    page.locator("#sponsor_vision").get_by_role("button", name="Add a statement to Need").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Statement").fill("The bank changes its portal in autumn.")
    dialog.get_by_role("button", name="Save as a new version").click()
    news = page.locator("#news")
    expect(news).to_contain_text("The bank changes its portal in autumn.")
    defects = site.call(with_current_defects(site.ws, _newest(site, engagement))).defects
    blocking = sum(one.severity is Severity.BLOCKS for one in defects)
    blocks = plural(blocking, "blocking defect") if blocking else "no blocking defect"
    expect(news).to_contain_text(f"It has {blocks} and {plural(len(defects) - blocking, 'warning')}.")
    news.get_by_role("link", name="See what is wrong with it").click()
    expect(page.locator("#defects")).to_be_in_viewport()
    added = next(
        claim
        for part in _newest(site, engagement).sections[0].parts
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


@browser_test
def test_a_reviewer_reads_every_telling_and_version_and_changes_nothing(site: Site, visitor: Visitor) -> None:
    engagement, path = _invoices(site)
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
def test_exports_are_downloaded_and_a_pdf_that_cannot_be_printed_says_what_to_do(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engagement, blueprint = _stored(site, "do_not_build")
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
    engagement = _keep(site, large)
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
    engagement, blueprint = _stored(site, "several")
    page = visitor.opened(f"/engagements/{engagement.id}/blueprint", site.owner())
    expect(page.locator("#defects li").first).to_contain_text("blocks signing")
    expect(page.locator(".choice-card")).to_have_count(len(blueprint.choices))
    card = page.locator(".choice-card", has_text=blueprint.choices[0].asked)
    expect(card).to_contain_text("waits for approval")
    expect(card.locator("q").first).to_be_visible()


@browser_test
@pytest.mark.parametrize("asked", ["blueprint", "blueprint?for=compliance", "plan"])
def test_a_drafted_page_fits_reads_well_and_is_built_for_screen_readers(asked: str, site: Site, visitor: Visitor) -> None:
    engagement, _ = _stored(site, "several")
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
    engagement, _ = _stored(site, "undecided")
    page = visitor.page(site.owner())
    for asked in ("version=7", "version=x", "version=0", "for=nobody"):
        page.goto(f"{site.url}/engagements/{engagement.id}/blueprint?{asked}")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")


@browser_test
def test_a_draft_is_offered_anew_once_there_is_a_newer_assessment(site: Site, visitor: Visitor) -> None:
    engagement, path = _invoices(site)

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
