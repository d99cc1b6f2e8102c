"""`make train`: fits both sentence models, states how well they do on what they were not fitted to, writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from discovery_agent.analysts.rules.criteria import criterion_label
from discovery_agent.domain.ladder import Ladder
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_table
from training.annotated import load_annotated, load_talk
from training.cases import LabelledCase, load_cases
from training.conversations import LABELS, LabelledConversation, load
from training.fitting import Answers, Features, Rows, fit, fit_cases, report, write

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
GOAL, BUSINESS = "goal", "business"
KINDS = [*LABELS.values(), GOAL, BUSINESS]


def kind_answers(conversations: Sequence[LabelledConversation]) -> Answers:
    """Which sentences state a kind. `goal` is either kind of goal; `business` tells the two apart, among goals.

    Whether a target is also put as a goal is a matter of the annotator's taste, so only the annotated transcripts,
    whose taste is the one we measure by, teach it.
    """
    kinds = [stated for one in conversations for stated in one.kinds]
    goals = np.array([bool(stated & {"business_goal", "operational_goal"}) for stated in kinds])
    taste = np.array(["kpi" in stated and not one.annotated for one in conversations for stated in one.kinds])

    def answers(kind: str) -> tuple[Rows, NDArray[np.bool_]]:
        if kind == BUSINESS:
            rows = np.flatnonzero(goals)
            return rows, np.array(["business_goal" in kinds[row] for row in rows])
        stated = goals if kind == GOAL else np.array([kind in one for one in kinds])
        rows = np.flatnonzero(~(taste & goals)) if kind in (GOAL, "business_goal", "operational_goal") else np.arange(len(kinds))
        return rows, stated[rows]

    return answers


def criterion_labels(ladder: Ladder) -> list[str]:
    """Every value of every criterion, as the model names it."""
    return [criterion_label(criterion.id, value.id) for criterion in ladder.criteria for value in criterion.values]


def criterion_answers(cases: Sequence[LabelledCase]) -> Answers:
    """Which sentences show a value of a criterion."""
    labels = [shown for case in cases for shown in case.labels]

    def answers(label: str) -> tuple[Rows, NDArray[np.bool_]]:
        return np.arange(len(labels)), np.array([label in shown for shown in labels])

    return answers


def main() -> None:
    """Fit, report, write."""
    embedder = MiniLMEmbeddings(remember=100_000)
    conversations = [*load(), *load_annotated()]
    features = Features([one.sentences for one in conversations], embedder)
    print(f"Kinds: {len(conversations)} conversations, {len(features.group)} sentences, {len(features.vocabulary)} features of words")
    report(features, KINDS, kind_answers(conversations))
    write(fit(features, KINDS, kind_answers(conversations)), KNOWLEDGE / "sentence_kinds.safetensors")

    cases = [*load_cases(), *load_talk()]
    labels = criterion_labels(load_table(KNOWLEDGE / "ladder.yaml", Ladder))
    features = Features([one.sentences for one in cases], embedder)
    print(f"\nCriteria: {len(cases)} cases, {len(features.group)} sentences, {len(features.vocabulary)} features of words")
    report(features, labels, criterion_answers(cases))
    write(fit(features, labels, criterion_answers(cases), balanced=True), KNOWLEDGE / "sentence_criteria.safetensors")

    judged = [case for case in cases if case.verdict]
    print(f"\nVerdicts: {len(judged)} cases")
    write(
        fit_cases([case.text for case in judged], [case.verdict or "" for case in judged], embedder), KNOWLEDGE / "case_classes.safetensors"
    )


if __name__ == "__main__":
    main()
