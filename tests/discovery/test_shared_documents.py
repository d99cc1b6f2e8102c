"""Several machines serve one engagement on PostgreSQL: its documents are everybody's at once, and go with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest

from discovery_agent.discovery import engagements as use
from discovery_agent.discovery.documents import add_document, list_documents, remove_document, search_knowledge
from discovery_agent.discovery.shelving import where_documents_are
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement
from discovery_agent.errors import NotFound
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.file_shelves import FileShelves
from discovery_agent.settings import Settings
from tests.knowledge.keeping import InDatabase
from tests.knowledge.shelves import write_page
from tests.storage.postgres import Postgres

DEPOT = b"# Depot manual\n\nThe porter signs the zebra form before parcels leave the blue cage.\n"


@pytest.fixture
def database(postgres: Postgres) -> Iterator[InDatabase]:
    made = InDatabase(postgres.emptied())
    yield made
    made.close()


def settings_of(folder: Path, url: str) -> Settings:
    """A machine with a disk of its own, and a knowledge base of one page."""
    corpus = folder.parent / "corpus"
    write_page(corpus / "pages", "payables", "# payables\n\nDays payable outstanding.\n", kind="kpi")
    return Settings.load(data_dir=folder / "data", cache_dir=folder.parent / "cache", knowledge_dir=corpus, database_url=url)


@pytest.fixture
async def machines(
    tmp_path: Path, database: InDatabase, embeddings: MiniLMEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Workspace, Workspace]]:
    """Two machines."""
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    async with AsyncExitStack() as closing:
        first, second = [
            await closing.enter_async_context(await Workspace.open(settings_of(tmp_path / name, database.url))) for name in "ab"
        ]
        yield first, second


@pytest.fixture
async def engagement(machines: tuple[Workspace, Workspace]) -> Engagement:
    return await use.create_engagement(machines[0], "Claims handling", actor="Owner")


async def found(ws: Workspace, engagement: Engagement, query: str = "who signs the zebra form") -> list[str]:
    """What a search finds in the engagement's documents."""
    results = (await search_knowledge(ws, engagement.id, query)).results
    return [one.passage.text for one in results if one.passage.citation.engagement]


async def test_what_one_machine_adds_or_removes_the_other_finds_or_misses_at_once(
    machines: tuple[Workspace, Workspace], engagement: Engagement, tmp_path: Path
) -> None:
    first, second = machines
    assert await found(second, engagement) == []
    document = await add_document(first, engagement.id, "depot.md", DEPOT)
    assert await found(second, engagement) == ["The porter signs the zebra form before parcels leave the blue cage."]
    await add_document(first, engagement.id, "depot.md", DEPOT.replace(b"zebra", b"tapir"))
    assert await found(second, engagement) == ["The porter signs the tapir form before parcels leave the blue cage."]
    assert [one.file for one in await list_documents(second, engagement.id)] == ["depot.md"]
    (exported,) = (await use.export_engagement(second, engagement.id))["documents"]
    assert exported["file"] == "depot.md" and "tapir form" in exported["text"]
    await remove_document(second, engagement.id, document.id)
    assert await found(first, engagement) == [] and await list_documents(first, engagement.id) == ()
    assert not [path for name in "ab" for path in (tmp_path / name).rglob("*") if path.is_file()]


async def test_of_one_document_that_both_add_at_once_there_is_one(machines: tuple[Workspace, Workspace], engagement: Engagement) -> None:
    added = await asyncio.gather(*(add_document(ws, engagement.id, "depot.md", DEPOT) for ws in machines * 2))
    assert len({one.id for one in added}) == 1
    for ws in machines:
        assert len(await list_documents(ws, engagement.id)) == len(await found(ws, engagement)) == 1


async def test_a_deleted_engagement_leaves_no_row_of_its_documents_and_their_vectors(
    machines: tuple[Workspace, Workspace], engagement: Engagement, database: InDatabase
) -> None:
    first, second = machines
    await add_document(first, engagement.id, "depot.md", DEPOT)
    remembered = first.bench.shelves.remembered(
        use.shelf_name(engagement.id), "statements", first.bench.embeddings.embed, dimensions=384, belongs_to=engagement.id
    )
    await asyncio.to_thread(remembered.embed, ["The porter signs."])
    assert database.holds("zebra form")
    await use.delete_engagement(second, engagement.id)
    assert database.is_empty()
    with pytest.raises(NotFound):
        await add_document(first, engagement.id, "depot.md", DEPOT)
    assert database.is_empty()


async def test_documents_go_with_the_row_of_their_engagement(
    machines: tuple[Workspace, Workspace], engagement: Engagement, database: InDatabase
) -> None:
    await add_document(machines[0], engagement.id, "depot.md", DEPOT)
    async with machines[1].database.unit() as unit:
        await unit.engagements.delete(engagement.id)
    assert database.is_empty()


async def test_documents_in_the_data_folder_move_into_the_database_if_their_engagement_is_there(
    machines: tuple[Workspace, Workspace], engagement: Engagement, database: InDatabase, tmp_path: Path
) -> None:
    files = FileShelves(tmp_path / "old" / "data" / "engagements")
    before = Workbench(Settings.load(data_dir=tmp_path / "old" / "data", cache_dir=tmp_path / "cache"))
    for name in (use.shelf_name(engagement.id), use.shelf_name("e_of_another_database"), "named-by-hand"):
        with before.knowledge.shelf(name) as shelf:
            shelf.add("depot.md", DEPOT)
    async with await Workspace.open(settings_of(tmp_path / "old", database.url)) as moved:
        assert len(await found(moved, engagement)) == 1
        assert [one.file for one in await list_documents(machines[1], engagement.id)] == ["depot.md"]
    assert files.names() == tuple(sorted([use.shelf_name("e_of_another_database"), "named-by-hand"]))
    await use.delete_engagement(machines[0], engagement.id)
    assert database.is_empty()


async def test_where_the_user_may_not_create_pgvector_documents_stay_files_until_somebody_else_did(
    tmp_path: Path, postgres: Postgres, embeddings: MiniLMEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    admin = postgres.empty()
    name = admin.partition("@/")[2].partition("?")[0]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute(f'ALTER DATABASE "{name}" OWNER TO clerk')  # type: ignore[arg-type]
        connection.execute("ALTER SCHEMA public OWNER TO clerk")
    settings = settings_of(tmp_path / "a", admin.replace("discovery@", "clerk@"))
    async with await Workspace.open(settings) as ws:
        engagement = await use.create_engagement(ws, "Claims handling", actor="Owner")
        await add_document(ws, engagement.id, "depot.md", DEPOT)
        assert len(await found(ws, engagement)) == 1
    where, remedy = where_documents_are(settings)
    assert "for this machine alone" in where and remedy and "CREATE EXTENSION vector" in remedy
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector")
    async with await Workspace.open(settings) as ws:
        assert len(await found(ws, engagement)) == 1
        assert ws.bench.shelves.names() and not FileShelves(settings.data_dir / "engagements").names()
    assert where_documents_are(settings) == (f"in the database, with pgvector (postgresql://clerk@/{name})", None)
