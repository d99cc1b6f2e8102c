from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from discovery_agent.discovery.assessments import latest_assessment
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.domain.engagement import AccessRole, Engagement, Job, JobKind, JobState
from discovery_agent.storage import new_id
from discovery_agent.web.ui.engagement.criteria import asked
from discovery_agent.web.ui.engagement.sections import SECTIONS
from tests.archives import packed
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive, tab_to

pytestmark = pytest.mark.browser

SAMPLES = sorted(Path("samples/halden-spare-parts").glob("0*"))
PARTS = ("Next step", "What is decided", "What is missing")


@pytest.fixture(scope="module")
def halden(site: Site) -> Engagement:
    """An engagement with its transcripts read, which no test changes."""
    engagement = site.engagement("Halden")
    for file in SAMPLES:
        site.call(upload_transcript(site.ws, engagement.id, file.name, file.read_bytes(), "test"))
    site.settle()
    return engagement


def _choose(page: Page, *files: Path | dict) -> None:
    page.locator("input[type=file]").set_input_files(list(files))  # pyright: ignore[reportArgumentType]


def _go(page: Page, title: str, phase: str = "Discovery") -> None:
    """To another page by the menu."""
    menu = page.get_by_role("navigation", name="Engagement")
    menu.get_by_role("button", name=phase).click()
    menu.get_by_role("link", name=title, exact=True).click()


def test_an_empty_engagement_says_what_to_do_first(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement('Fresh').id}", site.owner())
    expect(page.get_by_role("heading", level=1)).to_have_text("Fresh")
    expect(page.get_by_text("Nothing to show yet")).to_be_visible()
    page.get_by_role("link", name="Invite people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")


def test_a_page_without_results_says_that_they_are_coming(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement("Coming")
    now = site.ws.now()
    waiting = Job(
        id=new_id("j"), engagement_id=engagement.id, kind=JobKind.ASSESS, title="", state=JobState.QUEUED, created_at=now, updated_at=now
    )
    site.call(_store(site, waiting))
    for path in ("", "/verdicts"):
        page = visitor.opened(f"/engagements/{engagement.id}{path}", site.owner())
        expect(page.get_by_text("Being worked out")).to_be_visible()
        expect(page.get_by_text("Nothing to show yet")).to_have_count(0)


async def _store(site: Site, job: Job) -> None:
    async with site.ws.database.unit() as unit:
        await unit.jobs.add(job)


def test_transcripts_are_uploaded_read_and_their_results_shown_without_a_reload(site: Site, visitor: Visitor) -> None:
    session, path = site.owner(), f"/engagements/{site.engagement().id}"
    overview = visitor.opened(path, session)
    page = visitor.opened(f"{path}/conversations", session)
    _choose(page, SAMPLES[0], SAMPLES[1])
    for file in SAMPLES[:2]:
        expect(page.locator(".job", has_text=file.name)).to_contain_text("done")
    expect(page.locator("main .rows > li")).to_have_count(2)
    site.settle()
    expect(overview.locator(".verdict").first).to_be_visible()
    for part in PARTS:
        expect(overview.get_by_role("heading", level=2, name=part, exact=True)).to_be_visible()
    _choose(page, SAMPLES[2])
    expect(page.locator(".job", has_text=SAMPLES[2].name)).to_contain_text("done")
    expect(page.locator("main .rows > li")).to_have_count(3)
    site.settle()
    overview.get_by_role("button", name="Show them").click()
    overview.locator("#changed").get_by_role("link").click()
    expect(overview.get_by_role("heading", level=1)).to_have_text("What changed")
    expect(overview.locator(".change").first).to_be_visible()


def test_a_file_dropped_on_the_field_is_taken(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement().id}/conversations", site.owner())
    dropped = page.evaluate_handle(
        "([name, text]) => { const data = new DataTransfer(); data.items.add(new File([text], name, { type: 'text/plain' })); return data; }",
        ["talk.txt", SAMPLES[1].read_text("utf-8")],
    )
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator(".job", has_text="talk.txt")).to_be_visible()
    site.settle()


def test_an_archive_is_taken_file_by_file_and_what_is_not_taken_is_named(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    page = visitor.opened(f"/engagements/{engagement.id}/conversations", site.owner())
    talks = [(f"march/{file.name}", file.read_bytes()) for file in SAMPLES[:2]]
    archive = packed(*talks, ("<img src=x>.png", b"\x89PNG" + bytes(99)), *((f"empty {at}.txt", b"") for at in range(12)))
    _choose(page, {"name": "talks.zip", "mimeType": "application/zip", "buffer": archive})
    for file in SAMPLES[:2]:
        expect(page.locator(".job", has_text=file.name)).to_contain_text("done")
    expect(page.locator("main .rows > li")).to_have_count(2)
    expect(page.get_by_role("alert")).to_have_count(11)
    expect(page.get_by_role("alert").first).to_contain_text("“<img src=x>.png” in “talks.zip”: This is a picture")
    expect(page.get_by_role("alert").last).to_contain_text("3 more files in “talks.zip” could not be taken, either.")
    alive(page)
    site.settle()


def test_a_file_that_cannot_be_read_says_why_beside_those_that_can(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement().id}/conversations", site.owner())
    _choose(
        page,
        {"name": "noise.txt", "mimeType": "text/plain", "buffer": b"\x00\x01\x02" * 400},
        {"name": "<b>picture</b>.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
    )
    expect(page.locator(".job.failed")).to_contain_text("noise.txt")
    expect(page.locator(".job.failed")).to_contain_text("not text")
    expect(page.get_by_role("alert")).to_contain_text("“<b>picture</b>.png” is of a kind that is not read here.")
    site.settle()


def test_a_verdict_shows_its_ladder_with_the_words_that_prove_it(site: Site, visitor: Visitor, halden: Engagement) -> None:
    page = visitor.opened(f"/engagements/{halden.id}", site.owner(), width=390)
    page.locator(".answers a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is AI needed?")
    alive(page)
    verdict = page.locator("article.verdict").first
    for label in verdict.locator(".step span").all():
        expect(label).to_be_visible()
    expect(verdict.locator(".rungs")).to_have_count(0)
    verdict.get_by_text("Each solution, from the simplest to the costliest").click()
    expect(verdict.locator(".rungs > li")).to_have_count(6)
    quote = verdict.locator(".lacks q").first
    expect(quote).to_be_visible()
    words = quote.inner_text()
    verdict.locator(".lacks a").first.click()
    page.wait_for_selector(".turn")
    expect(page.locator(".turns-read")).to_contain_text(words)
    page.go_back()
    alive(page)
    for title, proof in (
        ("What would change the verdict", ".asks li"),
        ("Is the data ready?", ".gates li"),
        ("What would it cost", "table td"),
    ):
        verdict.get_by_text(title).click()
        expect(verdict.locator(proof).first).to_be_visible()
    assumption = verdict.locator(".inner", has_text="assumption").last
    assumption.locator("summary").click()
    expect(assumption).to_contain_text("Rate of a builder a day")
    for key in ("day_rate", "build_days", "run_per_month"):
        expect(assumption).not_to_contain_text(key)
    expect(verdict.locator(".gates p", has_text="open hearsay").first).to_be_visible()
    needed = page.locator(".gates .quiet", has_text="Next:").first
    expect(needed).to_contain_text("Needs at least: “")


def test_what_is_said_of_a_solution_stands_clear_of_its_coloured_line(site: Site, visitor: Visitor, halden: Engagement) -> None:
    page = visitor.opened(f"/engagements/{halden.id}/verdicts", site.owner())
    alive(page)
    verdict = page.locator("article.verdict.plain").first
    verdict.get_by_text("Each solution, from the simplest to the costliest").click()
    rung = verdict.locator(".rungs > li").first
    expect(rung).to_have_css("border-left-width", "4px")
    expect(rung).to_have_css("padding-left", "14.4px")


def test_what_an_assessment_holds_stands_on_its_pages(site: Site, visitor: Visitor, halden: Engagement) -> None:
    assessment = site.call(latest_assessment(site.ws, halden.id))
    assert assessment is not None
    path = f"/engagements/{halden.id}"
    page = visitor.opened(path, site.owner())
    agenda = assessment.decisions.agenda
    expect(page.locator("#next")).to_contain_text(agenda[0].question)
    expect(page.locator("#missing")).to_contain_text(f"{len(assessment.decisions.conflicts)} conflicts not settled")
    page.locator("#missing").get_by_text("conflicts").click()
    for conflict in assessment.decisions.conflicts:
        part = page.locator("main article", has_text=conflict.about)
        for side in conflict.sides:
            expect(part).to_contain_text(side.quotes[0].text)
    _go(page, "Goals and KPIs")
    for goal in assessment.goal_tree.business_goals:
        expect(page.locator("#goals")).to_contain_text(goal.statement)
    for kpi in assessment.goal_tree.kpis[:10]:
        expect(page.locator("#kpis")).to_contain_text(kpi.kpi.metric, ignore_case=True)
    _go(page, "People")
    for voice in assessment.decisions.coverage.voices:
        expect(page.locator("#heard")).to_contain_text(voice.name)
    for role in assessment.decisions.coverage.missing_roles:
        expect(page.locator("#heard .warning")).to_contain_text(role.value.replace("_", " "))
    _go(page, "Ask next")
    alive(page)
    listed, seen = page.locator(".paged"), set[str]()
    forth = listed.get_by_role("button", name="Next in questions")
    while True:
        seen.update(listed.locator(".asks p.strong").all_inner_texts())
        if forth.is_disabled():
            break
        before = listed.locator(".pager .quiet").inner_text()
        forth.click()
        expect(listed.locator(".pager .quiet")).not_to_have_text(before)
    assert seen == {asked(site.ws, item) for item in agenda}


def test_on_a_phone_the_menu_opens_closes_and_leads_on_by_keyboard(site: Site, visitor: Visitor, halden: Engagement) -> None:
    page = visitor.opened(f"/engagements/{halden.id}", site.owner(), width=390, height=844)
    menu = page.get_by_role("navigation", name="Engagement")
    opener = menu.get_by_role("button", name="Overview")
    expect(menu.get_by_role("link")).to_have_count(0)
    tab_to(page, opener)
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link")).to_have_count(len(SECTIONS))
    for link in menu.get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] >= 40
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link")).to_have_count(0)
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, menu.get_by_role("link", name="Goals and KPIs"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Goals and KPIs")
    expect(page.get_by_role("button", name="Goals and KPIs")).to_be_visible()


def test_the_menu_stands_in_one_row_by_phase_and_marks_where_one_is(site: Site, visitor: Visitor, halden: Engagement) -> None:
    page = visitor.opened(f"/engagements/{halden.id}/goals", site.owner(), width=1280)
    menu = page.get_by_role("navigation", name="Engagement")
    heads = menu.locator("#menu > li")
    expect(heads).to_have_count(8)
    tops = [box["y"] for box in (head.bounding_box() for head in heads.all()) if box]
    assert len(tops) == 8 and max(tops) - min(tops) < 1
    phases = ("Discovery", "Feasibility", "Blueprinting", "Planning", "Execution")
    words = [head.inner_text() for head in heads.all()]
    assert [next(at for at, one in enumerate(words) if one.startswith(phase)) for phase in phases] == [2, 3, 4, 5, 6]
    expect(menu.locator("button[aria-current=true]")).to_have_text("Discovery")
    menu.get_by_role("button", name="Discovery").click()
    expect(menu.locator("a[aria-current=page]")).to_have_text("Goals and KPIs")


def test_a_phase_of_the_menu_opens_closes_and_leads_on_by_keyboard(site: Site, visitor: Visitor, halden: Engagement) -> None:
    page = visitor.opened(f"/engagements/{halden.id}", site.owner(), width=1280)
    menu = page.get_by_role("navigation", name="Engagement")
    discovery, blueprinting = (menu.get_by_role("button", name=name) for name in ("Discovery", "Blueprinting"))
    people, review = (menu.get_by_role("link", name=name, exact=True) for name in ("People", "Review"))
    expect(people).to_be_hidden()
    tab_to(page, discovery)
    page.keyboard.press("Enter")
    expect(people).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(people).to_be_hidden()
    expect(discovery).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, blueprinting)
    expect(people).to_be_hidden()
    page.keyboard.press("Space")
    tab_to(page, review)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/engagements/{halden.id}/review")


def test_settings_are_changed_and_everything_can_be_downloaded(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement("Before")
    page = visitor.opened(f"/engagements/{engagement.id}/settings", site.owner())
    page.get_by_label("Title", exact=True).fill("After")
    page.get_by_label("Most questions in an interview").fill("7")
    page.get_by_label("Other stakeholders may see who said what").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".crumb")).to_have_text("After")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download everything").click()
    assert "After" in Path(coming.value.path()).read_text("utf-8")
    stored = site.reads(lambda unit: unit.engagements.get(engagement.id))
    assert (stored.question_budget, stored.share_quotes, stored.private_until_release) == (7, True, True)


def test_deleting_asks_for_the_title_first(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement("To be deleted")
    page = visitor.opened(f"/engagements/{engagement.id}/settings", site.owner())
    page.get_by_role("button", name="Delete this engagement").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Type the title to confirm").fill("Something else")
    box.get_by_role("button", name="Delete everything").click()
    expect(box.get_by_role("alert")).to_contain_text("not the title")
    box.get_by_label("Type the title to confirm").fill("To be deleted")
    box.get_by_role("button", name="Delete everything").click()
    page.wait_for_url(f"{site.url}/")
    assert page.goto(f"{site.url}/engagements/{engagement.id}").status == 404  # pyright: ignore[reportOptionalMemberAccess]


def test_a_reviewer_reads_and_changes_nothing(site: Site, visitor: Visitor, halden: Engagement) -> None:
    page = visitor.opened(f"/engagements/{halden.id}", site.member(halden, AccessRole.REVIEWER))
    expect(page.locator(".verdict").first).to_be_visible()
    menu = page.get_by_role("navigation", name="Engagement")
    expect(menu.get_by_role("link", name="Overview")).to_be_visible()
    expect(menu.get_by_role("link", name="Settings", include_hidden=True)).to_have_count(0)
    for closed in (one for one in SECTIONS if one.lead_only):
        answer = page.request.get(f"{site.url}/engagements/{halden.id}{closed.path}")
        assert answer.status == 403
    page.goto(f"{site.url}/engagements/{halden.id}/conversations")
    expect(page.locator("main .rows > li")).to_have_count(len(SAMPLES))
    expect(page.locator("input[type=file]")).to_have_count(0)
    page.goto(f"{site.url}/engagements/{halden.id}/people")
    expect(page.locator("#heard .speaker-row").first).to_be_visible()
    expect(page.get_by_role("button", name="Add a person")).to_have_count(0)
