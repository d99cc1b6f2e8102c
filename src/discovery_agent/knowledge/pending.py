"""Vectors of a build that is not finished: after a crash, or when the model fails, none is computed or paid for again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from discovery_agent.files.private import FILE_MODE

Array = NDArray[np.float32]


class PendingVectors:
    """Vectors on disk by text and model. Used by one process at a time, under the lock of the index."""

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        try:
            self._connection = self._connect()
        except sqlite3.DatabaseError:  # damaged: it only saves work, so it is thrown away
            self._path.unlink(missing_ok=True)
            self._connection = self._connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()

    def get(self, texts: Sequence[str]) -> dict[str, Array]:
        """The vectors that are there."""
        found: dict[str, Array] = {}
        if self._connection is None:
            return found
        for text in texts:
            row = self._connection.execute("SELECT vector FROM vector WHERE key = ?", (self._key(text),)).fetchone()
            if row is not None:
                found[text] = np.frombuffer(row[0], np.float32)
        return found

    def put(self, texts: Sequence[str], vectors: Array) -> None:
        """Keep the vectors of these texts; they are on disk when this returns."""
        if self._connection is None:
            return
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?)",
                [
                    (self._key(text), np.ascontiguousarray(vector, np.float32).tobytes())
                    for text, vector in zip(texts, vectors, strict=True)
                ],
            )

    def _connect(self) -> sqlite3.Connection:
        self._path.touch(mode=FILE_MODE)
        connection = sqlite3.connect(self._path)
        connection.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB)")
        return connection

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._model}\n{text}".encode("utf-8", "surrogatepass")).digest()
