from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from discovery_agent.discovery.access import principal_of
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings
from tests.security.asked import in_loop
from tests.security.planting import NAMES, Planted, owner_of, planted
from tests.security.serving import Running, running
from tests.web.conftest import paces as paces
from tests.web.conftest import service as service
from tests.web.conftest import shared_bench as shared_bench
from tests.web.conftest import web_cache as web_cache


@dataclass
class Full:
    """A server over two engagements, and who may ask it."""

    server: Running
    folder: Path
    planted: dict[str, Planted]
    owner: str

    def session(self, principal: str) -> str | None:
        """The session of `nobody`, of the `owner`, or of one such as `A lead`."""
        if principal == "nobody":
            return None
        letter, _, who = principal.partition(" ")
        return self.planted[letter].sessions[who] if who else self.owner


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory, web_cache: Path, shared_bench: Workbench) -> Iterator[Full]:
    """The server, made ready once for the process that runs tests; they leave what is planted there as it is."""
    folder = tmp_path_factory.mktemp("security")

    async def fill() -> tuple[dict[str, Planted], str]:
        settings = Settings.load(data_dir=folder / "data", cache_dir=web_cache)
        async with await Workspace.open(settings) as ws:
            ws.bench.embeddings, ws.bench.slots, ws.bench.tables = shared_bench.embeddings, shared_bench.slots, shared_bench.tables
            owner = await owner_of(ws)
            principal = await principal_of(ws, owner)
            return {letter: await planted(ws, canary, principal) for letter, canary in NAMES.items()}, owner

    made, owner = in_loop(fill())
    with running(folder, web_cache) as server:
        yield Full(server, folder, made, owner)
