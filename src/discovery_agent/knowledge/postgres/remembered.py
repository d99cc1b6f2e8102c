"""Vectors of texts in the database, by the hash of the text: of an unfinished index, and of what assessments compare."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from discovery_agent.errors import NotFound, StorageError
from discovery_agent.knowledge.postgres.connections import Connections
from discovery_agent.knowledge.postgres.tables import remembered, shelf_id, shelf_to_fill
from discovery_agent.knowledge.shelves import Embed

Array = NDArray[np.float32]

_log = logging.getLogger(__name__)
_AT_ONCE = 512


class VectorRows:
    """Vectors of one shelf that are kept for one purpose."""

    def __init__(self, connection: Connection, shelf_id: int, purpose: str) -> None:
        self._connection = connection
        self._shelf_id = shelf_id
        self._purpose = purpose
        self._mine = (remembered.c.shelf_id == shelf_id) & (remembered.c.purpose == purpose)

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Array]:
        """Those that are there."""
        found: dict[bytes, Array] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = remembered.c.key.in_(keys[start : start + _AT_ONCE])
            rows = self._connection.execute(select(remembered.c.key, remembered.c.vector).where(self._mine, some))
            found.update((bytes(key), np.frombuffer(vector, np.float32)) for key, vector in rows)
        return found

    def put(self, vectors: dict[bytes, Array]) -> None:
        """Keep some; those that are there already stay."""
        rows = [
            {"shelf_id": self._shelf_id, "purpose": self._purpose, "key": key, "vector": np.ascontiguousarray(vector, np.float32).tobytes()}
            for key, vector in vectors.items()
        ]
        if rows:
            self._connection.execute(insert(remembered).on_conflict_do_nothing(), rows)

    def keys(self) -> set[bytes]:
        """Of all that are there."""
        return {bytes(key) for key in self._connection.execute(select(remembered.c.key).where(self._mine)).scalars()}

    def remove(self, keys: Sequence[bytes] | None = None) -> None:
        """Let go of some, or of all."""
        if keys is None:
            self._connection.execute(delete(remembered).where(self._mine))
        for start in range(0, len(keys or ()), _AT_ONCE):
            self._connection.execute(delete(remembered).where(self._mine, remembered.c.key.in_((keys or ())[start : start + _AT_ONCE])))


class PendingRows:
    """Vectors of an index that is not finished, as `building.Pending` wants them; on a connection whose statements count by themselves."""

    def __init__(self, connection: Connection, shelf_id: int, model: str) -> None:
        self._rows = VectorRows(connection, shelf_id, "pending")
        self._model = model

    def get(self, texts: Sequence[str]) -> dict[str, Array]:
        """The vectors that are there."""
        keys = {self._key(text): text for text in texts}
        return {keys[key]: vector for key, vector in self._rows.get(list(keys)).items()}

    def put(self, texts: Sequence[str], vectors: Array) -> None:
        """Keep the vectors of these texts."""
        self._rows.put({self._key(text): vector for text, vector in zip(texts, vectors, strict=True)})

    def clear(self) -> None:
        """The index is finished."""
        self._rows.remove()

    def _key(self, text: str) -> bytes:
        return _key(f"{self._model}\n{text}")


class RememberedRows:
    """As `remembered.RememberedVectors`, in the database. For one thread at a time; processes may share it."""

    def __init__(self, database: Connections, engagement: str, name: str, embed: Embed, *, dimensions: int, belongs_to: str | None) -> None:
        self._database = database
        self._engagement = engagement
        self._purpose = f"remembered {name}"
        self._embed = embed
        self._dimensions = dimensions
        self._belongs_to = belongs_to
        self._vectors: dict[bytes, Array] = {}

    def known(self, texts: Sequence[str]) -> dict[str, Array]:
        """The vectors of those texts that were embedded before."""
        keys = {text: _key(text) for text in texts}
        self._read([key for key in dict.fromkeys(keys.values()) if key not in self._vectors])
        return {text: self._vectors[key] for text, key in keys.items() if key in self._vectors}

    def embed(self, texts: Sequence[str]) -> Array:
        """Vectors of the texts, one a row, in their order."""
        if not texts:
            return np.zeros((0, self._dimensions), np.float32)
        keys = [_key(text) for text in texts]
        self._read([key for key in dict.fromkeys(keys) if key not in self._vectors])
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        entries = list(missing.items())
        for start in range(0, len(entries), _AT_ONCE):
            some = entries[start : start + _AT_ONCE]
            rows = self._embed([text for _, text in some])
            found = {key: row.copy() for (key, _), row in zip(some, rows, strict=True)}
            self._keep(found)
            self._vectors.update(found)
        return np.stack([self._vectors[key] for key in keys])

    def forget_others(self, texts: Sequence[str]) -> None:
        """Let go of the vectors of all texts but these, if most are of others."""
        wanted = {_key(text) for text in texts}
        try:
            with self._database.unit() as connection:
                number = shelf_id(connection, self._engagement)
                if number is None:
                    return
                rows = VectorRows(connection, number, self._purpose)
                there = rows.keys()
                if 2 * len(there & wanted) < len(there):
                    rows.remove(sorted(there - wanted))
                    self._vectors = {key: vector for key, vector in self._vectors.items() if key in wanted}
        except StorageError as error:
            _log.warning("Vectors of %s cannot be tidied up: %s", self._engagement, error.what)

    def _read(self, keys: Sequence[bytes]) -> None:
        """Read those that are not known yet; of another length they are of no use."""
        if not keys:
            return
        with self._database.reading() as connection:
            number = shelf_id(connection, self._engagement)
            if number is None:
                return
            found = VectorRows(connection, number, self._purpose).get(keys)
        self._vectors.update((key, vector) for key, vector in found.items() if len(vector) == self._dimensions)

    def _keep(self, found: dict[bytes, Array]) -> None:
        """Where they cannot be written, or the engagement was deleted, the vectors are computed again next time."""
        try:
            with self._database.unit() as connection:
                number = shelf_to_fill(connection, self._engagement, self._belongs_to)
                VectorRows(connection, number, self._purpose).put(found)
        except (StorageError, NotFound) as error:
            _log.warning("Vectors of %s cannot be kept: %s", self._engagement, error.what)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
