from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from tests.discovery.members import Members
from tests.discovery.service import Clock, opened_workspace
from tests.knowledge.shelves import write_page


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ws(tmp_path: Path, clock: Clock, embeddings: MiniLMEmbeddings) -> AsyncIterator[Workspace]:
    """Over two pages of knowledge, so that indexes are made quickly."""
    corpus = tmp_path / "corpus"
    write_page(corpus / "pages" / "lessons", "pilots", "# Pilots\nGood pilots get stuck because they were made easy.", kind="lesson")
    write_page(
        corpus / "pages" / "risk", "privacy", "# Privacy\nPersonal data needs a legal basis before it is read by a machine.", kind="risk"
    )
    async with opened_workspace(tmp_path, clock, knowledge_dir=corpus) as workspace:
        workspace.bench.embeddings = embeddings
        yield workspace


@pytest.fixture
async def members(ws: Workspace) -> Members:
    engagement = await create_engagement(ws, "Claims handling", organisation="Northwind Mutual")
    return Members(ws, engagement.id)
