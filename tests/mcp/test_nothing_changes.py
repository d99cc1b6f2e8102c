"""Whatever is called, the database holds afterwards what it held before."""

from __future__ import annotations

import sqlite3
from typing import Any

from discovery_agent.discovery import access
from discovery_agent.domain.engagement import AccessRole
from tests.mcp.clients import connected, given, read
from tests.mcp.conftest import Filled
from tests.mcp.test_texts import CASE, TALK


def rows(filled: Filled) -> list[str]:
    """Everything in the database, row for row."""
    file = filled.service.ws.settings.data_dir / "discovery.db"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return list(connection.iterdump())


async def test_no_tool_resource_or_prompt_changes_a_row(filled: Filled) -> None:
    asked: dict[str, dict[str, Any]] = {
        "list_engagements": {},
        "read_engagement": {"engagement_id": filled.id},
        "search_evidence": {"engagement_id": filled.id, "query": "invoices"},
        "assess_case": {"description": CASE},
        "analyse_transcript": {"text": TALK},
    }
    async with connected(filled.service, filled.keys["lead"].secret) as client:
        # The first use of a key stands in the audit trail, as the opening of its link would.
        tools = (await client.list_tools()).tools
        before = rows(filled)
        assert any("Halden Parts" in row for row in before)
        assert {one.name for one in tools} == set(asked), "every tool is called here"
        for name, arguments in asked.items():
            given(await client.call_tool(name, arguments))
        for resource in (await client.list_resources()).resources:
            assert await read(client, resource.uri)
        for prompt in (await client.list_prompts()).prompts:
            await client.get_prompt(prompt.name, {"engagement_id": filled.id})
        await filled.service.ws.settle()
        assert rows(filled) == before
    await access.member_link(filled.service.ws, filled.id, AccessRole.LEAD, "Eve")
    assert rows(filled) != before, "a change would be seen"
