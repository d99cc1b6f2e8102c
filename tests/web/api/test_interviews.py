from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from tests.web.service import API, Service, assert_problem, events_of, served


async def begun(service: Service, **settings: Any) -> tuple[httpx2.AsyncClient, str, str]:
    """An interview that has been opened: its stakeholder's client, its address, and its first question."""
    engagement = await service.engagement(**settings)
    maria = await service.person(engagement)
    client, _ = await service.invited(maria)
    record = (await client.post(f"{API}/engagements/{engagement.id}/interviews", json={})).json()
    address = f"{API}/conversations/{record['id']}"
    opening = events_of((await client.post(f"{address}/opening")).text)
    return client, address, said_in(opening)


def said_in(events: list[tuple[str, dict[str, Any]]]) -> str:
    return next(event["utterance"]["text"] for name, event in events if name == "said")


async def send(client: httpx2.AsyncClient, address: str, text: str, key: str) -> list[tuple[str, dict[str, Any]]]:
    response = await client.post(f"{address}/turns", json={"text": text, "client_key": key})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream") and response.headers["cache-control"] == "no-store"
    return events_of(response.text)


async def test_the_opening_is_said_once_however_often_it_is_asked_for(service: Service) -> None:
    client, address, question = await begun(service)
    again = events_of((await client.post(f"{address}/opening")).text)
    assert said_in(again) == question
    view = (await client.get(address)).json()
    assert [one["text"] for one in view["utterances"]] == [question]
    assert view["person"]["name"] == "Maria Santos" and view["progress"]["asked"] == 1 and view["pending"] is False


async def test_a_turn_streams_accepted_pieces_the_reply_and_what_was_understood(service: Service) -> None:
    client, address, _ = await begun(service)
    events = await send(client, address, "We want to cut the time to settle a claim from nine days to four days by June.", "a1")
    names = [name for name, _ in events]
    assert names[0] == "accepted" and "delta" in names and names.index("said") < names.index("understood")
    pieces = "".join(event["text"] for name, event in events if name == "delta")
    assert pieces == said_in(events) and all(event["kind"] == name for name, event in events)
    view = (await client.get(address)).json()
    assert [one["index"] for one in view["utterances"]] == [0, 1, 2]
    assert view["utterances"][1]["client_key"] == "a1" and view["understood"]


async def test_the_same_answer_sent_twice_counts_once(service: Service) -> None:
    client, address, _ = await begun(service)
    first = await send(client, address, "It takes nine days.", "a1")
    again = await send(client, address, "It takes nine days.", "a1")
    assert said_in(again) == said_in(first)
    assert len((await client.get(address)).json()["utterances"]) == 3


async def test_what_was_said_shows_nothing_of_the_inside(service: Service) -> None:
    client, address, _ = await begun(service)
    events = await send(client, address, "It takes nine days.", "a1")
    view = (await client.get(address)).json()
    for shown in (*view["utterances"], *(event["utterance"] for _, event in events if "utterance" in event)):
        assert not {"sides", "offer", "worth", "flaws", "phrased_by", "reading"} & set(shown)
        assert shown.get("move") is None or isinstance(shown["move"], str)


async def test_an_answer_to_an_older_question_is_refused(service: Service) -> None:
    client, address, _ = await begun(service)
    await send(client, address, "It takes nine days.", "a1")
    late = await client.post(f"{address}/turns", json={"text": "Ten.", "client_key": "a2", "question": 0})
    assert_problem(late, 409, "changed-meanwhile")
    on_time = await client.post(f"{address}/turns", json={"text": "Ten.", "client_key": "a3", "question": 2})
    assert on_time.status_code == 200


async def test_answers_have_words_and_keys(service: Service) -> None:
    client, address, _ = await begun(service)
    for wrong in (
        {"text": "", "client_key": "a"},
        {"text": " \n ", "client_key": "a"},
        {"text": "...", "client_key": "a"},
        {"text": "\U0001f600\U0001f44d", "client_key": "a"},
        {"text": "\u200b\u200d", "client_key": "a"},
        {"text": "\u3164", "client_key": "a"},
        {"text": "x" * 20_001, "client_key": "a"},
        {"text": "Yes"},
        {"text": "Yes", "client_key": ""},
        {"text": "Yes", "client_key": "a\nb"},
        {"text": "Yes", "client_key": "k" * 81},
    ):
        assert_problem(await client.post(f"{address}/turns", json=wrong), 422, "invalid")


async def test_one_key_is_one_answer(service: Service) -> None:
    client, address, _ = await begun(service)
    await send(client, address, "It takes nine days.", "a1")
    other = await client.post(f"{address}/turns", json={"text": "It takes ten days.", "client_key": "a1"})
    assert_problem(other, 409, "not-now")
    assert other.json()["where"] == "client_key"
    await send(client, address, " It takes\u200b nine days. ", "a1")
    assert len((await client.get(address)).json()["utterances"]) == 3


async def test_a_body_that_does_not_say_it_is_json_is_refused(service: Service) -> None:
    client, address, _ = await begun(service)
    body = json.dumps({"text": "It takes nine days.", "client_key": "a1"})
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        refused = await client.post(f"{address}/turns", content=body, headers={"Content-Type": kind})
        assert_problem(refused, 415, "content-type")
    at_chat = await client.post("/v1/chat/completions", content="{}", headers={"Content-Type": "text/plain"})
    assert at_chat.status_code == 415 and at_chat.json()["error"]["message"]
    taken = await client.post(f"{address}/turns", content=body, headers={"Content-Type": "Application/JSON; charset=utf-8"})
    assert taken.status_code == 200


async def test_whoever_holds_a_private_interview_sees_that_a_new_link_was_made(service: Service) -> None:
    client, address, _ = await begun(service)
    before = (await client.get(address)).json()
    assert before["notice"] is None and before["link_renewed_at"] is None
    record = before["record"]
    service.clock.passes(hours=1)
    lead = await service.member(await get_engagement(service.ws, record["engagement_id"]), AccessRole.LEAD)
    made = await lead.post(f"{API}/engagements/{record['engagement_id']}/invites", json={"stakeholder_id": record["stakeholder_id"]})
    assert_problem(await client.get(address), 401, "no-access")
    after = (await service.client(made.json()["secret"]).get(address)).json()
    assert "A new link to this interview was made on" in after["notice"] and after["link_renewed_at"]
    entries = (await (await service.owner()).get(f"{API}/engagements/{record['engagement_id']}/audit")).json()["items"]
    assert [one["action"] for one in entries[:2]] == ["link.opened", "invite.renewed"]


async def test_an_interview_is_stopped_gone_through_and_released(service: Service) -> None:
    client, address, _ = await begun(service)
    await send(client, address, "We want to cut the time to settle a claim from nine days to four days by June.", "a1")
    early = await client.post(f"{address}/recap", json={"decisions": {}, "rating": 3, "release": True})
    assert_problem(early, 409, "not-now")
    stopped = (await client.post(f"{address}/stop")).json()
    assert stopped["state"] == "recap" and (await client.post(f"{address}/stop")).json() == stopped
    assert_problem(await client.post(f"{address}/turns", json={"text": "More", "client_key": "a2"}), 409, "not-now")
    lines = (await client.get(address)).json()["recap"]
    assert lines
    decisions = {line["id"]: {"decision": "confirm"} for line in lines[1:]}
    decisions[lines[0]["id"]] = {"decision": "correct", "text": "Settle a claim in four working days by June."}
    recap = {"decisions": decisions, "rating": 4, "release": True}
    unknown = {**recap, "decisions": {"r-none": {"decision": "confirm"}}}
    assert_problem(await client.post(f"{address}/recap", json=unknown), 409, "changed-meanwhile")
    closed = (await client.post(f"{address}/recap", json=recap)).json()
    assert closed["state"] == "closed" and closed["rating"] == 4 and closed["released_at"]
    assert (await client.post(f"{address}/recap", json=recap)).json()["version"] == closed["version"]
    statuses = {one["finding"]["status"] for one in (await client.get(address)).json()["understood"]}
    assert statuses <= {"confirmed", "corrected"} and "corrected" in statuses


async def test_an_interview_stays_private_if_it_is_not_released(service: Service) -> None:
    client, address, _ = await begun(service)
    await client.post(f"{address}/stop")
    await client.post(f"{address}/recap", json={"decisions": {}, "rating": 2, "release": False})
    owner = await service.owner()
    assert_problem(await owner.get(address), 403, "not-allowed")


async def test_a_stakeholder_who_kept_an_interview_private_can_release_it_later(service: Service) -> None:
    client, address, question = await begun(service)
    assert_problem(await client.post(f"{address}/release"), 409, "not-now")
    await client.post(f"{address}/stop")
    assert_problem(await client.post(f"{address}/release"), 409, "not-now")
    kept = (await client.post(f"{address}/recap", json={"decisions": {}, "rating": 2, "release": False})).json()
    assert kept["released_at"] is None
    owner = await service.owner()
    assert_problem(await owner.post(f"{address}/release"), 403, "not-allowed")
    assert_problem(await owner.get(address), 403, "not-allowed")
    released = (await client.post(f"{address}/release")).json()
    assert released["released_at"] and released["rating"] == 2
    assert (await client.post(f"{address}/release")).json() == released
    assert (await owner.get(address)).json()["utterances"][0]["text"] == question


async def test_a_released_interview_is_read_by_the_lead(service: Service) -> None:
    client, address, question = await begun(service)
    await client.post(f"{address}/stop")
    await client.post(f"{address}/recap", json={"decisions": {}, "rating": 4, "release": True})
    owner = await service.owner()
    assert (await owner.get(address)).json()["utterances"][0]["text"] == question


async def test_a_lead_who_begins_an_interview_says_with_whom(service: Service) -> None:
    engagement = await service.engagement()
    lead = await service.member(engagement, AccessRole.LEAD)
    assert_problem(await lead.post(f"{API}/engagements/{engagement.id}/interviews", json={}), 404, "not-found")


async def test_answers_come_no_faster_than_people_type(service: Service) -> None:
    client, address, _ = await begun(service)
    service.app = create_app(service.ws, pages=False, paces=Paces(turns="2/minute"))
    hasty = service.client()
    hasty.headers.update(client.headers)
    for number in range(2):
        await hasty.post(f"{address}/turns", json={"text": "Yes.", "client_key": f"a{number}"})
    refused = await hasty.post(f"{address}/turns", json={"text": "Yes.", "client_key": "a9"})
    assert_problem(refused, 429, "too-fast")
    assert int(refused.headers["retry-after"]) >= 1
    assert (await hasty.get(address)).status_code == 200


# On a real connection


@pytest.fixture
async def live(service: Service) -> AsyncIterator[str]:
    async with served(service.app) as address:
        yield address


class SlowAnalyst:
    """Words of the interviewer that come only when the test lets them."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.go = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def phrase(self, brief: Any) -> AsyncIterator[str]:
        pieces = [piece async for piece in self._inner.phrase(brief)]
        yield pieces[0]
        await self.go.wait()
        for piece in pieces[1:]:
            yield piece


async def test_a_dropped_connection_loses_and_doubles_nothing(service: Service, live: str) -> None:
    client, address, _ = await begun(service)
    slow = SlowAnalyst(service.ws.bench.rules)
    service.ws.bench.rules = slow  # pyright: ignore[reportAttributeAccessIssue]
    async with httpx2.AsyncClient(base_url=live, headers=client.headers) as browser:
        sent = {"text": "It takes nine days.", "client_key": "a1"}
        async with browser.stream("POST", f"{address}/turns", json=sent) as response:
            async for line in response.aiter_lines():
                if line.startswith("event: delta"):
                    break
        # The connection is gone in the middle of the reply; the turn is not.
        view = (await browser.get(address)).json()
        assert view["pending"] is True and len(view["utterances"]) == 2
        slow.go.set()
        joined = events_of((await browser.post(f"{address}/resume")).text)
        reply = said_in(joined)
        again = events_of((await browser.post(f"{address}/turns", json=sent)).text)
        assert said_in(again) == reply
        utterances = (await browser.get(address)).json()["utterances"]
        assert [one["index"] for one in utterances] == [0, 1, 2] and utterances[2]["text"] == reply


async def test_two_devices_hear_the_same_turn(service: Service, live: str) -> None:
    client, address, _ = await begun(service)
    slow = SlowAnalyst(service.ws.bench.rules)
    service.ws.bench.rules = slow  # pyright: ignore[reportAttributeAccessIssue]
    async with httpx2.AsyncClient(base_url=live, headers=client.headers) as phone:
        laptop_hears = asyncio.Event()

        async def on_laptop() -> str:
            async with (
                httpx2.AsyncClient(base_url=live, headers=client.headers) as laptop,
                laptop.stream("POST", f"{address}/turns", json={"text": "It takes nine days.", "client_key": "a1"}) as response,
            ):
                text = ""
                async for piece in response.aiter_text():
                    text += piece
                    if "event: delta" in text:
                        laptop_hears.set()
                return text

        laptop = asyncio.create_task(on_laptop())
        await laptop_hears.wait()
        other = await phone.post(f"{address}/turns", json={"text": "Something else.", "client_key": "b1"})
        assert_problem(other, 409, "changed-meanwhile")
        slow.go.set()
        on_phone = events_of((await phone.post(f"{address}/resume")).text)
        assert said_in(on_phone) == said_in(events_of(await laptop))


async def test_events_are_lines_of_json_in_the_order_of_the_wire_format(service: Service, live: str) -> None:
    client, address, _ = await begun(service)
    async with httpx2.AsyncClient(base_url=live, headers=client.headers) as browser:
        hostile = "Nine days.\n\nevent: said\ndata: {}\n\n: comment\r\rdata: x"
        raw = (await browser.post(f"{address}/turns", json={"text": hostile, "client_key": "a1"})).text
    blocks = [block for block in raw.split("\n\n") if block]
    for block in blocks:
        name, data = block.split("\n")
        assert name.startswith("event: ") and json.loads(data.removeprefix("data: "))["kind"] == name.removeprefix("event: ")
