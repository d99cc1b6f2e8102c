"""Small pages and a quick embedding model for the tests of retrieval."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from discovery_agent.files.front_matter import Body
from discovery_agent.knowledge.cutting import Cutter
from discovery_agent.knowledge.pages import Page, PageFront

Array = NDArray[np.float32]


class WordVectors:
    """Texts that share words lie close together. Counts what it embeds, and fails on request."""

    def __init__(self, name: str = "test:words", dimensions: int = 48) -> None:
        self.name = name
        self.embedded: list[str] = []
        self.fail: Callable[[Sequence[str]], None] = lambda _texts: None
        self._dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> Array:
        self.fail(texts)
        self.embedded.extend(texts)
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, int(hashlib.md5(word.encode()).hexdigest(), 16) % self._dimensions] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def words(text: str) -> int:
    return len(text.split())


CUTTER = Cutter(words)


def page(
    id_: str, text: str, *, title: str = "A page", kind: str = "archetype", phase: str = "feasibility", audience: str = "lead"
) -> Page:
    front = PageFront.model_validate({"title": title, "kind": kind, "phase": [phase], "audience": [audience], "sources": []})
    return Page(id_, front, text, Body(text, 0, 1))


def write_page(folder: Path, name: str, body: str, **front: object) -> Path:
    head = {"title": name, "kind": "archetype", "phase": "[feasibility]", "audience": "[lead]", "sources": "[]"} | front
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(f"{field}: {value}" for field, value in head.items())
    path.write_text(f"---\n{lines}\n---\n{body}", encoding="utf-8")
    return path
