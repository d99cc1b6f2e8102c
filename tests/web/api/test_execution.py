from __future__ import annotations

from datetime import timedelta

import pytest

from discovery_agent.domain.engagement import AccessRole, Engagement
from tests.blueprints import blueprint
from tests.web.service import API, Service, assert_problem


@pytest.fixture
async def engagement(service: Service) -> Engagement:
    made = await service.engagement()
    async with service.ws.database.unit() as unit:
        await unit.blueprints.add(blueprint(made.id))
    return made


async def test_check_ins_are_noted_corrected_and_set_against_the_plan(service: Service, engagement: Engagement) -> None:
    lead, reviewer = await service.member(engagement, AccessRole.LEAD), await service.member(engagement, AccessRole.REVIEWER)
    root = f"{API}/engagements/{engagement.id}"
    service.clock.passes(days=125)
    new = {"kpi_id": "kpi-1", "day": "2026-07-01", "value": 9.5}
    made = await lead.post(f"{root}/check-ins", json=new)
    assert made.status_code == 201
    (drift,) = (await reviewer.get(f"{root}/drift")).json()["items"]
    assert drift["state"] == "away" and drift["warning"] and drift["deadline_day"] == "2026-09-30"
    assert (await reviewer.get(f"{root}/replanning")).json()["reasons"] == [drift["warning"]]
    address = f"{root}/check-ins/{made.json()['id']}"
    right = await lead.post(f"{address}/correction", json={"day": "2026-07-01", "value": 6.5})
    assert right.status_code == 201 and right.json()["corrects"] == made.json()["id"]
    assert_problem(await lead.post(f"{address}/withdrawal", json={"note": "No."}), 409, "changed-meanwhile")
    listed = (await reviewer.get(f"{root}/check-ins", params={"kpi_id": "kpi-1"})).json()
    assert listed["total"] == 2 and sorted(one["stands"] for one in listed["items"]) == [False, True]
    assert (await reviewer.get(f"{root}/drift")).json()["items"][0]["state"] == "on_track"
    assert_problem(await reviewer.post(f"{root}/check-ins", json=new), 403, "not-allowed")
    for wrong in ({"day": "2026-07-32"}, {"day": 5}, {"day": "2026-07-01T10:00"}, {"value": "9"}, {"value": 1e16}, {"kpi_id": ""}):
        assert_problem(await lead.post(f"{root}/check-ins", json=new | wrong), 422, "invalid")
    assert_problem(await lead.post(f"{root}/check-ins", json=new | {"day": "2027-01-01"}), 409, "not-now")
    assert_problem(await lead.post(f"{root}/check-ins", json=new | {"kpi_id": "kpi-9"}), 404, "not-found")


async def test_review_dates_are_planned_and_held(service: Service, engagement: Engagement) -> None:
    lead = await service.member(engagement, AccessRole.LEAD)
    maria = await service.person(engagement)
    root = f"{API}/engagements/{engagement.id}/review-dates"
    day = (service.clock() + timedelta(days=30)).date().isoformat()
    made = (await lead.post(root, json={"day": day, "title": "First look", "people": [maria.id]})).json()
    held = await lead.patch(f"{root}/{made['id']}", json={"version": 1, "held": True, "notes": "On its way."})
    assert held.json()["held"] is True and held.json()["version"] == 2
    late = await lead.patch(f"{root}/{made['id']}", json={"version": 1, "cancelled": True})
    assert assert_problem(late, 409, "changed-meanwhile")["current"]["held"] is True
    assert (await lead.get(root)).json()["total"] == 1
    assert_problem(await lead.post(root, json={"day": "2020-01-01", "title": "Late"}), 409, "not-now")
    assert_problem(await lead.post(root, json={"day": day, "title": "Who?", "people": ["s_none"]}), 404, "not-found")


async def test_a_lesson_is_written_approved_found_and_taken_out(service: Service, engagement: Engagement) -> None:
    lead = await service.member(engagement, AccessRole.LEAD)
    await service.person(engagement)
    root = f"{API}/engagements/{engagement.id}"
    title = "Tide tables decide when barges pass the locks"
    made = (await lead.post(f"{root}/lessons", json={"title": title, "body": "Maria knew that locks open with the tide."})).json()
    address = f"{root}/lessons/{made['id']}"
    assert (await lead.get(f"{address}/names")).json() == ["Maria Santos"]
    assert "Maria Santos" in assert_problem(await lead.post(f"{address}/approval", json={"version": 1}), 409, "not-now")["detail"]
    plain = await lead.patch(address, json={"version": 1, "body": "Locks open with the tide. Ask for the tables first."})
    assert plain.json()["version"] == 2
    assert_problem(await lead.post(f"{address}/approval", json={"version": 1}), 409, "changed-meanwhile")
    approved = await lead.post(f"{address}/approval", json={"version": 2})
    assert approved.status_code == 200 and approved.json()["state"] == "approved"
    other = await service.engagement("Another")
    owner = await service.owner()

    async def titles() -> list[str]:
        found = (await owner.get(f"{API}/engagements/{other.id}/knowledge", params={"q": "barges, locks and tide tables"})).json()
        return [one["passage"]["citation"]["title"] for one in found["results"]]

    assert title in await titles()
    assert (await lead.post(f"{address}/rejection", json={"version": 3})).json()["state"] == "rejected"
    assert title not in await titles()
    assert (await lead.post(f"{root}/lesson-proposals")).json() == []
    assert (await lead.get(f"{root}/lessons", params={"state": "rejected"})).json()["total"] == 1


async def test_gates_are_shown_with_counts_and_come_in_parts(service: Service, engagement: Engagement) -> None:
    reviewer = await service.member(engagement, AccessRole.REVIEWER)
    root = f"{API}/engagements/{engagement.id}"
    found = (await reviewer.get(f"{root}/gates")).json()
    assert found["current"] == "discovery" and [one["phase"] for one in found["gates"]][-1] == "execution"
    blueprinting = found["gates"][2]
    assert blueprinting["missing_total"] == 3 == len(blueprinting["missing"]) and not blueprinting["open"]
    part = (await reviewer.get(f"{root}/gates/blueprinting/missing", params={"offset": 1, "limit": 1})).json()
    assert part["total"] == 3 and part["items"] == blueprinting["missing"][1:2]
    assert (await reviewer.get(f"{root}/readiness-gaps")).json()["total"] == 0
    assert_problem(await reviewer.get(f"{root}/gates/nonsense/missing"), 404, "not-found")
    owner = await service.owner()
    assert_problem(await owner.put(f"{root}/readiness-gaps/gap-none/owner", json={"owner_id": None}), 404, "not-found")
