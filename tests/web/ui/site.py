"""The whole service on a real port, in a thread with an event loop of its own; tests reach into its workspace from outside."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from discovery_agent.discovery.access import invite, member_link, owner_link, redeem
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import AccessRole, Engagement, StakeholderRecord
from discovery_agent.settings import Settings
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces

Result = TypeVar("Result")
_FAST = Paces(refused="10000/minute", entering="10000/minute", turns="10000/minute", uploads="10000/minute")


class Site:
    """A running service."""

    def __init__(self, folder: Path, cache: Path, like: Workbench) -> None:
        self._folder = folder
        self._cache = cache
        self._like = like
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: uvicorn.Server | None = None
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="site", daemon=True)
        self._ws: Workspace | None = None
        self.port = 0

    def start(self) -> None:
        self._thread.start()
        assert self._up.wait(60), "the service did not start"

    def stop(self) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(60)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> Workspace:
        assert self._ws is not None
        return self._ws

    def call(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something in the service's own event loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def reads(self, read: Callable[[Any], Awaitable[Result]]) -> Result:
        """What a read of the database gives."""

        async def reading() -> Result:
            async with self.ws.database.reading() as unit:
                return await read(unit)

        return self.call(reading())

    def settle(self) -> None:
        """Wait until nothing goes on in the background."""
        self.call(self.ws.settle())

    # What tests begin with

    def owner(self) -> str:
        """A session of the owner."""

        async def enter() -> str:
            secret = await owner_link(self.ws, again=True)
            assert secret is not None
            return (await redeem(self.ws, secret))[0]

        return self.call(enter())

    def member(self, engagement: Engagement, role: AccessRole) -> str:
        """A session of a lead or reviewer."""

        async def enter() -> str:
            _, secret = await member_link(self.ws, engagement.id, role, f"A {role.value}")
            return (await redeem(self.ws, secret))[0]

        return self.call(enter())

    def engagement(self, title: str = "Spare parts", **settings: Any) -> Engagement:
        return self.call(create_engagement(self.ws, title, organisation="Halden AG", purpose="Why customers wait.", **settings))

    def person(self, engagement: Engagement, name: str = "Tomas Berg", role: Role = Role.BUSINESS) -> StakeholderRecord:
        return self.call(add_stakeholder(self.ws, engagement.id, name, role=role, department="Service"))

    def invite(self, person: StakeholderRecord) -> str:
        """The address of an invite link."""
        _, secret = self.call(invite(self.ws, person.engagement_id, person.id))
        return f"{self.url}/enter/{secret}"

    def guest(self, person: StakeholderRecord) -> str:
        """A session of a stakeholder."""
        return self.call(redeem(self.ws, self.invite(person).rsplit("/", 1)[1]))[0]

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        settings = Settings.load(data_dir=self._folder, cache_dir=self._cache)
        async with await Workspace.open(settings) as ws:
            ws.bench.embeddings, ws.bench.slots, ws.bench.tables = self._like.embeddings, self._like.slots, self._like.tables
            self._ws, self._loop = ws, asyncio.get_running_loop()
            config = uvicorn.Config(create_app(ws, paces=_FAST), port=0, log_level="warning", lifespan="on")
            self._server = uvicorn.Server(config)
            announcing = asyncio.create_task(self._announce())
            await self._server.serve()
            await announcing

    async def _announce(self) -> None:
        assert self._server is not None
        while not self._server.started:
            await asyncio.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self._up.set()
