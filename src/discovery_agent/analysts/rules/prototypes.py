"""Similarity of sentences to prototype sentences of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import yaml
from numpy.typing import NDArray

from discovery_agent.domain.findings import FindingKind
from discovery_agent.errors import ConfigurationError, place

NONE = "none"
NEAREST = 3


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """One row of length 1 for each text."""
        ...


@dataclass(frozen=True)
class Likeness:
    """How like each kind a sentence is: mean cosine to its nearest prototypes of that kind."""

    by_kind: dict[str, float]

    def of(self, kind: FindingKind) -> float:
        """Likeness to one kind."""
        return self.by_kind.get(kind.value, 0.0)

    def margin(self, kind: FindingKind) -> float:
        """Likeness to this kind less that to talk that is no finding."""
        return self.of(kind) - self.by_kind[NONE]

    @property
    def best(self) -> str:
        """The kind, or `none`, that the sentence is most like."""
        return max(self.by_kind, key=lambda kind: self.by_kind[kind])


def load_prototypes(path: Path) -> dict[str, list[str]]:
    """Prototype sentences by kind.

    Raises:
        ConfigurationError: the file is not a mapping of known kinds to lists of sentences.
    """
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = place(path, line + 1 if line is not None else None)
        raise ConfigurationError("The prototypes cannot be read.", where=where, remedy="Check the YAML.") from error
    return _validated(table, path)


def _validated(table: object, path: Path) -> dict[str, list[str]]:
    known = {kind.value for kind in FindingKind} | {NONE}
    if not isinstance(table, dict) or NONE not in table:
        raise ConfigurationError(f"The prototypes need a list under each kind and under `{NONE}`.", where=str(path))
    prototypes: dict[str, list[str]] = {}
    for kind, sentences in cast("dict[object, object]", table).items():
        if not isinstance(kind, str) or kind not in known:
            raise ConfigurationError(
                f"`{kind}` is no kind of finding.",
                where=str(path),
                remedy=f"Use one of {', '.join(sorted(known))}.",
            )
        texts = (
            [one for one in cast("list[object]", sentences) if isinstance(one, str) and one.strip()] if isinstance(sentences, list) else []
        )
        if len(texts) < NEAREST:
            raise ConfigurationError(f"`{kind}` needs at least {NEAREST} sentences.", where=str(path))
        prototypes[kind] = texts
    return prototypes


class Prototypes:
    """The prototype sentences with their vectors."""

    def __init__(self, table: dict[str, list[str]], embedder: Embedder) -> None:
        self._embedder = embedder
        self._kinds = list(table)
        self._owner = np.array([index for index, kind in enumerate(self._kinds) for _ in table[kind]])
        self._vectors = embedder.embed([sentence for kind in self._kinds for sentence in table[kind]])

    def likeness(self, texts: Sequence[str]) -> list[Likeness]:
        """Likeness of each text to every kind."""
        if not texts:
            return []
        cosines = self._embedder.embed(texts) @ self._vectors.T
        columns: list[NDArray[Any]] = []
        for index in range(len(self._kinds)):
            of_kind = np.sort(cosines[:, self._owner == index], axis=1)[:, -NEAREST:]
            columns.append(of_kind.mean(axis=1))
        rows = np.stack(columns, axis=1)
        return [Likeness(dict(zip(self._kinds, map(float, row), strict=True))) for row in rows]
