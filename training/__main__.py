"""`make train`: fits the sentence model, states how well it does on conversations it was not fitted to, writes it.

Each kind is a logistic regression of its own (one against the rest). The cross-validation leaves out whole
conversations, because sentences of one conversation are alike.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.model_selection import GroupKFold

from discovery_agent.analysts.rules.modality import modalities
from discovery_agent.analysts.rules.sentence_model import Embedder, meaning_features, word_features
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from training.annotated import load_annotated
from training.conversations import LABELS, LabelledConversation, load

OUT = Path(__file__).parents[1] / "knowledge" / "sentence_kinds.safetensors"
FOLDS = 10
# Seen in fewer sentences, a run of words says more about one author than about the kind.
LEAST_SEEN = 3
MEANING_SCALE = 2.0
STRENGTH = 2.0
GOAL, BUSINESS = "goal", "business"
KINDS = [*LABELS.values(), GOAL, BUSINESS]


class Examples:
    """Features and labels of all sentences."""

    def __init__(self, conversations: list[LabelledConversation], embedder: Embedder) -> None:
        self.kinds = [kinds for one in conversations for kinds in one.kinds]
        self.matter_of_taste = np.array(["kpi" in kinds and not one.annotated for one in conversations for kinds in one.kinds])
        self.conversation = np.array([at for at, one in enumerate(conversations) for _ in one.sentences])
        words = [features for one in conversations for features in word_features(one.sentences, modalities(one.sentences))]
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
        meaning = np.vstack([meaning_features(one.sentences, embedder) for one in conversations])
        self.features = sparse.hstack([bag, sparse.csr_matrix(MEANING_SCALE * meaning)]).tocsr()

    def answers(self, kind: str) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Rows that teach this kind and whether each states it. `business` tells the two kinds of goal apart.

        Whether a target is also put as a goal is a matter of the annotator's taste, so only the annotated
        transcripts, whose taste is the one we measure by, teach it.
        """
        goals = np.array([bool(kinds & {"business_goal", "operational_goal"}) for kinds in self.kinds])
        if kind == BUSINESS:
            rows = np.flatnonzero(goals)
            return rows, np.array(["business_goal" in self.kinds[row] for row in rows])
        answers = goals if kind == GOAL else np.array([kind in kinds for kinds in self.kinds])
        if kind in (GOAL, "business_goal", "operational_goal"):
            rows = np.flatnonzero(~(self.matter_of_taste & goals))
            return rows, answers[rows]
        return np.arange(len(goals)), answers


def fitted(features: sparse.csr_matrix, answers: NDArray[np.bool_]) -> LogisticRegression:
    """One kind's model."""
    return LogisticRegression(C=STRENGTH, max_iter=2000).fit(features, answers)


def left_out(examples: Examples, kind: str) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Answers, and the probabilities given by models that never saw the conversation."""
    rows, answers = examples.answers(kind)
    probabilities = np.zeros(len(rows))
    for train, test in GroupKFold(FOLDS).split(rows, answers, examples.conversation[rows]):
        model = fitted(examples.features[rows[train]], answers[train])
        probabilities[test] = model.predict_proba(examples.features[rows[test]])[:, 1]
    return answers, probabilities


def main() -> None:
    """Fit, report, write."""
    conversations = [*load(), *load_annotated()]
    examples = Examples(conversations, MiniLMEmbeddings(remember=100_000))
    print(f"{len(conversations)} conversations, {len(examples.kinds)} sentences, {len(examples.vocabulary)} features of words")
    print(f"{'kind':<18} sentences  average precision  best F1  at")
    models: list[LogisticRegression] = []
    for kind in KINDS:
        answers, probabilities = left_out(examples, kind)
        precision, recall, levels = precision_recall_curve(answers, probabilities)
        f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        best = int(f1[:-1].argmax())
        print(
            f"{kind:<18} {answers.sum():>9}  {average_precision_score(answers, probabilities):>17.2f}  {f1[best]:>7.2f}  {levels[best]:.2f}"
        )
        rows, answers = examples.answers(kind)
        models.append(fitted(examples.features[rows], answers))
    weights = np.vstack([model.coef_[0] for model in models]).T.astype(np.float16)
    size = len(examples.vocabulary)
    save_file(
        {
            "words": np.ascontiguousarray(weights[:size]),
            "meaning": np.ascontiguousarray((MEANING_SCALE * weights[size:]).astype(np.float16)),
            "bias": np.array([model.intercept_[0] for model in models], np.float16),
        },
        OUT,
        metadata={"labels": "\n".join(KINDS), "vocabulary": "\n".join(examples.vocabulary)},
    )
    print(f"Written: {OUT.name}, {OUT.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
