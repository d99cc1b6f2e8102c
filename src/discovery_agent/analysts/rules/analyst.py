"""The rules analyst itself: reads a conversation once and proposes findings."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from discovery_agent.analysts.protocol import Extraction, Window
from discovery_agent.analysts.rules import goals, statements
from discovery_agent.analysts.rules.kpis import KpiReader
from discovery_agent.analysts.rules.measures import Measure, kpi_of
from discovery_agent.analysts.rules.metrics import names_a_measure
from discovery_agent.analysts.rules.modality import Doubt, Modality, modalities
from discovery_agent.analysts.rules.parts import Part
from discovery_agent.analysts.rules.prototypes import Embedder, Likeness, Prototypes, load_prototypes
from discovery_agent.analysts.rules.sentences import Sentence, sentences_of
from discovery_agent.analysts.rules.wording import goal_from_kpi, goal_statement, kpi_statement, plain_statement
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import FindingKind, ProposedFinding, ProposedQuote, Stance

# Below this margin of likeness over idle talk, a cue alone does not make a finding.
MARGINS: dict[FindingKind, float] = {
    FindingKind.PAIN_POINT: 0.02,
    FindingKind.PROCESS_STEP: 0.0,
    FindingKind.DATA_SOURCE: -0.05,
    FindingKind.CONSTRAINT: 0.0,
    FindingKind.RISK: 0.0,
    FindingKind.DECISION: -0.08,
    FindingKind.ASSUMPTION: -0.12,
    FindingKind.OPEN_QUESTION: -0.18,
}
_ARTICLE = re.compile(r"^(?:an?|the|our|some|this|that|one of (?:those|these)|new|own)\s+", re.IGNORECASE)
GOAL_MARGIN = -0.04
# An answer that no wording marks as a wish has to be like one.
ANSWER_MARGIN = 0.08


class RulesAnalyst:
    """Proposes findings with patterns, quantities, roles and similarity; calls no model.

    The whole conversation is one window, because an answer may come many turns after its question.
    """

    def __init__(self, prototypes_path: Path, embedder: Embedder) -> None:
        self._path = prototypes_path
        self._embedder = embedder

    @property
    def name(self) -> str:
        """Shown as the origin of each finding."""
        return "rules"

    @cached_property
    def _prototypes(self) -> Prototypes:
        return Prototypes(load_prototypes(self._path), self._embedder)

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        """One window that holds everything."""
        return [Window(first=0, last=len(conversation.utterances) - 1)]

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        """Findings of the conversation. Works in a thread, so that an event loop stays responsive."""
        return Extraction(proposals=await asyncio.to_thread(self.propose, conversation))

    def propose(self, conversation: Conversation) -> tuple[ProposedFinding, ...]:
        """Findings of the conversation, in the order of their first quotes."""
        sentences = sentences_of(conversation)
        if not sentences:
            return ()
        doubts = modalities(sentences)
        reading = _Reading(sentences, doubts, self._prototypes)
        return tuple(reading.proposals())


class _Reading:
    """One conversation being read."""

    def __init__(self, sentences: list[Sentence], doubts: list[Modality], prototypes: Prototypes) -> None:
        self._sentences = sentences
        self._doubts = doubts
        self._prototypes = prototypes
        self._wishes = [
            goals.wish_in(sentence) if goals.believable(sentence, modality) else None
            for sentence, modality in zip(sentences, doubts, strict=True)
        ]
        self._answer_goal_questions()
        self._cues = [statements.cues_in(sentence, modality) for sentence, modality in zip(sentences, doubts, strict=True)]
        self._stances = [statements.position_in(sentence, modality) for sentence, modality in zip(sentences, doubts, strict=True)]
        wanted = [index for index in range(len(sentences)) if self._wishes[index] or self._cues[index] or self._stances[index]]
        likenesses = prototypes.likeness([sentences[index].plain for index in wanted])
        self._likeness: dict[int, Likeness] = dict(zip(wanted, likenesses, strict=True))

    def _answer_goal_questions(self) -> None:
        """The first sentence of substance after "what would success look like?" is a wish, however it is put."""
        for index, question in enumerate(self._sentences):
            if not question.is_question or not goals.asks_for_goal(question):
                continue
            answer = [
                place
                for place in range(index + 1, min(index + 8, len(self._sentences)))
                if self._sentences[place].turn == question.turn + 1 and self._sentences[place].speaker != question.speaker
            ]
            if any(self._wishes[place] for place in answer):
                continue
            for place in answer[:3]:
                sentence = self._sentences[place]
                if len(sentence.plain.split()) >= 6 and goals.believable(sentence, self._doubts[place]):
                    self._wishes[place] = goals.Wish(sentence, sentence.text, 0, answers=True)
                    break

    def proposals(self) -> list[ProposedFinding]:
        measures = KpiReader(self._sentences, self._doubts).read()
        numbered: list[tuple[int, ProposedFinding]] = [
            (measure.sentences()[0].position, _kpi_proposal(measure)) for measure in measures if measure.slots
        ]
        aims = {one.metric.name: one for one in reversed(measures) if one.aims}
        for one in aims.values():
            goal = self._goal_of(one)
            if goal:
                numbered.append((one.target_sentence().position, goal))
        targets = {slot.sentence.position for measure in measures for part, slot in measure.slots.items() if part is not Part.BASELINE}
        for index, sentence in enumerate(self._sentences):
            numbered.extend((index, proposal) for proposal in self._of_sentence(index, sentence, index in targets))
        numbered.sort(key=lambda pair: pair[0])
        return [proposal for _, proposal in numbered]

    def _of_sentence(self, index: int, sentence: Sentence, has_target: bool) -> list[ProposedFinding]:
        likeness = self._likeness.get(index)
        if likeness is None:
            return []
        found: list[ProposedFinding] = []
        # A sentence that sets a figure gives its goal through the KPI, worded with the measure's name.
        wish = None if has_target else self._wishes[index]
        forbids = any(kind is FindingKind.CONSTRAINT for kind, _ in self._cues[index]) and goals.is_obligation(wish)
        if wish and not forbids:
            solution = goals.is_solution(wish)
            if solution:
                return _solution_proposals(sentence, solution.group().strip())
            goal = self._goal(sentence, wish, likeness)
            if goal:
                found.append(goal)
        stance = self._stances[index]
        if stance and not found:
            found.append(_proposal(FindingKind.POSITION, sentence, plain_statement(sentence), 0.6, stance=stance))
        if not found:
            kind = self._statement_kind(index, likeness)
            if kind:
                found.append(_proposal(kind[0], sentence, plain_statement(sentence), kind[1]))
        return found

    def _goal(self, sentence: Sentence, wish: goals.Wish, likeness: Likeness) -> ProposedFinding | None:
        business, operational = likeness.of(FindingKind.BUSINESS_GOAL), likeness.of(FindingKind.OPERATIONAL_GOAL)
        margin = max(likeness.margin(FindingKind.BUSINESS_GOAL), likeness.margin(FindingKind.OPERATIONAL_GOAL))
        if margin < (ANSWER_MARGIN if wish.answers else GOAL_MARGIN):
            return None
        kind = goals.classify(sentence, wish.body, business - operational)
        return _proposal(kind, sentence, goal_statement(wish), min(0.9, max(0.35, 0.6 + margin)))

    def _goal_of(self, measure: Measure) -> ProposedFinding | None:
        """The goal that a KPI with a target stands for: the measure should move.

        Where the measure has no name that could stand in a goal, the sentence itself is the goal, if it says enough.
        """
        kpi = kpi_of(measure)
        sentence = measure.target_sentence()
        kind = goals.kind_of_metric(kpi.metric, kpi.unit)
        if kind is None:
            text = f"{sentence.plain} {kpi.metric}"
            (likeness,) = self._prototypes.likeness([text])
            pull = likeness.of(FindingKind.BUSINESS_GOAL) - likeness.of(FindingKind.OPERATIONAL_GOAL)
            kind = goals.classify(sentence, text, pull)
        if names_a_measure(kpi.metric):
            statement = goal_from_kpi(kpi)
        elif goals.says_enough(sentence.low):
            statement = plain_statement(sentence)
        else:
            return None
        return _proposal(kind, sentence, statement, 0.6, note="Read from the target that was set for this measure.")

    def _statement_kind(self, index: int, likeness: Likeness) -> tuple[FindingKind, float] | None:
        best: tuple[FindingKind, float] | None = None
        for kind, strength in self._cues[index]:
            margin = likeness.margin(kind)
            if margin < MARGINS[kind]:
                continue
            score = strength + margin
            if best is None or score > best[1]:
                best = (kind, score)
        return (best[0], min(0.9, max(0.3, best[1]))) if best else None


def _quote(sentence: Sentence) -> ProposedQuote:
    text = sentence.utterance.text[sentence.start : sentence.end]
    return ProposedQuote(utterance_id=sentence.utterance.id, text=text, speaker=sentence.speaker)


def _proposal(
    kind: FindingKind, sentence: Sentence, statement: str, confidence: float, *, stance: Stance | None = None, note: str | None = None
) -> ProposedFinding:
    return ProposedFinding(
        kind=kind, statement=statement, confidence=round(confidence, 2), quotes=(_quote(sentence),), stance=stance, note=note
    )


def _solution_proposals(sentence: Sentence, solution: str) -> list[ProposedFinding]:
    """A solution asked for as if it were a goal: a position, and the question for the goal behind it."""
    position = _proposal(
        FindingKind.POSITION,
        sentence,
        plain_statement(sentence),
        0.7,
        stance=Stance.FOR,
        note="A solution is named before the goal; it is kept as a position, not as a goal.",
    )
    question = _proposal(
        FindingKind.OPEN_QUESTION,
        sentence,
        f"What should the {_ARTICLE.sub('', solution)} change for the organisation, and how would that be noticed?",
        0.7,
        note="The goal behind the solution was not said here.",
    )
    return [position, question]


def _kpi_proposal(measure: Measure) -> ProposedFinding:
    kpi = kpi_of(measure)
    complete = sum(part is not None for part in (kpi.baseline, kpi.target or kpi.change, kpi.deadline))
    return ProposedFinding(
        kind=FindingKind.KPI,
        statement=kpi_statement(kpi),
        confidence=round(0.4 + 0.15 * complete, 2),
        quotes=tuple(_quote(sentence) for sentence in measure.sentences()),
        kpi=kpi,
    )


__all__ = ["Doubt", "RulesAnalyst"]
