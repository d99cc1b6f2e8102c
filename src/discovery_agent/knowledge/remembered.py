"""Vectors of texts kept in a file, so that each text is embedded once, also after a restart.

The file holds fixed-size records, a hash of the text and its vector, and is only ever added to: a record that a crash cut
short is cut off by the next writer. The texts themselves are not in it. It can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

Array = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Array]

_log = logging.getLogger(__name__)
_AT_ONCE = 512
_WAIT_SECONDS = 60


class RememberedVectors:
    """Embeds with `embed`, and remembers in `file`. For one thread at a time; processes may share the file."""

    def __init__(self, file: Path, embed: Embed, *, dimensions: int) -> None:
        self._file = file
        self._embed = embed
        self._record = np.dtype([("key", "<u8", (2,)), ("vector", "<f4", (dimensions,))])
        self._vectors: dict[bytes, Array] = {}
        self._read = 0

    def known(self, texts: Sequence[str]) -> dict[str, Array]:
        """The vectors of those texts that were embedded before."""
        self._load()
        return {text: self._vectors[key] for text in texts if (key := _key(text)) in self._vectors}

    def embed(self, texts: Sequence[str]) -> Array:
        """Vectors of the texts, one a row, in their order."""
        if not texts:
            return np.zeros((0, self._record["vector"].shape[0]), np.float32)
        self._load()
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        for some in _batches(list(missing.items()), _AT_ONCE):
            rows = self._embed([text for _, text in some])
            found = {key: row.copy() for (key, _), row in zip(some, rows, strict=True)}
            self._keep(found)
            self._vectors.update(found)
        return np.stack([self._vectors[key] for key in keys])

    def forget_others(self, texts: Sequence[str]) -> None:
        """Let go of the vectors of all texts but these, if most are of others."""
        wanted = {key: self._vectors[key] for key in map(_key, texts) if key in self._vectors}
        if 2 * len(wanted) >= len(self._vectors):
            return
        self._vectors = wanted
        try:
            with self._locked():
                fresh = self._file.with_suffix(".part")
                fresh.write_bytes(self._bytes(wanted))
                fresh.replace(self._file)
                self._read = self._file.stat().st_size
        except OSError as error:
            _log.warning("Vectors in %s cannot be tidied up: %s", self._file, error.strerror)

    def _load(self) -> None:
        """Read what was added to the file since the last time, by this process or another."""
        try:
            size = self._file.stat().st_size
            if size < self._read:  # tidied up by another process
                self._read = 0
            with self._file.open("rb") as stream:
                stream.seek(self._read)
                data = stream.read(size - self._read)
        except FileNotFoundError:
            return
        except OSError as error:
            _log.warning("Vectors in %s cannot be read: %s", self._file, error.strerror)
            return
        whole = len(data) // self._record.itemsize
        records = np.frombuffer(data, self._record, count=whole)
        self._vectors.update((record["key"].tobytes(), record["vector"]) for record in records)
        self._read += whole * self._record.itemsize

    def _keep(self, found: dict[bytes, Array]) -> None:
        """Add to the file; where it cannot be written, the vectors are computed again next time."""
        try:
            with self._locked(), self._file.open("ab") as stream:
                stream.truncate(stream.tell() // self._record.itemsize * self._record.itemsize)
                stream.seek(0, 2)
                stream.write(self._bytes(found))
        except OSError as error:
            _log.warning("Vectors cannot be kept in %s: %s", self._file, error.strerror)

    def _locked(self) -> FileLock:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._file.with_suffix(".lock"), timeout=_WAIT_SECONDS)

    def _bytes(self, vectors: dict[bytes, Array]) -> bytes:
        records = np.zeros(len(vectors), self._record)
        records["key"] = [np.frombuffer(key, "<u8") for key in vectors] if vectors else records["key"]
        records["vector"] = list(vectors.values()) if vectors else records["vector"]
        return records.tobytes()


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _batches(items: list[tuple[bytes, str]], size: int) -> Iterator[list[tuple[bytes, str]]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
