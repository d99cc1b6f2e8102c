from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole, Engagement
from tests.blueprints import blueprint, choice, section, with_section
from tests.web.service import API, Service, assert_problem


@pytest.fixture
async def engagement(service: Service) -> Engagement:
    return await service.engagement()


@pytest.fixture
async def first(service: Service, engagement: Engagement) -> Blueprint:
    version = blueprint(engagement.id, choices=(choice(),))
    async with service.ws.database.unit() as unit:
        return await unit.blueprints.add(version)


async def require(lead: httpx2.AsyncClient, engagement: Engagement, *names: str) -> dict[str, Any]:
    address = f"{API}/engagements/{engagement.id}/reviewers"
    known = (await lead.get(address)).json()
    ids = [one["key_id"] for one in known["items"] if one["name"] in names]
    answer = await lead.put(address, json={"version": known["version"], "required": ids})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_version_goes_from_its_first_comment_to_its_signature(service: Service, engagement: Engagement, first: Blueprint) -> None:
    lead, ana = await service.member(engagement, AccessRole.LEAD), await service.member(engagement, AccessRole.REVIEWER, label="Ana")
    await require(lead, engagement, "Ana")
    root = f"{API}/engagements/{engagement.id}"
    stands = (await ana.get(f"{root}/blueprints/1/review")).json()
    assert stands["sections"][1]["waits_for"] == ["Ana"] and stands["choices_open"] == ["choice-1"]
    for one in stands["sections"]:
        address = f"{root}/blueprints/1/review/{one['section_id']}"
        view = (await ana.get(address)).json()
        assert view["section"]["title"] == one["title"] and view["own"] is None
        done = await ana.post(address, json={"verb": "approve", "section_hash": view["review"]["section_hash"], "client_key": "c-1"})
        assert done.status_code == 201 and done.json()["reviewer"] == "Ana"
        again = await ana.post(address, json={"verb": "approve", "section_hash": view["review"]["section_hash"], "client_key": "c-1"})
        assert again.json()["id"] == done.json()["id"]
    signature: dict[str, Any] = {"content_hash": stands["content_hash"], "words": "Go."}
    refused = await lead.post(f"{root}/blueprints/1/signature", json=signature)
    problem = assert_problem(refused, 409, "not-now")
    assert len(problem["current"]["lacking"]) == 1 and "an assistant on the phone" in problem["remedy"]
    choices = stands["sections"][2]
    act = {"verb": "approve", "section_hash": choices["section_hash"], "choice_id": "choice-1"}
    assert (await lead.post(f"{root}/blueprints/1/review/choices", json=act)).status_code == 201
    shut = assert_problem(await lead.post(f"{root}/blueprints/1/signature", json=signature), 409, "not-now")
    assert [one["id"] for one in shut["current"]["concerns"]] == ["discovery", "feasibility"] and shut["where"] == "although"
    assert "The phase Discovery is not complete" in shut["remedy"] and "Nothing was analysed yet." in shut["remedy"]
    wrong = assert_problem(await lead.post(f"{root}/blueprints/1/signature", json=signature | {"name": "Maria Santos"}), 409, "not-now")
    assert "belongs to Lea" in wrong["detail"]
    signature["although"] = {"discovery": "The board agreed to it on 3 March.", "feasibility": "It is looked at in the pilot."}
    assert (await lead.post(f"{root}/blueprints/1/signature", json=signature)).status_code == 201
    signed = (await ana.get(f"{root}/blueprints/1/review")).json()["signed"]
    assert signed["signed_by"] == "Lea" and signed["role"] == "lead"
    assert [one["reason"] for one in signed["although"]] == list(signature["although"].values())
    trail = (await ana.get(f"{root}/review-trail/choices")).json()
    assert trail["total"] == 2 and [one["choice_id"] for one in trail["items"]] == ["choice-1", None]
    assert_problem(await ana.post(f"{root}/blueprints/1/signature", json=signature), 403, "not-allowed")


async def test_an_act_on_a_changed_section_is_answered_with_both_contents(
    service: Service, engagement: Engagement, first: Blueprint
) -> None:
    ana = await service.member(engagement, AccessRole.REVIEWER, label="Ana")
    async with service.ws.database.unit() as unit:
        await unit.blueprints.add(with_section(first, section(SectionId.RISKS, "The works council has agreed.")))
    act = {"verb": "approve", "section_hash": first.sections[1].content_hash}
    refused = await ana.post(f"{API}/engagements/{engagement.id}/blueprints/1/review/risks", json=act)
    current = assert_problem(refused, 409, "changed-meanwhile")["current"]
    texts = [current[which]["parts"][0]["claims"][0]["text"] for which in ("shown", "current")]
    assert texts == ["The works council has to agree.", "The works council has agreed."] and current["current_number"] == 2
    act["section_hash"] = current["current_hash"]
    assert (await ana.post(f"{API}/engagements/{engagement.id}/blueprints/2/review/risks", json=act)).status_code == 201


async def test_two_reviewers_who_act_at_once_are_both_counted(service: Service, engagement: Engagement, first: Blueprint) -> None:
    lead = await service.member(engagement, AccessRole.LEAD)
    people = [await service.member(engagement, AccessRole.REVIEWER, label=name) for name in ("Ana", "Ben")]
    await require(lead, engagement, "Ana", "Ben")
    act = {"verb": "approve", "section_hash": first.sections[1].content_hash}
    address = f"{API}/engagements/{engagement.id}/blueprints/1/review"
    done = await asyncio.gather(*(one.post(f"{address}/risks", json=act) for one in people))
    assert [one.status_code for one in done] == [201, 201]
    risks = (await lead.get(address)).json()["sections"][1]
    assert risks["state"] == "approved" and sorted(risks["approved_by"]) == ["Ana", "Ben"]


async def test_of_two_who_say_who_must_approve_the_later_is_shown_how_it_stands(service: Service, engagement: Engagement) -> None:
    lead, owner = await service.member(engagement, AccessRole.LEAD), await service.owner()
    rules = await require(lead, engagement, "Lea")
    late = await owner.put(f"{API}/engagements/{engagement.id}/reviewers", json={"version": None, "required": []})
    current = assert_problem(late, 409, "changed-meanwhile")["current"]
    assert current["version"] == rules["version"] and current["items"][0]["everywhere"] is True


async def test_what_is_not_there_or_makes_no_sense_is_refused(service: Service, engagement: Engagement, first: Blueprint) -> None:
    owner = await service.owner()
    root = f"{API}/engagements/{engagement.id}/blueprints"
    shown = first.sections[1].content_hash
    act = {"verb": "approve", "section_hash": shown}
    for response in (
        await owner.get(f"{root}/2/review"),
        await owner.get(f"{root}/0/review"),
        await owner.get(f"{root}/1/review/memo"),
        await owner.get(f"{root}/1/review/nonsense"),
        await owner.post(f"{root}/2/review/risks", json=act),
        await owner.post(f"{root}/1/review/memo", json=act),
        await owner.post(f"{root}/1/review/risks", json=act | {"verb": "comment", "words": "Why?", "part_id": "none"}),
    ):
        assert_problem(response, 404, "not-found")
    for wrong in ({"verb": "sign"}, {"section_hash": "abc"}, {"words": "x" * 4001}, {"client_key": "a b"}, {"reviewer": "Ana"}):
        assert_problem(await owner.post(f"{root}/1/review/risks", json=act | wrong), 422, "invalid")
    assert_problem(await owner.post(f"{root}/1/review/risks", json=act | {"verb": "reject"}), 409, "not-now")
    other = await service.engagement("Another")
    foreign = await service.member(other, AccessRole.LEAD)
    for response in (
        await foreign.get(f"{root}/1/review"),
        await foreign.post(f"{root}/1/review/risks", json=act),
        await foreign.post(f"{root}/1/signature", json={"content_hash": shown}),
        await foreign.get(f"{API}/engagements/{engagement.id}/review-trail/risks"),
        await owner.get(f"{API}/engagements/{other.id}/blueprints/1/review"),
    ):
        assert_problem(response, 404, "not-found")
