from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.discovery.workspace import Workspace
from tests.discovery.members import Members
from tests.discovery.service import Clock, opened_workspace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ws(tmp_path: Path, clock: Clock) -> AsyncIterator[Workspace]:
    async with opened_workspace(tmp_path, clock) as workspace:
        yield workspace


@pytest.fixture
async def members(ws: Workspace) -> Members:
    return Members(ws, (await create_engagement(ws, "Claims handling")).id)
