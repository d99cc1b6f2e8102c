"""Both rankings of an index for a query, and how those of several indexes become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.retrieval import Passage, PassageFilter, Retrieved, fuse
from discovery_agent.knowledge.keywords import WordStatistics
from discovery_agent.knowledge.shelves import Readable

Array = NDArray[np.float32]

WEIGHT_OF_MEANING = 1.0
WEIGHT_OF_WORDS = 1.0
RANKED = 50
"""How far down each ranking is read: what is near the top of neither does not come to the top of both."""


@dataclass(frozen=True)
class Ranking:
    """Passages of one index for one query, by reference; both rankings best first, with what they are ranked by."""

    passages: dict[str, Passage]
    by_meaning: list[tuple[str, float]]
    by_words: list[tuple[str, float]]


def rank(
    index: Readable,
    queries: Sequence[str],
    vectors: Array | None,
    only: PassageFilter,
    depth: int,
    common: WordStatistics | None = None,
) -> list[Ranking]:
    """Both rankings of one index for each query. Without vectors, only that by words.

    Raises:
        IndexUnavailable: there is no index, or it is damaged.
    """
    with index.reading() as generation:
        by_meaning = generation.vectors.search(vectors, depth, only) if vectors is not None else [[] for _ in queries]
        allowed = generation.table.allowed(generation.keywords.ids, only)
        by_words = [generation.keywords.search(query, depth, allowed, common) for query in queries]
        numbers = {number for ranking in (*by_meaning, *by_words) for number, _ in ranking}
        passages = generation.table.by_number(sorted(numbers))
    references = {number: f"{passage.citation.engagement or ''}/{number}" for number, passage in passages.items()}

    def named(ranking: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
        return [(references[number], value) for number, value in ranking if number in references]

    rankings: list[Ranking] = []
    for meaning, words in zip(by_meaning, by_words, strict=True):
        own = {references[number]: passages[number] for number, _ in (*meaning, *words) if number in passages}
        rankings.append(Ranking(own, named(meaning), named(words)))
    return rankings


def fused(rankings: Sequence[Ranking], limit: int) -> tuple[Retrieved, ...]:
    """The rankings of all indexes as one: merged within each kind of search by what it ranks by, then fused by rank."""
    passages = {reference: passage for ranking in rankings for reference, passage in ranking.passages.items()}
    meaning = sorted((pair for ranking in rankings for pair in ranking.by_meaning), key=lambda pair: -pair[1])
    words = sorted((pair for ranking in rankings for pair in ranking.by_words), key=lambda pair: -pair[1])
    similarity = dict(meaning)
    vector_rank = {reference: rank for rank, (reference, _) in enumerate(meaning, start=1)}
    keyword_rank = {reference: rank for rank, (reference, _) in enumerate(words, start=1)}
    fused = fuse([list(vector_rank), list(keyword_rank)], [WEIGHT_OF_MEANING, WEIGHT_OF_WORDS])
    return tuple(
        Retrieved(
            passage=passages[reference],
            score=score,
            similarity=similarity.get(reference),
            vector_rank=vector_rank.get(reference),
            keyword_rank=keyword_rank.get(reference),
        )
        for reference, score in fused[:limit]
    )
