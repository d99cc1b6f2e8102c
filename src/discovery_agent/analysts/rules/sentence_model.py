"""What a sentence states, judged by a small linear model over its words, its meaning and its place.

The model is logistic regression, one per label (a kind of finding, or a value of a criterion), over two views
of a sentence: its words in ones, twos and threes (wording tells a wish from a report) and its MiniLM vector
(meaning tells a pain from a process step, whatever the words). The sentence before counts too, because an answer
means what its question asked. `training/` holds the labelled sentences and fits the weights; `knowledge/` holds
the weights.

The judgement is one piece of evidence: rules for figures, doubts and traps have the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from discovery_agent.analysts.rules.goals import wish_in
from discovery_agent.analysts.rules.modality import Modality
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.analysts.rules.statements import cues_in, position_in
from discovery_agent.errors import ConfigurationError

Floats = NDArray[np.float32]

DIMENSIONS = 384
# Shorter sentences are judged by their words alone.
FEWEST_WORDS = 2
# How loudly the meaning of the sentence before speaks beside that of the sentence itself.
_BEFORE = 0.5
_WORD = re.compile(r"[a-z']+|\d+|[%€$£?]")
_FIGURE = re.compile(
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|hundred|thousand|million|half|third|quarter)\Z"
)


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """One row of length 1 for each text."""
        ...


def words_of(low: str) -> list[str]:
    """Words of a lower-case sentence between `^` and `$`, with every run of figures as one `0`."""
    words = ["^"]
    for word in _WORD.findall(low):
        word = "0" if _FIGURE.match(word) else word
        if word != "0" or words[-1] != "0":
            words.append(word)
    return [*words, "$"]


def _runs(words: list[str], longest: int) -> set[str]:
    return {"_".join(words[at : at + length]) for length in range(1, longest + 1) for at in range(len(words) - length + 1)}


def word_features(sentences: Sequence[Sentence], modalities: Sequence[Modality]) -> list[dict[str, float]]:
    """Named features of each sentence: its words, its doubts, who says it, and what was said just before."""
    return [
        _word_features(sentence, modality, sentences[at - 1] if at else None)
        for at, (sentence, modality) in enumerate(zip(sentences, modalities, strict=True))
    ]


def _word_features(sentence: Sentence, modality: Modality, before: Sentence | None) -> dict[str, float]:
    words = words_of(sentence.low)
    runs = _runs(words, 3)
    # A long sentence must not count for more than a short one just for having more words.
    each = 3.0 / len(runs) ** 0.5
    features: dict[str, float] = {}
    features.update((run, each) for run in runs)
    features["role=" + sentence.role.value] = 0.5
    features["length"] = min(2.0, len(words) / 20)
    if sentence.is_question:
        features["question"] = 1.0
    for doubt in modality.doubts:
        features["doubt=" + doubt.value] = 1.0
    if wish_in(sentence):
        features["cue=wish"] = 1.0
    for kind, _ in cues_in(sentence, modality):
        features["cue=" + kind.value] = 1.0
    stance = position_in(sentence, modality)
    if stance:
        features["cue=" + stance.value] = 1.0
    if before is not None:
        other = before.turn != sentence.turn
        weight, mark = (0.15, "asked:") if other else (0.1, "before:")
        features.update((mark + run, weight) for run in _runs(words_of(before.low), 2))
        if other:
            features["opens_turn"] = 0.5
        if before.is_question:
            features["after_question"] = 0.5
    return features


def meaning_features(sentences: Sequence[Sentence], embedder: Embedder) -> Floats:
    """`[sentences, 2 * DIMENSIONS]`: the vector of each sentence and, scaled down, of the one before it.

    A sentence of a few words has little meaning of its own and most of the sentences of a meeting are such,
    so theirs are zeros, which saves the time of embedding them.
    """
    vectors = np.zeros((len(sentences), DIMENSIONS), np.float32)
    telling = [at for at, sentence in enumerate(sentences) if len(sentence.plain.split()) >= FEWEST_WORDS]
    if telling:
        vectors[telling] = embedder.embed([sentences[at].plain for at in telling])
    before = np.vstack([np.zeros((1, DIMENSIONS), np.float32), vectors[:-1]])
    return np.hstack([vectors, np.float32(_BEFORE) * before]).astype(np.float32)


@dataclass(frozen=True)
class Weights:
    """Logistic regression for each of `labels` over `vocabulary` and the meaning features."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    of_words: Floats
    """`[vocabulary, labels]`"""
    of_meaning: Floats
    """`[2 * DIMENSIONS, labels]`"""
    bias: Floats
    """`[labels]`"""

    def score(self, words: Iterable[dict[str, float]], meaning: Floats) -> Floats:
        """Log-odds of each label, `[sentences, labels]`."""
        rows: list[Floats] = []
        for features in words:
            known = [(self.vocabulary[name], value) for name, value in features.items() if name in self.vocabulary]
            index = np.fromiter((at for at, _ in known), np.intp, len(known))
            value = np.fromiter((value for _, value in known), np.float32, len(known))
            rows.append(value @ self.of_words[index])
        return (np.stack(rows) + meaning @ self.of_meaning + self.bias).astype(np.float32)


Judgement = dict[str, float]
"""Label -> how probable it is that the sentence states it, 0..1."""


class SentenceModel:
    """Judges the sentences of a conversation."""

    def __init__(self, weights: Weights, embedder: Embedder) -> None:
        self._weights = weights
        self._embedder = embedder

    def judge(self, sentences: Sequence[Sentence], modalities: Sequence[Modality]) -> list[Judgement]:
        """A judgement for each sentence, in their order. The sentences are those of one conversation."""
        if not sentences:
            return []
        odds = self._weights.score(word_features(sentences, modalities), meaning_features(sentences, self._embedder))
        probabilities = 1 / (1 + np.exp(-odds))
        return [dict(zip(self._weights.labels, map(float, row), strict=True)) for row in probabilities]


def load_weights(path: Path) -> Weights:
    """The fitted weights.

    Raises:
        ConfigurationError: the file is missing or is not one that `make train` wrote.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with cast("Any", safe_open)(path, framework="numpy") as file:
            about = cast("dict[str, str]", file.metadata() or {})
            words, meaning, bias = (np.asarray(file.get_tensor(name), np.float32) for name in ("words", "meaning", "bias"))
        labels = tuple(about["labels"].split("\n"))
        vocabulary = {word: at for at, word in enumerate(about["vocabulary"].split("\n"))}
    except (OSError, SafetensorError, KeyError) as error:
        raise ConfigurationError(
            "The weights of the sentence model cannot be read.", where=str(path), remedy="Restore the file, or run `make train`."
        ) from error
    if words.shape != (len(vocabulary), len(labels)) or meaning.shape != (2 * DIMENSIONS, len(labels)) or bias.shape != (len(labels),):
        raise ConfigurationError(
            "The weights of the sentence model do not fit together.", where=str(path), remedy="Restore the file, or run `make train`."
        )
    return Weights(labels, vocabulary, words, meaning, bias)
