from __future__ import annotations

from datetime import timedelta

from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.domain.engagement import AccessRole
from tests.web.service import API, BASE, Service, assert_problem


async def test_an_engagement_is_made_shown_changed_and_deleted(service: Service) -> None:
    owner = await service.owner()
    new = {"title": " Claims handling ", "organisation": "Northwind", "purpose": "Why nine days?", "question_budget": 9}
    made = await owner.post(f"{API}/engagements", json=new)
    assert made.status_code == 201
    engagement = made.json()
    assert engagement["title"] == "Claims handling" and engagement["private_until_release"] is True and engagement["version"] == 1
    root = f"{API}/engagements/{engagement['id']}"
    assert (await owner.get(root)).json() == engagement
    changed = await owner.patch(root, json={"version": 1, "question_budget": 12})
    assert changed.json() == {**engagement, "question_budget": 12, "version": 2}
    assert (await owner.delete(root)).status_code == 204
    assert_problem(await owner.get(root), 404, "not-found")
    assert_problem(await owner.delete(root), 404, "not-found")


async def test_lists_come_in_parts_that_join_to_the_whole(service: Service) -> None:
    owner = await service.owner()
    ids: list[str] = []
    for number in range(7):
        service.clock.passes(minutes=1)
        ids.insert(0, (await service.engagement(f"Engagement {number}")).id)
    seen: list[str] = []
    for offset in range(0, 9, 3):
        part = (await owner.get(f"{API}/engagements", params={"offset": offset, "limit": 3})).json()
        assert (part["total"], part["offset"], part["limit"]) == (7, offset, 3)
        seen += [one["id"] for one in part["items"]]
    assert seen == ids
    beyond = (await owner.get(f"{API}/engagements", params={"offset": 2**31 - 1})).json()
    assert beyond["items"] == [] and beyond["total"] == 7
    for wrong in ({"limit": 0}, {"limit": 201}, {"offset": -1}, {"offset": 2**31}, {"limit": "many"}):
        assert_problem(await owner.get(f"{API}/engagements", params=wrong), 422, "invalid")


async def test_the_later_of_two_changes_is_refused_and_shown_how_it_stands(service: Service) -> None:
    engagement = await service.engagement()
    owner = await service.owner()
    root = f"{API}/engagements/{engagement.id}"
    assert (await owner.patch(root, json={"version": 1, "title": "First"})).status_code == 200
    late = assert_problem(await owner.patch(root, json={"version": 1, "title": "Second"}), 409, "changed-meanwhile")
    assert late["current"]["title"] == "First" and late["current"]["version"] == 2
    again = await owner.patch(root, json={"version": late["current"]["version"], "title": "Second"})
    assert again.json()["title"] == "Second"


async def test_stakeholders_are_added_changed_listed_and_removed(service: Service) -> None:
    engagement = await service.engagement()
    lead = await service.member(engagement, AccessRole.LEAD)
    root = f"{API}/engagements/{engagement.id}/stakeholders"
    maria = (await lead.post(root, json={"name": "Maria Santos", "role": "business", "department": "Claims"})).json()
    await lead.post(root, json={"name": "Jonas Weber"})
    assert [one["name"] for one in (await lead.get(root)).json()["items"]] == ["Jonas Weber", "Maria Santos"]
    assert_problem(await lead.post(root, json={"name": "maria santos"}), 409, "not-now")
    changed = await lead.patch(f"{root}/{maria['id']}", json={"version": 1, "role": "sponsor"})
    assert changed.json() == {**maria, "role": "sponsor", "version": 2}
    late = await lead.patch(f"{root}/{maria['id']}", json={"version": 1, "role": "technical"})
    assert assert_problem(late, 409, "changed-meanwhile")["current"]["role"] == "sponsor"
    assert (await lead.delete(f"{root}/{maria['id']}")).status_code == 204
    assert_problem(await lead.get(f"{root}/{maria['id']}"), 404, "not-found")


async def test_names_are_one_line_with_something_on_it(service: Service) -> None:
    engagement = await service.engagement()
    owner = await service.owner()
    root = f"{API}/engagements/{engagement.id}/stakeholders"
    for wrong in ("", "   ", "a\nb", "a\x00b", "a\x1b[31m", "x" * 121, 7, None):
        assert_problem(await owner.post(root, json={"name": wrong}), 422, "invalid")
    for name in ("Zoë Ó Briain", "李明", "<b>Ann</b>", "![x](http://evil.test/y)"):
        assert (await owner.post(root, json={"name": name})).json()["name"] == name


async def test_an_invite_shows_its_link_once(service: Service) -> None:
    engagement = await service.engagement()
    maria = await service.person(engagement)
    lead = await service.member(engagement, AccessRole.LEAD)
    root = f"{API}/engagements/{engagement.id}/invites"
    given = (await lead.post(root, json={"stakeholder_id": maria.id, "days": 14})).json()
    assert given["link"] == f"{BASE}/enter/{given['secret']}"
    assert given["key"]["expires_at"] == (service.clock() + timedelta(days=14)).isoformat().replace("+00:00", "Z")
    listed = await lead.get(root)
    assert listed.json()["items"] == [given["key"]] and given["secret"] not in listed.text
    assert_problem(await lead.post(root, json={"stakeholder_id": maria.id, "days": 366}), 422, "invalid")
    assert_problem(await lead.post(root, json={"stakeholder_id": "s_none"}), 404, "not-found")


async def test_a_member_is_let_in_by_a_link(service: Service) -> None:
    engagement = await service.engagement()
    owner = await service.owner()
    given = (await owner.post(f"{API}/engagements/{engagement.id}/members", json={"role": "reviewer", "label": "Rea"})).json()
    browser = service.client()
    assert (await browser.post(f"/enter/{given['secret']}")).status_code == 303
    assert (await browser.get(f"{API}/session")).json()["role"] == "reviewer"
    wrong = await owner.post(f"{API}/engagements/{engagement.id}/members", json={"role": "owner", "label": "Eve"})
    assert_problem(wrong, 422, "invalid")


async def test_an_export_is_a_file_of_json(service: Service) -> None:
    engagement = await service.engagement()
    await service.heard(engagement, "It takes nine days.", id="c_1")
    owner = await service.owner()
    response = await owner.get(f"{API}/engagements/{engagement.id}/export")
    assert response.headers["content-disposition"] == f'attachment; filename="{engagement.id}.json"'
    assert response.json()["engagement"]["id"] == engagement.id and "It takes nine days." in response.text


async def test_who_did_what_is_in_the_audit_trail(service: Service) -> None:
    engagement = await service.engagement()
    lead = await service.member(engagement, AccessRole.LEAD, label="Lea")
    await lead.patch(f"{API}/engagements/{engagement.id}", json={"version": 1, "title": "New"})
    latest = (await lead.get(f"{API}/engagements/{engagement.id}/audit", params={"limit": 1})).json()
    assert latest["total"] == 4
    assert (latest["items"][0]["actor"], latest["items"][0]["action"]) == ("Lea (lead)", "engagement.changed")


async def test_speakers_of_transcripts_are_listed_and_made_stakeholders(service: Service) -> None:
    engagement = await service.engagement()
    lead, reviewer = [await service.member(engagement, role) for role in (AccessRole.LEAD, AccessRole.REVIEWER)]
    root = f"{API}/engagements/{engagement.id}"
    said = "Priya Nair: I'm the head of customer service.\nBen: We copy numbers all day.\nPriya Nair: That takes hours.\n"
    await upload_transcript(service.ws, engagement.id, "kickoff.txt", said.encode(), "test")
    await service.ws.settle()
    listed = (await reviewer.get(f"{root}/speakers", params={"limit": 1})).json()
    assert listed["total"] == 2 and [one["name"] for one in listed["items"]] == ["Priya Nair"]
    assert listed["items"][0]["function"] == "head of customer service" and listed["items"][0]["stakeholder_id"] is None
    assert_problem(await reviewer.post(f"{root}/speakers", json={"name": "Priya Nair"}), 403, "not-allowed")
    assert_problem(await lead.post(f"{root}/speakers", json={"name": "Nobody"}), 404, "not-found")
    made = await lead.post(f"{root}/speakers", json={"name": "Priya Nair"})
    assert made.status_code == 201 and made.json()["role"] == "business"
    again = (await lead.get(f"{root}/speakers")).json()["items"]
    assert {one["name"]: one["stakeholder_id"] for one in again} == {"Priya Nair": made.json()["id"], "Ben": None}
