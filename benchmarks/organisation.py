"""A large invented organisation for benchmarks: conversations, findings of every kind in realistic shares, and likeness.

Embedding 50,000 texts takes minutes and is measured elsewhere, so texts get made-up vectors here: those of one subject lie
close together (cosine about 0.75), others hardly do (about 0.15), as with the real model.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import (
    Amount,
    CriterionReading,
    DataReading,
    Direction,
    Finding,
    FindingKind,
    Grounding,
    Kpi,
    Quote,
    Stance,
    finding_id,
)

PER_CONVERSATION = 50
SPEAKERS = 4
_SHARES = {
    FindingKind.BUSINESS_GOAL: 2,
    FindingKind.OPERATIONAL_GOAL: 3,
    FindingKind.KPI: 6,
    FindingKind.PAIN_POINT: 6,
    FindingKind.PROCESS_STEP: 6,
    FindingKind.DATA_SOURCE: 4,
    FindingKind.CONSTRAINT: 3,
    FindingKind.RISK: 3,
    FindingKind.DECISION: 2,
    FindingKind.ASSUMPTION: 2,
    FindingKind.OPEN_QUESTION: 2,
    FindingKind.POSITION: 3,
    FindingKind.CRITERION: 8,
}
_WORK = "invoices claims orders returns deliveries complaints contracts permits applications tickets repairs inspections payments offers".split()
_UNITS = "purchasing sales warehouse finance service legal claims production logistics marketing".split()
_ASPECTS = "checking sorting answering approving planning booking forecasting reporting".split()
SUBJECTS = [f"{aspect} {work} in {unit}" for aspect in _ASPECTS for work in _WORK for unit in _UNITS]
"""1,120 subjects that people can talk about."""

_SAID = {
    FindingKind.BUSINESS_GOAL: "Customers should notice that {subject} works, it is {word} for us",
    FindingKind.OPERATIONAL_GOAL: "We want {subject} to be done faster and {word}",
    FindingKind.KPI: "The time for {subject} should fall from {high} days to {low} days, {word}",
    FindingKind.PAIN_POINT: "What hurts with {subject} is that it is {word}",
    FindingKind.PROCESS_STEP: "For {subject} a clerk opens each case and types it in, about {high}0 a week, {word}",
    FindingKind.DATA_SOURCE: "All cases of {subject} are in the system since 2019, {word}",
    FindingKind.CONSTRAINT: "For {subject} there is a budget of {high}0000 euros, {word}",
    FindingKind.RISK: "If {subject} goes wrong we pay for it, {word}",
    FindingKind.DECISION: "We agreed on {subject} last week, {word}",
    FindingKind.ASSUMPTION: "I assume that {subject} stays as it is, {word}",
    FindingKind.OPEN_QUESTION: "Who decides about {subject} is {word}",
    FindingKind.POSITION: "A machine for {subject} is {word}",
    FindingKind.CRITERION: "With {subject} it is always the same, {word}",
}
_WORDS = "important painful urgent slow costly boring clear unclear new old strange common rare certain open".split()


def conversations(count: int, *, turns: int = 120) -> Iterator[Conversation]:
    """Conversations of a few people each, out of a staff that grows with them; a turn is a sentence."""
    for number in range(count):
        names = [f"Person {(number * 3 + at) % (count * 2 + 4)}" for at in range(SPEAKERS)]
        yield Conversation(
            id=f"c-{number:06}",
            title=f"Conversation {number}",
            source=f"conversation-{number}.txt",
            format="text",
            participants=tuple(Stakeholder(name=name, role=list(Role)[at % 5]) for at, name in enumerate(names)),
            utterances=tuple(
                Utterance(index=at, speaker=names[at % SPEAKERS], text=f"This is sentence {at} of conversation {number}.")
                for at in range(turns)
            ),
        )


def findings(conversation: Conversation, tables: Tables) -> list[Finding]:
    """Fifty findings of a conversation, about three of all subjects."""
    chance = random.Random(conversation.id)
    subjects = chance.sample(SUBJECTS, 3)
    kinds = [kind for kind, share in _SHARES.items() for _ in range(share)]
    return [_finding(conversation, kind, chance.choice(subjects), at, chance, tables) for at, kind in enumerate(kinds)]


def _finding(conversation: Conversation, kind: FindingKind, subject: str, at: int, chance: random.Random, tables: Tables) -> Finding:
    turn = conversation.utterances[2 * at % len(conversation.utterances)]
    low = chance.randint(1, 4)
    text = _SAID[kind].format(subject=subject, word=chance.choice(_WORDS), low=low, high=low + chance.randint(1, 9))
    quote = Quote(
        conversation_id=conversation.id,
        utterance_id=turn.id,
        speaker=turn.speaker,
        start=0,
        end=len(text),
        text=text,
        grounding=Grounding.EXACT,
    )
    criterion = data = kpi = None
    if kind is FindingKind.CRITERION and chance.random() < 0.35:
        dimension = chance.choice(tables.readiness.dimensions)
        data = DataReading(dimension=dimension.id, level=chance.randrange(4))
    elif kind is FindingKind.CRITERION:
        about = chance.choice(tables.ladder.criteria)
        # People of one house mostly agree.
        value = about.values[0] if chance.random() < 0.8 else chance.choice(about.values)
        criterion = CriterionReading(criterion=about.id, value=value.id)
    elif kind is FindingKind.KPI:
        days = Amount(value=low, unit="days", text=f"{low} days")
        kpi = Kpi(metric=f"time for {subject}", unit="days", direction=Direction.DECREASE, target=days if chance.random() < 0.6 else None)
    return Finding(
        id=finding_id(kind, conversation.id, (quote,), text),
        kind=kind,
        statement=text,
        speakers=(quote.speaker or "",),
        confidence=round(chance.uniform(0.3, 0.95), 3),
        quotes=(quote,),
        kpi=kpi,
        stance=chance.choice(list(Stance)) if kind is FindingKind.POSITION else None,
        criterion=criterion,
        data=data,
        proposed_by="benchmark",
    )


class MadeUpEmbeddings:
    """Vectors by subject: a direction of its own for each subject, some noise for each text."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, one a row."""
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, 384), np.float32)

    def tokens(self, text: str) -> int:
        """About a token a word."""
        return len(text.split())

    def _vector(self, text: str) -> NDArray[np.float32]:
        subject = next((words for words in _subjects_in(text)), text)
        common, own, noise = (_direction(words) for words in ("", subject, text))
        vector = 0.4 * common + 0.78 * own + 0.48 * noise
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def _subjects_in(text: str) -> Iterator[str]:
    words = text.split()
    for at in range(len(words) - 3):
        if words[at] in _ASPECTS and words[at + 2] == "in":
            yield " ".join(words[at : at + 4]).rstrip(",")


def _direction(words: str) -> NDArray[np.float32]:
    vector = np.random.default_rng(zlib.crc32(words.encode())).normal(size=384).astype(np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
