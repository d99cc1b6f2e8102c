"""KPIs: a measure with what was said of its baseline, target and deadline, wherever in the conversation.

People name a measure once and go on to "six would be fine" ten turns later. So the conversation is read
in order with the measures mentioned so far at hand; a number without a measure of its own goes to the
latest one it fits, and a number that is taken back leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

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
from discovery_agent.analysts.rules.quantities import Dimension, Quantity, find_deadlines, find_quantities
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.findings import Direction, Kpi
from discovery_agent.domain.units import magnitude

# How many turns back a number may look for the measure it belongs to.
REACH = 14


class Part(StrEnum):
    """What a quantity is to its measure."""

    BASELINE = "baseline"
    TARGET = "target"
    CHANGE = "change"


@dataclass
class Slot:
    """A quantity in its part, and the sentence that gives it."""

    quantity: Quantity
    sentence: Sentence


@dataclass
class Measure:
    """A KPI in the making."""

    metric: Metric
    dimension: Dimension
    unit: str | None
    last_turn: int
    slots: dict[Part, Slot] = field(default_factory=dict[Part, Slot])
    deadline: tuple[str, Sentence] | None = None
    named_in: Sentence | None = None
    owner: tuple[str, Sentence] | None = None
    measured_by: tuple[str, Sentence] | None = None
    direction: Direction | None = None

    @property
    def aims(self) -> bool:
        """True if somebody said where it should go."""
        return bool(self.slots.keys() & {Part.TARGET, Part.CHANGE})

    def target_sentence(self) -> Sentence:
        """The sentence that says where it should go."""
        return (self.slots.get(Part.TARGET) or self.slots[Part.CHANGE]).sentence

    def sentences(self) -> list[Sentence]:
        """The sentences that prove it, in reading order, each once."""
        said = [slot.sentence for slot in self.slots.values()]
        said += [pair[1] for pair in (self.deadline, self.owner, self.measured_by) if pair]
        return sorted({sentence.position: sentence for sentence in said}.values(), key=lambda one: one.position)


_FROM_TO = re.compile(r"\bfrom\b[^.?!;]{0,30}$")
_TO_BETWEEN = re.compile(
    r"^[^.?!;]{0,30}?\b(?:down |up |back )?(?:to|into|towards)\b(?: about| around| roughly| maybe| something like| say| at (?:most|least)| under| below| over)*\s*$"
)
_TARGET_BEFORE = re.compile(
    r"(?:\b(?:down to|up to|back to|to|under|below|beneath|at least|at most|no more than|not more than|no longer than|no less than|less than|fewer than|more than|over|above|"
    r"north of|south of|better than|within|inside|max(?:imum)?(?: of)?|minimum(?: of)?|target(?: is| of| at| would be| should be)?|aim(?:ing)? (?:for|at)|goal (?:is|of)|"
    r"reach(?:ing)?|hit(?:ting)?|get(?:ting)? (?:it |that |this |us |them )?(?:to|under|below|above|over|into)|settle (?:for|on)|happy with|live with|okay with|fine with|content with|anything (?:under|below|above|over)|"
    r"should be|needs? to be|has to be|have to be|must be|ought to be|got to be|want|wants|like|expects?|asked for|asking for|commit(?:ted)? to|promised|agreed on|closer to|"
    r"make (?:it|that)|put|call it|go for|let's say|say)\s*(?:at |it at |us at |about |around |roughly |something like |maybe |a |an |the |say |well |closer to )*)$"
)
# Wordings that set a figure by themselves, whatever else the sentence says.
_SETS_TARGET = re.compile(
    r"\b(?:(?:i|we)(?:'d|'ll| would| could| can)? (?:accept|settle for|live with|take|put it at|go for|go with|make|sign for|be (?:a )?(?:happy|fine|okay|content)(?: \w+)? with|sign for|need|would say)|(?:get|give) (?:me|us)|(?:it's|it has|it'd have|that has|that's|has) got to be|(?:stay|stays|stick|keep it|hold it|remain|remains) (?:at|on|below|under|above)|(?:it |that |which |this )?goes (?:to|under|below|down to|up to)|"
    r"(?:cannot|can't|can not|may not|must not|mustn't|shouldn't) be (?:more|less|longer|higher|lower|worse) than|no (?:more|longer|less|fewer|worse) than|see (?:it|that|this|us|them) (?:at|below|under|above|down to|back at)|let's (?:get|aim|say|make|put|go|agree|call|keep) (?:it |that |for |on |to )*(?:under|below|at|to|above)?|"
    r"(?:target|goal|aim|ceiling|limit) (?:is|of|at|would be|should be|stays)|aim(?:ing)? for|shoot(?:ing)? for|under|below)\s*(?:a |an |about |around |roughly |at least |at most |under |below |maybe |something like |um,? |uh,? )*$"
)
_TARGET_AFTER = re.compile(
    r"^[^.?!;]{0,28}?\b(?:would be (?:fine|ok|okay|great|good|enough|nice|acceptable|lovely|plenty|a win|ideal|perfect|amazing|brilliant|a dream|realistic|more like it|my target|the target)|"
    r"will do|would do|is what (?:we|i) (?:can|could|owe|promised)|is where (?:we|i) (?:want|need)|that's the one|, please|or the (?:board|regulator|group)|is the (?:most|best|least) (?:we|i) can|is (?:fine|enough|the target|our target|my target|the goal|what (?:we|i) (?:want|need)|where (?:we|i) (?:want|need)|realistic|doable|acceptable|the aim|the line|the number (?:we|i) want)|"
    r"max\b|maximum|tops\b|at (?:most|the most|least|worst)|or (?:less|better|under|fewer|more|lower|below|above|higher)|by (?:the )?(?:end|next|q[1-4]|january|february|march|april|june|july|august|september|october|november|december|christmas|summer|spring|autumn)|is the (?:goal|target|aim|ambition))"
)
_BASELINE_BEFORE = re.compile(
    r"\b(?:currently|right now|at the moment|at present|today|now|these days|nowadays|as of (?:now|today)|last (?:year|quarter|month|week|spring|summer|autumn|winter)|so far|"
    r"we're at|we are at|we're (?:running|sitting|stuck|hovering) at|sits? at|stands? at|is at|runs? at|running at|hover\w* (?:at|around)|was|were|is|are|averag\w+|takes?|took|taking|spend(?:s|ing)?|spent|los(?:e|es|ing|t)|"
    r"have|has|had|get|gets|got|see|make|makes|comes? (?:in|out) (?:at|to)|measured|counted|it's|that's|they're|cost(?:s|ing)?|pay(?:s|ing)?|waits?|waiting|up to|as (?:much|many) as|closed? at|about|around|roughly|came to|ended (?:up )?at)\b[^.?!;]{0,40}$"
)
_NOW = re.compile(
    r"\b(?:currently|right now|at the moment|at present|today|these days|nowadays|last (?:year|quarter|month|week)|as it stands|so far|on average|typically|usually|we're at|we are at|baseline|actual(?:ly)? (?:running|at))\b"
)
_WANTED = re.compile(
    r"\b(?:want|wants|wanted|need|needs|would like|'d like|'d love|would love|goal|target|aim|aiming|objective|should|must|has to|have to|had to|got to|ought to|hope|hoping|expect|expects|"
    r"ambition|asked (?:us )?for|asking for|would be (?:fine|great|happy|good|enough|ok|okay|a win|success)|happy with|i'd (?:be|take|settle|sign|accept|put)|could accept|goes to|goes under|get me|stays? at|live with|success|reduce|cut|lower|bring|push|drive|raise|increase|"
    r"improve|get (?:it|that|this|us|them|our|the|those|\w+ \w+) (?:down|up|to|under|below|above|over|back)|halve|double|shave|trim|commit|promised|plan to|planning to|supposed to|make it|settle|"
    r"down to|come down|go down|drop to|go up|climb to|anything (?:under|below|over|above)|acceptable|good enough|no more than|at most|at least|max|maximum|let's (?:say|aim|go|agree)|agreed?)\b"
)
_CHANGE_BEFORE = re.compile(
    r"\b(?:by|reduc\w+|cut(?:ting)?|sav(?:e|es|ing)|shav(?:e|es|ing)|trim\w*|drop\w*|lower\w*|increas\w+|rais\w+|improv\w+|grow\w*|boost\w*|lift\w*|another|an extra|take out|knock\w*(?: off)?|a)\s*(?:about |around |roughly |at least |some |maybe |up to |of |it by |that by |another |an? |even )*$"
)
_CHANGE_AFTER = re.compile(
    r"^\s*(?:of (?:that|it|this|those|them)\b|off\b|out of\b|fewer|less\b|more\b|lower|higher|faster|quicker|cheaper|better|reduction|increase|improvement|cut\b|drop\b|growth|uplift|saving|decrease|down\b|up\b)"
)
_MOVES = re.compile(
    r"\b(?:reduc|cut|sav|shav|trim|drop|lower|increas|rais|improv|grow|win|get|take|knock|bring|lose|halv|remov|eliminat|avoid)\w*\b"
)
_WORD_CHANGE = re.compile(r"\b(halv(?:e|es|ed|ing)|cut in half|in half|doubl(?:e|es|ed|ing)|tripl(?:e|es|ing))\b")
_CHANGE_VALUES = {"halv": -50.0, "cut": -50.0, "in h": -50.0, "doub": 100.0, "trip": 200.0}
_DOWN = re.compile(
    r"\b(?:reduc\w+|cut\w*|lower\w*|decreas\w+|down|drop\w*|fewer|less|under|below|at most|no more than|max\w*|shav\w+|trim\w*|halv\w+|shrink\w*|sav\w+|slash\w*|off|within|faster|quicker|cheaper|eliminat\w+|stop)\b"
)
_UP = re.compile(
    r"\b(?:increas\w+|rais\w+|up|grow\w*|improv\w+|at least|over|above|more|higher|boost\w*|lift\w*|doubl\w+|tripl\w+|minimum|better|climb)\b"
)
_NOT_OURS = re.compile(
    r"\b(?:budget|licen[cs]es?|subscription|quoted|quotation|price tag|per seat|per user|invest(?:ment)?|capex|salary|salaries|headcount|people in (?:the|my|our)|team of|staff of|"
    r"(?:days?|weeks?|months?|years?) of |employees|years? (?:old|in the|of experience|experience|here|with)|i've been|been (?:here|with|doing)|for (?:the last |over |about |nearly |almost )?(?:\w+ )?years?|meeting|call is|minutes left|hard stop|"
    r"fte|sites?|branches|depots|warehouses|locations|go[- ]live|pilot (?:runs|lasts|of)|contract (?:runs|ends)|retention period|keep (?:\w+ ){0,4}for|stored? for|history|retain|notice|population|square|founded|"
    r"implementation|project (?:costs?|takes?)|proof of concept|poc\b|tender|spreadsheet has|rows|columns|fields)\b"
)
_NOT_DISCARDED = re.compile(r"(?:,|\.\.\.|-|–|—)?\s*\bnot\s+(?:the |a |some )?$")
_CALENDAR = frozenset(["second", "minute", "hour", "day", "week", "month", "quarter", "year", "shift", "night", "morning"])
_STAYS = re.compile(r"\b(?:stays?|keep|hold|remain|maintain)\b")
_CANNOT = re.compile(
    r"\b(?:can't|cannot|can not|won't|couldn't|never|not going to|impossible to) (?:\w+ )?(?:promise|commit to|do|manage|guarantee|deliver|make|reach|hit|get to|be)\b[^.?!;]{0,25}$"
)
_INSTEAD_OF = re.compile(r"\b(?:instead of|rather than)\s+(?:the |today's |our |about |around )?$")
_OWNER = re.compile(
    r"\b(?:i|(?P<name>[a-z]+(?: [a-z]+)?)) (?:own|owns|am responsible for|is responsible for|'m accountable for|is accountable for|'d own|will own|would own|carries|signs? for) (?:that|this|the|it)\b(?: number| figure| kpi| target| one)?"
)
_MEASURED = re.compile(
    r"\b(?:(?:we|i|they|it's|it is|that's|that is)(?: can| already| would)? (?:measure|measured|track|tracked|count|counted|read|pull|pulled|take|report|reported|log|logged)(?: it| that| this| them)?(?: off| out)? (?:in|by|from|with|via|every|using|through|on)|"
    r"(?:(?:i|we|they|you) (?:get|have|take|pull|read) (?:the|that|this) (?:number|figure|figures|numbers|value)|(?:number|figure|that|it|data) comes) (?:straight |out )?(?:from|of|out of))\s+([^.?!;,]{3,60})"
)


def _part_of(quantity: Quantity, sentence: Sentence, asked: Part | None) -> Part | None:
    """Whether a quantity is where things stand, where they should go, or how far they should move."""
    low = sentence.low
    before, after = low[: quantity.start], low[quantity.end :]
    near = before[-60:]
    if quantity.dimension is Dimension.SHARE and (_CHANGE_AFTER.match(after) or _CHANGE_BEFORE.search(near)):
        wants = _WANTED.search(low[: quantity.start][-60:]) or _WANTED.search(after[:25])
        if re.match(r"\s*of (?:that|it|this|those|them)\b", after) and not _MOVES.search(near):
            wants = None
        if wants and not re.search(r"\b(?:to|at|is|are|of)\s*(?:about |around |roughly )*$", near):
            return Part.CHANGE
    if _CHANGE_AFTER.match(after) and _WANTED.search(low) and not _TO_BETWEEN.search(near[-12:]):
        return Part.CHANGE
    if re.search(r"\bby\s*(?:about |around |roughly |at least |maybe |another )*$", near) and _WANTED.search(low):
        return Part.CHANGE
    clause = re.split(r"[;:]|,? but |, and |\bso\b|\bwhereas\b|, (?=we|i|that|it|they)", before)[-1]
    clause_after = re.split(r"[;:]|,? but |, and |\bwhereas\b|, (?=we|i|that|it|they)", after)[0]
    here = clause + " # " + clause_after
    if _TARGET_AFTER.match(after) or (_SETS_TARGET.search(near) and not _NOW.search(here)):
        return Part.TARGET
    target_word = _TARGET_BEFORE.search(near)
    if target_word and _WANTED.search(clause + " " + clause_after) and not _NOW.search(here):
        return Part.TARGET
    if _NOW.search(here):
        return Part.BASELINE
    if target_word and re.search(
        r"\b(?:target|goal|aim|settle|happy with|anything|should be|needs? to be|has to be|have to be|must be)\b", near[-40:]
    ):
        return Part.TARGET
    if re.search(r"\b(?:under|below|at most|no more than|at least|within)\s*(?:\w+ )?$", near) and _WANTED.search(low):
        return Part.TARGET
    if _BASELINE_BEFORE.search(clause) and not _WANTED.search(clause):
        return Part.BASELINE
    if _WANTED.search(clause):
        return Part.TARGET
    if asked is not None:
        return asked
    if _BASELINE_BEFORE.search(clause):
        return Part.BASELINE
    return None


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

    def __init__(self, sentences: list[Sentence], modalities: list[Modality]) -> None:
        self._sentences = sentences
        self._modalities = modalities
        self._measures: list[Measure] = []
        self._question: Question | None = None
        self._asked_when = False
        self._answered_in: tuple[Question, int] | None = None
        self._recent_metric: tuple[Metric, Sentence] | None = None

    def read(self) -> list[Measure]:
        """Every measure that has a number of ours in force."""
        for sentence, modality in zip(self._sentences, self._modalities, strict=True):
            self._read_sentence(sentence, modality)
        # A measure that only has a makeshift name is believed once somebody sets a target for it.
        return [
            measure for measure in self._measures if measure.slots and (measure.metric.strong or (measure.aims and len(measure.slots) > 1))
        ]

    def _read_sentence(self, sentence: Sentence, modality: Modality) -> None:
        low = sentence.low
        if modality.has(Doubt.QUESTION):
            metric = metric_of_question(low)
            if metric is None and self._question and len(sentence.plain.split()) <= 4:
                return  # "Roughly?" asks the same again.
            asks_target = _ASKS_TARGET.search(low)
            if metric is None and (asks_target or _POINTS_BACK.search(low)) and self._measures:
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
        if modality.has(Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED):
            return
        if modality.retracts_previous and not quantities:
            self._forget_previous(sentence)
        if modality.retracts_previous and quantities:
            quantities = self._retract(sentence, quantities)
        quantities = self._drop_discarded(low, quantities)
        touched: list[Measure] = []
        for index, quantity in enumerate(quantities):
            measure = self._place(sentence, modality, phrases, quantities, index, quantity)
            if measure:
                touched.append(measure)
        worded = _WORD_CHANGE.search(low)
        if worded and not touched and _WANTED.search(low) and not modality.has(Doubt.NEGATED):
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

    @staticmethod
    def _drop_discarded(low: str, quantities: list[Quantity]) -> list[Quantity]:
        """ "25, not 40": the 40 is nobody's number."""
        return [one for one in quantities if len(quantities) == 1 or not _NOT_DISCARDED.search(low[: one.start])]

    def _place(
        self, sentence: Sentence, modality: Modality, phrases: list[Metric], quantities: list[Quantity], index: int, quantity: Quantity
    ) -> Measure | None:
        low = sentence.low
        if quantity.dimension is Dimension.COUNT and not self._count_is_metric(low, quantity, phrases):
            return None
        if _NOT_OURS.search(low[max(0, quantity.start - 45) : quantity.end + 25]):
            return None
        if _CANNOT.search(low[: quantity.start]):
            return None
        stays = bool(_STAYS.search(low))
        if quantity.dimension is Dimension.BARE and not stays and self._said_again(quantity, sentence):
            return None
        question = self._question if self._question and sentence.turn - self._question.turn <= 6 else None
        if question and (not question.asks_for(quantity) or (question.metric is None and sentence.turn - question.turn > 1)):
            question = None
        if question and self._answered_in is not None and self._answered_in[0] is question and sentence.turn > self._answered_in[1]:
            question = None
        part = self._pair_part(low, quantities, index) or _part_of(quantity, sentence, question.part if question else None)
        if part is None or (modality.has(Doubt.NEGATED) and part is not Part.BASELINE):
            return None
        phrases = [phrase for phrase in phrases if part is Part.CHANGE or fits(phrase.name, quantity.dimension.value)]
        metric, own = self._metric_for(sentence, phrases, quantity, question)
        if metric and part is not Part.CHANGE and not fits(metric.name, quantity.dimension.value):
            return None
        if not own and not self._may_inherit(quantity, part):
            return None
        measure = self._by_baseline(low, quantities, index, part) or self._find(metric if own else None, quantity, sentence, part)
        if measure is None:
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
            return measure  # Said again: "four hours, Marek. Four."
        present = measure.slots.get(part)
        if present and not _same_size(present.quantity, quantity) and not modality.retracts_previous:
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
            index == 1 and part is Part.TARGET and self._pair_part(low, quantities, 0) is Part.BASELINE
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

    def _said_again(self, quantity: Quantity, sentence: Sentence) -> bool:
        """A bare number that repeats one just given: "the target is four hours. Four." """
        return any(
            slot.quantity.value == quantity.value
            for measure in self._measures[-3:]
            if sentence.turn - measure.last_turn <= 2
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

    @staticmethod
    def _count_is_metric(low: str, quantity: Quantity, phrases: list[Metric]) -> bool:
        """A count belongs to a KPI when what is counted is a measure itself, or somebody wants it to move."""
        noun = quantity.noun or ""
        after = low[quantity.end : quantity.end + 40]
        strong = any(phrase.strong for phrase in phrases)
        return usual_direction(noun + " " + after[: len(noun) + 25]) is not None or (strong and bool(_WANTED.search(low)))

    @staticmethod
    def _pair_part(low: str, quantities: list[Quantity], index: int) -> Part | None:
        """ "from 9 to 6" and "6 instead of 9" say themselves what is what."""
        quantity = quantities[index]
        before = low[: quantity.start]
        if _INSTEAD_OF.search(before):
            return Part.BASELINE
        if index + 1 < len(quantities):
            other = quantities[index + 1]
            between = low[quantity.end : other.start]
            if (_FROM_TO.search(before) and _TO_BETWEEN.match(between)) or re.match(
                r"^[^.?!;]{0,20}?\b(?:(?:down|up|back)\s+to|goes to|becomes|should (?:be|become)|to become)\b", between
            ):
                return Part.BASELINE
            if _INSTEAD_OF.search(between):
                return Part.TARGET
        if index > 0:
            other = quantities[index - 1]
            between = low[other.end : quantity.start]
            from_before = _FROM_TO.search(low[: other.start])
            if (from_before and _TO_BETWEEN.match(between)) or re.match(
                r"^[^.?!;]{0,20}?\b(?:(?:down|up|back)\s+to|goes to|becomes|should (?:be|become)|to become)\b", between
            ):
                return Part.TARGET
        return None

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
            elif sentence.turn - measure.last_turn <= (REACH if part is not Part.BASELINE else 2) and _plausible(quantity, measure, part):
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
        value = _CHANGE_VALUES[worded.group(1)[:4].strip() if not worded.group(1).startswith("cut") else "cut"]
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
        refers = re.search(r"\b(?:that|it|this|those|both)\b", sentence.low) and _WANTED.search(sentence.low)
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
        if _STAYS.search(low) and part is Part.TARGET:
            measure.direction = Direction.MAINTAIN
            return
        down, up = bool(_DOWN.search(low)), bool(_UP.search(low))
        if down != up:
            measure.direction = Direction.DECREASE if down else Direction.INCREASE


def _size(quantity: Quantity) -> float:
    """The value for comparison: durations in seconds."""
    return magnitude(quantity.value, quantity.unit)


def _plausible(quantity: Quantity, measure: Measure, part: Part) -> bool:
    """Whether a number that names no measure can be this one's: of a like size, and a share at most the whole."""
    if measure.dimension is Dimension.SHARE and quantity.value > 100:
        return False
    other = measure.slots.get(Part.TARGET if part is Part.BASELINE else Part.BASELINE)
    if other is None or part is Part.CHANGE:
        return part is not Part.BASELINE or Part.BASELINE not in measure.slots
    left, right = _size(quantity), _size(other.quantity)
    if quantity.dimension is Dimension.BARE:
        left, right = quantity.value, other.quantity.value
        if right >= 1000 and left < right / 100:
            left *= 1_000 if right < 1_000_000 or left * 1_000 > right / 20 else 1_000_000
    return left == 0 or right == 0 or 1 / 60 <= left / right <= 60


def _same_size(left: Quantity, right: Quantity) -> bool:
    return abs(_size(left) - _size(right)) <= 1e-9 * max(1.0, abs(_size(left)))


def direction_of(measure: Measure) -> Direction | None:
    """Which way the KPI should move: from its numbers first, then from the words, then from the name."""
    baseline, target = measure.slots.get(Part.BASELINE), measure.slots.get(Part.TARGET)
    if baseline and target and not _same_size(baseline.quantity, target.quantity):
        return Direction.DECREASE if _size(target.quantity) < _size(baseline.quantity) else Direction.INCREASE
    if baseline and target:
        return Direction.MAINTAIN
    return measure.direction or usual_direction(measure.metric.name)


def kpi_of(measure: Measure) -> Kpi:
    """The measure as a domain KPI. A relative target keeps the sign of its direction."""
    direction = direction_of(measure)
    change = measure.slots.get(Part.CHANGE)
    change_amount = change.quantity.amount() if change else None
    if change_amount and direction is Direction.DECREASE and change_amount.value > 0:
        change_amount = change_amount.model_copy(update={"value": -change_amount.value})
    baseline, target = measure.slots.get(Part.BASELINE), measure.slots.get(Part.TARGET)
    units: Iterable[str | None] = (slot.quantity.unit for slot in (target, baseline) if slot)
    return Kpi(
        metric=measure.metric.name,
        unit=next((unit for unit in units if unit), measure.unit),
        direction=direction,
        baseline=baseline.quantity.amount() if baseline else None,
        target=target.quantity.amount() if target else None,
        change=change_amount,
        deadline=measure.deadline[0] if measure.deadline else None,
        measured_by=measure.measured_by[0] if measure.measured_by else None,
        owner=measure.owner[0] if measure.owner else None,
    )
