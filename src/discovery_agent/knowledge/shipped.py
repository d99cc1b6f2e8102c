"""Vectors that ship with the corpus, so that its first index takes a second and not half a minute.

They are found by the hash of the text they belong to: a page that was edited finds none of its old ones.
`python -m discovery_agent.knowledge.shipped` computes them anew (`make vectors`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from discovery_agent.knowledge.cutting import Cutter, indexed_text
from discovery_agent.knowledge.pages import load_pages

Array = NDArray[np.float32]

FILE = "page_vectors.safetensors"


class ShippedVectors:
    """Vectors by text. A file that is missing, damaged or of another model holds none: they only save time."""

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model
        self._vectors: dict[bytes, Array] | None = None

    def __call__(self, text: str) -> Array | None:
        """The vector of a text; None if it did not ship."""
        if self._vectors is None:
            self._vectors = self._load()
        vector = self._vectors.get(_key(text))
        return None if vector is None else (vector / np.linalg.norm(vector)).astype(np.float32)

    def _load(self) -> dict[bytes, Array]:
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self._path, "numpy") as file:
                if (file.metadata() or {}).get("model") != self._model:
                    return {}
                keys, vectors = file.get_tensor("keys"), file.get_tensor("vectors").astype(np.float32)
        except (OSError, SafetensorError, KeyError, ValueError):
            return {}
        return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}


def write(path: Path, texts: Sequence[str], vectors: Array, model: str) -> None:
    """Write the vectors of these texts, in half precision: far finer than what tells passages apart."""
    from safetensors.numpy import save_file

    keys = np.stack([np.frombuffer(_key(text), np.uint8) for text in texts])
    save_file({"keys": keys, "vectors": vectors.astype(np.float16)}, path, metadata={"model": model})


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def main() -> None:
    """Compute the vectors of the corpus that ships."""
    from discovery_agent.knowledge.embedding_models import LocalEmbeddingModel
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
    from discovery_agent.settings import data_folder

    folder = data_folder("knowledge")
    local = MiniLMEmbeddings(remember=0)
    cutter = Cutter(local.tokens)
    passages = [passage for page in load_pages(folder / "pages") for passage in cutter.passages(page)]
    texts = sorted({indexed_text(passage) for passage in passages})
    write(folder / FILE, texts, local.embed(texts), LocalEmbeddingModel.name)
    print(f"{len(texts)} vectors in {folder / FILE}")


if __name__ == "__main__":
    main()
