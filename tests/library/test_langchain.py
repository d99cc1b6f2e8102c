"""What agents on LangChain get of an engagement: evidence with its place, a verdict, and nothing that is private."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from discovery_agent import Settings
from discovery_agent.discovery.documents import add_document
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.errors import NotFound
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.shipped import FILE
from discovery_agent.library.langchain import EvidenceRetriever, OpenedEngagement, evidence_tools
from discovery_agent.settings import data_folder
from tests.library.talked import ALONE, KICK_OFF, SAID_ALONE, SAID_OPENLY, engagement_with_talks


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A knowledge base of a single page, so that its index is made in no time."""
    folder = tmp_path_factory.mktemp("knowledge")
    for one in data_folder("knowledge").iterdir():
        if one.is_file() and one.name != FILE:
            (folder / one.name).symlink_to(one)
    (folder / "pages" / "risk").mkdir(parents=True)
    page = next((data_folder("knowledge") / "pages" / "risk").glob("*.md"))
    (folder / "pages" / "risk" / page.name).symlink_to(page)
    return Settings.load(knowledge_dir=folder, data_dir=folder / "data", cache_dir=folder / "cache")


@pytest.fixture(scope="module")
def claims(settings: Settings, embeddings: MiniLMEmbeddings) -> Iterator[OpenedEngagement]:
    async def make() -> None:
        async with await Workspace.open(settings) as ws:
            made = await engagement_with_talks(ws)
            await add_document(ws, made.id, "handbook.md", b"# Handbook\n\nSurveyors hand in their papers within two working days.\n")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workbench, "embeddings", embeddings)
        asyncio.run(make())
        with OpenedEngagement("claims", settings=settings) as opened:
            yield opened


def test_documents_are_findings_with_their_place_and_passages_fused(claims: OpenedEngagement) -> None:
    found = EvidenceRetriever(engagement=claims, limit=4).invoke("surveyors hand in papers")
    first = next(one for one in found if one.metadata["source"] == "finding")
    said = SAID_OPENLY[1].quotes[0]
    assert first.page_content.startswith("Documents arrive late") and said.text in first.page_content
    wanted = {
        "speaker": "Ben",
        "utterance_id": said.utterance_id,
        "start": said.start,
        "end": said.end,
        "grounding": "exact",
        "status": "proposed",
    }
    assert wanted.items() <= first.metadata.items() and first.metadata["conversation"] == KICK_OFF.title
    passage = next(one for one in found if one.metadata["source"] == "document")
    assert passage.metadata["file"] == "handbook.md" and "two working days" in passage.page_content


async def test_interviews_that_are_private_are_left_out_also_when_awaited(claims: OpenedEngagement) -> None:
    retriever = EvidenceRetriever(engagement=claims, passages=False, limit=50)
    waited, awaited = retriever.invoke("surveyors invent mileage"), await retriever.ainvoke("surveyors invent mileage")
    assert waited == awaited and waited
    for one in waited:
        assert one.metadata["conversation_id"] != ALONE.id and SAID_ALONE[0].statement not in one.page_content


def test_the_tools_search_and_assess_and_change_nothing(claims: OpenedEngagement) -> None:
    tools = {one.name: one for one in evidence_tools(claims)}
    assert set(tools) == {"search_evidence", "assess_case"}
    told = tools["search_evidence"].invoke(
        {"type": "tool_call", "id": "1", "name": "search_evidence", "args": {"query": "windscreens", "limit": 1}}
    )
    assert "Broken windscreens are a fifth of all cases." in told.content and told.artifact[0]["id"] == SAID_OPENLY[2].id
    assert "invent" not in tools["search_evidence"].invoke({"query": "surveyors invent mileage"})
    verdict = tools["assess_case"].invoke({"description": "Two clerks type the same twelve fields into the ERP by fixed rules."})
    assert verdict.startswith("No AI needed")


def test_an_engagement_that_is_not_there_is_told_with_those_that_are(claims: OpenedEngagement, settings: Settings) -> None:
    with pytest.raises(NotFound, match="Claims"):
        OpenedEngagement("returns", settings=settings)
    with OpenedEngagement("Claims", settings=settings) as left:
        pass
    for asked in (left.search, left.passages, left.assess):
        with pytest.raises(RuntimeError, match="was closed"):
            asked("how long does it take?")
