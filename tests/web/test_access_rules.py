"""Every role against every kind of route."""

from __future__ import annotations

import httpx2
import pytest

from discovery_agent.domain.engagement import AccessRole, Engagement, StakeholderRecord
from tests.web.service import API, Service, assert_problem


@pytest.fixture
async def engagement(service: Service) -> Engagement:
    return await service.engagement()


@pytest.fixture
async def maria(service: Service, engagement: Engagement) -> StakeholderRecord:
    return await service.person(engagement)


READING = (
    "",
    "/stakeholders",
    "/conversations",
    "/findings",
    "/goal-tree",
    "/assessments",
    "/assessments/latest",
    "/kpis",
    "/verdicts",
    "/conflicts",
    "/agenda",
    "/agenda/by-person",
    "/coverage",
    "/changes",
    "/knowledge?q=invoice",
    "/documents",
    "/jobs",
    "/gates",
    "/gates/planning/missing",
    "/readiness-gaps",
    "/reviewers",
    "/review-trail/risks",
    "/check-ins",
    "/drift",
    "/replanning",
    "/review-dates",
    "/lessons",
)
LEADING = ("/export", "/audit", "/invites", "/members")


async def changes(client: httpx2.AsyncClient, engagement_id: str, person_id: str) -> dict[str, httpx2.Response]:
    """What each request that changes something is answered with."""
    root = f"{API}/engagements/{engagement_id}"
    files = {"files": ("a.txt", b"Ann: It takes nine days.")}
    return {
        "patch": await client.patch(root, json={"version": 1, "title": "New"}),
        "stakeholder": await client.post(f"{root}/stakeholders", json={"name": "Jonas"}),
        "rename": await client.patch(f"{root}/stakeholders/{person_id}", json={"version": 1, "name": "Mary"}),
        "remove": await client.delete(f"{root}/stakeholders/{person_id}"),
        "invite": await client.post(f"{root}/invites", json={"stakeholder_id": person_id}),
        "member": await client.post(f"{root}/members", json={"role": "lead", "label": "Eve"}),
        "revoke": await client.delete(f"{root}/invites/k_1"),
        "transcripts": await client.post(f"{root}/transcripts", files=files),
        "documents": await client.post(f"{root}/documents", files=files),
        "document": await client.delete(f"{root}/documents/d"),
        "assess": await client.post(f"{root}/assessments"),
        "interview": await client.post(f"{root}/interviews", json={"stakeholder_id": person_id}),
        "retry": await client.post(f"{root}/conversations/c_1/retry"),
        "job": await client.post(f"{root}/jobs/j_1/retry"),
        "reviewers": await client.put(f"{root}/reviewers", json={"required": []}),
        "signature": await client.post(f"{root}/blueprints/1/signature", json={"content_hash": "0" * 64}),
        "gap owner": await client.put(f"{root}/readiness-gaps/gap-1/owner", json={"owner_id": person_id}),
        "check-in": await client.post(f"{root}/check-ins", json={"kpi_id": "kpi-1", "day": "2026-03-01", "value": 4}),
        "correction": await client.post(f"{root}/check-ins/ci_1/correction", json={"day": "2026-03-01", "value": 4}),
        "withdrawal": await client.post(f"{root}/check-ins/ci_1/withdrawal", json={"note": "Wrong."}),
        "review date": await client.post(f"{root}/review-dates", json={"day": "2026-05-01", "title": "First look"}),
        "held": await client.patch(f"{root}/review-dates/rd_1", json={"version": 1, "held": True}),
        "lesson": await client.post(f"{root}/lessons", json={"title": "Ask first", "body": "Ask."}),
        "proposals": await client.post(f"{root}/lesson-proposals"),
        "other lesson": await client.patch(f"{root}/lessons/l_1", json={"version": 1, "title": "Ask first"}),
        "approval": await client.post(f"{root}/lessons/l_1/approval", json={"version": 1}),
        "rejection": await client.post(f"{root}/lessons/l_1/rejection", json={"version": 1}),
        "delete": await client.delete(root),
    }


async def test_a_foreign_engagement_is_not_there_whatever_is_asked(
    service: Service, engagement: Engagement, maria: StakeholderRecord
) -> None:
    other = await service.engagement("Another")
    jonas = await service.person(other, "Jonas Weber")
    invited, _ = await service.invited(jonas)
    for client in (await service.member(other, AccessRole.LEAD), await service.member(other, AccessRole.REVIEWER), invited):
        for path in (*READING, *LEADING):
            assert_problem(await client.get(f"{API}/engagements/{engagement.id}{path}"), 404, "not-found")
        for response in (await changes(client, engagement.id, maria.id)).values():
            assert_problem(response, 404, "not-found")


async def test_objects_of_one_engagement_are_not_there_in_another(
    service: Service, engagement: Engagement, maria: StakeholderRecord
) -> None:
    other = await service.engagement("Another")
    finding = await service.heard(engagement, "It takes nine days.", id="c_1")
    owner = await service.owner()
    key = (await owner.post(f"{API}/engagements/{engagement.id}/invites", json={"stakeholder_id": maria.id})).json()["key"]["id"]
    wrong = f"{API}/engagements/{other.id}"
    for response in (
        await owner.get(f"{wrong}/stakeholders/{maria.id}"),
        await owner.patch(f"{wrong}/stakeholders/{maria.id}", json={"version": 1, "name": "Mary"}),
        await owner.delete(f"{wrong}/stakeholders/{maria.id}"),
        await owner.post(f"{wrong}/invites", json={"stakeholder_id": maria.id}),
        await owner.delete(f"{wrong}/invites/{key}"),
        await owner.delete(f"{wrong}/members/{key}"),
        await owner.get(f"{wrong}/conversations/c_1"),
        await owner.get(f"{wrong}/conversations/c_1/utterances"),
        await owner.get(f"{wrong}/findings/{finding.finding.id}"),
        await owner.get(f"{wrong}/findings?conversation_id=c_1"),
        await owner.patch(f"{wrong}/findings/{finding.finding.id}", json={"version": 1, "status": "confirmed"}),
        await owner.post(f"{wrong}/interviews", json={"stakeholder_id": maria.id}),
    ):
        assert_problem(response, 404, "not-found")


async def test_a_reviewer_reads_everything_and_changes_nothing(service: Service, engagement: Engagement, maria: StakeholderRecord) -> None:
    reviewer = await service.member(engagement, AccessRole.REVIEWER)
    finding = await service.heard(engagement, "It takes nine days.", id="c_1")
    for path in (*READING, "/conversations/c_1/utterances", f"/findings/{finding.finding.id}"):
        assert (await reviewer.get(f"{API}/engagements/{engagement.id}{path}")).status_code == 200, path
    for path in LEADING:
        assert_problem(await reviewer.get(f"{API}/engagements/{engagement.id}{path}"), 403, "not-allowed")
    for response in (await changes(reviewer, engagement.id, maria.id)).values():
        assert_problem(response, 403, "not-allowed")
    decision = {"version": 1, "status": "confirmed"}
    assert_problem(
        await reviewer.patch(f"{API}/engagements/{engagement.id}/findings/{finding.finding.id}", json=decision), 403, "not-allowed"
    )


async def test_a_stakeholder_opens_nothing_of_the_engagement(service: Service, engagement: Engagement, maria: StakeholderRecord) -> None:
    invited, _ = await service.invited(maria)
    finding = await service.heard(engagement, "It takes nine days.", id="c_1")
    for path in (*READING, *LEADING):
        assert_problem(await invited.get(f"{API}/engagements/{engagement.id}{path}"), 403, "not-allowed")
    allowed = (await changes(invited, engagement.id, maria.id)).items()
    for name, response in allowed:
        if name == "interview":  # their own
            assert response.status_code == 200 and response.json()["stakeholder_id"] == maria.id
        else:
            assert_problem(response, 403, "not-allowed")
    for path in ("/conversations/c_1/utterances", f"/findings/{finding.finding.id}", "/findings?conversation_id=c_1"):
        assert_problem(await invited.get(f"{API}/engagements/{engagement.id}{path}"), 404, "not-found")


async def test_a_stakeholder_sees_their_own_interview_and_no_other_is_there(
    service: Service, engagement: Engagement, maria: StakeholderRecord
) -> None:
    jonas = await service.person(engagement, "Jonas Weber")
    mine = await service.heard(engagement, "It takes nine days.", id="i-mine", person=maria, released=False)
    theirs = await service.heard(engagement, "The scanner is broken.", id="i-theirs", person=jonas)
    invited, _ = await service.invited(maria)
    root = f"{API}/engagements/{engagement.id}"
    assert (await invited.get(f"{root}/conversations/i-mine/utterances")).json()["items"][0]["text"] == "It takes nine days."
    assert (await invited.get(f"{root}/findings?conversation_id=i-mine")).json()["total"] == 1
    assert (await invited.get(f"{root}/findings/{mine.finding.id}")).status_code == 200
    decided = await invited.patch(f"{root}/findings/{mine.finding.id}", json={"version": 1, "status": "confirmed"})
    assert decided.status_code == 200 and decided.json()["finding"]["status"] == "confirmed"
    for response in (
        await invited.get(f"{root}/conversations/i-theirs/utterances"),
        await invited.get(f"{root}/findings?conversation_id=i-theirs"),
        await invited.get(f"{root}/findings/{theirs.finding.id}"),
        await invited.patch(f"{root}/findings/{theirs.finding.id}", json={"version": 1, "status": "rejected"}),
        await invited.get(f"{API}/conversations/i-theirs"),
        await invited.post(f"{API}/conversations/i-theirs/stop"),
        await invited.post(f"{API}/conversations/i-theirs/release"),
        await invited.post(f"{API}/conversations/i-theirs/resume"),
        await invited.post(f"{API}/conversations/i-theirs/opening"),
        await invited.post(f"{API}/conversations/i-theirs/turns", json={"text": "Hello", "client_key": "a"}),
        await invited.post(f"{API}/conversations/i-theirs/recap", json={"decisions": {}, "rating": 1, "release": True}),
        await invited.post(f"{root}/interviews", json={"stakeholder_id": jonas.id}),
    ):
        assert_problem(response, 404, "not-found")


@pytest.mark.parametrize("role", ["owner", AccessRole.LEAD, AccessRole.REVIEWER])
async def test_a_private_interview_shows_that_it_is_there_but_not_its_words(
    role: AccessRole | str, service: Service, engagement: Engagement, maria: StakeholderRecord
) -> None:
    finding = await service.heard(engagement, "The scanner is broken.", id="i-private", person=maria, released=False)
    reader = await service.owner() if role == "owner" else await service.member(engagement, AccessRole(role))
    root = f"{API}/engagements/{engagement.id}"
    listed = (await reader.get(f"{root}/conversations")).json()["items"][0]
    shown = (await reader.get(f"{root}/conversations/i-private")).json()
    assert listed == shown
    assert (shown["state"], shown["utterances"], shown["rating"], shown["findings"]) == ("closed", 1, None, 0)
    assert (await reader.get(f"{root}/findings")).json()["total"] == 0
    assert (await reader.get(f"{root}/findings?q=scanner")).json()["total"] == 0
    for response in (
        await reader.get(f"{root}/conversations/i-private/utterances"),
        await reader.get(f"{root}/findings?conversation_id=i-private"),
        await reader.get(f"{root}/findings/{finding.finding.id}"),
        await reader.patch(f"{root}/findings/{finding.finding.id}", json={"version": 1, "status": "rejected"}),
        await reader.get(f"{API}/conversations/i-private"),
    ):
        assert_problem(response, 403, "not-allowed")
        assert "scanner" not in response.text


async def test_a_released_interview_and_one_that_is_not_private_are_read_by_the_lead(service: Service) -> None:
    for private, released in ((True, True), (False, False)):
        engagement = await service.engagement(f"Claims {private}", private_until_release=private)
        maria = await service.person(engagement)
        await service.heard(engagement, "The scanner is broken.", id=f"i-{private}", person=maria, released=released)
        lead = await service.member(engagement, AccessRole.LEAD)
        root = f"{API}/engagements/{engagement.id}"
        assert (await lead.get(f"{root}/conversations/i-{private}/utterances")).json()["total"] == 1
        assert (await lead.get(f"{root}/findings")).json()["total"] == 1
        assert (await lead.get(f"{root}/conversations/i-{private}")).json()["rating"] == 4


async def test_nobody_but_the_stakeholder_speaks_in_an_interview(
    service: Service, engagement: Engagement, maria: StakeholderRecord
) -> None:
    await service.heard(engagement, "The scanner is broken.", id="i-1", person=maria)
    for client in (await service.owner(), await service.member(engagement, AccessRole.LEAD)):
        for response in (
            await client.post(f"{API}/conversations/i-1/opening"),
            await client.post(f"{API}/conversations/i-1/turns", json={"text": "Yes", "client_key": "a"}),
            await client.post(f"{API}/conversations/i-1/resume"),
            await client.post(f"{API}/conversations/i-1/stop"),
            await client.post(f"{API}/conversations/i-1/recap", json={"decisions": {}, "rating": 4, "release": True}),
        ):
            assert_problem(response, 403, "not-allowed")


async def test_only_the_owner_makes_engagements_and_each_sees_their_own(service: Service, engagement: Engagement) -> None:
    other = await service.engagement("Another")
    owner = await service.owner()
    assert {one["id"] for one in (await owner.get(f"{API}/engagements")).json()["items"]} == {engagement.id, other.id}
    for role in (AccessRole.LEAD, AccessRole.REVIEWER):
        member = await service.member(engagement, role)
        assert_problem(await member.post(f"{API}/engagements", json={"title": "Mine"}), 403, "not-allowed")
        assert [one["id"] for one in (await member.get(f"{API}/engagements")).json()["items"]] == [engagement.id]
    invited, _ = await service.invited(await service.person(engagement))
    assert_problem(await invited.get(f"{API}/engagements"), 403, "not-allowed")
    assert_problem(await invited.post(f"{API}/engagements", json={"title": "Mine"}), 403, "not-allowed")


async def test_a_revoked_key_stops_at_the_next_request(service: Service, engagement: Engagement, maria: StakeholderRecord) -> None:
    owner = await service.owner()
    given = (await owner.post(f"{API}/engagements/{engagement.id}/invites", json={"stakeholder_id": maria.id})).json()
    invited = service.client(given["secret"])
    assert (await invited.get(f"{API}/session")).status_code == 200
    gone = await owner.delete(f"{API}/engagements/{engagement.id}/invites/{given['key']['id']}")
    assert gone.status_code == 200 and gone.json()["revoked_at"]
    assert_problem(await invited.get(f"{API}/session"), 401, "no-access")


async def test_an_invite_cannot_be_taken_back_as_if_it_were_a_member(
    service: Service, engagement: Engagement, maria: StakeholderRecord
) -> None:
    owner = await service.owner()
    root = f"{API}/engagements/{engagement.id}"
    invite = (await owner.post(f"{root}/invites", json={"stakeholder_id": maria.id})).json()["key"]["id"]
    assert_problem(await owner.delete(f"{root}/members/{invite}"), 404, "not-found")
    member = (await owner.post(f"{root}/members", json={"role": "lead", "label": "Lea"})).json()["key"]["id"]
    assert [one["id"] for one in (await owner.get(f"{root}/members")).json()["items"]] == [member]
    assert [one["id"] for one in (await owner.get(f"{root}/invites")).json()["items"]] == [invite]


async def test_the_budget_is_the_leads_to_set(service: Service, engagement: Engagement, maria: StakeholderRecord) -> None:
    invited, _ = await service.invited(maria)
    root = f"{API}/engagements/{engagement.id}/interviews"
    assert_problem(await invited.post(root, json={"budget": 3}), 403, "not-allowed")
    lead = await service.member(engagement, AccessRole.LEAD)
    started = (await lead.post(root, json={"stakeholder_id": maria.id, "budget": 3})).json()
    assert started["budget"] == 3
    assert (await invited.post(root, json={})).json() == started
