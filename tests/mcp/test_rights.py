"""Who may read what over HTTP: the same as with the API, by the same keys."""

from __future__ import annotations

import pytest
from mcp.shared.exceptions import MCPError

from discovery_agent.discovery import access
from discovery_agent.domain.engagement import AccessRole
from mcp import Client
from tests.mcp.clients import connected, given, read, read_json, refusal
from tests.mcp.conftest import SECRET_WORDS, Filled
from tests.web.service import BASE, assert_problem

PARTS = (
    "",
    "/agenda",
    "/goals",
    "/kpis",
    "/verdicts",
    "/conflicts",
    "/conversations",
    "/conversations/c_open",
    "/blueprint.md",
    "/blueprint.json",
)
ASK = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_engagements", "arguments": {}}}
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}


async def refused(client: Client, uri: str) -> str:
    with pytest.raises(MCPError) as error:
        await client.read_resource(uri)
    assert "Traceback" not in str(error.value.data)
    return error.value.message


@pytest.mark.parametrize("role", ["owner", "lead", "reviewer"])
async def test_members_read_their_engagement_and_nothing_of_private_interviews(role: str, small: Filled) -> None:
    async with connected(small.service, small.keys[role].secret) as client:
        assert [one["id"] for one in given(await client.call_tool("list_engagements", {}))["items"]] == [small.id]
        assert given(await client.call_tool("read_engagement", {"engagement_id": small.id}))["engagement"]["id"] == small.id
        asked = {"engagement_id": small.id, "query": "okapi scanner claims days"}
        found = given(await client.call_tool("search_evidence", asked))["items"]
        assert [one["statement"] for one in found] == ["Claims take nine days to settle."]
        listed = await read_json(client, f"{small.root}/conversations")
        private = next(one for one in listed["items"] if one["id"] == "i-private")
        assert private["rating"] is None and private["findings"] == 0
        assert "not released" in await refused(client, f"{small.root}/conversations/i-private")
        assert (await read_json(client, f"{small.root}/conversations/c_open"))["items"][0]["text"] == "Claims take nine days to settle."


async def test_a_foreign_engagement_is_not_there_whatever_is_asked(small: Filled) -> None:
    other = await small.service.engagement("Another")
    _, lead = await access.member_link(small.service.ws, other.id, AccessRole.LEAD, "Eve")
    async with connected(small.service, lead) as client:
        assert [one["id"] for one in given(await client.call_tool("list_engagements", {}))["items"]] == [other.id]
        assert all(small.id not in one.uri for one in (await client.list_resources()).resources)
        for name, more in {"read_engagement": {}, "search_evidence": {"query": "claims"}}.items():
            told = refusal(await client.call_tool(name, {"engagement_id": small.id, **more}))
            absent = refusal(await client.call_tool(name, {"engagement_id": "e_invented", **more}))
            assert "no such engagement" in told and told.replace(small.id, "") == absent.replace("e_invented", "")
        for part in PARTS:
            assert "There is no such" in await refused(client, f"{small.root}{part}"), part
        # An id of another engagement behind one's own is not there either.
        assert "no such conversation" in await refused(client, f"discovery://engagements/{other.id}/conversations/c_open")
        with pytest.raises(MCPError, match="no such engagement"):
            await client.get_prompt("explain_verdicts", {"engagement_id": small.id})


async def test_an_invite_opens_its_own_interview_and_nothing_else(small: Filled) -> None:
    jonas = await small.service.person(small.engagement, "Jonas Weber")
    await small.service.heard(small.engagement, "The forms are lost.", id="i-jonas", person=jonas)
    async with connected(small.service, small.keys["stakeholder"].secret) as client:
        own = f"{small.root}/conversations/i-private"
        assert [one.uri for one in (await client.list_resources()).resources] == [own]
        assert SECRET_WORDS in await read(client, own)
        for part in PARTS:
            message = await refused(client, f"{small.root}{part}")
            assert "no such conversation" in message if part.endswith("c_open") else "own interview only" in message, part
        assert "no such conversation" in await refused(client, f"{small.root}/conversations/i-jonas")
        for name, more in {"list_engagements": {}, "read_engagement": {"engagement_id": small.id}}.items():
            assert "own interview only" in refusal(await client.call_tool(name, more))
        assert "own interview" in refusal(await client.call_tool("search_evidence", {"engagement_id": small.id, "query": "forms"}))


@pytest.mark.parametrize("role", ["reviewer", "stakeholder"])
async def test_who_may_not_upload_a_transcript_has_no_text_read_either(role: str, small: Filled) -> None:
    async with connected(small.service, small.keys[role].secret) as client:
        for name, more in {"assess_case": {"description": "We type invoices."}, "analyse_transcript": {"text": "Ann: Hello."}}.items():
            assert "owner or a lead" in refusal(await client.call_tool(name, more))


async def test_without_a_key_with_a_wrong_one_or_by_a_cookie_nobody_comes_in(small: Filled) -> None:
    service, owner = small.service, small.keys["owner"].secret
    for client in (service.client(), service.client("invented"), service.client(session=owner)):
        client.headers.update(HEADERS | {"X-Requested-With": "discovery-agent"})
        assert_problem(await client.post("/mcp", json=ASK), 401, "no-access")
    link = await access.owner_link(service.ws, again=True)
    assert link, "a link that works once is no key"
    assert_problem(await service.client(link).post("/mcp", json=ASK, headers=HEADERS), 401, "no-access")


async def test_a_key_that_is_taken_back_stops_at_the_next_request(small: Filled) -> None:
    async with connected(small.service, small.keys["lead"].secret) as client:
        given(await client.call_tool("list_engagements", {}))
        await access.revoke(small.service.ws, small.id, small.keys["lead"].id)
        with pytest.raises(MCPError):
            await client.call_tool("list_engagements", {})
    answer = await small.service.client(small.keys["lead"].secret).post("/mcp", json=ASK, headers=HEADERS)
    assert_problem(answer, 401, "no-access")


@pytest.mark.parametrize(
    ("origin", "host"),
    [("http://evil.test", "discovery.test"), ("http://evil.test", "evil.test"), ("null", "discovery.test")],
    ids=["another site", "another site whose name was made to point here", "a frame that was shut in"],
)
async def test_a_page_of_another_site_is_refused_even_with_a_key(small: Filled, origin: str, host: str) -> None:
    client = small.service.client(small.keys["owner"].secret)
    answer = await client.post("/mcp", json=ASK, headers=HEADERS | {"Origin": origin, "Host": host})
    assert_problem(answer, 403, "foreign-request")


async def test_a_page_of_this_service_and_a_program_behind_any_name_are_answered(small: Filled) -> None:
    client = small.service.client(small.keys["owner"].secret)
    for more in ({"Origin": BASE}, {"Host": "intranet.example"}, {"Origin": "http://localhost:8000", "Host": "localhost:8000"}):
        answer = await client.post("/mcp", json=ASK, headers=HEADERS | more)
        assert answer.status_code == 200 and small.id in answer.text, more
        assert answer.headers["cache-control"].startswith("no-") and answer.headers["x-content-type-options"] == "nosniff"
