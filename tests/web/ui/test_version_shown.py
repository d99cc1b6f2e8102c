"""What the overview says of the newest version: who signed it or what is missing, and what its plan comes to."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.drafting import draft_blueprint
from discovery_agent.discovery.report.wording import day
from discovery_agent.discovery.reviewing import sign, standing
from discovery_agent.domain.blueprint.delivery import day_of
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.review import Verb
from discovery_agent.web.ui.plan.words import money
from tests.web.ui.reviewing import Member, Reviewing
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor, alive

pytestmark = pytest.mark.browser


def _sign(site: Site, review: Reviewing, lead: Member, reason: str) -> None:
    """Sign the newest version, with one reason for all that speaks against it."""
    version, of = review.newest, review.engagement.id
    against = site.call(standing(site.ws, of, signer=lead.principal)).concerns
    despite = {one.id: reason for one in against}
    site.call(sign(site.ws, of, version.number, version.content_hash, lead.principal, although=despite))


def test_the_overview_tells_who_signed_and_once_there_is_a_newer_version_what_that_one_lacks(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    lead, reviewer = review.member(AccessRole.LEAD, "Lea Lead"), review.member(AccessRole.REVIEWER, "Ravi Reviewer")
    review.require(lead, reviewer)
    page = visitor.opened(review.path, lead.session)
    shown = page.locator("#version")
    expect(shown).to_contain_text("Version 1")
    expect(shown).to_contain_text("not signed")
    lacking = review.lacking(lead)
    expect(shown.locator(".lacking")).to_contain_text(f"{len(lacking)} things are missing before it can be signed")
    expect(shown.locator(".lacking")).to_contain_text(lacking[0])

    review.approve_all(reviewer)
    for choice in review.newest.choices:
        review.act(reviewer, SectionId.CHOICES, Verb.APPROVE, choice_id=choice.id)
    _sign(site, review, lead, "The board takes the risk, as it said on 3 March.")
    page.reload()
    alive(page)
    expect(shown).to_contain_text("The phase Feasibility is not complete. The board takes the risk, as it said on 3 March.")
    expect(shown).to_contain_text(f"by Lea Lead (lead) on {day(site.ws.now())}")
    expect(shown.locator(".lacking")).to_have_count(0)
    shown.get_by_role("link", name="To the signature").click()
    page.wait_for_url(f"{site.url}{review.path}/review#sign")

    claim = next(one for one in review.newest.sections[0].parts if one.claims).claims[0]
    review.rewrite(review.newest.sections[0].id, claim.text, f"{claim.text} As agreed.")
    page.goto(f"{site.url}{review.path}")
    alive(page)
    expect(shown.get_by_role("link", name="Version 2")).to_be_visible()
    expect(shown).to_contain_text("not signed")
    expect(shown).to_contain_text("Version 1")
    expect(shown).to_contain_text("is the newest that is signed, by Lea Lead (lead)")


def test_the_figures_of_the_plan_lead_to_where_they_come_from(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    plan = review.newest.plan
    assert plan is not None and plan.forecast.payback_month is not None
    page = visitor.opened(review.path, site.owner(), width=390)
    figures = page.locator("#version .figures-row a")
    expect(figures).to_have_count(3)
    expect(figures.nth(0)).to_contain_text(f"month {plan.forecast.payback_month}")
    expect(figures.nth(1)).to_contain_text(money(plan.forecast.budget.p80, plan.inputs.currency))
    expect(figures.nth(2)).to_contain_text(day(day_of(plan, plan.forecast.duration_days.p80)))
    figures.nth(0).click()
    page.wait_for_url(f"{site.url}{review.path}/plan#cash-flow")


def test_a_version_that_is_drafted_while_the_overview_is_open_is_shown_without_a_reload(site: Site, visitor: Visitor) -> None:
    review = Reviewing(site)
    page = visitor.opened(review.path, site.owner())
    expect(page.locator("#version").get_by_role("link", name="Version 1")).to_be_visible()
    site.call(draft_blueprint(site.ws, review.engagement.id, "Lea"))
    site.settle()
    expect(page.locator("#version").get_by_role("link", name="Version 2")).to_be_visible()
    expect(page.locator(".job", has_text="Version")).to_have_count(0)
