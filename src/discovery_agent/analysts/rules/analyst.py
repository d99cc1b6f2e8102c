"""The rules analyst itself: reads a conversation once and proposes findings."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from functools import cached_property
from pathlib import Path

from discovery_agent.analysts.protocol import (
    Extraction,
    ObjectiveBrief,
    ObjectiveStatements,
    QuestionBrief,
    SectionBrief,
    SectionWords,
    Window,
)
from discovery_agent.analysts.rules import goals
from discovery_agent.analysts.rules.criteria import DataReader, criteria_in
from discovery_agent.analysts.rules.figures import figures_in
from discovery_agent.analysts.rules.harms import fears
from discovery_agent.analysts.rules.kpis import KpiReader
from discovery_agent.analysts.rules.measures import Measure, kpi_of
from discovery_agent.analysts.rules.metric_traits import names_a_measure, usual_direction
from discovery_agent.analysts.rules.modality import Doubt, Modality, modalities
from discovery_agent.analysts.rules.objectives import objective_from_parts
from discovery_agent.analysts.rules.parts import Part
from discovery_agent.analysts.rules.phrasing import phrase_turn, pieces
from discovery_agent.analysts.rules.sections import words_of_rules
from discovery_agent.analysts.rules.sentence_model import Embedder, Judgement, SentenceModel, load_weights
from discovery_agent.analysts.rules.sentences import Sentence, sentences_of
from discovery_agent.analysts.rules.settled import decides, is_bare_volume, sets_budget, tells_how_it_runs
from discovery_agent.analysts.rules.statements import (
    is_about_the_talk,
    position_in,
    rejects_what_is_offered,
    sets_own_limit,
    wants_a_figure,
)
from discovery_agent.analysts.rules.subjects_meant import opens_with_pronoun, with_subject
from discovery_agent.analysts.rules.wording import (
    counts_things,
    deed_in_own_words,
    goal_from_kpi,
    goal_statement,
    kpi_statement,
    plain_statement,
    restated,
    shorten,
)
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import FindingKind, ProposedFinding, ProposedQuote, Stance
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.knowledge.tables import load_interview
from discovery_agent.models.billing import Meter

# From this probability on, a sentence is taken to state the kind: where the model is at its best on conversations
# that it was not fitted to (`make train` prints the places).
LEVELS: dict[FindingKind, float] = {
    FindingKind.PAIN_POINT: 0.2,
    FindingKind.PROCESS_STEP: 0.2,
    FindingKind.DATA_SOURCE: 0.26,
    FindingKind.CONSTRAINT: 0.25,
    FindingKind.RISK: 0.12,
    FindingKind.DECISION: 0.2,
    FindingKind.ASSUMPTION: 0.09,
    FindingKind.OPEN_QUESTION: 0.13,
}
# A second kind counts if its probability is so many times its level.
SECOND_KIND = 1.4
GOAL_LEVEL = 0.4
# Where a cue marks a wish, less is enough; where a sentence sets a target, it also has to sound like a goal.
WISH_LEVEL = 0.2
TARGET_LEVEL = 0.3
BUSINESS_LEVEL = 0.42
STANCE_LEVEL = 0.22
COMPLAINT_CONFIDENCE = 0.5
LIMIT_CONFIDENCE = 0.5
BUDGET_CONFIDENCE = 0.6
RISK_CONFIDENCE = 0.5
REJECTION_CONFIDENCE = 0.6
DECISION_CONFIDENCE = 0.6
UNBELIEVED = (Doubt.QUESTION, Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED, Doubt.RETRACTED)
_ARTICLE = re.compile(r"^(?:an?|the|our|some|this|that|one of (?:those|these)|new|own)\s+", re.IGNORECASE)


class RulesAnalyst:
    """Proposes findings with patterns, quantities, roles and similarity; calls no model.

    The whole conversation is one window, because an answer may come many turns after its question.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """`folder` is the knowledge folder, which holds the fitted weights."""
        self._folder = folder
        self._embedder = embedder

    @property
    def name(self) -> str:
        """Shown as the origin of each finding."""
        return "rules"

    @cached_property
    def _model(self) -> SentenceModel:
        return SentenceModel(load_weights(self._folder / "sentence_kinds.safetensors"), self._embedder)

    @cached_property
    def _criteria_model(self) -> SentenceModel:
        return SentenceModel(load_weights(self._folder / "sentence_criteria.safetensors"), self._embedder)

    @cached_property
    def _interview(self) -> SlotTable:
        return load_interview(self._folder)

    async def phrase(self, brief: QuestionBrief) -> AsyncIterator[str]:
        """The interviewer's next turn from templates, word by word.

        Raises:
            ConfigurationError: the interview table is missing or wrong.
        """
        for piece in pieces(phrase_turn(brief, self._interview)):
            yield piece

    async def propose_objectives(self, brief: ObjectiveBrief, count: int) -> ObjectiveStatements:
        """The one statement that the parts make."""
        return objective_from_parts(brief, count)

    async def write_section(self, brief: SectionBrief, *, meter: Meter | None = None) -> SectionWords:
        """The section as it was composed."""
        return words_of_rules(brief)

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        """One window that holds everything."""
        return [Window(first=0, last=len(conversation.utterances) - 1)]

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        """Findings of the conversation. Works in a thread, so that an event loop stays responsive."""
        return Extraction(proposals=await asyncio.to_thread(self.propose, conversation))

    async def rate(self, conversation: Conversation, window: Window, tables: Tables) -> Extraction:
        """What the conversation shows of the criteria and of the data. Works in a thread, too."""
        return Extraction(proposals=await asyncio.to_thread(self.propose_ratings, conversation, tables))

    def propose_ratings(self, conversation: Conversation, tables: Tables) -> tuple[ProposedFinding, ...]:
        """Ratings of criteria in the order of the ladder, then claims about data and plain figures in the order of saying."""
        sentences = sentences_of(conversation)
        if not sentences:
            return ()
        doubts = modalities(sentences)
        judged = self._criteria_model.judge(sentences, doubts)
        kinds = self._model.judge(sentences, doubts)
        claims = DataReader(tables.readiness, self._embedder).claims_in(sentences, doubts, kinds)
        return (*criteria_in(sentences, doubts, judged, tables.ladder), *claims, *figures_in(sentences, doubts, kinds))

    def propose(self, conversation: Conversation) -> tuple[ProposedFinding, ...]:
        """Findings of the conversation, in the order of their first quotes."""
        sentences = sentences_of(conversation)
        if not sentences:
            return ()
        doubts = modalities(sentences)
        reading = _Reading(sentences, doubts, self._model.judge(sentences, doubts))
        return tuple(reading.proposals())


# "I want that down to under 80": without what "that" is, no goal.
_NO_SUBJECT = re.compile(r"(?:down|up|back|under|below|over|above) (?:to|under|below|over|above|\d)", re.IGNORECASE)
_POINTS_BACK = re.compile(r"^(?:so |and |but |well,? )*(?:that|this|it|they)\b")


class _Reading:
    """One conversation being read."""

    def __init__(self, sentences: list[Sentence], doubts: list[Modality], judgements: list[Judgement]) -> None:
        self._sentences = sentences
        self._doubts = doubts
        self._judgements = judgements
        self._measures: list[Measure] = []
        self._wishes = [
            goals.wish_in(sentence) if goals.believable(sentence, modality) else None
            for sentence, modality in zip(sentences, doubts, strict=True)
        ]

    def proposals(self) -> list[ProposedFinding]:
        reader = KpiReader(self._sentences, self._doubts, [one["kpi"] for one in self._judgements])
        self._measures = measures = reader.read()
        numbered: list[tuple[int, ProposedFinding]] = [
            (measure.sentences()[0].position, _kpi_proposal(measure)) for measure in measures if measure.slots
        ]
        aims = {one.metric.name: one for one in reversed(measures) if one.aims}
        by_measure: dict[str, FindingKind] = {}
        for one in aims.values():
            goal = self._goal_of(one)
            if goal:
                numbered.append((one.target_sentence().position, goal))
                by_measure[goal.statement.lower()] = goal.kind
        targets = {slot.sentence.position for measure in measures for part, slot in measure.slots.items() if part is not Part.BASELINE}
        for index, sentence in enumerate(self._sentences):
            gives_target = index in targets or index in reader.repeated
            numbered.extend((index, proposal) for proposal in self._of_sentence(index, sentence, gives_target))
        numbered.sort(key=lambda pair: pair[0])
        return [_of_one_kind(proposal, by_measure) for _, proposal in numbered]

    def _of_sentence(self, index: int, sentence: Sentence, has_target: bool) -> list[ProposedFinding]:
        found: list[ProposedFinding] = []
        # A sentence that sets a figure gives its goal through the KPI, worded with the measure's name.
        complaint = goals.is_complaint(sentence.low)
        wish = None if has_target or complaint else self._wishes[index]
        judgement = self._judgements[index]
        if self._rejects(sentence):
            against = plain_statement(sentence)
            return [_proposal(FindingKind.POSITION, sentence, against, REJECTION_CONFIDENCE, stance=Stance.AGAINST)]
        feared = fears(sentence.low)
        if wish and (solution := goals.is_solution(wish)) and judgement["position_for"] >= 0.1:
            return _solution_proposals(sentence, solution.group().strip())
        if decided := self._decided(sentence):
            return [decided]
        if not found and sets_budget(sentence) and not self._doubts[index].has(*UNBELIEVED):
            return [_proposal(FindingKind.CONSTRAINT, sentence, plain_statement(sentence), BUDGET_CONFIDENCE)]
        if not has_target and not complaint and not feared and goals.believable(sentence, self._doubts[index]):
            goal = self._goal(sentence, wish, judgement)
            if goal:
                found.append(goal)
        if not found:
            stance = None if has_target else self._stance(index)
            if stance:
                found.append(_proposal(FindingKind.POSITION, sentence, plain_statement(sentence), stance[1], stance=stance[0]))
        if not found:
            found = [self._stated(kind, sentence, sure) for kind, sure in self._statement_kinds(index)]
        if not found and sets_own_limit(sentence.low) and not self._doubts[index].has(*UNBELIEVED, Doubt.INTERVIEWER):
            found = [_proposal(FindingKind.CONSTRAINT, sentence, plain_statement(sentence), LIMIT_CONFIDENCE)]
        if not found and complaint and not self._doubts[index].has(*UNBELIEVED, Doubt.INTERVIEWER):
            found = [_proposal(FindingKind.PAIN_POINT, sentence, plain_statement(sentence), COMPLAINT_CONFIDENCE)]
        if not found and feared and not has_target and not self._doubts[index].has(*UNBELIEVED, Doubt.INTERVIEWER):
            found = [_proposal(FindingKind.RISK, sentence, plain_statement(sentence), RISK_CONFIDENCE)]
        return found

    def _rejects(self, sentence: Sentence) -> bool:
        """Whether it is said what is wanted in place of a technology that is named."""
        rejected = rejects_what_is_offered(sentence.low)
        doubts = self._doubts[sentence.position]
        return rejected is not None and goals.names_technology(rejected) and not doubts.has(*UNBELIEVED, Doubt.INTERVIEWER)

    def _decided(self, sentence: Sentence) -> ProposedFinding | None:
        """What a sentence settles. What is "off the table" is given up by that, so a sentence is not doubted for giving something up."""
        doubts = [one for one in UNBELIEVED if one is not Doubt.ABANDONED]
        if not decides(sentence.low) or self._doubts[sentence.position].has(*doubts):
            return None
        return _proposal(FindingKind.DECISION, sentence, plain_statement(sentence), DECISION_CONFIDENCE)

    def _stated(self, kind: FindingKind, sentence: Sentence, sure: float) -> ProposedFinding:
        """A finding in the words of the sentence; a constraint on "it" or "them" says what it is on."""
        proposal = _proposal(kind, sentence, plain_statement(sentence), sure)
        before = self._sentences[sentence.position - 1] if sentence.position else None
        if kind is not FindingKind.CONSTRAINT or before is None or not opens_with_pronoun(proposal.statement):
            return proposal
        if before.speaker != sentence.speaker or sentence.turn - before.turn > 1 or self._doubts[before.position].has(*UNBELIEVED):
            return proposal
        return proposal.model_copy(
            update={"statement": with_subject(proposal.statement, plain_statement(before)), "quotes": (_quote(before), *proposal.quotes)}
        )

    def _goal(self, sentence: Sentence, wish: goals.Wish | None, judgement: Judgement) -> ProposedFinding | None:
        if judgement["goal"] < (WISH_LEVEL if wish else GOAL_LEVEL):
            return None
        if wish is None and tells_how_it_runs(sentence.low):
            return None
        kind = FindingKind.BUSINESS_GOAL if judgement["business"] >= BUSINESS_LEVEL else FindingKind.OPERATIONAL_GOAL
        statement = goal_statement(wish) if wish else restated(plain_statement(sentence))
        if wish and _NO_SUBJECT.match(statement):
            return None
        proposal = _proposal(kind, sentence, statement, min(0.9, max(0.35, 0.35 + judgement["goal"])))
        before = self._pointed_at(sentence)
        if before is None:
            return proposal
        return proposal.model_copy(
            update={"statement": self._stated_before(before, statement), "quotes": (_quote(before), *proposal.quotes)}
        )

    def _stated_before(self, before: Sentence, statement: str) -> str:
        """The goal of "that can't go on": that the figure just said moves, or else what was said and the wish about it."""
        for measure in self._measures:
            slot = measure.slots.get(Part.BASELINE)
            if slot and slot.sentence is before and usual_direction(measure.metric.name):
                return goal_from_kpi(kpi_of(measure))
        return shorten(f"{restated(plain_statement(before))}: {statement[:1].lower()}{statement[1:]}")

    def _pointed_at(self, sentence: Sentence) -> Sentence | None:
        """What the speaker said just before, if the sentence says nothing without it: "That can't go on." """
        before = self._sentences[sentence.position - 1] if sentence.position else None
        if before is None or before.turn != sentence.turn or not _POINTS_BACK.match(sentence.low) or goals.says_enough(sentence.low):
            return None
        return None if self._doubts[before.position].has(*UNBELIEVED) else before

    def _goal_of(self, measure: Measure) -> ProposedFinding | None:
        """The goal that a KPI with a target stands for: the measure should move.

        Where the measure has no name that could stand in a goal, the sentence itself is the goal, if it says enough.
        """
        kpi = kpi_of(measure)
        sentence = measure.target_sentence()
        judgement = self._judgements[sentence.position]
        if judgement["goal"] < TARGET_LEVEL:
            return None
        kind = goals.kind_of_metric(kpi.metric, kpi.unit)
        if kind is None:
            kind = FindingKind.BUSINESS_GOAL if judgement["business"] >= BUSINESS_LEVEL else FindingKind.OPERATIONAL_GOAL
        wish = self._wishes[sentence.position]
        if names_a_measure(kpi.metric) or counts_things(kpi):
            statement = deed_in_own_words(sentence.text, kpi.metric) or goal_from_kpi(kpi)
        elif goals.says_enough(sentence.low):
            wanted = goal_statement(wish) if wish else ""
            statement = wanted if goals.says_enough(wanted.lower()) else restated(plain_statement(sentence))
        else:
            return None
        return _proposal(kind, sentence, statement, 0.6, note="Read from the target that was set for this measure.")

    def _stance(self, index: int) -> tuple[Stance, float] | None:
        sentence = self._sentences[index]
        if self._doubts[index].has(*UNBELIEVED) or len(sentence.plain.split()) < 5 or is_about_the_talk(sentence.low):
            return None
        if sets_own_limit(sentence.low) or wants_a_figure(sentence.low):
            return None
        in_favour, against = self._judgements[index]["position_for"], self._judgements[index]["position_against"]
        said = position_in(sentence, self._doubts[index])
        if said and max(in_favour, against) >= STANCE_LEVEL:
            return said, 0.4 + max(in_favour, against) / 2
        if max(in_favour, against) < STANCE_LEVEL:
            return None
        return (Stance.FOR, 0.4 + in_favour / 2) if in_favour > against else (Stance.AGAINST, 0.4 + against / 2)

    def _statement_kinds(self, index: int) -> list[tuple[FindingKind, float]]:
        """The kinds that the sentence states, the one furthest above its level first; a second one must be clear."""
        doubts = self._doubts[index]
        if len(self._sentences[index].plain.split()) < 4 or doubts.has(*UNBELIEVED):
            return []
        judgement = self._judgements[index]
        above = sorted(((judgement[kind.value] / level, kind) for kind, level in LEVELS.items()), reverse=True)
        return [
            (kind, min(0.9, 0.4 + judgement[kind.value] / 2))
            for place, (ratio, kind) in enumerate(above)
            if ratio >= (1 if place == 0 else SECOND_KIND)
            and not (kind is FindingKind.CONSTRAINT and is_bare_volume(self._sentences[index]))
        ]


def _quote(sentence: Sentence) -> ProposedQuote:
    text = sentence.utterance.text[sentence.start : sentence.end]
    return ProposedQuote(utterance_id=sentence.utterance.id, text=text, speaker=sentence.speaker)


def _proposal(
    kind: FindingKind, sentence: Sentence, statement: str, confidence: float, *, stance: Stance | None = None, note: str | None = None
) -> ProposedFinding:
    return ProposedFinding(
        kind=kind, statement=statement, confidence=round(confidence, 2), quotes=(_quote(sentence),), stance=stance, note=note
    )


def _of_one_kind(proposal: ProposedFinding, by_measure: dict[str, FindingKind]) -> ProposedFinding:
    """A goal that is also the goal of a measure is of the same kind: "fewer visits" cannot serve itself."""
    if proposal.kind not in (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL):
        return proposal
    return proposal.model_copy(update={"kind": by_measure.get(proposal.statement.lower(), proposal.kind)})


def _solution_proposals(sentence: Sentence, solution: str) -> list[ProposedFinding]:
    """A solution asked for as if it were a goal: a position, and the question for the goal behind it."""
    as_written = re.search(re.escape(solution), sentence.text, re.IGNORECASE)
    solution = as_written.group() if as_written else solution
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
