"""What ships with the corpus, so that its first index takes a second and not half a minute: vectors, and which pages give no orders.

Both are found by the hash of the text they belong to: a page that was edited finds nothing of its old one.
`python -m discovery_agent.knowledge.shipped` computes them anew (`make vectors`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from discovery_agent.knowledge.cutting import Cutter, indexed_text
from discovery_agent.knowledge.pages import load_pages

Array = NDArray[np.float32]

FILE = "page_vectors.safetensors"
_KEY_BYTES = 16


class _Held(NamedTuple):
    vectors: dict[bytes, Array]
    clean: frozenset[bytes]


class Shipped:
    """A file that is missing or damaged holds nothing, and none of its vectors are those of another model: it only saves time."""

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model

    def vector(self, text: str) -> Array | None:
        """The vector of a text; None if it did not ship."""
        vector = self._held.vectors.get(_key(text))
        return None if vector is None else (vector / np.linalg.norm(vector)).astype(np.float32)

    def is_clean(self, text: str) -> bool:
        """Whether this is the whole text of a page that was looked through, and gives no orders to a language model."""
        return _key(text) in self._held.clean

    @cached_property
    def _held(self) -> _Held:
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self._path, "numpy") as file:
                own = (file.metadata() or {}).get("model") == self._model
                keys, vectors = file.get_tensor("keys"), file.get_tensor("vectors").astype(np.float32)
                clean = frozenset(key.tobytes() for key in file.get_tensor("clean"))
                return _Held({key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)} if own else {}, clean)
        except (OSError, SafetensorError, KeyError, ValueError):
            return _Held({}, frozenset())


def write(path: Path, texts: Sequence[str], vectors: Array, model: str, clean: Sequence[str] = ()) -> None:
    """Write the vectors of these texts, in half precision: far finer than what tells passages apart; and whose pages are clean."""
    from safetensors.numpy import save_file

    keys, clean_keys = (np.array([list(_key(text)) for text in some], np.uint8).reshape(-1, _KEY_BYTES) for some in (texts, clean))
    save_file({"keys": keys, "vectors": vectors.astype(np.float16), "clean": clean_keys}, path, metadata={"model": model})


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]


def main() -> None:
    """Compute the vectors of the corpus that ships."""
    from discovery_agent.knowledge.embedding_models import LocalEmbeddingModel
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
    from discovery_agent.settings import data_folder

    folder = data_folder("knowledge")
    local = MiniLMEmbeddings(remember=0)
    cutter = Cutter(local.tokens)
    cut = [(page, list(cutter.passages(page))) for page in load_pages(folder / "pages")]
    texts = sorted({indexed_text(passage) for _, passages in cut for passage in passages})
    clean = [page.text for page, passages in cut if not any(passage.instructs for passage in passages)]
    write(folder / FILE, texts, local.embed(texts), LocalEmbeddingModel.name, clean)
    print(f"{len(texts)} vectors and {len(clean)} of {len(cut)} pages without orders in {folder / FILE}")


if __name__ == "__main__":
    main()
