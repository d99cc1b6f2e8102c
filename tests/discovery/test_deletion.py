"""A deleted engagement: nothing of what was said in it is left in any file, with everything as a server has it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from dbos import DBOS

from discovery_agent.discovery.assessments import latest_assessment
from discovery_agent.discovery.documents import add_document, search_knowledge
from discovery_agent.discovery.durable import Durable
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement, delete_engagement, export_engagement, shelf_name
from discovery_agent.discovery.interviews import answer, open_interview, start_interview
from discovery_agent.discovery.jobs import list_jobs
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.errors import NotFound
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import Settings
from tests import fake_model_server as fake
from tests.discovery.jobs.working import ended, until
from tests.fake_model_server import FakeModelServer

SAID = "Parcels wait nine days for the zebra form."
TALK = f"Ada: We want claims paid within five days by June.\nBen: {SAID}\n".encode()
UNREADABLE = b"\x00\x01zebra form\x00\xff\xfe"
DEPOT = b"# Depot manual\n\nThe porter signs the zebra form before parcels leave the blue cage.\n"
TRACES = (b"zebra form", b"five days by June", b"blue cage", b"Quince account")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        running.say(reads)
        yield running


async def reads(exchange: fake.Exchange) -> None:
    """A model that finds what was said of the parcels, and words every question alike."""
    form = exchange.body.get("response_format")
    if form is None:
        await fake.answer("What about the zebra form?")(exchange)
    elif form["json_schema"]["name"] == "RatingsReply":
        await fake.answer({"ratings": [], "data": []})(exchange)
    else:
        found = {
            "quotes": [{"utterance": "u1", "text": SAID}],
            "kind": "pain_point",
            "statement": "The zebra form keeps parcels waiting.",
            "confidence": 0.9,
            "stance": None,
            "kpi": None,
        }
        await fake.answer({"findings": [found]})(exchange)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        model="openai:gpt-4",
        input_price_usd=1.0,
        output_price_usd=2.0,
        max_attempts=1,
    )


@pytest.fixture
async def ws(
    settings: Settings, server: FakeModelServer, embeddings: MiniLMEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Workspace]:
    """A workspace as a server has it: its jobs are durable."""
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    async with AsyncExitStack() as closing:
        opened = await closing.enter_async_context(await Workspace.open(settings))
        jobs = await Durable.start(opened, poll_seconds=0.02)
        closing.push_async_callback(jobs.stop)
        yield opened


async def filled(ws: Workspace) -> str:
    """An engagement with a transcript, a file that cannot be read, a document, an interview and an assessment."""
    engagement = await create_engagement(ws, "Quince account", purpose="Pay claims faster", actor="Owner")
    await add_document(ws, engagement.id, "depot.md", DEPOT)
    await upload_transcript(ws, engagement.id, "Quince account.txt", TALK, "Lea")
    await upload_transcript(ws, engagement.id, "zebra form.docx", UNREADABLE, "Lea")
    await upload_transcript(ws, engagement.id, "again.txt", TALK, "Lea")
    ada = await add_stakeholder(ws, engagement.id, "Ada Berg")
    record = await start_interview(ws, engagement.id, ada.id)
    async for _ in open_interview(ws, record.id):
        pass
    async for _ in answer(ws, record.id, SAID, "a1"):
        pass

    async def settled() -> bool:
        jobs = await list_jobs(ws, engagement.id)
        return ended(jobs) and await latest_assessment(ws, engagement.id) is not None

    await until(settled)
    await ws.settle()
    assert (await search_knowledge(ws, engagement.id, "zebra form")).results
    return engagement.id


# The vector library writes room for vectors to come as the memory happens to be, which no test can foresee; texts are never put there.
_VECTORS = "data_level0.bin"


def traces(*folders: Path) -> dict[str, list[bytes]]:
    """The files that hold something of what was said, each with what."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != _VECTORS]
    found = {str(path): [trace for trace in TRACES if trace in path.read_bytes()] for path in files}
    return {path: some for path, some in found.items() if some}


async def test_no_file_of_a_running_server_holds_a_word_of_a_deleted_engagement(ws: Workspace, settings: Settings) -> None:
    engagement = await filled(ws)
    before = traces(settings.data_dir, settings.cache_dir)
    assert any("calls" in path for path in before) and any("discovery.db" in path for path in before), before
    assert any(shelf_name(engagement) in path and "documents" in path for path in before)
    assert not any("-jobs.db" in path for path in before)
    await delete_engagement(ws, engagement)
    assert traces(settings.data_dir, settings.cache_dir) == {}
    with pytest.raises(NotFound):
        await export_engagement(ws, engagement)


async def test_engagements_share_no_reply_so_that_one_keeps_its_own_when_the_other_goes(
    ws: Workspace, settings: Settings, server: FakeModelServer
) -> None:
    first = await filled(ws)
    asked = len(server.requests)
    second = await filled(ws)
    assert len(server.requests) == 2 * asked
    whole = await export_engagement(ws, second)
    await delete_engagement(ws, first)
    kept = [path for path in traces(settings.cache_dir) if "calls" in path]
    assert kept and all(shelf_name(second) in path for path in kept)
    assert json.dumps(await export_engagement(ws, second)) == json.dumps(whole)


async def test_a_reply_that_comes_after_the_deletion_is_not_kept(ws: Workspace, settings: Settings, server: FakeModelServer) -> None:
    engagement = await create_engagement(ws, "Quince account", actor="Owner")
    deleted = threading.Event()

    async def late(exchange: fake.Exchange) -> None:
        while not deleted.is_set() and not exchange.closing.is_set():
            await asyncio.sleep(0.002)
        await reads(exchange)

    server.say(late)
    job = await upload_transcript(ws, engagement.id, "talk.txt", TALK, "Lea")

    async def asked() -> bool:
        return len(server.requests) > 0

    await until(asked)
    await delete_engagement(ws, engagement.id)
    deleted.set()
    await DBOS.get_result_async(job.id)
    assert traces(settings.data_dir, settings.cache_dir) == {}
