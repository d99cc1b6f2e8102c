"""The service as tests talk to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from discovery_agent.discovery import access
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind, Role, Utterance
from discovery_agent.domain.engagement import (
    AccessRole,
    ConversationRecord,
    ConversationState,
    Engagement,
    StakeholderRecord,
    StoredFinding,
)
from discovery_agent.domain.findings import Finding, FindingKind, Grounding, Quote
from tests.discovery.service import Clock

BASE = "http://discovery.test"
API = "/api/v1"
OWN_PAGE = {"X-Requested-With": "discovery-agent", "Origin": BASE}


@dataclass
class Service:
    """An app over a workspace, and clients of it that end with the test."""

    ws: Workspace
    app: FastAPI
    clock: Clock
    clients: list[httpx2.AsyncClient] = field(default_factory=list[httpx2.AsyncClient])

    def client(self, key: str | None = None, *, session: str | None = None, raises: bool = True) -> httpx2.AsyncClient:
        """A client that sends a key, or the cookie of a session, or nothing."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        cookies = {"discovery_session": session} if session else None
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=raises)
        made = httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers, cookies=cookies)
        self.clients.append(made)
        return made

    async def owner(self) -> httpx2.AsyncClient:
        secret = await access.owner_link(self.ws, again=True)
        assert secret
        session, _ = await access.redeem(self.ws, secret)
        return self.client(session)

    async def engagement(self, title: str = "Claims handling", **settings: Any) -> Engagement:
        return await create_engagement(self.ws, title, **settings)

    async def person(self, engagement: Engagement, name: str = "Maria Santos", role: Role = Role.BUSINESS) -> StakeholderRecord:
        return await add_stakeholder(self.ws, engagement.id, name, role=role, department="Claims")

    async def invited(self, person: StakeholderRecord) -> tuple[httpx2.AsyncClient, str]:
        _, secret = await access.invite(self.ws, person.engagement_id, person.id)
        return self.client(secret), secret

    async def member(self, engagement: Engagement, role: AccessRole, label: str = "Lea") -> httpx2.AsyncClient:
        _, secret = await access.member_link(self.ws, engagement.id, role, label)
        return self.client(secret)

    async def heard(
        self, engagement: Engagement, words: str, *, id: str, person: StakeholderRecord | None = None, released: bool = True
    ) -> StoredFinding:
        """A conversation in which one thing was said and found: an interview with a person, or else a meeting."""
        speaker = person.name if person else "Somebody"
        record = ConversationRecord(
            id=id,
            engagement_id=engagement.id,
            kind=ConversationKind.INTERVIEW if person else ConversationKind.MEETING,
            title=f"Talk with {speaker}",
            stakeholder_id=person.id if person else None,
            state=ConversationState.CLOSED if person else ConversationState.ANALYSED,
            released_at=self.clock() if released and person else None,
            rating=4 if person else None,
            created_at=self.clock(),
        )
        quote = Quote(
            conversation_id=id, utterance_id="u0", speaker=speaker, start=0, end=len(words), text=words, grounding=Grounding.EXACT
        )
        finding = Finding(
            id=f"f-{id}",
            kind=FindingKind.PAIN_POINT,
            statement=words,
            speakers=(speaker,),
            confidence=0.9,
            quotes=(quote,),
            proposed_by="rules",
        )
        async with self.ws.database.unit() as unit:
            await unit.conversations.add(record, [Utterance(index=0, speaker=speaker, text=words)])
            return (await unit.findings.put(engagement.id, id, [finding]))[0]

    async def aclose(self) -> None:
        for one in self.clients:
            await one.aclose()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app behind a real socket of this machine; gives its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=5)
    async with started(uvicorn.Server(config)) as address:
        yield address


@asynccontextmanager
async def started(server: uvicorn.Server) -> AsyncIterator[str]:
    """A server while it runs, at a port that was free; gives its address."""
    server.config.host, server.config.port = "127.0.0.1", 0
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            serving.result()
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Server-sent events by name; comments are left out."""
    found: list[tuple[str, dict[str, Any]]] = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def assert_problem(response: httpx2.Response, status: int, kind: str) -> dict[str, Any]:
    """The response is this problem, as RFC 9457 writes problems down."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["title"] and body["type"] == f"urn:discovery-agent:problem:{kind}", body
    assert "Traceback" not in response.text and "site-packages" not in response.text
    return body
