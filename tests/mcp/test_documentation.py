"""docs/mcp.md says what is there, and its configurations would start it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import typer
from typer.testing import CliRunner

from discovery_agent.cli.main import app
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.mcp.arguments import LONGEST_CASE, LONGEST_TRANSCRIPT, MOST_IN_A_PART
from discovery_agent.mcp.calls import Surroundings
from discovery_agent.mcp.prompts import PROMPTS
from discovery_agent.mcp.resources import RESOURCES
from discovery_agent.mcp.tools import tools_of
from discovery_agent.mcp.transcripts import LARGEST_FILE
from discovery_agent.web.bodies import MOST_BYTES
from discovery_agent.web.pace import Paces
from tests.mcp.documentation import PAGE, blocks


def configured() -> list[dict[str, Any]]:
    """Every server of every configuration on the page."""
    known = [json.loads(block) for block in blocks("json")]
    return [server for one in known for servers in (one.get("servers", {}), one.get("mcpServers", {})) for server in servers.values()]


def test_every_configuration_is_valid_and_names_a_command_or_an_address_that_is_there() -> None:
    servers = configured()
    assert len(servers) == len(blocks("json")) == 4
    for server in servers:
        if "url" in server:
            assert server["url"].endswith("/mcp") and server["headers"]["Authorization"].startswith("Bearer ${")
        else:
            assert Path(server["command"]).name == "discovery-agent" and server["args"][0] == "mcp"
            known = {option for one in cast(Any, typer.main.get_command(app)).commands["mcp"].params for option in one.opts}
            assert {one for one in server["args"] if one.startswith("--")} <= known
            assert all(name.startswith("DISCOVERY_") for name in server.get("env", {}))
    shown = CliRunner().invoke(app, ["mcp", "--help"])
    assert shown.exit_code == 0 and "DISCOVERY_KEY" in shown.output


def test_the_page_names_every_tool_with_what_it_takes_every_address_and_every_prompt() -> None:
    around = Surroundings(cast(Workspace, None))
    rows = {row[0]: row[1] for row in re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.M)}
    tools = tools_of(replace(around, files=Path()))
    assert set(rows) == {one.name for one in tools}
    for tool in tools:
        assert set(re.findall(r"`(\w+)`", rows[tool.name])) == set(tool.takes.model_fields), tool.name
    listed = set(re.findall(r"^\| `(discovery://\S+)` \|", PAGE, re.M))
    assert listed == {one.pattern.removesuffix("{?offset,limit}") for one in RESOURCES}
    assert all(f"`{one.name}`" in PAGE for one in PROMPTS)


def test_the_limits_on_the_page_are_those_that_are_kept() -> None:
    assert f"at most {LONGEST_CASE:,} characters, a transcript {LONGEST_TRANSCRIPT:,}" in PAGE
    assert f"a file {LARGEST_FILE // 1_000_000} MB" in PAGE and f"at most {MOST_BYTES // 1_000_000} MB" in PAGE
    assert f"at most {MOST_IN_A_PART} items" in PAGE and f"{Paces().uploads.partition('/')[0]} a minute for each key" in PAGE
