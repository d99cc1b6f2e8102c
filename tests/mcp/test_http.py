"""The endpoint as HTTP: no sessions, several clients at once, limits of bodies, and an end that waits for nobody."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from tests.mcp.clients import connected, given
from tests.mcp.conftest import Filled
from tests.mcp.documentation import blocks
from tests.mcp.test_texts import CASE, TALK
from tests.web.service import assert_problem, served

HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}


def asking(name: str, arguments: dict[str, object], number: int = 1) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


async def test_two_clients_at_once_are_each_answered_with_their_own_rights(small: Filled) -> None:
    other = await small.service.engagement("Another")
    async with (
        connected(small.service, small.keys["owner"].secret) as owner,
        connected(small.service, small.keys["lead"].secret, "legacy") as lead,
    ):
        every, own, texts = await asyncio.gather(
            asyncio.gather(*(owner.call_tool("list_engagements", {}) for _ in range(5))),
            asyncio.gather(*(lead.call_tool("list_engagements", {}) for _ in range(5))),
            asyncio.gather(
                lead.call_tool("analyse_transcript", {"text": TALK}),
                owner.call_tool("analyse_transcript", {"text": TALK.replace("claim", "return")}),
                owner.call_tool("assess_case", {"description": CASE}),
            ),
        )
    assert all({one["id"] for one in given(result)["items"]} == {small.id, other.id} for result in every)
    assert all([one["id"] for one in given(result)["items"]] == [small.id] for result in own)
    claims, returns, case = map(given, texts)
    assert "claim" in json.dumps(claims["findings"]) and "claim" not in json.dumps(returns["findings"])
    assert case["description"] == CASE


async def test_each_request_stands_for_itself_so_any_server_can_answer_it(small: Filled) -> None:
    client = small.service.client(small.keys["lead"].secret)
    opening = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
    }
    begun = await client.post("/mcp", json=opening, headers=HEADERS)
    assert begun.status_code == 200 and "mcp-session-id" not in begun.headers
    # Nothing before it, as if another server had answered the opening; and with a session that was never given out.
    for more in ({}, {"Mcp-Session-Id": "of-another-server"}):
        answer = await client.post("/mcp", json=asking("list_engagements", {}), headers=HEADERS | more)
        assert answer.status_code == 200 and small.id in answer.text
    for method in ("GET", "DELETE"):
        ended = await client.request(method, "/mcp", headers=HEADERS)
        assert ended.status_code == 405 and ended.headers["allow"] == "POST"


async def test_bodies_that_are_no_json_or_too_large_are_refused_before_they_are_read(small: Filled) -> None:
    client = small.service.client(small.keys["lead"].secret)
    assert_problem(
        await client.post("/mcp", content=b"x" * 1_000_001, headers=HEADERS | {"Content-Type": "application/json"}), 413, "too-large"
    )
    assert_problem(await client.post("/mcp", content=b"{}", headers=HEADERS | {"Content-Type": "text/plain"}), 415, "content-type")
    for body in (
        b"{",
        b"[" * 50_000,
        b"null",
        b'{"jsonrpc":"2.0","id":1,"method":"no/such"}',
    ):
        answer = await client.post("/mcp", content=body, headers=HEADERS | {"Content-Type": "application/json"})
        assert "Traceback" not in answer.text and "site-packages" not in answer.text
        assert answer.status_code == 400 or '"error"' in answer.text, (body[:40], answer.text)
    half = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"assess_case","arguments":{"description":"\\ud83d half"}}}'
    answer = await client.post("/mcp", content=half, headers=HEADERS | {"Content-Type": "application/json"})
    assert answer.status_code in (200, 400) and "Traceback" not in answer.text
    assert small.id in (await client.post("/mcp", json=asking("list_engagements", {}), headers=HEADERS)).text, "it still answers"


async def test_an_error_that_nobody_foresaw_shows_nothing_of_the_inside(small: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError("gooseberry in /srv/secret.db")

    monkeypatch.setattr("discovery_agent.mcp.reading.list_engagements", breaks)
    async with connected(small.service, small.keys["owner"].secret) as client:
        told = await client.call_tool("list_engagements", {})
        assert told.is_error and "nobody foresaw" in str(told.content) and "gooseberry" not in str(told)
        with pytest.raises(Exception, match="nobody foresaw") as error:
            await client.read_resource("discovery://engagements")
        assert "gooseberry" not in repr(error.value)


async def test_the_program_of_the_documentation_reads_an_agenda_over_a_real_socket(
    filled: Filled, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,) = blocks("python")
    monkeypatch.setenv("DISCOVERY_KEY", filled.keys["reviewer"].secret)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with served(filled.service.app) as address:
        named: dict[str, Any] = {}
        exec(program.replace("http://127.0.0.1:8000", address).replace("asyncio.run(main())", ""), named)
        await named["main"]()
    printed = capsys.readouterr().out
    assert f"{filled.id} Faster invoices" in printed and '"question"' in printed


@pytest.mark.parametrize("body", [None, b'{"jsonrpc":"2.0",'], ids=["before the body", "within the body"])
async def test_a_client_that_leaves_before_it_is_read_is_no_error(
    small: Filled, caplog: pytest.LogCaptureFixture, body: bytes | None
) -> None:
    coming: list[Message] = [{"type": "http.request", "body": body, "more_body": True}] if body else []

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    caplog.set_level(logging.INFO)
    await _ask(small, receive)
    assert _told(caplog) == [("INFO", "/mcp", 499)]


async def test_a_client_that_leaves_while_it_is_answered_is_no_error(
    small: Filled, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def lasts(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("discovery_agent.mcp.reading.list_engagements", lasts)
    whole: list[Message] = [{"type": "http.request", "body": json.dumps(asking("list_engagements", {})).encode()}]

    async def receive() -> Message:
        if whole:
            return whole.pop()
        await begun.wait()
        return {"type": "http.disconnect"}

    caplog.set_level(logging.INFO)
    async with asyncio.timeout(30):
        await _ask(small, receive)
    assert _told(caplog) == [("INFO", "/mcp", 200)], "its answer had begun"


async def _ask(small: Filled, receive: Receive) -> None:
    """Send one request as a server hands it to the service, so that its sender can leave at any moment."""

    async def send(_: Message) -> None:
        pass

    headers = HEADERS | {
        "Authorization": f"Bearer {small.keys['lead'].secret}",
        "Content-Type": "application/json",
        "Host": "discovery.test",
    }
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/mcp",
        "raw_path": b"/mcp",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    with suppress(ClientDisconnect):
        await small.service.app(scope, receive, send)


def _told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, object, object]]:
    """What the service logged of requests, and whatever anything logged as an error."""
    return [
        (one.levelname, getattr(one, "route", one.getMessage()), getattr(one, "status", None))
        for one in caplog.records
        if one.name == "discovery_agent.web.access" or one.levelno >= logging.WARNING
    ]
