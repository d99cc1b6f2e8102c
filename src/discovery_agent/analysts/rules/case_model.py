"""Which verdict cases that read like this one had: a hint for what is likely while facts are missing.

A softmax regression over the words and the meaning of a whole description, fitted to the labelled cases of
`training/cases`. Its answer only weighs the ways of filling in unknowns against each other: it can neither
settle a verdict nor revive a rung that what was said rules out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from discovery_agent.analysts.rules.sentence_model import DIMENSIONS, Embedder, Floats, Weights, words_of
from discovery_agent.analysts.rules.sentences import split_utterance
from discovery_agent.domain.ladder import SolutionClass


def case_words(text: str) -> dict[str, float]:
    """Ones and twos of words of a description, each as heavy as makes their vector one long."""
    low = text.replace("’", "'").lower()
    words = [word for word in words_of(low) if word not in ("^", "$")]
    # In the order of the text: a sum of floats is the same in every process only in the same order.
    runs = dict.fromkeys((*words, *(f"{one}_{other}" for one, other in pairwise(words))))
    features: dict[str, float] = {}
    features.update((run, 1 / max(1, len(runs)) ** 0.5) for run in runs)
    return features


def case_meaning(texts: Sequence[str], embedder: Embedder) -> Floats:
    """`[texts, 2 * DIMENSIONS]`: the vector of each whole text beside the mean of those of its sentences."""
    rows: list[Floats] = []
    for text in texts:
        sentences = [text[start:end] for start, end in split_utterance(text)] or [text]
        vectors = np.asarray(embedder.embed([text, *sentences]), np.float32)
        rows.append(np.hstack([vectors[0], vectors[1:].mean(axis=0)]))
    return np.stack(rows) if rows else np.zeros((0, 2 * DIMENSIONS), np.float32)


CAUTION = 0.75
"""How much a class with a learned model counts beside one without: recommending AI where none is needed costs more
(`evals/verdict/costs.yaml`: 5 against 3), and the default is no."""


class CaseModel:
    """Judges whole descriptions."""

    def __init__(self, weights: Weights, embedder: Embedder) -> None:
        self._weights = weights
        self._embedder = embedder

    def expect(self, text: str) -> dict[str, float]:
        """Solution class -> share of likelihood, with caution; sums to 1."""
        odds = self._weights.score([case_words(text)], case_meaning([text], self._embedder))[0]
        caution = np.array([CAUTION if SolutionClass(label).needs_ai else 1.0 for label in self._weights.labels])
        shares = caution * np.exp(odds - odds.max())
        return dict(zip(self._weights.labels, map(float, shares / shares.sum()), strict=True))
