from __future__ import annotations

from discovery_agent.domain.engagement import AccessRole
from tests.web.service import API, Service, assert_problem


async def test_findings_are_filtered_and_come_in_parts(service: Service) -> None:
    engagement = await service.engagement()
    maria = await service.person(engagement)
    await service.heard(engagement, "It takes nine days.", id="c_1")
    await service.heard(engagement, "The scanner is broken.", id="c_2")
    await service.heard(engagement, "Nobody reads the fax.", id="i_3", person=maria)
    owner = await service.owner()
    root = f"{API}/engagements/{engagement.id}/findings"

    async def found(**filters: object) -> list[str]:
        return [one["finding"]["statement"] for one in (await owner.get(root, params=filters)).json()["items"]]  # pyright: ignore[reportArgumentType]

    assert len(await found()) == 3
    assert await found(q="SCANNER broken") == ["The scanner is broken."]
    assert await found(speaker="Maria Santos") == ["Nobody reads the fax."]
    assert await found(conversation_id="c_1") == ["It takes nine days."]
    assert await found(kind="kpi") == [] and len(await found(kind="pain_point", status="proposed")) == 3
    assert await found(q="\x00%_'\"") == []
    part = (await owner.get(root, params={"offset": 1, "limit": 1})).json()
    assert part["total"] == 3 and len(part["items"]) == 1
    assert_problem(await owner.get(root, params={"kind": "nonsense"}), 422, "invalid")


async def test_a_finding_is_confirmed_corrected_and_rejected(service: Service) -> None:
    engagement = await service.engagement()
    finding = await service.heard(engagement, "It takes nine days.", id="c_1")
    lead = await service.member(engagement, AccessRole.LEAD, label="Lea")
    address = f"{API}/engagements/{engagement.id}/findings/{finding.finding.id}"
    confirmed = (await lead.patch(address, json={"version": 1, "status": "confirmed"})).json()
    assert confirmed["finding"]["status"] == "confirmed" and confirmed["version"] == 2
    corrected = (await lead.patch(address, json={"version": 2, "status": "corrected", "statement": "It takes nine working days."})).json()
    assert corrected["finding"]["statement"] == "It takes nine working days."
    assert corrected["corrected_from"] == "It takes nine days." and corrected["finding"]["quotes"] == confirmed["finding"]["quotes"]
    rejected = (await lead.patch(address, json={"version": 3, "status": "rejected"})).json()
    assert rejected["finding"]["status"] == "rejected"
    trail = (await lead.get(f"{API}/engagements/{engagement.id}/audit")).json()["items"]
    assert [one["action"] for one in trail[:3]] == ["finding.rejected", "finding.corrected", "finding.confirmed"]
    assert {one["actor"] for one in trail[:3]} == {"Lea (lead)"}


async def test_the_later_of_two_decisions_is_refused_and_shown_how_it_stands(service: Service) -> None:
    engagement = await service.engagement()
    finding = await service.heard(engagement, "It takes nine days.", id="c_1")
    lead, owner = await service.member(engagement, AccessRole.LEAD), await service.owner()
    address = f"{API}/engagements/{engagement.id}/findings/{finding.finding.id}"
    assert (await lead.patch(address, json={"version": 1, "status": "confirmed"})).status_code == 200
    late = await owner.patch(address, json={"version": 1, "status": "rejected"})
    current = assert_problem(late, 409, "changed-meanwhile")["current"]
    assert current["finding"]["status"] == "confirmed" and current["version"] == 2


async def test_a_correction_comes_with_its_statement_and_nothing_else_does(service: Service) -> None:
    engagement = await service.engagement()
    finding = await service.heard(engagement, "It takes nine days.", id="c_1")
    owner = await service.owner()
    address = f"{API}/engagements/{engagement.id}/findings/{finding.finding.id}"
    for wrong in (
        {"version": 1, "status": "corrected"},
        {"version": 1, "status": "confirmed", "statement": "Nine."},
        {"version": 1, "status": "corrected", "statement": "  "},
        {"version": 1, "status": "proposed"},
        {"status": "confirmed"},
    ):
        assert_problem(await owner.patch(address, json=wrong), 422, "invalid")
    assert_problem(await owner.get(f"{API}/engagements/{engagement.id}/findings/f-none"), 404, "not-found")
