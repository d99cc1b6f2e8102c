"""Whatever happens to an index, searches find again what the documents hold; no document is lost with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.search import Knowledge
from tests.knowledge.keeping import InDatabase, InFiles
from tests.knowledge.shelves import WordVectors, write_page
from tests.storage.postgres import Postgres

DOCUMENTS = {"terms.txt": "Net 30 days.", "policy.txt": "Two signatures above 500 euro.", "rates.txt": "850 euro a day."}

Open = Callable[[object], Knowledge]


@pytest.fixture
def opened(tmp_path: Path, embeddings: MiniLMEmbeddings) -> Open:
    """Opens the knowledge with shelves in a place, as a server does that then runs for long."""
    write_page(tmp_path / "corpus" / "pages", "kpis/payables", "# kpis/payables\n\nDays payable outstanding.\n", kind="kpi")

    def made(keeping: InFiles | InDatabase) -> Knowledge:
        knowledge = Knowledge(tmp_path / "corpus", tmp_path / "indexes", keeping.shelves, WordVectors(), embeddings)
        with knowledge.shelf("northwind") as shelf:
            for name, words in DOCUMENTS.items():
                shelf.add(name, words.encode())
            knowledge.refresh("northwind", shelf=shelf)
        assert found(knowledge) == {*DOCUMENTS.values()}
        return knowledge

    return made  # type: ignore[return-value]


def found(knowledge: Knowledge) -> set[str]:
    """What the three documents say, as far as it is found, by meaning and by words."""
    results = [one for words in DOCUMENTS.values() for one in knowledge.search([words], engagement="northwind")[0].results]
    return {one.passage.text for one in results if one.passage.citation.engagement and one.vector_rank and one.keyword_rank}


@pytest.mark.parametrize("damage", ["garbage", "cut", "empty", "missing"])
@pytest.mark.parametrize("running", [True, False])
def test_damaged_files_of_chroma_are_made_anew_from_the_documents(tmp_path: Path, opened: Open, damage: str, running: bool) -> None:
    keeping = InFiles(tmp_path / "engagements")
    knowledge = opened(keeping)
    (index,) = (keeping.folder / "northwind" / "index").glob("gen-*/chroma")
    for file in (path for path in index.rglob("*") if path.is_file()):
        if damage == "missing":
            file.unlink()
        else:
            whole = file.read_bytes()
            file.write_bytes(
                {"garbage": bytes(range(256)) * (len(whole) // 256 + 1), "cut": whole[: len(whole) // 3], "empty": b""}[damage]
            )
    if not running:
        knowledge.close()
        knowledge._fresh.clear()
    assert found(knowledge) == {*DOCUMENTS.values()}
    assert found(knowledge) == {*DOCUMENTS.values()}
    assert {page.front.file for page in knowledge.documents("northwind")} == {*DOCUMENTS}


@pytest.fixture
def database(postgres: Postgres) -> Iterator[InDatabase]:
    made = InDatabase(postgres.emptied())
    yield made
    made.close()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM shelf_vectors",
        "DELETE FROM shelf_vectors WHERE number = 1",
        "DELETE FROM shelf_passages",
        "DELETE FROM shelf_pages WHERE page = 'terms'",
        "UPDATE shelves SET words = NULL, generation = generation + 1",
        "UPDATE shelves SET words = '\\x00', generation = generation + 1",
        "UPDATE shelf_vectors SET embedding = '[1,2,3]'",
    ],
)
def test_rows_that_are_gone_or_damaged_are_made_anew_from_the_documents(opened: Open, database: InDatabase, damage: str) -> None:
    knowledge = opened(database)
    with database.writing() as connection:
        connection.execute(text(damage))
    assert found(knowledge) == {*DOCUMENTS.values()}
    assert {page.front.file for page in knowledge.documents("northwind")} == {*DOCUMENTS}
    with database.writing() as connection:
        assert connection.execute(text("SELECT count(*) FROM shelf_vectors")).scalar() == len(DOCUMENTS)
