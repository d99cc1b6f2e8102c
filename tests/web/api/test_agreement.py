"""Agreement over the API: the lead's routes, and the two that a stakeholder's key opens."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from discovery_agent.domain.engagement import AccessRole, Engagement
from tests.web.agreeing import PEOPLE, assessed
from tests.web.service import API, Service, assert_problem

DRAFT = (
    "We keep our workshop customers; churn falls from 9 % to 6 % by the end of June. How long an email waits is not agreed: four hours or one "
    "working day."
)


class Talks:
    """An engagement with its lead and three stakeholders, each with a client of their own."""

    def __init__(self, service: Service, engagement: Engagement, lead: httpx2.AsyncClient) -> None:
        self.service = service
        self.engagement = engagement
        self.lead = lead
        self.base = f"{API}/engagements/{engagement.id}/agreement"
        self.ids: list[str] = []
        self.clients: list[httpx2.AsyncClient] = []

    async def round(self, asked: int = 2, after: int = 0, text: str = DRAFT) -> dict[str, Any]:
        sent = {"text": text, "asked": self.ids[:asked], "after": after}
        response = await self.lead.post(f"{self.base}/rounds", json=sent)
        assert response.status_code == 201, response.text
        return response.json()

    async def says(self, at: int, **answer: object) -> httpx2.Response:
        self.service.clock.passes(minutes=1)
        sent = {"round_id": "r0001", "answer": "endorse", "fit": 4, **answer}
        return await self.clients[at].put(f"{API}/agreement/answer", json=sent)

    async def standing(self) -> dict[str, Any]:
        return (await self.lead.get(self.base)).json()

    async def end(self, end: str, version: int | None = None, **more: object) -> httpx2.Response:
        version = version or (await self.standing())["round"]["version"]
        return await self.lead.post(f"{self.base}/rounds/r0001/end", json={"version": version, "end": end, **more})


@pytest.fixture
async def talks(service: Service) -> Talks:
    engagement = await service.engagement(organisation="Halden AG")
    made = Talks(service, engagement, await service.member(engagement, AccessRole.LEAD))
    for name, role in PEOPLE:
        person = await service.person(engagement, name, role)
        client, _ = await service.invited(person)
        made.ids.append(person.id)
        made.clients.append(client)
    await assessed(service.ws, engagement)
    return made


async def test_a_conflict_is_listed_decided_and_a_stale_decision_is_answered_with_how_it_stands(talks: Talks) -> None:
    (one,) = (await talks.lead.get(f"{talks.base}/conflicts", params={"state": "open"})).json()["items"]
    assert one["conflict"]["crux"] == "Is the target of email waits four hours or one working day?"
    assert one["proposed_owner_id"] == talks.ids[0]
    decision = {
        "version": one["version"],
        "state": "settled",
        "resolution": "Four hours.",
        "chosen": "four hours",
        "owner_id": talks.ids[1],
    }
    path = f"{talks.base}/conflicts/{one['id']}"
    changed = (await talks.lead.patch(path, json=decision)).json()
    assert (changed["state"], changed["chosen"], changed["owner_id"], changed["version"]) == ("settled", "four hours", talks.ids[1], 2)
    late = assert_problem(await talks.lead.patch(path, json={"version": 1, "state": "in_talks"}), 409, "changed-meanwhile")
    assert late["current"]["resolution"] == "Four hours."
    emptied = (await talks.lead.patch(path, json={"version": 2, "owner_id": None})).json()
    assert emptied["owner_id"] is None and emptied["state"] == "settled"  # what is left out stays
    assert_problem(await talks.lead.patch(path, json={"version": 3, "state": "gone"}), 422, "invalid")
    assert_problem(await talks.lead.patch(f"{talks.base}/conflicts/x-none", json={"version": 1}), 404, "not-found")


async def test_a_draft_is_composed_proposed_and_checked(talks: Talks) -> None:
    draft = (await talks.lead.get(f"{talks.base}/draft")).json()
    assert "email waits from 60 hours to four hours or one working day: not agreed" in draft["text"]
    proposal = (await talks.lead.post(f"{talks.base}/proposals", json={"seed": 3})).json()
    assert proposal["seed"] == 3 and proposal["draft"]["candidates"][0]["text"] == draft["text"]
    checked = (await talks.lead.post(f"{talks.base}/checks", json={"text": "Marek guarantees four hours."})).json()
    assert not checked["stands"]
    assert {one["rule"] for one in checked["refusals"]} >= {"names_a_person", "promises", "decides_an_open_conflict", "no_outcome"}
    assert (await talks.lead.post(f"{talks.base}/checks", json={"text": DRAFT})).json() == {"stands": True, "refusals": []}


async def test_two_rounds_lead_to_agreement(talks: Talks) -> None:
    await talks.round()
    own = (await talks.clients[1].get(f"{API}/agreement")).json()["round"]
    assert own["text"] == DRAFT and own["open"] and own["answer"] is None
    assert {part["kind"] for part in own["parts"]} == {"outcome", "means", "measure", "limit"}
    assert (await talks.says(0)).json()["answer"] == "endorse"
    part = next(part["id"] for part in own["parts"] if part["open"])
    assert (await talks.says(1, answer="criticise", fit=2, words="One day, not hours.", part_id=part)).status_code == 200
    standing = await talks.standing()
    assert (standing["ready"], standing["waiting"], len(standing["answers"])) == (False, [], 2)
    assert_problem(await talks.end("agreed"), 409, "not-now")
    assert (await talks.end("revision")).json()["outcome"] is None
    assert_problem(await talks.says(1), 409, "not-now")
    await talks.round(after=1)
    for at in (0, 1):
        await talks.says(at, round_id="r0002")
    standing = await talks.standing()
    assert standing["ready"] and standing["rounds"] == 2
    ended = await talks.lead.post(f"{talks.base}/rounds/r0002/end", json={"version": standing["round"]["version"], "end": "agreed"})
    assert ended.json()["outcome"]["kind"] == "agreed"
    assert (await talks.clients[0].get(f"{API}/agreement")).json()["round"]["outcome"] == "agreed"
    first = (await talks.lead.get(f"{talks.base}/rounds/r0001")).json()
    assert [one["answer"] for one in first["answers"]] == ["endorse", "criticise"] and first["outcome"] is None
    assert [one["number"] for one in (await talks.lead.get(f"{talks.base}/rounds")).json()["items"]] == [1, 2]


async def test_dissent_needs_a_reason_and_keeps_each_view(talks: Talks) -> None:
    await talks.round()
    await talks.says(0, concession="I wanted four hours.")
    await talks.says(1, answer="veto", fit=1, words="We cannot.")
    assert_problem(await talks.end("dissent"), 409, "not-now")
    outcome = (await talks.end("dissent", reason="The board meets on Friday.")).json()["outcome"]
    assert [(one["name"], one["answer"], one["fit"], one["concession"]) for one in outcome["views"]] == [
        ("Ingrid Halden", "endorse", 4, "I wanted four hours."),
        ("Marek Dvorak", "veto", 1, ""),
    ]


async def test_a_lead_who_has_not_seen_the_latest_answer_is_shown_it_instead(talks: Talks) -> None:
    seen = (await talks.round(asked=1))["version"]
    await talks.says(0, answer="veto", fit=1, words="No.")
    late = assert_problem(await talks.end("revision", seen), 409, "changed-meanwhile")
    assert late["current"]["answers"][0]["words"] == "No."


async def test_a_statement_that_the_rules_refuse_is_put_to_nobody(talks: Talks) -> None:
    sent = {"text": "We guarantee happy customers.", "asked": talks.ids, "after": 0}
    refused = assert_problem(await talks.lead.post(f"{talks.base}/rounds", json=sent), 409, "not-now")
    assert "says less than the KPI table" in refused["detail"] and "promises: guarantee" in refused["detail"]
    assert (await talks.standing())["round"] is None
    assert (await talks.clients[0].get(f"{API}/agreement")).json() == {"round": None}


async def test_of_two_leads_the_second_to_open_is_refused(talks: Talks) -> None:
    await talks.round()
    sent = {"text": DRAFT, "asked": talks.ids[:1], "after": 0}
    assert_problem(await talks.lead.post(f"{talks.base}/rounds", json=sent), 409, "changed-meanwhile")


async def test_a_stakeholder_opens_their_own_answer_and_nothing_else(talks: Talks) -> None:
    await talks.round()
    await talks.says(1, answer="veto", fit=1, words="A secret of Marek.")
    ingrid = talks.clients[0]
    seen = await ingrid.get(f"{API}/agreement")
    assert "secret" not in seen.text and "Marek" not in seen.text
    for method, path in (
        ("GET", ""),
        ("GET", "/conflicts"),
        ("GET", "/rounds"),
        ("GET", "/rounds/r0001"),
        ("GET", "/draft"),
    ):
        assert_problem(await ingrid.request(method, talks.base + path), 403, "not-allowed")
    assert_problem(await ingrid.post(f"{talks.base}/rounds/r0001/end", json={"version": 2, "end": "agreed"}), 403, "not-allowed")
    assert (await talks.clients[2].get(f"{API}/agreement")).json() == {"round": None}
    assert_problem(await talks.says(2), 404, "not-found")
    for answer, status in (({"answer": "agree"}, 422), ({"fit": 5}, 422), ({"fit": True}, 422), ({"answer": "veto"}, 409)):
        assert (await talks.says(0, **answer)).status_code == status


async def test_a_reviewer_reads_and_neither_answers_nor_ends(talks: Talks) -> None:
    await talks.round()
    reviewer = await talks.service.member(talks.engagement, AccessRole.REVIEWER)
    assert (await reviewer.get(talks.base)).json()["rounds"] == 1
    assert_problem(await reviewer.get(f"{API}/agreement"), 403, "not-allowed")
    for path, sent in (
        ("/proposals", {}),
        ("/rounds", {"text": DRAFT, "asked": talks.ids, "after": 1}),
        ("/rounds/r0001/end", {"version": 1, "end": "revision"}),
    ):
        assert_problem(await reviewer.post(talks.base + path, json=sent), 403, "not-allowed")


async def test_ids_of_another_engagement_are_not_there(talks: Talks) -> None:
    await talks.round()
    other = await talks.service.engagement("Another")
    stranger = await talks.service.member(other, AccessRole.LEAD)
    for path in ("", "/conflicts", "/rounds/r0001", "/draft"):
        assert_problem(await stranger.get(talks.base + path), 404, "not-found")
    (one,) = (await talks.lead.get(f"{talks.base}/conflicts")).json()["items"]
    own = f"{API}/engagements/{other.id}/agreement"
    assert_problem(await stranger.get(f"{own}/rounds/r0001"), 404, "not-found")
    assert_problem(await stranger.get(f"{own}/draft"), 404, "not-found")
    assert_problem(await stranger.patch(f"{own}/conflicts/{one['id']}", json={"version": 1, "state": "in_talks"}), 404, "not-found")
