"""The command `mcp`: a process of its own, asked over its standard input and output."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from discovery_agent.cli.exit_codes import Exit, code_of
from discovery_agent.cli.mcp import run_mcp
from discovery_agent.discovery import access
from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.errors import AccessDenied
from mcp import Client, StdioServerParameters
from tests.discovery.service import Clock, opened_workspace
from tests.mcp.clients import given, read_json, refusal

COMMAND = [sys.executable, "-m", "discovery_agent.cli.main", "mcp"]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
    return clean | {"DISCOVERY_DATA_DIR": str(folder / "data"), "DISCOVERY_CACHE_DIR": str(folder / "cache")} | more


async def prepared(folder: Path) -> tuple[str, str, str]:
    """Two engagements, and the secret of a lead of the first."""
    async with opened_workspace(folder, Clock()) as ws:
        one, other = await create_engagement(ws, "Claims"), await create_engagement(ws, "Returns")
        _, secret = await access.member_link(ws, one.id, AccessRole.LEAD, "Lea", days=365)
        return one.id, other.id, secret


async def test_whoever_uses_the_machine_is_the_owner_and_may_name_files_of_the_folder_that_was_opened(tmp_path: Path) -> None:
    one, other, _ = await prepared(tmp_path)
    talks = tmp_path / "talks"
    talks.mkdir()
    command = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], "--transcripts", str(talks)], env=surroundings(tmp_path))
    async with Client(command, cache=None) as client:
        assert {item["id"] for item in given(await client.call_tool("list_engagements", {}))["items"]} == {one, other}
        assert (await read_json(client, "discovery://engagements?limit=1"))["total"] == 2
        (analyses,) = (one for one in (await client.list_tools()).tools if one.name == "analyse_transcript")
        assert set(analyses.input_schema["properties"]) == {"text", "path", "title", "limit"}
        assert "no such file" in refusal(await client.call_tool("analyse_transcript", {"path": "../data/discovery.db"}))


def test_with_a_key_its_rights_apply_and_nothing_but_the_protocol_is_written(tmp_path: Path) -> None:
    one, _, secret = asyncio.run(prepared(tmp_path))
    ask: list[dict[str, Any]] = [
        HELLO,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_engagements", "arguments": {}}},
        {"jsonrpc": "2.0", "id": 3, "method": "resources/read", "params": {"uri": "discovery://nothing"}},
    ]
    lines = [json.dumps(message) for message in ask]
    lines[2:2] = ["", "this is no JSON \x1b[2J \ufffd", '{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": []}']
    half = {"name": "assess_case", "arguments": {"description": "Half a character: \ud83d. Its escape: \\ud83d."}}
    lines.append(json.dumps({"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": half}))
    env = surroundings(tmp_path, DISCOVERY_KEY=f"http://127.0.0.1:8000/enter/{secret}", DISCOVERY_LOG_LEVEL="DEBUG")
    # The clock of the test stands in March; the process has the real one, so the key is still good for a year after it.
    with subprocess.Popen(COMMAND, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.flush()
        answers: dict[int | None, dict[str, Any]] = {}
        while len(answers) < 6:
            answer = json.loads(process.stdout.readline())
            answers[answer["id"]] = answer
        process.stdin.close()
        rest, log = process.stdout.read(), process.stderr.read()
        assert process.wait(30) == 0 and rest == ""
    assert answers[1]["result"]["serverInfo"]["name"] == "discovery-agent"
    assert [item["id"] for item in answers[2]["result"]["structuredContent"]["items"]] == [one]
    assert answers[3]["error"]["message"] == "There is nothing at this address."
    assert answers[4]["result"]["structuredContent"]["description"] == "Half a character: \ufffd. Its escape: \\ud83d."
    assert answers[None]["error"]["code"] == -32700 and answers[7]["error"]["code"] == -32600, "whoever asked does not wait without end"
    assert secret not in log and "Traceback" not in log and "Claims" not in log


def test_a_key_that_opens_nothing_ends_the_command_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings(tmp_path, DISCOVERY_KEY="invented-secret").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(AccessDenied, match="not known here") as error:
        run_mcp(None)
    assert code_of(error.value) is Exit.REFUSED and "invented-secret" not in str(error.value)


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_end_is_followed_also_while_the_client_says_nothing(number: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        COMMAND, env=surroundings(tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(json.dumps(HELLO) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(number)
        assert process.wait(30) == 130
        assert process.stdout.read() == "" and "Traceback" not in process.stderr.read()


@pytest.mark.exhaustive
def test_a_client_that_goes_without_reading_leaves_nothing_but_the_end_of_the_command(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    with subprocess.Popen(
        COMMAND, env=surroundings(tmp_path), stdin=subprocess.PIPE, stdout=writes, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(writes)
        os.close(reads)
        assert process.stdin and process.stderr
        process.stdin.write(json.dumps(HELLO) + "\n")
        process.stdin.flush()
        assert process.wait(30) == 0
        assert "Traceback" not in process.stderr.read()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
