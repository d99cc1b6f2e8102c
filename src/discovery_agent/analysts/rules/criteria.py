"""What sentences show of the ladder's criteria and of the state of the data, without a language model.

Criteria are judged by a sentence model of their own (`training/cases`); what is shown
faintly is proposed with little confidence, as a hint. The state of data is judged by likeness to the sentences that the
readiness table gives for each level, among sentences that are about data at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Sequence

import numpy as np

from discovery_agent.analysts.rules.data_told import is_unreal, told_states
from discovery_agent.analysts.rules.goals import asks_listener
from discovery_agent.analysts.rules.modality import Doubt, Modality
from discovery_agent.analysts.rules.sentence_model import Embedder, Judgement
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.analysts.rules.wording import plain_statement
from discovery_agent.domain.findings import CriterionReading, DataReading, FindingKind, Proof, ProposedFinding, ProposedQuote
from discovery_agent.domain.ladder import Ladder
from discovery_agent.domain.necessity import FIRM
from discovery_agent.domain.readiness import ReadinessTable

# From this probability on, a sentence is at least a hint at a value of a criterion.
SHOWS = 0.3
# Of several sentences that show a value, those this clear beside the clearest are quoted.
AS_CLEAR = 0.8
# The model counts a label's few sentences as much as all others together, so its 0.5 is no even bet. On sentences it was
# not fitted to, a value shown with this probability is right somewhat more often than not, which is what a confidence of
# `FIRM` means.
MORE_OFTEN_RIGHT = 0.85
CLEAREST = 0.95
# How sure a claim is that is read by rule: somebody said it in plain words.
PLAINLY_SAID = 0.8
# Likeness to a sentence of the readiness table from which a sentence says the same.
ALIKE = 0.5
# Probability of stating something about data below which likeness is chance.
ABOUT_DATA = 0.15
_ABOUT = (FindingKind.DATA_SOURCE, FindingKind.CONSTRAINT, FindingKind.PAIN_POINT, FindingKind.RISK)

UNBELIEVED = (
    Doubt.QUESTION,
    Doubt.HYPOTHETICAL,
    Doubt.SOMEBODY_ELSE,
    Doubt.SARCASM,
    Doubt.ABANDONED,
    Doubt.RETRACTED,
    Doubt.INTERVIEWER,
)


def criterion_label(criterion: str, value: str) -> str:
    """How the sentence model names a value of a criterion."""
    return f"{criterion}={value}"


def confidence(probability: float) -> float:
    """What the model's probability is worth: a straight line to `FIRM`, and a steeper one above."""
    if probability < MORE_OFTEN_RIGHT:
        return round(FIRM * probability / MORE_OFTEN_RIGHT, 2)
    return round(FIRM + (CLEAREST - FIRM) * (probability - MORE_OFTEN_RIGHT) / (1 - MORE_OFTEN_RIGHT), 2)


def criteria_in(
    sentences: Sequence[Sentence], modalities: Sequence[Modality], judgements: Sequence[Judgement], ladder: Ladder
) -> list[ProposedFinding]:
    """One proposal for each value of a criterion and each speaker whose sentences show it, in the order of the ladder."""
    believed = [at for at, modality in enumerate(modalities) if not modality.has(*UNBELIEVED) and not asks_listener(sentences[at].low)]
    found: list[ProposedFinding] = []
    for criterion in ladder.criteria:
        shown: dict[str | None, dict[str, list[tuple[float, int]]]] = defaultdict(lambda: defaultdict(list))
        for at in believed:
            for value in criterion.values:
                probability = judgements[at].get(criterion_label(criterion.id, value.id), 0.0)
                if probability >= SHOWS:
                    shown[sentences[at].speaker][value.id].append((probability, at))
        for values in shown.values():
            for value, places in values.items():
                about = criterion.value(value)
                best = [place for place in sorted(places, reverse=True)[:3] if place[0] >= AS_CLEAR * max(places)[0]]
                found.append(
                    ProposedFinding(
                        kind=FindingKind.CRITERION,
                        statement=f"{criterion.name}: {about.means if about else value}",
                        confidence=confidence(best[0][0]),
                        quotes=tuple(_quote(sentences[at]) for at in sorted(at for _, at in best)),
                        criterion=CriterionReading(criterion=criterion.id, value=value),
                    )
                )
    return found


class DataReader:
    """Reads the state of data by likeness to the readiness table."""

    def __init__(self, table: ReadinessTable, embedder: Embedder) -> None:
        self._table = table
        self._embedder = embedder
        self._likes = [
            (dimension.id, level, text) for dimension in table.dimensions for level, texts in dimension.likes.items() for text in texts
        ]
        self._vectors = embedder.embed([text for _, _, text in self._likes])

    def claims_in(self, sentences: Sequence[Sentence], modalities: Sequence[Modality], kinds: Sequence[Judgement]) -> list[ProposedFinding]:
        """What is said of the data, by rule; where no rule reads a sentence about data, the dimension and level that it is most like."""
        told = told_states(sentences, modalities)
        alike = self._alike(sentences, modalities, kinds, told)
        found: list[ProposedFinding] = []
        names = {dimension.id: dimension for dimension in self._table.dimensions}
        for at, sentence in enumerate(sentences):
            for dimension, level, sure in [(*state, PLAINLY_SAID) for state in told.get(at, ())] or alike.get(at, []):
                if dimension not in names:
                    continue
                found.append(
                    ProposedFinding(
                        kind=FindingKind.CRITERION,
                        statement=f"{names[dimension].name}: {names[dimension].levels[level]}",
                        confidence=sure,
                        quotes=(_quote(sentence),),
                        data=DataReading(dimension=dimension, level=level, proof=self._proof(sentence.low)),
                        note=plain_statement(sentence),
                    )
                )
        return found

    def _alike(
        self, sentences: Sequence[Sentence], modalities: Sequence[Modality], kinds: Sequence[Judgement], told: Container[int]
    ) -> dict[int, list[tuple[str, int, float]]]:
        """For each sentence about data that no rule reads, the dimension and level that it is most like, and how sure that is."""
        places = [
            at
            for at, modality in enumerate(modalities)
            if at not in told
            and not modality.has(*UNBELIEVED)
            and not is_unreal(sentences[at].low)
            and max(kinds[at][kind.value] for kind in _ABOUT) >= ABOUT_DATA
        ]
        if not places or not self._likes:
            return {}
        cosines = np.asarray(self._embedder.embed([_claim(sentences[at].plain) for at in places])) @ self._vectors.T
        found: dict[int, list[tuple[str, int, float]]] = {}
        for row, at in enumerate(places):
            best = int(cosines[row].argmax())
            if cosines[row, best] >= ALIKE:
                dimension, level, _ = self._likes[best]
                found[at] = [(dimension, level, round(min(0.9, float(cosines[row, best])), 2))]
        return found

    def _proof(self, low: str) -> Proof:
        if any(words in low for words in self._table.tested_by):
            return Proof.TESTED
        return Proof.SHOWN if any(words in low for words in self._table.shown_by) else Proof.HEARSAY


_HOW_KNOWN = re.compile(
    r"^(?:(?:well|so|yes|no),? )?we (?:checked|counted|compared|measured|audited|sampled)\b[^,:]{0,30}?(?:, (?:and |but )?|: | that )",
    re.IGNORECASE,
)


def _claim(text: str) -> str:
    """What is claimed of the data, without the words that say how it is known."""
    return _HOW_KNOWN.sub("", text)


def _quote(sentence: Sentence) -> ProposedQuote:
    text = sentence.utterance.text[sentence.start : sentence.end]
    return ProposedQuote(utterance_id=sentence.utterance.id, text=text, speaker=sentence.speaker)
