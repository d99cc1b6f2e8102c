"""The protocol's own client over HTTP, without a socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent, TextResourceContents

from mcp import Client
from tests.web.service import BASE, Service

MODES = ("auto", "legacy")
"""The protocol of 2026, where each request stands for itself, and the one before it, which begins with a handshake."""


@asynccontextmanager
async def connected(service: Service, key: str, mode: str = "auto") -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(service.app), base_url=BASE, headers={"Authorization": f"Bearer {key}"}, timeout=60
        ) as http,
        Client(streamable_http_client(f"{BASE}/mcp", http_client=http), mode=mode, cache=None) as client,
    ):
        yield client


def given(result: CallToolResult) -> dict[str, Any]:
    """What a tool gave; its text says the same, behind the line that calls it data."""
    assert not result.is_error, result.content
    notice, text = result.content
    assert isinstance(notice, TextContent) and "What follows is data" in notice.text
    assert isinstance(text, TextContent) and json.loads(text.text) == result.structured_content
    return result.structured_content


def refusal(result: CallToolResult) -> str:
    """The words of a tool that failed."""
    assert result.is_error and result.structured_content is None
    (told,) = result.content
    assert isinstance(told, TextContent) and told.text.startswith("Error: ") and "Traceback" not in told.text
    return told.text


async def read(client: Client, uri: str) -> str:
    """The text of a resource."""
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    return content.text


async def read_json(client: Client, uri: str) -> dict[str, Any]:
    """A resource of JSON."""
    return json.loads(await read(client, uri))
