from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from discovery_agent.discovery.drafting import PlanChanges, latest_blueprint, plan_settings, save_plan
from discovery_agent.discovery.exporting.plain_words import page_title
from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.document import Blueprint, Plan, version_id
from discovery_agent.domain.blueprint.trace import trace
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.planning.work import Estimate
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.blueprint.marks import figures_of, in_plain_words
from discovery_agent.web.ui.plan.inputs import changed_roles, starting_day
from discovery_agent.web.ui.plan.words import may_slip, money
from tests.discovery.drafting.drafted import drafted
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui import checks
from tests.web.ui.drafting import keep
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

browser_test = pytest.mark.browser


def _plan(name: str) -> Plan:
    plan = draft_of(name).plan
    assert plan is not None
    return plan


def _form(plan: Plan) -> dict[str, str]:
    """What the form of people and rates holds before anybody touched it."""
    return {
        f"{one.id}.{key}": f"{value:.12g}"
        for one in plan.inputs.roles
        for key, value in (("people", one.people), ("low", one.day_rate.low), ("likely", one.day_rate.likely), ("high", one.day_rate.high))
    }


def _of_many_tasks(times: int) -> Blueprint:
    """A version whose plan has so many times the tasks, each with its own id and dates."""
    blueprint = draft_of("several")
    plan = _plan("several")
    tasks = tuple(one.model_copy(update={"id": f"{one.id}.{at}", "after": ()}) for at in range(times) for one in plan.tasks)
    dated = tuple(one.model_copy(update={"task_id": f"{one.task_id}.{at}"}) for at in range(times) for one in plan.forecast.tasks)
    path = tuple(f"{one}.{at}" for at in range(times) for one in plan.forecast.critical_path)
    forecast = plan.forecast.model_copy(update={"tasks": dated, "critical_path": path})
    return blueprint.model_copy(update={"plan": plan.model_copy(update={"tasks": tasks, "forecast": forecast})})


def test_only_roles_that_were_changed_are_changed() -> None:
    plan = _plan("automate")
    values = _form(plan)
    assert changed_roles(plan.inputs.roles, values) == ()
    role = plan.inputs.roles[0]
    changed = changed_roles(plan.inputs.roles, values | {f"{role.id}.people": "3", f"{role.id}.high": "5000"})
    assert [(one.id, one.people, one.day_rate.high, one.day_rate.low) for one in changed] == [(role.id, 3, 5000, role.day_rate.low)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("people", "0"), ("people", "51"), ("people", "nan"), ("low", "9999999"), ("high", "inf"), ("likely", "-1"), ("high", "")],
)
def test_people_and_rates_that_no_plan_can_be_computed_with_are_refused(key: str, value: str) -> None:
    plan = _plan("automate")
    with pytest.raises(InvalidRequest):
        changed_roles(plan.inputs.roles, _form(plan) | {f"{plan.inputs.roles[0].id}.{key}": value})


def test_a_part_of_a_person_that_is_too_small_is_refused_with_what_can_be_used() -> None:
    plan = _plan("automate")
    role = plan.inputs.roles[0]
    with pytest.raises(InvalidRequest) as refused:
        changed_roles(plan.inputs.roles, _form(plan) | {f"{role.id}.people": "0.005"})
    assert refused.value.remedy is not None and "0.01" in refused.value.remedy and "50" in refused.value.remedy
    assert changed_roles(plan.inputs.roles, _form(plan) | {f"{role.id}.people": "0.01"})[0].people == 0.01


def test_where_a_figure_stands_in_a_table_is_said_without_keys() -> None:
    assert in_plain_words("planning.yaml: packages.build_rules.days") == "the planning table"
    assert (
        in_plain_words("economics.yaml: price_per_million_tokens, an order of magnitude") == "the table of economics, an order of magnitude"
    )
    assert in_plain_words("stated by Lea: from last year") == "stated by Lea: from last year"


def test_a_knowledge_page_is_named_by_its_title() -> None:
    title = page_title("risk/gdpr-basics")
    assert title != "risk/gdpr-basics" and in_plain_words("risk/gdpr-basics") == title
    assert in_plain_words("knowledge page risk/gdpr-basics; orientation") == f"page “{title}”; orientation"
    assert in_plain_words("orders/day") == "orders/day"


def test_one_day_is_no_days() -> None:
    assert [may_slip(one) for one in (0.2, 1.0, 12.6)] == ["may slip 0 days", "may slip 1 day", "may slip 13 days"]
    day = Assumption(id="a", text="It takes a day", value=1, low=0.5, high=2, unit="days")
    assert figures_of(day) == "1 day, from 0.5 to 2"
    assert figures_of(day.model_copy(update={"value": 2.5})) == "2.5 days, from 0.5 to 2"


@pytest.mark.parametrize("text", ["", "tomorrow", "1999-12-31", "2201-01-01", "2026-02-30"])
def test_a_plan_starts_on_no_such_day(text: str) -> None:
    with pytest.raises(InvalidRequest):
        starting_day(text)
    assert starting_day("2026-09-01") == date(2026, 9, 1)


def test_money_is_told_with_three_figures_and_words_where_there_is_none() -> None:
    assert [money(one, "EUR") for one in (234816.34, -59649.0, 950.4, 5.2, 0.0, None)] == [
        "235,000 EUR",
        "−59,600 EUR",
        "950 EUR",
        "5 EUR",
        "0 EUR",
        "cannot be told",
    ]


@browser_test
def test_before_a_blueprint_there_is_no_plan_and_a_way_to_it(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{site.engagement('Fresh').id}/plan", site.owner())
    expect(page.get_by_text("There is no plan yet")).to_be_visible()
    page.get_by_role("link", name="To the blueprint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Blueprint")


@browser_test
def test_what_is_missing_is_said_and_no_money_is_made_up(site: Site, visitor: Visitor) -> None:
    page = visitor.opened(f"/engagements/{keep(site, draft_of('undecided')).id}/plan", site.owner())
    expect(page.get_by_role("region", name="Warnings")).to_contain_text("what to build, which is not decided yet")
    payback = page.locator(".figures-row li", has_text="payback")
    expect(payback).to_contain_text("cannot be told")
    expect(page.locator("#tornado")).to_contain_text("before the effect in money is known")


@browser_test
def test_a_lead_moves_the_start_pays_more_and_sees_what_that_changes(site: Site, visitor: Visitor) -> None:
    async def make() -> str:
        found = await drafted(site.ws, "automate")
        await found.draft()
        return found.id

    engagement_id = site.call(make())
    page = visitor.opened(f"/engagements/{engagement_id}/plan", site.owner())
    form = page.get_by_role("form", name="Start, people and rates")
    form.get_by_role("button", name="Recompute").click()
    expect(form.get_by_role("alert")).to_contain_text("Nothing is changed yet")
    form.get_by_label("Starts on").fill("2027-03-01")
    form.get_by_label("Developer: likely").fill("1000")
    form.get_by_role("button", name="Recompute").click()
    saved = page.locator("#news")
    expect(saved).to_contain_text("Version 2 is saved")
    expect(saved).to_contain_text("2027-03-01")
    expect(saved).to_contain_text("Budget (P50)")
    newest = site.call(latest_blueprint(site.ws, engagement_id))
    assert newest is not None and newest.plan is not None
    assert newest.starts_on == date(2027, 3, 1)
    assert next(one for one in newest.plan.inputs.roles if one.id == "developer").day_rate.likely == 1000

    page.locator("#tasks tr.task").first.get_by_role("button", name="Change the estimate of").click()
    dialog = page.get_by_role("dialog")
    for words, days in (("Low", "30"), ("Likely", "40"), ("High", "20")):
        dialog.get_by_label(f"{words} (working days)").fill(days)
    dialog.get_by_role("button", name="Save and recompute").click()
    expect(dialog.get_by_role("alert")).to_contain_text("must rise")
    dialog.get_by_label("High (working days)").fill("60")
    dialog.get_by_role("button", name="Save and recompute").click()
    expect(saved).to_contain_text("Version 3 is saved")
    expect(page.locator("#tasks")).to_contain_text("30 / 40 / 60")


@browser_test
def test_a_plan_of_hundreds_of_tasks_stays_small_and_each_says_why_it_is_there(site: Site, visitor: Visitor) -> None:
    blueprint = _of_many_tasks(5)
    assert blueprint.plan is not None and len(blueprint.plan.tasks) > 200
    engagement = keep(site, blueprint)
    page = visitor.opened(f"/engagements/{engagement.id}/plan", site.member(engagement, AccessRole.REVIEWER))
    assert page.locator("*").count() < 5000
    expect(page.get_by_role("button", name="Recompute")).to_have_count(0)
    rows, reasons = page.locator("#tasks tr.task"), page.locator("#tasks tr.why")
    expect(rows).to_have_count(20)
    title = rows.first.locator("th > span").first.inner_text()
    reasons.first.get_by_text("Why this task?").click()
    task = next(one for one in blueprint.plan.tasks if one.title == title)
    found = trace(blueprint, task.id)
    chain = reasons.first.locator(".why-chain")
    assert found.epic is not None and found.goal is not None
    for text in (found.items[0].title, found.kpis[0].metric, found.goal.statement, found.evidence[0].quotes[0].text):
        expect(chain).to_contain_text(text)
    page.get_by_label("only those that cannot slip").check()
    page.get_by_role("button", name="Show", exact=True).click()
    critical = sum(one.critical for one in blueprint.plan.forecast.tasks)
    expect(page.locator("#tasks .pager")).to_contain_text(f"of {critical}")
    page.set_viewport_size({"width": 390, "height": 844})
    assert checks.overflow(page) <= 0
    assert checks.structure(page) == []


_BARS = """async (image) => {
  await image.decode();
  const drawn = document.createElement("div");
  drawn.innerHTML = await (await fetch(image.currentSrc)).text();
  drawn.style.cssText = `position: absolute; top: 0; left: 0; width: ${image.clientWidth}px`;
  document.body.append(drawn);
  const box = ({ left, right, top, bottom }) => ({ left, right, top, bottom });
  const found = {
    wide: image.clientWidth,
    bars: [...drawn.querySelectorAll('[id*="PolyCollection"] path, [id*="PolyCollection"] use')].map((one) => box(one.getBoundingClientRect())).filter((one) => one.bottom > one.top),
    names: [...drawn.querySelectorAll("text")].map((one) => ({ words: one.textContent.trim(), ...box(one.getBoundingClientRect()) })),
  };
  drawn.remove();
  return found;
}"""


@browser_test
@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_the_roadmap_shows_each_bar_beside_its_name_without_scrolling(site: Site, visitor: Visitor, width: int) -> None:
    blueprint = draft_of("automate")
    assert blueprint.plan is not None
    page = visitor.opened(f"/engagements/{keep(site, blueprint).id}/plan", site.owner(), width=width)
    box = page.get_by_role("group", name="Roadmap").locator("visible=true").last
    image = box.locator("img")
    image.scroll_into_view_if_needed()
    found = image.evaluate(_BARS)
    assert box.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    tasks = {one.id: one for one in blueprint.plan.tasks}
    assert len(found["bars"]) >= len(tasks)
    assert all(0 <= bar["left"] < bar["right"] <= found["wide"] + 1 for bar in found["bars"])
    for title in (one.title for one in tasks.values()):
        named = next((one for one in found["names"] if one["words"] == title or title.startswith(one["words"].rstrip(" …") or "?")), None)
        assert named is not None, title
        assert named["left"] >= 0 and named["right"] <= found["wide"] + 1, title
        assert any(0 <= bar["top"] - named["bottom"] < 12 for bar in found["bars"]), title
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function("() => !document.querySelector('.roadmap-picture img').currentSrc.includes('narrow')")


@browser_test
def test_estimates_that_the_plan_does_not_use_are_shown_and_taken_back(site: Site, visitor: Visitor) -> None:
    async def make() -> str:
        found = await drafted(site.ws, "automate")
        await found.draft()
        first = await found.newest()
        assert first.plan is not None
        gone = first.plan.tasks[0].model_copy(update={"id": "e-gone.build_rules", "title": "Write down <b>what</b> went"})
        held = first.plan.model_copy(update={"tasks": (*first.plan.tasks, gone)})
        async with site.ws.database.unit() as unit:
            await unit.blueprints.add(first.model_copy(update={"id": version_id(2), "number": 2, "parent": 1, "plan": held}))
        waits = Estimate(optimistic=3, likely=4, pessimistic=9)
        await save_plan(site.ws, found.id, 2, PlanChanges(estimates={gone.id: waits}), "Lea")
        return found.id

    engagement_id = site.call(make())
    page = visitor.opened(f"/engagements/{engagement_id}/plan", site.owner())
    waiting = page.locator(".idle .rows > li")
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("Write down <b>what</b> went")
    expect(waiting).to_contain_text("3 / 4 / 9 days")
    waiting.get_by_role("button", name="Take back").click()
    expect(page.locator("#news")).to_contain_text("Version 4 is saved")
    expect(page.get_by_text("Estimates that wait")).to_have_count(0)
    settings = site.call(plan_settings(site.ws, engagement_id))
    assert settings is not None and settings.estimates == {}


@browser_test
def test_the_plan_says_nothing_that_only_programs_understand(site: Site, visitor: Visitor) -> None:
    async def make() -> str:
        found = await drafted(site.ws, "automate")
        await found.draft()
        return found.id

    page = visitor.opened(f"/engagements/{site.call(make())}/plan", site.owner())
    page.locator("#inputs").get_by_text("Assumptions").click()
    expect(page.locator("#inputs .rows > li").first).to_be_visible()
    said = page.locator("main").inner_text()
    assert "simulated runs" in said and "the planning table" in said
    for word in ("seed", ".yaml", "rung", "packages.", "assessment a"):
        assert word not in said, word
