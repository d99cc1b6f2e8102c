"""Reading again what failed, for transcripts and interviews alike."""

from __future__ import annotations

from discovery_agent.domain.engagement import AccessRole
from discovery_agent.storage.records import ExtractionRecord, ExtractionState
from tests.web.service import API, OWN_PAGE, Service, assert_problem, events_of

WISH = "Claims wait too long: about nine days until they are paid, and we want four days by June."


async def test_a_lead_has_the_failed_answers_of_an_interview_read_again_and_nobody_else_does(service: Service) -> None:
    engagement = await service.engagement()
    person = await service.person(engagement)
    invited, _ = await service.invited(person)
    begun = (await invited.post(f"{API}/engagements/{engagement.id}/interviews", json={})).json()
    talk = f"{API}/conversations/{begun['id']}"
    assert events_of((await invited.post(f"{talk}/opening")).text)
    assert events_of((await invited.post(f"{talk}/turns", json={"text": WISH, "client_key": "a1"})).text)
    await service.ws.settle()
    async with service.ws.database.unit() as unit:
        (read,) = await unit.extractions.list(engagement.id, begun["id"])
        await unit.extractions.put(read.model_copy(update={"state": ExtractionState.FAILED, "error": "The model is away."}))
    path = f"{API}/engagements/{engagement.id}/conversations/{begun['id']}/retry"
    for role in (AccessRole.REVIEWER, None):
        other = await service.member(engagement, role) if role else invited
        assert_problem(await other.post(path, headers=OWN_PAGE), 403, "not-allowed")
    lead = await service.member(engagement, AccessRole.LEAD)
    answer = await lead.post(path, headers=OWN_PAGE)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["kind"], answer.json()["conversation_id"]) == ("read_answers", begun["id"])
    await service.ws.settle()
    listed = (await lead.get(f"{API}/engagements/{engagement.id}/jobs")).json()["items"]
    assert [(one["kind"], one["state"]) for one in listed] == [("read_answers", "done")]
    assert [one.state for one in await _readings(service, engagement.id, begun["id"])] == [ExtractionState.DONE]
    assert_problem(await lead.post(path, headers=OWN_PAGE), 409, "not-now")
    assert_problem(await lead.get(f"{path.removesuffix('/retry')}/utterances"), 403, "not-allowed")


async def _readings(service: Service, engagement_id: str, conversation_id: str) -> list[ExtractionRecord]:
    async with service.ws.database.reading() as unit:
        return await unit.extractions.list(engagement_id, conversation_id)
