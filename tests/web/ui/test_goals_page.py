"""Goals and KPIs in the browser: what they rest on is corrected or struck where it is shown, and the objective says so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.domain.ladder import Criterion
from discovery_agent.domain.necessity import Certainty, Contradiction, Rating, Side
from tests.domain.said import quote
from tests.web.agreeing import SAID, assessed
from tests.web.ui import checks
from tests.web.ui.agreeing import Table, table
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, tab_to

pytestmark = pytest.mark.browser


def _goals(talks: Table) -> str:
    return f"/engagements/{talks.engagement.id}/goals"


def _behind_churn(page: Page) -> Locator:
    row = page.locator("#kpis tbody tr", has_text=re.compile("churn", re.IGNORECASE))
    row.locator("summary").click()
    return row.locator(".point")


def test_a_wrong_kpi_is_struck_in_its_row_and_an_older_draft_of_the_objective_says_so(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    draft = visitor.opened(talks.path, talks.lead)
    draft.get_by_role("button", name="Draft the objective").click()
    expect(draft.locator(".candidates")).to_be_visible()
    page = visitor.opened(_goals(talks), talks.lead)
    point = _behind_churn(page)
    expect(point).to_contain_text("churn")
    wrong = point.get_by_role("button", name="Wrong: ")
    tab_to(page, wrong)
    page.keyboard.press("Enter")
    expect(point).to_contain_text("rejected")
    page.wait_for_function("document.activeElement !== document.body")  # the keyboard goes on from where it was
    found, _ = site.reads(lambda unit: unit.findings.list(talks.engagement.id, kind=FindingKind.KPI, limit=None))
    (churn,) = (one.finding for one in found if one.finding.kpi and "churn" in one.finding.kpi.metric)
    assert churn.status is FindingStatus.REJECTED
    draft.reload()
    expect(draft.get_by_text("These drafts were made before a finding behind them was corrected or struck.")).to_be_visible()


def test_of_two_who_decide_on_a_finding_the_later_is_told_and_sees_how_it_stands(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    one, other = (visitor.opened(_goals(talks), talks.lead) for _ in range(2))
    first, second = _behind_churn(one), _behind_churn(other)
    second.get_by_role("button", name="Change it: ").click()
    first.get_by_role("button", name="That is right: ").click()
    expect(first).to_contain_text("confirmed")
    box = other.get_by_role("dialog")
    box.get_by_label("What should it say?").fill("Churn falls from 9 % to 7 %.")
    box.get_by_role("button", name="Save").click()
    expect(box.get_by_role("alert")).to_contain_text("Somebody decided on this finding meanwhile.")
    expect(box.get_by_label("What should it say?")).to_have_value("Churn falls from 9 % to 7 %.")
    box.get_by_role("button", name="Cancel").click()
    second.get_by_role("button", name="Wrong: ").click()
    expect(other.locator(".says")).to_contain_text("Somebody decided on this finding meanwhile.")
    expect(second).to_contain_text("confirmed")
    second.get_by_role("button", name="Change it: ").click()
    other.get_by_role("dialog").last.get_by_label("What should it say?").fill("Churn falls from 9 % to 7 %.")
    other.get_by_role("dialog").last.get_by_role("button", name="Save").click()
    expect(second.locator(".statement")).to_have_text("Churn falls from 9 % to 7 %.")


def test_a_goal_of_the_tree_has_its_findings_with_it_and_a_reviewer_reads_them_only(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(_goals(talks), talks.lead)
    goal = lead.locator("#goals .goal").first
    goal.locator("summary").first.click()
    expect(goal.get_by_role("button", name="Wrong: ")).to_be_visible()
    reviewer = visitor.opened(_goals(talks), site.member(talks.engagement, AccessRole.REVIEWER))
    point = _behind_churn(reviewer)
    expect(point.get_by_role("link", name="Where it was said")).to_be_visible()
    expect(point.get_by_role("button")).to_have_count(0)


def test_what_was_said_in_an_interview_that_is_still_private_is_counted_and_not_shown(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    stakeholder = talks.people["Marek Dvorak"]

    async def keep_private() -> None:
        async with site.ws.database.unit() as unit:
            record = await unit.conversations.get(talks.engagement.id, "c")
            interview = {"kind": ConversationKind.INTERVIEW, "stakeholder_id": stakeholder.id, "released_at": None}
            await unit.conversations.update(record.model_copy(update=interview))

    site.call(keep_private())
    page = visitor.opened(_goals(talks), talks.lead)
    row = page.locator("#kpis tbody tr", has_text=re.compile("churn", re.IGNORECASE))
    row.locator("summary").click()
    expect(row).to_contain_text("1 finding of an interview that is not released yet.")
    expect(row.locator(".point")).to_have_count(0)


def test_a_refusal_for_a_missing_figure_leads_to_where_the_figure_can_be_struck(site: Site, visitor: Visitor) -> None:
    talks = table(site)
    lead = visitor.opened(talks.path, talks.lead)
    lead.get_by_role("button", name="Draft the objective").click()
    form = lead.get_by_role("form", name="Open a round")
    form.get_by_label("The draft").fill("Keep our workshop customers.")
    form.get_by_role("button", name="Put it to them").click()
    reason = form.get_by_role("alert").locator("li", has_text="Add churn")
    expect(reason).to_contain_text("If the figure is wrong, correct or strike what was found.")
    reason.get_by_role("link", name="Correct or strike").first.click()
    lead.wait_for_url(re.compile(r"/conversations/c\?at=20"))
    expect(lead.locator(".point", has_text="churn").get_by_role("button", name="Wrong: ")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_with_its_findings_open_fits_and_is_built_for_screen_readers(width: int, site: Site, visitor: Visitor) -> None:
    talks = table(site)
    page = visitor.opened(_goals(talks), talks.lead, width=width)
    expect(_behind_churn(page)).to_be_visible()
    page.locator("#goals .goal summary").first.click()
    expect(page.locator("#goals .point").first).to_be_visible()
    assert checks.overflow(page) <= 0
    assert checks.structure(page) == []
    assert checks.contrast(page) == []


def _differing(criterion: Criterion) -> Contradiction:
    sides = [
        Side(
            value=value.id,
            means=value.means,
            ratings=(Rating(criterion=criterion.id, value=value.id, confidence=0.8, quotes=(quote(f"It is {value.id}.", name, at),)),),
            solution=None,
            certainty=Certainty.OPEN,
        )
        for at, (value, name) in enumerate(zip(criterion.values, ("Ingrid Halden", "Marek Dvorak"), strict=False))
    ]
    return Contradiction(criterion=criterion.id, name=criterion.name, sides=tuple(sides), decides=True)


def test_a_conflict_on_a_criterion_is_shown_with_the_question_that_its_answers_answer(site: Site, visitor: Visitor) -> None:
    engagement = site.engagement()
    history = next(one for one in site.ws.bench.tables.ladder.criteria if one.id == "history")
    site.call(assessed(site.ws, engagement, SAID, (_differing(history),)))
    page = visitor.opened(f"/engagements/{engagement.id}/conflicts", site.member(engagement, AccessRole.LEAD))
    conflict = page.locator("#register .conflict", has_text=history.name)
    expect(conflict.locator(".crux")).to_contain_text(history.question)
    for value in history.values[:2]:
        expect(conflict.locator(".side", has_text=value.means)).to_contain_text(f"{history.question} – {value.means}")
    page.get_by_role("button", name=f"Decide: {history.name}").click()
    expect(page.get_by_role("dialog").locator(".crux")).to_contain_text(history.question)
