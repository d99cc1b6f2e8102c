"""KPIs: a measure with what was said of its baseline, target and deadline, wherever in the conversation.

People name a measure once and go on to "six would be fine" ten turns later. So the conversation is read
in order with the measures mentioned so far at hand; a number without a measure of its own goes to the
latest one it fits, and a number that is taken back leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from discovery_agent.analysts.rules.deadlines import find_deadlines
from discovery_agent.analysts.rules.measures import Measure, Slot, plausible, same_size
from discovery_agent.analysts.rules.metrics import (
    Metric,
    fits,
    inferred_metric,
    is_share,
    metric_of_context,
    metric_of_question,
    metric_of_rest,
    metric_phrases,
    overlap,
    usual_direction,
)
from discovery_agent.analysts.rules.modality import RETRACTION, Doubt, Modality
from discovery_agent.analysts.rules.parts import (
    CHANGE_VALUES,
    DOWN,
    STAYS,
    UP,
    WANTED,
    WORD_CHANGE,
    Part,
    pair_part,
    part_of,
    without_discarded,
)
from discovery_agent.analysts.rules.quantities import Dimension, Quantity, find_quantities
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.findings import Direction

# Below this probability that any of its sentences states a KPI, a measure is no KPI, whatever its words.
DOUBTFUL = 0.2
# From this probability on, a measure needs no better name and no target.
CLEAR = 0.6
# Today's value and the wanted value under two names are halves of one measure within so many turns.
JOIN_TURNS = 3
# How many turns back a number may look for the measure it belongs to.
REACH = 14


_NOT_OURS = re.compile(
    r"\b(?:budget|licen[cs]es?|subscription|quoted|quotation|price tag|per seat|per user|invest(?:ment)?|capex|salary|salaries|headcount|people in (?:the|my|our)|team of|staff of|"
    r"(?:days?|weeks?|months?|years?) of |employees|years? (?:old|in the|of experience|experience|here|with)|i've been|been (?:here|with|doing)|for (?:the last |over |about |nearly |almost )?(?:\w+ )?years?|meeting|call is|minutes left|hard stop|"
    r"fte|sites?|branches|depots|warehouses|locations|go[- ]live|pilot (?:runs|lasts|of)|contract (?:runs|ends)|retention period|keep (?:\w+ ){0,4}for|stored? for|history|retain|notice|population|square|founded|"
    r"implementation|project (?:costs?|takes?)|proof of concept|poc\b|tender|spreadsheet has|rows|columns|fields)\b"
)
_CALENDAR = frozenset(["second", "minute", "hour", "day", "week", "month", "quarter", "year", "shift", "night", "morning"])
_CANNOT = re.compile(
    r"\b(?:can't|cannot|can not|won't|couldn't|never|not going to|impossible to) (?:\w+ )?(?:promise|commit to|do|manage|guarantee|deliver|make|reach|hit|get to|be)\b[^.?!;]{0,25}$"
)
_SPAN_OF = re.compile(r"\s+of\s+(?:\w+ing\b|data\b|history\b|records?\b|experience\b|logs\b)")
_OWNER = re.compile(
    r"\b(?:i|(?P<name>[^\W\d_]+(?: [^\W\d_]+)?),?) (?:own|owns|am responsible for|is responsible for|'m accountable for|is accountable for|'d own|will own|would own|carries|signs? for) (?:that|this|the|it)\b(?: number| figure| kpi| target| one)?"
)
_MEASURED = re.compile(
    r"\b(?:(?:we|i|they|it's|it is|that's|that is)(?: can| already| would)? (?:measure|measured|track|tracked|count|counted|read|pull|pulled|take|report|reported|log|logged)(?: it| that| this| them)?(?: off| out)? (?:in|by|from|with|via|every|using|through|on)|"
    r"(?:(?:i|we|they|you) (?:get|have|take|pull|read) (?:the|that|this) (?:number|figure|figures|numbers|value)|(?:number|figure|that|it|data) comes) (?:straight |out )?(?:from|of|out of))\s+([^.?!;,]{3,60})"
)
_POINTS_BACK = re.compile(r"\b(?:that|it|this)\b(?! (?:is|are|was) (?:a|an|the|my|our)\b)")
_ASKS_WHEN = re.compile(
    r"\b(?:by when|until when|when (?:should|do|would|does|must|is)|how soon|what(?:'s| is) the (?:deadline|date|timeline)|which (?:year|quarter|month))\b"
)
_ASKS_TARGET = re.compile(
    r"\b(?:target|goal|want|aim|should|good|success|acceptable|happy|would (?:be|you|it)|like (?:it|to)|need|realistic|ideal|where (?:do|does|would)|to what)\b"
)


@dataclass(frozen=True)
class Question:
    """What the latest question asked the size of."""

    metric: Metric | None
    part: Part
    turn: int
    sentence: Sentence
    dimension: Dimension | None = None
    """What kind of quantity it asks for, where the words say so ("how long")."""

    def asks_for(self, quantity: Quantity) -> bool:
        """True if the quantity can be an answer."""
        return self.dimension is None or quantity.dimension in (self.dimension, Dimension.BARE)


class KpiReader:
    """Reads a conversation once, in order, and keeps the measures it has met."""

    def __init__(self, sentences: list[Sentence], modalities: list[Modality], likely: list[float]) -> None:
        """`likely` is the probability of each sentence to state a KPI, as the sentence model judges it."""
        self._sentences = sentences
        self._modalities = modalities
        self._likely = likely
        self._measures: list[Measure] = []
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
        self._join_halves()
        # A measure that only has a makeshift name is believed once somebody sets a target for it.
        return [measure for measure in self._measures if measure.slots and self._believed(measure)]

    def _join_halves(self) -> None:
        """Today's value under one name and the wanted value under another, close together, are one measure."""
        for aim in [one for one in self._measures if one.aims and Part.BASELINE not in one.slots]:
            candidates = [one for one in self._measures if one.slots.keys() == {Part.BASELINE} and self._halves(one, aim)]
            if not candidates:
                continue
            half = min(candidates, key=lambda one: abs(one.last_turn - aim.last_turn))
            if half.metric.strong and not aim.metric.strong:
                aim.metric = half.metric
            aim.slots[Part.BASELINE] = half.slots.pop(Part.BASELINE)
            aim.unit = aim.unit or half.unit
            aim.owner, aim.measured_by = aim.owner or half.owner, aim.measured_by or half.measured_by

    @staticmethod
    def _halves(half: Measure, aim: Measure) -> bool:
        now, then = half.slots[Part.BASELINE], aim.slots.get(Part.TARGET)
        if abs(now.sentence.turn - aim.target_sentence().turn) > JOIN_TURNS:
            return False
        if half.metric.strong and aim.metric.strong and overlap(half.metric.name, aim.metric.name) < 0.5:
            return False
        if then is None:
            return True
        return then.quantity.dimension in (Dimension.BARE, now.quantity.dimension) and plausible(then.quantity, half, Part.TARGET)

    def _believed(self, measure: Measure) -> bool:
        best = max(self._likely[slot.sentence.position] for slot in measure.slots.values())
        if best < DOUBTFUL:
            return False
        return measure.metric.strong or (measure.aims and len(measure.slots) > 1) or best >= CLEAR

    def _read_sentence(self, sentence: Sentence, modality: Modality) -> None:
        low = sentence.low
        if modality.has(Doubt.QUESTION, Doubt.INTERVIEWER):
            metric = metric_of_question(low)
            asks_target = _ASKS_TARGET.search(low)
            points_back = _POINTS_BACK.search(low)
            if metric is None and self._question and not (asks_target and points_back) and len(sentence.plain.split()) <= 4:
                # "Roughly?" asks the same again.
                self._question = replace(self._question, turn=sentence.turn)
                return
            if metric is None and (asks_target or points_back) and self._measures:
                metric = max(self._measures, key=lambda one: one.last_turn).metric
            self._asked_when = bool(_ASKS_WHEN.search(low))
            dimension = Dimension.DURATION if re.search(r"\bhow (?:long|quickly|fast)\b", low) else None
            self._question = Question(metric, Part.TARGET if asks_target else Part.BASELINE, sentence.turn, sentence, dimension)
            return
        phrases = metric_phrases(low)
        quantities = [one for one in find_quantities(sentence.text) if one.text.strip()]
        deadlines = find_deadlines(sentence.text)
        quantities = [one for one in quantities if not any(due.lead <= one.start < due.end for due in deadlines)]
        if modality.has(Doubt.ABANDONED) and not quantities:
            self._abandon(sentence)
        if modality.has(Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED, Doubt.TO_A_MACHINE):
            return
        if modality.retracts_previous and not quantities:
            self._forget_previous(sentence)
        if modality.retracts_previous and quantities:
            quantities = self._retract(sentence, quantities)
        quantities = without_discarded(low, quantities)
        touched: list[Measure] = []
        for index, quantity in enumerate(quantities):
            self._alone = not touched
            measure = self._place(sentence, modality, phrases, quantities, index, quantity)
            if measure:
                touched.append(measure)
        if not touched and any(self._is_known(quantity, sentence) for quantity in quantities):
            self.repeated.add(sentence.position)
        worded = WORD_CHANGE.search(low)
        if worded and not touched and WANTED.search(low) and not modality.has(Doubt.NEGATED):
            measure = self._word_change(sentence, worded, phrases)
            if measure:
                touched.append(measure)
        self._attach_deadline(sentence, modality, touched)
        self._attach_owner_and_means(sentence, touched)
        strong = [metric for metric in phrases if metric.strong]
        if strong:
            self._recent_metric = (strong[-1], sentence)
        elif not touched:
            context = metric_of_context(low)
            if context and context.name.startswith(("wrong ", "late ", "missing ", "incomplete ")):
                self._recent_metric = (context, sentence)

    def _retract(self, sentence: Sentence, quantities: list[Quantity]) -> list[Quantity]:
        """Forget the number that is taken back, here or in the sentence before; keep what replaces it."""
        at = [match.start() for match in RETRACTION.finditer(sentence.low)]
        if at and all(one.end <= at[0] for one in quantities) and sentence.low[at[-1] :].strip(" .,!").count(" ") <= 3:
            return []
        kept = [
            one
            for one in quantities
            if not (any(one.end <= place for place in at) and any(place < other.start for place in at for other in quantities))
        ]
        if len(kept) == len(quantities):
            for measure in reversed(self._measures):
                for part, slot in list(measure.slots.items()):
                    recent = 0 < sentence.position - slot.sentence.position <= 3 and slot.sentence.speaker == sentence.speaker
                    recent = recent and slot.sentence.turn >= sentence.turn - 1
                    if (recent and kept and slot.quantity.dimension in (kept[0].dimension, Dimension.BARE)) or (
                        recent and kept and kept[0].dimension is Dimension.BARE
                    ):
                        kept = [one.in_unit_of(slot.quantity) if one.dimension is Dimension.BARE else one for one in kept]
                        del measure.slots[part]
                        measure.slots[part] = Slot(kept[0], sentence)
                        measure.last_turn = sentence.turn
                        return kept[1:]
        return kept

    def _forget_previous(self, sentence: Sentence) -> None:
        """ "No, scratch that": the figure just said by the same speaker is gone."""
        if not RETRACTION.search(sentence.low[:40]):
            return
        for measure in self._measures:
            for part, slot in list(measure.slots.items()):
                if 0 < sentence.position - slot.sentence.position <= 2 and slot.sentence.speaker == sentence.speaker:
                    del measure.slots[part]

    def _abandon(self, sentence: Sentence) -> None:
        for measure in self._measures:
            for part, slot in list(measure.slots.items()):
                if part is not Part.BASELINE and 0 < sentence.position - slot.sentence.position <= 2:
                    del measure.slots[part]

    def _place(
        self, sentence: Sentence, modality: Modality, phrases: list[Metric], quantities: list[Quantity], index: int, quantity: Quantity
    ) -> Measure | None:
        low = sentence.low
        if quantity.dimension is Dimension.COUNT and not self._count_is_metric(sentence, quantity, phrases):
            return None
        clear = self._alone and self._likely[sentence.position] >= CLEAR
        if not clear and _NOT_OURS.search(low[max(0, quantity.start - 45) : quantity.end + 25]):
            return None
        if _CANNOT.search(low[: quantity.start]) or _SPAN_OF.match(low[quantity.end :]):
            return None
        stays = bool(STAYS.search(low))
        if quantity.dimension is Dimension.BARE and not stays and self._said_again(quantity, sentence):
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
        phrases = [phrase for phrase in phrases if part is Part.CHANGE or fits(phrase.name, quantity.dimension.value)]
        metric, own = self._metric_for(sentence, phrases, quantity, question)
        if metric and part is not Part.CHANGE and not fits(metric.name, quantity.dimension.value):
            return None
        if not own and not self._may_inherit(quantity, part) and not clear:
            return None
        measure = self._by_baseline(low, quantities, index, part) or self._find(metric if own else None, quantity, sentence, part)
        if measure is None:
            if quantity.dimension is Dimension.BARE and part is Part.BASELINE and self._varies(quantity, sentence):
                return None
            if clear and (metric is None or (not own and part is Part.BASELINE)):
                metric, own = metric_of_rest(low, quantity.start, quantity.end), True
            if metric is None or (quantity.dimension is Dimension.BARE and not own) or (not own and part is Part.BASELINE):
                return None
            measure = Measure(metric, quantity.dimension, quantity.unit, sentence.turn, named_in=sentence)
            self._measures.append(measure)
        if quantity.dimension is Dimension.BARE:
            quantity = self._in_unit_of_measure(quantity, measure)
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
                measure = self._other_view(measure, part, sentence)
            elif part is Part.BASELINE:
                return measure
        measure.slots[part] = Slot(quantity, sentence)
        measure.last_turn = sentence.turn
        if question and question.metric == metric:
            self._answered_in = (question, sentence.turn)
        self._note_direction(measure, part, low)
        return measure

    @staticmethod
    def _may_inherit(quantity: Quantity, part: Part) -> bool:
        """Whether a quantity whose sentence names no measure can belong to an earlier one.

        Months and years without a measure of their own are plans and careers far more often than figures.
        """
        return not (quantity.dimension is Dimension.DURATION and quantity.unit in ("months", "years", "quarters") and part is Part.BASELINE)

    def _by_baseline(self, low: str, quantities: list[Quantity], index: int, part: Part) -> Measure | None:
        """ "From eleven to seven" is about the measure that stands at eleven."""
        if (index == 0 and len(quantities) > 1 and part is Part.BASELINE) or (
            index == 1 and part is Part.TARGET and pair_part(low, quantities, 0) is Part.BASELINE
        ):
            first = quantities[0]
        else:
            return None
        return next(
            (
                measure
                for measure in reversed(self._measures)
                if Part.BASELINE in measure.slots
                and measure.slots[Part.BASELINE].quantity.value == first.value
                and first.dimension in (Dimension.BARE, measure.dimension)
            ),
            None,
        )

    @staticmethod
    def _in_unit_of_measure(quantity: Quantity, measure: Measure) -> Quantity:
        """A bare number in the unit, and the thousands, that its measure was given in ("300k ... under 200")."""
        if measure.dimension is Dimension.BARE:
            if is_share(measure.metric.name) and quantity.value <= 100:
                measure.dimension, measure.unit = Dimension.SHARE, "%"
                return replace(quantity, dimension=Dimension.SHARE, unit="%")
            return quantity
        value = quantity.value
        for slot in measure.slots.values():
            for scale in (1_000_000.0, 1_000.0):
                if (
                    slot.quantity.value >= scale
                    and slot.quantity.value / 20 <= value * scale <= slot.quantity.value * 20
                    and value < slot.quantity.value / 100
                ):
                    return replace(quantity, value=value * scale, dimension=measure.dimension, unit=measure.unit)
        return replace(quantity, dimension=measure.dimension, unit=measure.unit)

    def _is_known(self, quantity: Quantity, sentence: Sentence) -> bool:
        """Whether the target of a measure of the last turns is this very quantity."""
        return any(
            part is not Part.BASELINE and slot.quantity.dimension is quantity.dimension and same_size(slot.quantity, quantity)
            for measure in self._measures
            if sentence.turn - measure.last_turn <= JOIN_TURNS
            for part, slot in measure.slots.items()
        )

    def _said_again(self, quantity: Quantity, sentence: Sentence) -> bool:
        """A bare number that repeats one just given: "the target is four hours. Four." """
        return any(
            slot.quantity.value == quantity.value
            for measure in self._measures[-3:]
            if sentence.turn - measure.last_turn <= 2
            for slot in measure.slots.values()
        )

    def _varies(self, quantity: Quantity, sentence: Sentence) -> bool:
        """A bare number of the size of one just given by the same speaker: "nine minutes. Nine and a half if I have to search." """
        return any(
            slot.sentence.turn == sentence.turn
            and slot.sentence.speaker == sentence.speaker
            and 0.5 <= quantity.value / (slot.quantity.value or 1) <= 2
            for measure in self._measures
            for slot in measure.slots.values()
        )

    def _other_view(self, measure: Measure, part: Part, sentence: Sentence) -> Measure:
        """The same measure as another speaker sees it: both stay, with the facts they share."""
        for other in reversed(self._measures):
            if other.metric == measure.metric and part in other.slots and other.slots[part].sentence.speaker == sentence.speaker:
                return other
        view = Measure(measure.metric, measure.dimension, measure.unit, sentence.turn, named_in=sentence)
        if part is not Part.BASELINE and Part.BASELINE in measure.slots:
            view.slots[Part.BASELINE] = measure.slots[Part.BASELINE]
        self._measures.append(view)
        return view

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
        strong = [metric for metric in phrases if metric.strong and not (quantity.start <= metric.start < quantity.end)]
        inferred = inferred_metric(sentence.low, quantity.start, quantity.end, quantity.dimension.value)
        if inferred and quantity.dimension is Dimension.MONEY:
            return inferred, True
        if strong:
            return min(strong, key=lambda one: min(abs(one.end - quantity.start), abs(one.start - quantity.end))), True
        if inferred:
            return inferred, True
        if quantity.dimension is Dimension.DURATION and quantity.per and quantity.per not in _CALENDAR:
            return Metric(f"time per {quantity.per}", -1, -1, True), True
        topic = metric_of_context(sentence.low[: quantity.start])
        if topic and quantity.dimension is Dimension.BARE and quantity.per:
            return topic, True
        latest = max(self._measures, key=lambda one: one.last_turn, default=None)
        if (
            latest
            and latest.dimension is quantity.dimension
            and sentence.turn - latest.last_turn <= 1
            and _POINTS_BACK.search(sentence.low)
        ):
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

    def _find(self, metric: Metric | None, quantity: Quantity, sentence: Sentence, part: Part) -> Measure | None:
        """The measure met before that this quantity belongs to, latest first."""
        for measure in reversed(self._measures):
            fits = quantity.dimension in (Dimension.BARE, measure.dimension) or (
                part is Part.CHANGE and quantity.dimension is Dimension.SHARE
            )
            if not fits:
                continue
            if metric is not None:
                if overlap(metric.name, measure.metric.name) >= 0.5:
                    return measure
            elif sentence.turn - measure.last_turn <= (REACH if part is not Part.BASELINE else 2) and plausible(quantity, measure, part):
                return measure
        return None

    def _word_change(self, sentence: Sentence, worded: re.Match[str], phrases: list[Metric]) -> Measure | None:
        strong = [metric for metric in phrases if metric.strong]
        metric = strong[0] if strong else (phrases[0] if phrases else None)
        measure = None
        if metric:
            measure = next((one for one in reversed(self._measures) if overlap(metric.name, one.metric.name) >= 0.5), None)
        elif self._measures and sentence.turn - self._measures[-1].last_turn <= 4:
            measure = self._measures[-1]
        if measure is None:
            if metric is None:
                return None
            measure = Measure(metric, Dimension.SHARE, "%", sentence.turn, named_in=sentence)
            self._measures.append(measure)
        value = CHANGE_VALUES[worded.group(1)[:4].strip() if not worded.group(1).startswith("cut") else "cut"]
        change = Quantity(worded.start(), worded.end(), value, Dimension.SHARE, sentence.text[worded.start() : worded.end()], "%")
        measure.slots[Part.CHANGE] = Slot(change, sentence)
        measure.last_turn = sentence.turn
        measure.direction = Direction.DECREASE if value < 0 else Direction.INCREASE
        return measure

    def _attach_deadline(self, sentence: Sentence, modality: Modality, touched: list[Measure]) -> None:
        deadlines = find_deadlines(sentence.text)
        if not deadlines or modality.has(Doubt.NEGATED):
            return
        aimed = [measure for measure in touched if measure.slots.keys() & {Part.TARGET, Part.CHANGE}]
        refers = re.search(r"\b(?:that|it|this|those|both)\b", sentence.low) and WANTED.search(sentence.low)
        opens = deadlines[0].lead <= 4
        if not aimed and not touched and (refers or opens or self._asked_when or len(sentence.plain.split()) <= 8):
            recent = [
                measure
                for measure in self._measures
                if sentence.turn - measure.last_turn <= 4 and measure.slots.keys() & {Part.TARGET, Part.CHANGE} and measure.deadline is None
            ]
            aimed = recent[-1:]
        self._asked_when = False
        for measure in aimed:
            if measure.deadline is None or modality.retracts_previous:
                measure.deadline = (deadlines[-1].text, sentence)

    def _attach_owner_and_means(self, sentence: Sentence, touched: list[Measure]) -> None:
        recent = touched or [one for one in self._measures[-3:] if sentence.turn - one.last_turn <= 3][-1:]
        if not recent:
            return
        owner = _OWNER.search(sentence.low)
        if owner:
            start, end = owner.span("name") if owner.group("name") else (0, 0)
            words = sentence.text[start:end].split()
            name = sentence.speaker if not words or words[-1] == "I" else " ".join(word for word in words if word[:1].isupper())
            if name and words != ["We"]:
                recent[-1].owner = (name, sentence)
        means = _MEASURED.search(sentence.low)
        if means:
            recent[-1].measured_by = (sentence.text[means.start(1) : means.end(1)].strip(), sentence)

    @staticmethod
    def _note_direction(measure: Measure, part: Part, low: str) -> None:
        if part is Part.BASELINE:
            return
        if STAYS.search(low) and part is Part.TARGET:
            measure.direction = Direction.MAINTAIN
            return
        down, up = bool(DOWN.search(low)), bool(UP.search(low))
        if down != up:
            measure.direction = Direction.DECREASE if down else Direction.INCREASE
