"""KPIs: a measure with what was said of its baseline, target and deadline, wherever in the conversation.

People name a measure once and go on to "six would be fine" ten turns later. So the conversation is read
in order with the measures mentioned so far at hand; a number without a measure of its own goes to the
latest one it fits, and a number that is taken back leaves.
"""

from __future__ import annotations

import re
from dataclasses import replace

from discovery_agent.analysts.rules.counted_before import CountsBefore, is_only_an_aim
from discovery_agent.analysts.rules.deadlines import find_deadlines
from discovery_agent.analysts.rules.events import happened_once, is_past_beside_now
from discovery_agent.analysts.rules.measure_facts import attach_deadline, attach_owner_and_means, note_direction
from discovery_agent.analysts.rules.measure_names import as_noun_phrase, things_before, things_priced
from discovery_agent.analysts.rules.measures import Measure, Slot, against_its_words, same_size, without_strangers
from discovery_agent.analysts.rules.measures_met import MeasuresMet
from discovery_agent.analysts.rules.metric_traits import as_share, fits, is_share, overlap, usual_direction
from discovery_agent.analysts.rules.metrics import Metric, inferred_metric, metric_phrases
from discovery_agent.analysts.rules.metrics_from_context import (
    metric_of_context,
    metric_of_move,
    metric_of_question,
    metric_of_rest,
    time_of_work,
)
from discovery_agent.analysts.rules.modality import Doubt, Modality
from discovery_agent.analysts.rules.parts import CHANGE_VALUES, STAYS, WANTED, WORD_CHANGE, Part, pair_part, part_of, without_discarded
from discovery_agent.analysts.rules.quantities import Dimension, Quantity, find_quantities
from discovery_agent.analysts.rules.questions import ASKS_TARGET, ASKS_WHEN, POINTS_BACK, Question
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.analysts.rules.settled import sets_budget
from discovery_agent.domain.findings import Direction

# Below this probability that any of its sentences states a KPI, a measure is no KPI, whatever its words.
DOUBTFUL = 0.2
# From this probability on, a measure needs no better name and no target.
CLEAR = 0.6


_NOT_OURS = re.compile(
    r"\b(?:budget|licen[cs]es?|subscription|quoted|quotation|price tag|per seat|per user|invest(?:ment)?|capex|salary|salaries|headcount|people in (?:the|my|our)|team of|staff of|"
    r"(?:days?|weeks?|months?|years?) of |employees|years? (?:old|in the|of experience|experience|here|with)|i've been|been (?:here|with|doing)|for (?:the last |over |about |nearly |almost )?(?:\w+ )?years?|meeting|call is|minutes left|hard stop|"
    r"fte|sites?|branches|depots|warehouses|locations|go[- ]live|pilot (?:runs|lasts|of)|contract (?:runs|ends)|retention period|(?:delete|erase|wipe|purge|shred)d? (?:\w+ ){0,2}after|keep (?:\w+ ){0,4}for|stored? for|history|retain|notice|population|square|founded|"
    r"implementation|project (?:costs?|takes?)|proof of concept|poc\b|tender|spreadsheet has|rows|columns|fields)\b"
)
_CALENDAR = frozenset(["second", "minute", "hour", "day", "week", "month", "quarter", "year", "shift", "night", "morning"])
_CANNOT = re.compile(
    r"\b(?:can't|cannot|can not|won't|couldn't|never|not going to|impossible to) (?:\w+ )?(?:promise|commit to|do|manage|guarantee|deliver|make|reach|hit|get to|be)\b[^.?!;]{0,25}$"
)
# "Within 50 percent of the standing order" and "give or take ten" say how exact something has to be; they are no figure of their own.
_TOLERANCE = re.compile(
    r"(?:\b(?:give or take|plus or minus|plus[ /-]minus|\+/-|an? (?:margin|tolerance|deviation) of)|±)\s*(?:about |around |up to |maybe |some |a |an )*$"
)
_WITHIN = re.compile(r"\bwithin (?:about |around |plus or minus )?$")
_OF_THEM = re.compile(r"\s*of (?:them|those|these)\b")
_SPAN_OF = re.compile(r"\s+of\s+(?:\w+ing\b|data\b|history\b|records?\b|experience\b|logs\b)")


class KpiReader:
    """Reads a conversation once, in order, and keeps the measures it has met."""

    def __init__(self, sentences: list[Sentence], modalities: list[Modality], likely: list[float]) -> None:
        """`likely` is the probability of each sentence to state a KPI, as the sentence model judges it."""
        self._sentences = sentences
        self._modalities = modalities
        self._likely = likely
        self._met = MeasuresMet()
        self._counts = CountsBefore()
        self._question: Question | None = None
        self._asked_when = False
        self._answered_in: tuple[Question, int] | None = None
        self._recent_metric: tuple[Metric, Sentence] | None = None
        self.repeated: set[int] = set()
        """Positions of sentences that only say a figure again."""
        self._alone = True
        """Whether no quantity before it in the sentence was placed."""

    def read(self) -> list[Measure]:
        """Every measure that has a number of ours in force."""
        for sentence, modality in zip(self._sentences, self._modalities, strict=True):
            self._read_sentence(sentence, modality)
        self._met.join_halves()
        for measure in self._met.all:
            without_strangers(measure)
        # A measure that only has a makeshift name is believed once somebody sets a target for it.
        return [measure for measure in self._met.all if measure.slots and self._believed(measure)]

    def _believed(self, measure: Measure) -> bool:
        best = max(self._likely[slot.sentence.position] for slot in measure.slots.values())
        if best < DOUBTFUL or measure.is_amount_of_work:
            return False
        return measure.metric.strong or (measure.aims and len(measure.slots) > 1) or best >= CLEAR

    def _read_sentence(self, sentence: Sentence, modality: Modality) -> None:
        low = sentence.low
        if modality.has(Doubt.QUESTION, Doubt.INTERVIEWER):
            metric = metric_of_question(low)
            asks_target = ASKS_TARGET.search(low)
            points_back = POINTS_BACK.search(low)
            if metric is None and self._question and not (asks_target and points_back) and len(sentence.plain.split()) <= 4:
                # "Roughly?" asks the same again.
                self._question = replace(self._question, turn=sentence.turn)
                return
            if metric is None and (asks_target or points_back) and self._met.all:
                metric = max(self._met.all, key=lambda one: one.last_turn).metric
            self._asked_when = bool(ASKS_WHEN.search(low))
            dimension = Dimension.DURATION if re.search(r"\bhow (?:long|quickly|fast)\b", low) else None
            self._question = Question(metric, Part.TARGET if asks_target else Part.BASELINE, sentence.turn, sentence, dimension)
            return
        phrases = metric_phrases(low)
        quantities = [one for one in find_quantities(sentence.text) if one.text.strip()]
        deadlines = find_deadlines(sentence.text)
        quantities = [one for one in quantities if not any(due.lead <= one.start < due.end for due in deadlines)]
        if modality.has(Doubt.ABANDONED) and not quantities:
            self._met.abandon(sentence)
        if modality.has(Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED):
            return
        if modality.retracts_previous and not quantities:
            self._met.forget_previous(sentence)
        if modality.retracts_previous and quantities:
            quantities = self._met.retract(sentence, quantities)
        quantities = [one for one in without_discarded(low, quantities) if not self._counts_unknown_things(one, sentence)]
        touched: list[Measure] = []
        if sets_budget(sentence):
            quantities = []
        for index, quantity in enumerate(quantities):
            self._alone = not touched
            only_aim = len(quantities) == 1 and is_only_an_aim(sentence, quantity, deadlines)
            measure = self._place(sentence, modality, phrases, quantities, index, quantity, only_aim=only_aim)
            if measure:
                touched.append(measure)
            else:
                self._counts.note(quantity, sentence)
        if not touched and any(self._met.is_known(quantity, sentence) for quantity in quantities):
            self.repeated.add(sentence.position)
        worded = WORD_CHANGE.search(low)
        if worded and not touched and WANTED.search(low) and not modality.has(Doubt.NEGATED):
            measure = self._word_change(sentence, worded, phrases)
            if measure:
                touched.append(measure)
        if attach_deadline(self._met.all, sentence, modality, touched, asked_when=self._asked_when):
            self._asked_when = False
        attach_owner_and_means(self._met.all, sentence, touched)
        strong = [metric for metric in phrases if metric.strong]
        if strong:
            self._recent_metric = (strong[-1], sentence)
        elif not touched:
            context = metric_of_context(low)
            if context and context.name.startswith(("wrong ", "late ", "missing ", "incomplete ")):
                self._recent_metric = (context, sentence)

    def _place(
        self,
        sentence: Sentence,
        modality: Modality,
        phrases: list[Metric],
        quantities: list[Quantity],
        index: int,
        quantity: Quantity,
        *,
        only_aim: bool,
    ) -> Measure | None:
        low = sentence.low
        if quantity.dimension is Dimension.COUNT and not self._count_is_metric(sentence, quantity, phrases):
            return None
        clear = self._alone and self._likely[sentence.position] >= CLEAR
        if not clear and _NOT_OURS.search(low[max(0, quantity.start - 45) : quantity.end + 25]):
            return None
        if _TOLERANCE.search(low[: quantity.start]):
            return None
        if quantity.dimension is Dimension.SHARE and _WITHIN.search(low[: quantity.start]) and not WANTED.search(low):
            return None
        if _CANNOT.search(low[: quantity.start]) or _SPAN_OF.match(low[quantity.end :]):
            return None
        if quantity.dimension is Dimension.BARE and _OF_THEM.match(low[quantity.end :]):
            things = self._things_meant(sentence)
            quantity = replace(quantity, dimension=Dimension.COUNT, unit=things, noun=things)
        stays = bool(STAYS.search(low))
        if quantity.dimension is Dimension.BARE and not stays and self._met.said_again(quantity, sentence):
            return None
        question = self._question if self._question and sentence.turn - self._question.turn <= 6 else None
        if question and (not question.asks_for(quantity) or (question.metric is None and sentence.turn - question.turn > 1)):
            question = None
        if question and self._answered_in is not None and self._answered_in[0] is question and sentence.turn > self._answered_in[1]:
            question = None
        part = pair_part(low, quantities, index) or part_of(quantity, sentence, question.part if question else None)
        if part is None and clear:
            part = Part.TARGET if WANTED.search(low) else Part.BASELINE
        if part is None or (modality.has(Doubt.NEGATED) and part is not Part.BASELINE):
            return None
        if part is Part.BASELINE and (happened_once(low) or is_past_beside_now(sentence.text, quantity, quantities)):
            return None
        phrases = [phrase for phrase in phrases if part is Part.CHANGE or fits(phrase.name, quantity.dimension.value)]
        metric, own = self._metric_for(sentence, phrases, quantity, question)
        if metric and part is not Part.CHANGE and not fits(metric.name, quantity.dimension.value):
            return None
        if not own and not self._may_inherit(quantity, part) and not clear:
            return None
        named = metric if own and metric and metric.strong else None
        measure = self._met.by_baseline(low, quantities, index, part, named) or self._met.find(
            metric if own else None, quantity, sentence, part
        )
        now = measure.slots.get(Part.BASELINE) if measure and part is Part.TARGET and named is None else None
        if now and against_its_words(now, Slot(quantity, sentence)):
            return None
        if measure and named:
            measure.take_fuller_name(named)
        if measure is None and only_aim and part is Part.TARGET:
            measure = self._counts.measure_for(quantity, sentence)
            if measure is None:
                return None
            self._met.all.append(measure)
        if measure is None:
            if quantity.dimension is Dimension.BARE and part is Part.BASELINE and self._met.varies(quantity, sentence):
                return None
            if clear and (metric is None or (not own and part is Part.BASELINE)):
                counted = Metric(quantity.noun, -1, -1, False) if quantity.noun and " " in quantity.noun else None
                metric, own = counted or metric_of_rest(low, quantity.start, quantity.end), True
            if metric is None or (quantity.dimension is Dimension.BARE and not own) or (not own and part is Part.BASELINE):
                return None
            if quantity.dimension is Dimension.SHARE and part is not Part.CHANGE:
                metric = as_share(metric, low[quantity.end :])
            is_share_of = quantity.dimension is Dimension.SHARE and part is not Part.CHANGE
            metric = as_noun_phrase(
                metric, low, share=is_share_of, things=things_before(self._sentences, sentence) if is_share_of else None
            )
            measure = Measure(metric, quantity.dimension, quantity.unit, sentence.turn, named_in=sentence)
            self._met.all.append(measure)
        if quantity.dimension is Dimension.BARE:
            quantity = self._met.in_unit_of_measure(quantity, measure)
        if (
            not stays
            and any(slot.quantity.value == quantity.value for slot in measure.slots.values())
            and (quantity.dimension is Dimension.BARE or measure.slots.get(part) is None)
        ):
            measure.last_turn = sentence.turn
            self.repeated.add(sentence.position)
            return measure  # Said again: "four hours, Marek. Four."
        present = measure.slots.get(part)
        if present and not same_size(present.quantity, quantity) and not modality.retracts_previous:
            if present.sentence.speaker != sentence.speaker:
                measure = self._met.other_view(measure, part, sentence)
            elif part is Part.BASELINE:
                return measure
        measure.slots[part] = Slot(quantity, sentence)
        measure.last_turn = sentence.turn
        if question and question.metric == metric:
            self._answered_in = (question, sentence.turn)
        note_direction(measure, part, low)
        return measure

    def _things_meant(self, sentence: Sentence) -> str | None:
        """What "310 of them" counts: the things whose price or time was just spoken of."""
        latest = self._met.latest
        return things_priced(latest.metric.name) if latest and sentence.turn - latest.last_turn <= 1 else None

    def _counts_unknown_things(self, quantity: Quantity, sentence: Sentence) -> bool:
        """Whether it is "310 of them" where nothing was spoken of that they could be."""
        pointing = quantity.dimension is Dimension.BARE and _OF_THEM.match(sentence.low[quantity.end :])
        return bool(pointing) and self._things_meant(sentence) is None

    @staticmethod
    def _may_inherit(quantity: Quantity, part: Part) -> bool:
        """Whether a quantity whose sentence names no measure can belong to an earlier one.

        Months and years without a measure of their own are plans and careers far more often than figures.
        """
        return not (quantity.dimension is Dimension.DURATION and quantity.unit in ("months", "years", "quarters") and part is Part.BASELINE)

    def _count_is_metric(self, sentence: Sentence, quantity: Quantity, phrases: list[Metric]) -> bool:
        """A count belongs to a KPI when what is counted is a measure itself, or somebody wants it to move."""
        low = sentence.low
        if self._likely[sentence.position] >= CLEAR:
            return True
        noun = quantity.noun or ""
        after = low[quantity.end : quantity.end + 40]
        strong = any(phrase.strong for phrase in phrases)
        return usual_direction(noun + " " + after[: len(noun) + 25]) is not None or (strong and bool(WANTED.search(low)))

    def _metric_for(
        self, sentence: Sentence, phrases: list[Metric], quantity: Quantity, question: Question | None
    ) -> tuple[Metric | None, bool]:
        """The measure a quantity belongs to, and whether this very sentence names it."""
        if quantity.noun and _OF_THEM.match(sentence.low[quantity.end :]):
            return Metric(quantity.noun, -1, -1, True), True
        strong = [metric for metric in phrases if metric.strong and not (quantity.start <= metric.start < quantity.end)]
        inferred = inferred_metric(sentence.low, quantity.start, quantity.end, quantity.dimension.value)
        if inferred and quantity.dimension is Dimension.MONEY:
            return inferred, True
        if strong:
            return min(strong, key=lambda one: min(abs(one.end - quantity.start), abs(one.start - quantity.end))), True
        if inferred:
            return inferred, True
        moved = metric_of_move(sentence.low[: quantity.start])
        if moved:
            return moved, True
        worked = time_of_work(sentence.low[quantity.end :]) if quantity.dimension is Dimension.DURATION else None
        if worked:
            return worked, True
        if quantity.dimension is Dimension.DURATION and quantity.per and quantity.per not in _CALENDAR:
            return Metric(f"time per {quantity.per}", -1, -1, True), True
        topic = metric_of_context(sentence.low[: quantity.start])
        if topic and quantity.dimension is Dimension.BARE and quantity.per:
            return topic, True
        latest = self._met.latest
        if latest and latest.dimension is quantity.dimension and sentence.turn - latest.last_turn <= 1 and POINTS_BACK.search(sentence.low):
            return latest.metric, True
        if question and question.metric and question.turn < sentence.turn:
            overtaken = latest is not None and latest.last_turn > question.turn and sentence.turn - question.turn > 1
            if not overtaken:
                return question.metric, quantity.dimension is not Dimension.BARE or is_share(question.metric.name)
        here = metric_of_context(sentence.low[: quantity.start])
        if here and quantity.dimension is not Dimension.BARE:
            return here, True
        if self._recent_metric and sentence.turn - self._recent_metric[1].turn <= 3:
            near = sentence.position - self._recent_metric[1].position <= 2
            return self._recent_metric[0], near and len(sentence.plain.split()) <= 14
        if phrases:
            return phrases[0], True
        if quantity.dimension in (Dimension.SHARE, Dimension.MONEY) or (
            quantity.dimension is Dimension.DURATION and quantity.unit not in ("months", "years")
        ):
            return metric_of_rest(sentence.low, quantity.start, quantity.end), True
        return None, False

    def _word_change(self, sentence: Sentence, worded: re.Match[str], phrases: list[Metric]) -> Measure | None:
        strong = [metric for metric in phrases if metric.strong]
        metric = strong[0] if strong else (phrases[0] if phrases else None)
        measure = None
        if metric:
            measure = next((one for one in reversed(self._met.all) if overlap(metric.name, one.metric.name) >= 0.5), None)
        elif self._met.all and sentence.turn - self._met.all[-1].last_turn <= 4:
            measure = self._met.all[-1]
        if measure is None:
            if metric is None:
                return None
            measure = Measure(metric, Dimension.SHARE, "%", sentence.turn, named_in=sentence)
            self._met.all.append(measure)
        value = CHANGE_VALUES[worded.group(1)[:4].strip() if not worded.group(1).startswith("cut") else "cut"]
        change = Quantity(worded.start(), worded.end(), value, Dimension.SHARE, sentence.text[worded.start() : worded.end()], "%")
        measure.slots[Part.CHANGE] = Slot(change, sentence)
        measure.last_turn = sentence.turn
        measure.direction = Direction.DECREASE if value < 0 else Direction.INCREASE
        return measure
