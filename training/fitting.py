"""Fits one logistic regression for each label over the features of the sentence model, and measures it honestly.

The cross-validation leaves out whole groups (conversations or cases), because sentences of one group are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.model_selection import GroupKFold

from discovery_agent.analysts.rules.case_model import case_meaning, case_words
from discovery_agent.analysts.rules.modality import modalities
from discovery_agent.analysts.rules.sentence_model import Embedder, Weights, meaning_features, word_features
from discovery_agent.analysts.rules.sentences import Sentence

FOLDS = 10
# Seen in fewer sentences, a run of words says more about one author than about the label.
LEAST_SEEN = 3
MEANING_SCALE = 2.0
STRENGTH = 2.0
CASE_STRENGTH = 20.0
CASE_WORDS = 3.0

Rows = NDArray[np.intp]
Answers = Callable[[str], tuple[Rows, NDArray[np.bool_]]]
"""For a label: the rows that teach it, and whether each of them states it."""


class Features:
    """Features of all sentences, group by group."""

    def __init__(self, groups: Sequence[Sequence[Sentence]], embedder: Embedder) -> None:
        self.group = np.array([at for at, sentences in enumerate(groups) for _ in sentences])
        words = [features for sentences in groups for features in word_features(sentences, modalities(list(sentences)))]
        seen: dict[str, int] = {}
        for features in words:
            for name in features:
                seen[name] = seen.get(name, 0) + 1
        self.vocabulary = {name: at for at, name in enumerate(sorted(name for name, times in seen.items() if times >= LEAST_SEEN))}
        cells = [
            (row, self.vocabulary[name], value) for row, one in enumerate(words) for name, value in one.items() if name in self.vocabulary
        ]
        rows, columns, values = zip(*cells, strict=True)
        bag = sparse.csr_matrix((values, (rows, columns)), shape=(len(words), len(self.vocabulary)))
        meaning = np.vstack([meaning_features(sentences, embedder) for sentences in groups])
        self.matrix = sparse.hstack([bag, sparse.csr_matrix(MEANING_SCALE * meaning)]).tocsr()


def fit(features: Features, labels: Sequence[str], answers: Answers, among: Rows | None = None, *, balanced: bool = False) -> Weights:
    """The weights of every label, fitted to the rows `among`, or to all.

    With `balanced`, a label's few sentences weigh as much as all others together, so that 0.5 is an even bet.
    """
    chosen = np.ones(len(features.group), bool)
    if among is not None:
        chosen[:] = False
        chosen[among] = True
    columns: list[NDArray[np.float64]] = []
    bias: list[float] = []
    for label in labels:
        rows, stated = answers(label)
        kept = chosen[rows]
        if stated[kept].any() and not stated[kept].all():
            model = _model(balanced=balanced).fit(features.matrix[rows[kept]], stated[kept])
            columns.append(model.coef_[0])
            bias.append(float(model.intercept_[0]))
        else:  # nothing to learn from: never
            columns.append(np.zeros(features.matrix.shape[1]))
            bias.append(-9.0)
    weights = np.vstack(columns).T.astype(np.float32)
    size = len(features.vocabulary)
    return Weights(tuple(labels), features.vocabulary, weights[:size], MEANING_SCALE * weights[size:], np.array(bias, np.float32))


def _model(*, balanced: bool = False) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced" if balanced else None)


def report(features: Features, labels: Sequence[str], answers: Answers) -> None:
    """Print how well each label is told on groups that were left out."""
    print(f"{'label':<28} sentences  average precision  best F1  at")
    for label in labels:
        rows, stated = answers(label)
        if not stated.any():
            print(f"{label:<28} {0:>9}")
            continue
        probabilities = np.zeros(len(rows))
        for train, test in GroupKFold(FOLDS).split(rows, stated, features.group[rows]):
            if stated[train].any():
                model = _model().fit(features.matrix[rows[train]], stated[train])
                probabilities[test] = model.predict_proba(features.matrix[rows[test]])[:, 1]
        precision, recall, levels = precision_recall_curve(stated, probabilities)
        f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        best = int(f1[:-1].argmax())
        average = average_precision_score(stated, probabilities)
        print(f"{label:<28} {stated.sum():>9}  {average:>17.2f}  {f1[best]:>7.2f}  {levels[best]:.2f}")


def fit_cases(texts: Sequence[str], verdicts: Sequence[str], embedder: Embedder) -> Weights:
    """One softmax regression over whole descriptions. Runs of words that only one case has teach nothing."""
    words = [case_words(text) for text in texts]
    seen: dict[str, int] = {}
    for one in words:
        for name in one:
            seen[name] = seen.get(name, 0) + 1
    vocabulary = {name: at for at, name in enumerate(sorted(name for name, times in seen.items() if times > 1))}
    bag = np.zeros((len(texts), len(vocabulary)))
    for row, one in enumerate(words):
        for name, value in one.items():
            if name in vocabulary:
                bag[row, vocabulary[name]] = value
    model = LogisticRegression(C=CASE_STRENGTH, max_iter=3000, class_weight="balanced")
    model.fit(np.hstack([CASE_WORDS * bag, case_meaning(texts, embedder)]), np.array(verdicts))
    weights = model.coef_.T.astype(np.float32)
    size = len(vocabulary)
    return Weights(tuple(model.classes_), vocabulary, CASE_WORDS * weights[:size], weights[size:], model.intercept_.astype(np.float32))


def write(weights: Weights, path: Path) -> None:
    """Write the weights where the package finds them, in half precision."""
    save_file(
        {
            "words": np.ascontiguousarray(weights.of_words.astype(np.float16)),
            "meaning": np.ascontiguousarray(weights.of_meaning.astype(np.float16)),
            "bias": weights.bias.astype(np.float16),
        },
        path,
        metadata={"labels": "\n".join(weights.labels), "vocabulary": "\n".join(weights.vocabulary)},
    )
    print(f"Written: {path.name}, {path.stat().st_size / 1e6:.1f} MB")
