"""Vectors in a folder: Chroma, embedded in this process.

Only its embedded client is used: its server has a published remote code execution (CVE-2026-45829), so it is never started.
Telemetry is off, and texts stay out of it: it holds vectors, and what filters need.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.retrieval import PassageFilter

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

Array = NDArray[np.float32]

_NAME = "passages"
_MEMORY = Path("/dev/shm")
_AT_ONCE = 2000
# A denser graph than Chroma's own: of the ten truly nearest of 20,000 near-alike vectors it finds all and not 98.8 %, for half again the
# time to build and 0.7 ms more a query (`python -m benchmarks.retrieval` shows the share found at each size).
_GRAPH: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 24}}


class ChromaVectors:
    """Numbered unit vectors in a folder. May be shared between threads; `close` before the folder is moved or removed."""

    def __init__(self, client: Client, collection: Collection, copy: TemporaryDirectory[str] | None = None) -> None:
        self._client = client
        self._collection = collection
        self._copy = copy

    @classmethod
    def create(cls, folder: Path) -> ChromaVectors:
        """An empty index in a new folder."""
        client = _client(folder)
        # Vectors come from our own model; Chroma would otherwise fetch one from the network.
        collection = client.create_collection(_NAME, embedding_function=None, configuration=_GRAPH)
        return cls(client, collection)

    @classmethod
    def open(cls, folder: Path) -> ChromaVectors:
        """The index of a folder, to be searched.

        Chroma writes when it opens a folder. Where that is impossible, on a disk that is full or may only be read, a copy is opened, if
        there is room for one in memory or in the folder for temporary files.

        Raises:
            ValueError: there is none, or it is damaged.
        """
        if not (folder / "chroma.sqlite3").is_file():
            raise ValueError("the vector index is missing")
        try:
            return cls._opened(folder)
        except ValueError as error:
            for place in (_MEMORY, None):
                if place is None or place.is_dir():
                    with suppress(OSError, ValueError):
                        return cls._opened_copy(folder, place)
            raise error

    @classmethod
    def open_to_add(cls, folder: Path) -> ChromaVectors:
        """The index of a folder, to be added to: that very folder, and no copy of it.

        Raises:
            ValueError: there is none, it is damaged, or it cannot be written.
        """
        return cls._opened(folder)

    @classmethod
    def _opened_copy(cls, folder: Path, place: Path | None) -> ChromaVectors:
        copy = TemporaryDirectory(prefix="discovery-agent-", dir=place)
        try:
            inside = Path(copy.name) / folder.name
            shutil.copytree(folder, inside)
            return cls._opened(inside, copy)
        except BaseException:
            copy.cleanup()
            raise

    @classmethod
    def _opened(cls, folder: Path, copy: TemporaryDirectory[str] | None = None) -> ChromaVectors:
        try:
            client = _client(folder)
        except Exception as error:  # Chroma raises what its parts happen to raise
            raise ValueError(f"the vector index is damaged: {error}") from error
        try:
            return cls(client, client.get_collection(_NAME, embedding_function=None), copy)
        except Exception as error:
            client.close()
            raise ValueError(f"the vector index is damaged: {error}") from error

    def close(self) -> None:
        """Let go of the folder's files."""
        self._client.close()
        if self._copy is not None:
            self._copy.cleanup()

    def __len__(self) -> int:
        return self._collection.count()

    def add(self, ids: Sequence[int], vectors: Array, metadata: Sequence[Mapping[str, Any]]) -> None:
        """Add vectors, each with the values that filters compare."""
        for start in range(0, len(ids), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            self._collection.add(
                ids=[str(one) for one in ids[part]],
                embeddings=vectors[part],
                metadatas=[dict(one) for one in metadata[part]],
            )

    def vectors_of(self, ids: Iterable[int]) -> Iterator[tuple[list[int], Array]]:
        """The vectors of these ids, in portions; ids that are not there are left out."""
        wanted = [str(one) for one in ids]
        for start in range(0, len(wanted), _AT_ONCE):
            found = self._collection.get(ids=wanted[start : start + _AT_ONCE], include=["embeddings"])
            vectors = found["embeddings"]
            if found["ids"] and vectors is not None:
                yield [int(one) for one in found["ids"]], np.asarray(vectors, np.float32)

    def search(self, queries: Array, limit: int, only: PassageFilter) -> list[list[tuple[int, float]]]:
        """For each query vector, ids and cosine similarities of the nearest vectors that pass the filter; best first.

        Raises:
            ValueError: the index is damaged.
        """
        if not len(queries) or not limit:
            return [[] for _ in queries]
        try:
            found = self._collection.query(query_embeddings=queries, n_results=limit, where=_where(only), include=["distances"])
        except Exception as error:  # Chroma raises what its parts happen to raise
            raise ValueError(f"the vector index is damaged: {error}") from error
        distances = found["distances"] or [[] for _ in found["ids"]]
        return [
            [(int(one), 1.0 - distance) for one, distance in zip(ids, away, strict=True)]
            for ids, away in zip(found["ids"], distances, strict=True)
        ]


def _client(folder: Path) -> Client:
    # Read by the telemetry libraries that Chroma brings along, before they are imported.
    os.environ.setdefault("OTEL_SDK_DISABLED", "true")
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb
    from chromadb.api.client import Client as SharedClient
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False, allow_reset=False))
    assert isinstance(client, SharedClient)  # what it is, though it is not declared so
    return client


def _where(only: PassageFilter) -> Any:
    """The filter as Chroma wants it; None for none."""
    conditions: list[dict[str, Any]] = []
    if only.kinds:
        conditions.append({"kind": {"$in": [kind.value for kind in only.kinds]}})
    if only.pages:
        conditions.append({"page": {"$in": list(only.pages)}})
    for name, values in (("phase", only.phases), ("audience", only.audiences)):
        if values:
            either = [{name: {"$contains": value.value}} for value in values]
            conditions.append(either[0] if len(either) == 1 else {"$or": either})
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}
