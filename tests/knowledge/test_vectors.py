"""Vectors are found as if all were compared, whatever filters leave, in both places that keep them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import text

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.domain.retrieval import PassageFilter
from discovery_agent.knowledge.chroma import ChromaVectors
from discovery_agent.knowledge.postgres import pgvector
from discovery_agent.knowledge.postgres.pgvector import PgVectors, drop_graph, make_graph
from discovery_agent.knowledge.vectors import VectorIndex
from discovery_agent.storage.threads import ThreadDatabase
from tests.storage.postgres import Postgres

Array = NDArray[np.float32]

COUNT, DIMENSIONS = 3000, 24
METADATA = [
    {
        "page": f"page-{number // 10}",
        "kind": list(PageKind)[number % 3].value,
        "phase": [list(Phase)[number % 5].value, list(Phase)[number % 2].value],
        "audience": [list(Audience)[number % 2].value],
    }
    for number in range(COUNT)
]
KINDS, PHASES, AUDIENCES = list(PageKind), list(Phase), list(Audience)
FILTERS = [
    PassageFilter(),
    PassageFilter(kinds=(KINDS[1],)),
    PassageFilter(phases=(PHASES[4], PHASES[3])),
    PassageFilter(kinds=(KINDS[0], KINDS[2]), phases=(PHASES[2],), audiences=(AUDIENCES[1],)),
    PassageFilter(pages=("page-7",)),  # ten of three thousand
    PassageFilter(pages=("page-7", "page-8"), kinds=(KINDS[1],)),
    PassageFilter(pages=("no such page",)),
]


def unit_vectors(count: int, seed: int) -> Array:
    """Vectors in clumps, as those of texts are."""
    made = np.random.default_rng(seed)
    clumps = np.random.default_rng(0).normal(size=(60, DIMENSIONS))
    vectors = clumps[made.integers(0, 60, count)] + 0.6 * made.normal(size=(count, DIMENSIONS))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


VECTORS, QUERIES = unit_vectors(COUNT, 1), unit_vectors(20, 2)


def passes(number: int, only: PassageFilter) -> bool:
    values = METADATA[number]
    return (
        (not only.kinds or values["kind"] in {kind.value for kind in only.kinds})
        and (not only.pages or values["page"] in only.pages)
        and (not only.phases or bool({*values["phase"]} & {phase.value for phase in only.phases}))
        and (not only.audiences or bool({*values["audience"]} & {one.value for one in only.audiences}))
    )


def nearest(query: Array, only: PassageFilter, limit: int) -> list[int]:
    """What comparing them all gives."""
    allowed = [number for number in range(COUNT) if passes(number, only)]
    return sorted(allowed, key=lambda number: -float(VECTORS[number] @ query))[:limit]


def fill(index: VectorIndex) -> None:
    index.add(range(COUNT), VECTORS, METADATA)


@contextmanager
def shelf(postgres: Postgres) -> Iterator[tuple[ThreadDatabase, int]]:
    """A shelf in the database that has passages for the vectors to belong to."""
    database = ThreadDatabase(postgres.emptied())
    with database.unit() as connection:
        number = connection.execute(text("INSERT INTO shelves (name) VALUES ('northwind') RETURNING id")).scalar_one()
        connection.execute(text("INSERT INTO shelf_pages SELECT :id, 'p', 0, 'h', 't', 'document', '{}', '{}', '{}', NULL"), {"id": number})
        entered = "INSERT INTO shelf_passages SELECT :id, n, 'p', '{}', 0, 1, 'x', false FROM generate_series(0, :last) n"
        connection.execute(text(entered), {"id": number, "last": COUNT - 1})
        fill(PgVectors(connection, number))
    yield database, number
    database.close()


def recall(index: VectorIndex, only: PassageFilter, limit: int = 10) -> float:
    """Share of the truly nearest that is found; every result passes the filter, and there are as many as there can be."""
    shares: list[float] = []
    for query, found in zip(QUERIES, index.search(QUERIES, limit, only), strict=True):
        wanted = nearest(query, only, limit)
        assert len(found) == len(wanted) and all(passes(number, only) for number, _ in found)
        assert [similarity for _, similarity in found] == sorted((similarity for _, similarity in found), reverse=True)
        assert all(abs(similarity - float(VECTORS[number] @ query)) < 1e-4 for number, similarity in found)
        shares.append(len({number for number, _ in found} & {*wanted}) / len(wanted) if wanted else 1.0)
    return float(np.mean(shares))


def test_in_a_folder_filters_lose_nothing(tmp_path: Path) -> None:
    index = ChromaVectors.create(tmp_path / "chroma")
    fill(index)
    assert min(recall(index, only) for only in FILTERS) > 0.97
    index.close()


def test_in_the_database_all_vectors_of_a_small_shelf_are_compared(postgres: Postgres) -> None:
    with shelf(postgres) as (database, number), database.reading() as connection:
        index = PgVectors(connection, number)
        assert len(index) == COUNT and [recall(index, only) for only in FILTERS] == [1.0] * len(FILTERS)
        (portion,) = index.vectors_of([5, 2, COUNT + 7])
        assert {*portion[0]} == {2, 5} and np.allclose(portion[1], VECTORS[portion[0]])


def test_in_the_database_a_large_shelf_has_a_graph_of_its_own_and_filters_lose_nothing(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pgvector, "LARGE", 1000)
    with shelf(postgres) as (database, number):
        make_graph(database, number)
        make_graph(database, number)
        with database.reading() as connection:
            index = PgVectors(connection, number)
            assert min(recall(index, only) for only in FILTERS) > 0.97
            assert len(index.search(QUERIES[:1], COUNT, PassageFilter())[0]) == COUNT  # more than a graph is read for
        with database.reading() as connection:
            connection.execute(text("SET LOCAL enable_sort = off"))
            ordered = (
                f"SELECT number FROM shelf_vectors WHERE shelf_id = {number} ORDER BY embedding::vector({DIMENSIONS}) <=> :query LIMIT 10"
            )
            plan = connection.execute(text(f"EXPLAIN {ordered}"), {"query": str(QUERIES[0].tolist())}).scalars()
            assert any(f"shelf_graph_{number}" in line for line in plan)
        drop_graph(database, number)
        with database.reading() as connection:
            assert not connection.execute(text("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'shelf_graph_%'")).scalar()


def test_a_graph_that_its_maker_left_unfinished_is_made_anew(postgres: Postgres) -> None:
    with shelf(postgres) as (database, number):
        make_graph(database, number)
        with database.unit() as connection:
            connection.execute(
                text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(:name)"), {"name": f"shelf_graph_{number}"}
            )
        make_graph(database, number)
        with database.reading() as connection:
            valid = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
            assert connection.execute(valid, {"name": f"shelf_graph_{number}"}).scalar()
        drop_graph(database, number)


def test_vectors_of_another_length_than_the_query_are_damage(postgres: Postgres) -> None:
    with shelf(postgres) as (database, number), database.reading() as connection, pytest.raises(ValueError, match="another model"):
        PgVectors(connection, number).search(QUERIES[:, :5], 3, PassageFilter())
