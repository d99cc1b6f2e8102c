from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from tests.discovery.service import Clock, opened_workspace
from tests.web.service import Service
from tests.web.single_sign_on.pretender import CLIENT, SECRET, Pretender, pretending
from tests.web.single_sign_on.signing import OWNER


@pytest.fixture(scope="session")
def pretender_running() -> Iterator[Pretender]:
    with pretending() as known:
        yield known


@pytest.fixture
def pretender(pretender_running: Pretender) -> Pretender:
    """The provider that people sign in at, with nothing told to it yet."""
    pretender_running.reset()
    return pretender_running


@pytest.fixture
def chosen(request: pytest.FixtureRequest) -> dict[str, object]:
    """Settings of a test beyond the usual ones."""
    return getattr(request, "param", {})


@pytest.fixture
async def signing(
    tmp_path: Path, web_cache: Path, shared_bench: Workbench, paces: Paces, pretender: Pretender, chosen: dict[str, object]
) -> AsyncIterator[Service]:
    """The service, at which people may sign in with the pretender."""
    clock = Clock()
    settings = {"sso_issuer": pretender.issuer, "sso_client_id": CLIENT, "sso_client_secret": SECRET, "sso_owners": OWNER} | chosen
    async with opened_workspace(tmp_path, clock, cache=web_cache, like=shared_bench, **settings) as ws:
        made = Service(ws, create_app(ws, pages=False, paces=paces), clock)
        yield made
        await made.aclose()
