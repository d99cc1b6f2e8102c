"""Blueprints through the API: who may do what, drafting, reading, changing, and two who change at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from discovery_agent.discovery.access import owner_link, redeem
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.engagement import AccessRole
from tests.discovery.drafting.drafted import Drafted, drafted
from tests.domain.blueprint.drafts import draft_of
from tests.web.service import API, Service
from tests.web.test_schemathesis import findings_of_schemathesis


async def kept(service: Service, name: str = "automate") -> tuple[str, Blueprint]:
    """An engagement with a version that was drafted before."""
    engagement = await service.engagement()
    version = draft_of(name).model_copy(update={"engagement_id": engagement.id})
    async with service.ws.database.unit() as unit:
        await unit.blueprints.add(version)
    return f"{API}/engagements/{engagement.id}", version


def parts_of(version: dict[str, Any], section: str) -> list[dict[str, Any]]:
    """The parts of a section as a client sends them back."""
    found = next(one for one in version["sections"] if one["id"] == section)
    return [
        {
            "id": part["id"],
            "heading": part["heading"],
            "columns": part["columns"],
            "claims": [{name: claim[name] for name in ("text", "findings", "assumptions")} for claim in part["claims"]],
            "rows": [{name: row[name] for name in ("cells", "findings", "assumptions")} for row in part["rows"]],
        }
        for part in found["parts"]
    ]


async def test_a_lead_has_a_version_drafted_and_reads_it_once_it_is_there(service: Service) -> None:
    engagement = await service.engagement()
    address = f"{API}/engagements/{engagement.id}"
    lead = await service.member(engagement, AccessRole.LEAD)
    assert (await lead.get(f"{address}/blueprints/latest")).json() == {"blueprint": None}
    refused = await lead.post(f"{address}/blueprints")
    assert refused.status_code == 409 and "no assessment" in refused.json()["detail"]
    await service.heard(engagement, "We need to release matched invoices without typing.", id="c_1")
    await Drafted(service.ws, engagement.id).assess()
    job = await lead.post(f"{address}/blueprints")
    assert job.status_code == 202 and job.json()["kind"] == "draft"
    await service.ws.settle()
    assert (await lead.get(f"{address}/jobs/{job.json()['id']}")).json()["state"] == "done"
    found = (await lead.get(f"{address}/blueprints/latest")).json()["blueprint"]
    assert found["number"] == 1
    listed = (await lead.get(f"{address}/blueprints")).json()
    assert listed["total"] == 1 and listed["items"][0]["number"] == 1


async def test_a_version_is_read_by_section_audience_defect_and_trace(service: Service) -> None:
    address, version = await kept(service)
    owner = await service.owner()
    section = await owner.get(f"{address}/blueprints/1/sections/risks")
    assert section.status_code == 200 and section.json()["id"] == "risks"
    assert (await owner.get(f"{address}/blueprints/1/sections/memo")).status_code == 404
    assert (await owner.get(f"{address}/blueprints/2")).status_code == 404
    assert version.plan
    task = version.plan.tasks[0].id
    trace = (await owner.get(f"{address}/blueprints/1/tasks/{task}/trace")).json()
    assert trace["goal"]["statement"] == version.goals[0].statement and trace["evidence"][0]["quotes"]
    finding = version.goals[0].findings[0]
    back = (await owner.get(f"{address}/blueprints/1/findings/{finding}/standing")).json()
    assert task in {one["id"] for one in back["tasks"]}
    told = (await owner.get(f"{address}/blueprints/1/told/compliance")).json()
    assert told["sections"][0]["id"] == "risks"
    defects = (await owner.get(f"{address}/blueprints/1/defects")).json()
    assert "cited_finding_is_gone" in {one["rule"] for one in defects["items"]}  # this engagement holds none of the findings


async def test_a_section_is_rewritten_and_the_later_of_two_gets_the_differences(service: Service) -> None:
    address, version = await kept(service)
    owner = await service.owner()
    plain = version.model_dump(mode="json")
    parts = parts_of(plain, "sponsor_vision")
    next(one for one in parts if one["id"] == "need")["claims"].append({"text": "The bank closes its portal in 2027."})
    saved = await owner.put(f"{address}/blueprints/1/sections/sponsor_vision", json={"parts": parts})
    assert saved.status_code == 200 and saved.json()["number"] == 2
    new = next(one for one in saved.json()["section"]["parts"] if one["id"] == "need")["claims"][-1]
    assert new["written_by"] != "rules" and new["assumptions"] and new["how"] == ""
    late = await owner.put(f"{address}/blueprints/1/sections/risks", json={"parts": parts_of(plain, "risks")})
    assert late.status_code == 409
    current = late.json()["current"]
    assert (current["older"], current["newer"]) == (1, 2)
    assert [one["section_id"] for one in current["sections"]] == ["sponsor_vision", "assumptions"]
    differ = (await owner.get(f"{address}/blueprints/differences", params={"older": 1, "newer": 2})).json()
    assert differ["sections"][0]["differences"][0]["now"] == "The bank closes its portal in 2027."


async def test_a_client_cannot_say_who_wrote_a_claim_or_how_it_was_computed(service: Service) -> None:
    address, version = await kept(service)
    owner = await service.owner()
    parts = parts_of(version.model_dump(mode="json"), "sponsor_vision")
    parts[0]["claims"][0]["written_by"] = "rules"
    assert (await owner.put(f"{address}/blueprints/1/sections/sponsor_vision", json={"parts": parts})).status_code == 422


async def test_computed_sections_and_nonsense_are_refused(service: Service) -> None:
    address, version = await kept(service)
    owner = await service.owner()
    plain = version.model_dump(mode="json")
    plan = await owner.put(f"{address}/blueprints/1/sections/plan", json={"parts": parts_of(plain, "plan")})
    assert plan.status_code == 409 and "computed" in plan.json()["detail"]
    twice = parts_of(plain, "risks")[:1] * 2
    assert (await owner.put(f"{address}/blueprints/1/sections/risks", json={"parts": twice})).status_code == 409
    nothing = [{"id": "need", "claims": [{"text": "…"}]}]
    assert (await owner.put(f"{address}/blueprints/1/sections/sponsor_vision", json={"parts": nothing})).status_code == 422


async def test_reviewers_read_and_change_nothing_and_others_find_nothing(service: Service) -> None:
    address, version = await kept(service)
    engagement_id = address.rsplit("/", 1)[1]
    async with service.ws.database.reading() as unit:
        engagement = await unit.engagements.get(engagement_id)
    reviewer = await service.member(engagement, AccessRole.REVIEWER, "Ana")
    assert (await reviewer.get(f"{address}/blueprints/1")).status_code == 200
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/blueprints", {}),
        ("PUT", "/blueprints/1/sections/risks", {"parts": []}),
        ("PUT", f"/blueprints/1/assumptions/{version.assumptions[0].id}", {"value": 1}),
        ("PUT", "/blueprints/1/plan-settings", {}),
    ]
    for method, path, sent in changes:
        assert (await reviewer.request(method, f"{address}{path}", json=sent)).status_code == 403
    stranger = await service.member(await service.engagement("Elsewhere"), AccessRole.LEAD, "Max")
    maria, _ = await service.invited(await service.person(engagement))
    paths = (
        "/blueprints",
        "/blueprints/latest",
        "/blueprints/1",
        "/blueprints/1/defects",
        "/blueprints/1/sections/risks",
        "/plan-settings",
    )
    for path in paths:
        assert (await stranger.get(f"{address}{path}")).status_code == 404
        assert (await maria.get(f"{address}{path}")).status_code in (403, 404)


async def test_assumptions_and_the_plan_are_changed_and_computed_anew(service: Service) -> None:
    made = await drafted(service.ws, "automate")
    await made.draft()
    owner = await service.owner()
    address = f"{API}/engagements/{made.id}"
    version = await made.newest()
    assert version.plan
    task = version.plan.tasks[0]
    settings = {
        "starts_on": "2026-11-02",
        "estimates": {task.id: {"optimistic": 20, "likely": 25, "pessimistic": 40}},
        "roles": [{"id": task.role, "name": "Owner", "day_rate": {"low": 100, "likely": 200, "high": 300}, "people": 1}],
    }
    saved = await owner.put(f"{address}/blueprints/1/plan-settings", json=settings)
    assert saved.status_code == 200 and saved.json()["number"] == 2, saved.text
    kept_settings = (await owner.get(f"{address}/plan-settings")).json()["settings"]
    assert kept_settings["starts_on"] == "2026-11-02" and task.id in kept_settings["estimates"]
    rate = f"rate.{task.role}"
    changed = await owner.put(f"{address}/blueprints/2/assumptions/{rate}", json={"low": 400, "value": 500, "high": 600})
    assert changed.status_code == 200, changed.text
    newest = await made.newest()
    assert newest.number == 3 and newest.plan
    assert next(one for one in newest.plan.inputs.roles if one.id == task.role).day_rate.likely == 500
    out_of_order: httpx2.Response = await owner.put(
        f"{address}/blueprints/3/assumptions/{rate}", json={"low": 900, "value": 500, "high": 600}
    )
    assert out_of_order.status_code == 409
    assert (await owner.put(f"{address}/blueprints/3/assumptions/moon", json={"value": 1})).status_code == 404
    assert (await owner.put(f"{address}/blueprints/2/assumptions/{rate}", json={"low": 1, "value": 2, "high": 3})).status_code == 409


async def test_an_estimate_of_a_task_that_is_gone_is_named_and_taken_back_and_nobody_is_no_team(service: Service) -> None:
    made = await drafted(service.ws, "automate")
    await made.draft()
    owner = await service.owner()
    address = f"{API}/engagements/{made.id}"
    version = await made.newest()
    assert version.plan
    task = version.plan.tasks[0]
    days = {"optimistic": 2, "likely": 3, "pessimistic": 5}
    await owner.put(f"{address}/blueprints/1/plan-settings", json={"estimates": {task.id: days}})
    assert (await owner.get(f"{address}/plan-settings")).json()["idle_estimates"] == []
    async with service.ws.database.unit() as unit:
        settings = await unit.plan_settings.get(made.id, "settings")
        estimates = {**settings.estimates, "e-gone.build": settings.estimates[task.id]}
        await unit.plan_settings.update(settings.model_copy(update={"estimates": estimates}))
    assert (await owner.get(f"{address}/plan-settings")).json()["idle_estimates"] == ["e-gone.build"]
    back = await owner.put(f"{address}/blueprints/2/plan-settings", json={"estimates": {"e-gone.build": None}})
    assert back.status_code == 200, back.text
    found = (await owner.get(f"{address}/plan-settings")).json()
    assert list(found["settings"]["estimates"]) == [task.id] and found["idle_estimates"] == []
    nobody = {"id": task.role, "name": "Owner", "day_rate": {"low": 1, "likely": 2, "high": 3}, "people": 1e-6}
    assert (await owner.put(f"{address}/blueprints/3/plan-settings", json={"roles": [nobody]})).status_code == 422


@pytest.mark.slow
async def test_nothing_that_the_description_allows_surprises_the_routes(service: Service, tmp_path: Path) -> None:
    made = await drafted(service.ws, "automate")
    await made.draft()
    version = await made.newest()
    assert version.plan
    session, _ = await redeem(service.ws, await owner_link(service.ws) or "")
    ids = {
        "engagement_id": made.id,
        "number": "1",
        "section_id": "risks",
        "task_id": version.plan.tasks[0].id,
        "finding_id": version.goals[0].findings[0],
        "assumption_id": version.assumptions[0].id,
        "audience": "executive",
    }
    options = [
        "--phases",
        "examples,fuzzing",
        "--max-examples",
        "5",
        "--include-path-regex",
        "blueprints|plan-settings",
        "--exclude-path-regex",
        "review|signature",
    ]
    found = await findings_of_schemathesis(service, tmp_path, session, ids, options)
    assert found is None, found
