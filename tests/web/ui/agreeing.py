"""An engagement whose people differ on a target, as tests of pages begin with it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from discovery_agent.domain.engagement import AccessRole, Engagement, StakeholderRecord
from tests.web.agreeing import PEOPLE, assessed
from tests.web.ui.site import Site


@dataclass
class Table:
    """The engagement, and a session of each who sits at the table."""

    engagement: Engagement
    people: dict[str, StakeholderRecord]
    lead: str
    guests: dict[str, str]

    @property
    def path(self) -> str:
        return f"/engagements/{self.engagement.id}/agreement"


def table(site: Site, title: str = "Spare parts", **settings: object) -> Table:
    engagement = site.engagement(title, **settings)
    people = {name: site.person(engagement, name, role) for name, role in PEOPLE}
    site.call(assessed(site.ws, engagement))
    guests = {name: site.guest(person) for name, person in people.items() if name != "Sofia Lind"}
    return Table(engagement, people, site.member(engagement, AccessRole.LEAD), guests)


def put_to(page: Page, *names: str) -> None:
    """Draft the objective, choose whom to ask, and open the round."""
    page.get_by_role("button", name="Draft", exact=False).first.click()
    form = page.get_by_role("form", name="Open a round")
    expect(form.get_by_role("button", name="Put it to them")).to_be_visible()  # all() does not wait for the form
    for box in form.get_by_role("checkbox").all():
        box.set_checked(False)
    for name in names:
        form.get_by_role("checkbox", name=name).check()
    form.get_by_role("button", name="Put it to them").click()
    expect(page.get_by_text("is open").first).to_be_visible()


def answers(page: Page, choice: str, fit: int, *, words: str = "", gives_up: str = "") -> None:
    """Answer the draft that is open on a stakeholder's page."""
    form = page.get_by_role("form", name="Your answer")
    form.get_by_role("radio", name=choice).check()
    form.get_by_role("radio", name=f"{fit} ").check()
    if words:
        form.get_by_label("In your own words").fill(words)
    if gives_up:
        form.get_by_label("Do you give something up").fill(gives_up)
    form.get_by_role("button", name="my answer").click()
    expect(page.locator(".saved")).to_be_visible()
