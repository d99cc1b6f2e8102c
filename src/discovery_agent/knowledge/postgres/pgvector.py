"""Vectors in PostgreSQL: pgvector.

A small shelf is searched exactly: all its vectors are compared. A large one gets a graph (HNSW) of its own, a partial index over its
rows only, so that vectors of other engagements are never in the way of its own. The graph is read on for as long as filters leave too
few results (iterative scan), and where that gives up, all vectors are compared: filters lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, ColumnElement, Connection, Text, cast, func, insert, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from discovery_agent.domain.retrieval import PassageFilter
from discovery_agent.knowledge.postgres.connections import Connections
from discovery_agent.knowledge.postgres.tables import vectors as table

Array = NDArray[np.float32]

LARGE = 20_000
"""Vectors from which on a shelf has a graph. Of fewer, comparing all takes no longer than reading a graph as thoroughly as below."""

MOST_DIMENSIONS = 2000
"""Of vectors in a graph of pgvector; longer ones are always compared all."""

_AT_ONCE = 2000
# As dense as Chroma's (`chroma.py`).
_GRAPH = "m = 24, ef_construction = 200"
_SETTINGS = {
    "hnsw.ef_search": "200",
    "hnsw.iterative_scan": "relaxed_order",
    "hnsw.max_scan_tuples": "200000",
    "hnsw.scan_mem_multiplier": "8",
}
_OLDEST = (0, 8)
"""The first pgvector that can read a graph on."""


class PgVectors:
    """The vectors of one shelf, in one transaction. `total` is how many there are, where it is known: to count them takes as long as a search."""

    def __init__(self, connection: Connection, shelf_id: int, total: int | None = None) -> None:
        self._connection = connection
        self._shelf_id = int(shelf_id)
        self._total = total

    def __len__(self) -> int:
        count = select(func.count()).select_from(table).where(self._mine)
        return self._connection.execute(count).scalar() or 0

    def close(self) -> None:
        """The connection is the transaction's."""

    def add(self, ids: Sequence[int], vectors: Array, metadata: Sequence[Mapping[str, Any]]) -> None:
        """Add vectors, each with the values that filters compare."""
        for start in range(0, len(ids), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            rows = [
                {
                    "shelf_id": self._shelf_id,
                    "number": number,
                    "page": values["page"],
                    "kind": values["kind"],
                    "phases": values["phase"],
                    "audiences": values["audience"],
                    "embedding": vector,
                }
                for number, vector, values in zip(ids[part], vectors[part], metadata[part], strict=True)
            ]
            if rows:
                self._connection.execute(insert(table), rows)

    def vectors_of(self, ids: Iterable[int]) -> Iterator[tuple[list[int], Array]]:
        """The vectors of these ids, in portions; ids that are not there are left out."""
        wanted = list(ids)
        for start in range(0, len(wanted), _AT_ONCE):
            some = table.c.number.in_(wanted[start : start + _AT_ONCE])
            found = self._connection.execute(select(table.c.number, table.c.embedding).where(self._mine, some)).all()
            if found:
                yield [number for number, _ in found], np.array([vector for _, vector in found], np.float32)

    def search(self, queries: Array, limit: int, only: PassageFilter) -> list[list[tuple[int, float]]]:
        """For each query vector, ids and cosine similarities of the nearest vectors that pass the filter; best first.

        Raises:
            ValueError: vectors are of another length than the query's.
        """
        if not len(queries) or not limit:
            return [[] for _ in queries]
        try:
            return self._search(queries, limit, only)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == "22000":
                raise ValueError("the vectors are of another model") from error
            raise

    def _search(self, queries: Array, limit: int, only: PassageFilter) -> list[list[tuple[int, float]]]:
        total = len(self) if self._total is None else self._total
        # Compiling a query to machine code takes longer than this one runs.
        self._set({"jit": "off", "plan_cache_mode": "force_custom_plan"})
        graph = total >= LARGE and queries.shape[1] <= MOST_DIMENSIONS and graph_is_read_on(self._connection)
        if graph:
            # Without a filter the graph is what to read; with one, the planner knows from statistics whether that or the rows are fewer.
            self._set(_SETTINGS if only != PassageFilter() else {**_SETTINGS, "enable_sort": "off"})
        found = [self._nearest(query, limit, only) for query in queries]
        if graph and any(len(one) < min(limit, total) for one in found):
            self._set({"enable_indexscan": "off", "enable_sort": "on"})
            found = [
                one if len(one) >= min(limit, total) else self._nearest(query, limit, only)
                for query, one in zip(queries, found, strict=True)
            ]
        return found

    def _nearest(self, query: Array, limit: int, only: PassageFilter) -> list[tuple[int, float]]:
        # As in the index, or the planner would not know it again: the cast, and the shelf as a literal.
        embedding: Any = literal_column(f"(embedding::vector({len(query)}))", table.c.embedding.type)
        distance = embedding.cosine_distance(query).label("distance")
        nearest = select(table.c.number, distance).where(self._mine, *_conditions(only)).order_by(distance).limit(limit)
        rows = self._connection.execute(nearest).all()
        return sorted(((number, 1.0 - away) for number, away in rows), key=lambda pair: -pair[1])

    def _set(self, values: Mapping[str, str]) -> None:
        """Settings for the rest of this transaction."""
        self._connection.execute(select(*(func.set_config(name, value, True) for name, value in values.items())))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return table.c.shelf_id == literal_column(str(self._shelf_id))


def _conditions(only: PassageFilter) -> Iterator[ColumnElement[bool]]:
    """The filter as SQL."""
    if only.kinds:
        yield table.c.kind.in_([kind.value for kind in only.kinds])
    if only.pages:
        yield table.c.page.in_(list(only.pages))
    if only.phases:
        yield table.c.phases.overlap(cast([one.value for one in only.phases], ARRAY(Text)))
    if only.audiences:
        yield table.c.audiences.overlap(cast([one.value for one in only.audiences], ARRAY(Text)))


def graph_is_read_on(connection: Connection) -> bool:
    """Whether this server's pgvector reads a graph on where filters leave too few results; without that, no graph is used."""
    version = connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")).scalar() or "0"
    return tuple(int(part) for part in version.split(".")[:2]) >= _OLDEST


def make_graph(database: Connections, shelf_id: int) -> None:
    """Give a large shelf its graph, unless it has one. Nobody waits for it: until it is there, vectors are compared all.

    Raises:
        StorageError: it cannot be made, for lack of memory or of disk.
    """
    name = _graph_name(shelf_id)
    with database.session() as connection:
        length = select(func.vector_dims(table.c.embedding)).where(table.c.shelf_id == shelf_id).limit(1)
        dimensions = connection.execute(length).scalar() or 0
        if not 0 < dimensions <= MOST_DIMENSIONS or not graph_is_read_on(connection):
            return
        whole = connection.execute(text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}).scalar()
        if whole:
            return
        if whole is not None:  # one that was not finished, because its maker was killed
            drop_graph(database, shelf_id)
        # Without room for the whole graph in memory it takes many times as long. Workers would need shared memory, which containers lack.
        connection.execute(text("SET maintenance_work_mem = '512MB'"))
        connection.execute(text("SET max_parallel_maintenance_workers = 0"))
        connection.execute(
            text(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON shelf_vectors "
                f"USING hnsw ((embedding::vector({int(dimensions)})) vector_cosine_ops) WITH ({_GRAPH}) WHERE shelf_id = {int(shelf_id)}"
            )
        )
        connection.execute(text("ANALYZE shelf_vectors"))


def drop_graph(database: Connections, shelf_id: int) -> None:
    """Take the graph of a shelf away, if it has one, also one that was left unfinished."""
    with database.session() as connection:
        connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {_graph_name(shelf_id)}"))


def _graph_name(shelf_id: int) -> str:
    return f"shelf_graph_{int(shelf_id)}"
