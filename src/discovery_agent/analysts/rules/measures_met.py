"""The measures met so far in a conversation, and which of them a new figure belongs to."""

from __future__ import annotations

from dataclasses import replace

from discovery_agent.analysts.rules.measures import Measure, Slot, against_its_words, plausible, same_size, same_things
from discovery_agent.analysts.rules.metric_traits import is_share, overlap
from discovery_agent.analysts.rules.metrics import Metric
from discovery_agent.analysts.rules.modality import RETRACTION
from discovery_agent.analysts.rules.parts import Part, pair_part
from discovery_agent.analysts.rules.quantities import Dimension, Quantity
from discovery_agent.analysts.rules.sentences import Sentence

# Today's value and the wanted value under two names are halves of one measure within so many turns.
JOIN_TURNS = 3
# How many turns back a number may look for the measure it belongs to.
REACH = 14


class MeasuresMet:
    """Measures in the order of their first mention."""

    def __init__(self) -> None:
        """None yet."""
        self.all: list[Measure] = []

    @property
    def latest(self) -> Measure | None:
        """The one spoken of last."""
        return max(self.all, key=lambda one: one.last_turn, default=None)

    def join_halves(self) -> None:
        """Today's value under one name and the wanted value under another, close together, are one measure."""
        for aim in [one for one in self.all if one.aims and Part.BASELINE not in one.slots]:
            candidates = [
                one
                for one in self.all
                if one.slots.keys() == {Part.BASELINE} and self._halves(one, aim) and not self._spoken_over(one, aim)
            ]
            if not candidates:
                continue
            half = min(candidates, key=lambda one: abs(one.last_turn - aim.last_turn))
            if half.metric.strong and not aim.metric.strong:
                aim.metric = half.metric
            aim.slots[Part.BASELINE] = half.slots.pop(Part.BASELINE)
            aim.unit = aim.unit or half.unit
            aim.owner, aim.measured_by = aim.owner or half.owner, aim.measured_by or half.measured_by

    def _spoken_over(self, half: Measure, aim: Measure) -> bool:
        """Whether another speaker set the aim after talk had gone on to a third measure: then it is not about this half.

        Halves that share a word of their names need no such care.
        """
        now, then = half.slots[Part.BASELINE].sentence, aim.target_sentence()
        if now.speaker == then.speaker or overlap(half.metric.name, aim.metric.name) > 0:
            return False
        return any(
            now.position < slot.sentence.position < then.position
            for measure in self.all
            if measure is not half and measure is not aim and measure.metric.strong
            for slot in measure.slots.values()
        )

    @staticmethod
    def _halves(half: Measure, aim: Measure) -> bool:
        now, then = half.slots[Part.BASELINE], aim.slots.get(Part.TARGET)
        if abs(now.sentence.turn - aim.target_sentence().turn) > JOIN_TURNS:
            return False
        if then and (not same_things(then.quantity, half) or against_its_words(now, then)):
            return False
        if half.metric.strong and aim.metric.strong and overlap(half.metric.name, aim.metric.name) < 0.5:
            return False
        if then is None:
            return True
        return then.quantity.dimension in (Dimension.BARE, now.quantity.dimension) and plausible(then.quantity, half, Part.TARGET)

    def retract(self, sentence: Sentence, quantities: list[Quantity]) -> list[Quantity]:
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
            for measure in reversed(self.all):
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

    def forget_previous(self, sentence: Sentence) -> None:
        """ "No, scratch that": the figure just said by the same speaker is gone."""
        if not RETRACTION.search(sentence.low[:40]):
            return
        for measure in self.all:
            for part, slot in list(measure.slots.items()):
                if 0 < sentence.position - slot.sentence.position <= 2 and slot.sentence.speaker == sentence.speaker:
                    del measure.slots[part]

    def abandon(self, sentence: Sentence) -> None:
        """The target set just before is dropped."""
        for measure in self.all:
            for part, slot in list(measure.slots.items()):
                if part is not Part.BASELINE and 0 < sentence.position - slot.sentence.position <= 2:
                    del measure.slots[part]

    def by_baseline(self, low: str, quantities: list[Quantity], index: int, part: Part, named: Metric | None) -> Measure | None:
        """ "From eleven to seven" is about the measure that stands at eleven, unless another one is `named`."""
        if (index == 0 and len(quantities) > 1 and part is Part.BASELINE) or (
            index == 1 and part is Part.TARGET and pair_part(low, quantities, 0) is Part.BASELINE
        ):
            first = quantities[0]
        else:
            return None
        return next(
            (
                measure
                for measure in reversed(self.all)
                if Part.BASELINE in measure.slots
                and measure.slots[Part.BASELINE].quantity.value == first.value
                and all(
                    one.dimension in (Dimension.BARE, measure.dimension) and same_things(one, measure) for one in (first, quantities[index])
                )
                and (named is None or not measure.metric.strong or overlap(named.name, measure.metric.name) >= 0.5)
            ),
            None,
        )

    @staticmethod
    def in_unit_of_measure(quantity: Quantity, measure: Measure) -> Quantity:
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

    def is_known(self, quantity: Quantity, sentence: Sentence) -> bool:
        """Whether the target of a measure of the last turns is this very quantity."""
        return any(
            part is not Part.BASELINE and slot.quantity.dimension is quantity.dimension and same_size(slot.quantity, quantity)
            for measure in self.all
            if sentence.turn - measure.last_turn <= JOIN_TURNS
            for part, slot in measure.slots.items()
        )

    def said_again(self, quantity: Quantity, sentence: Sentence) -> bool:
        """A bare number that repeats one just given: "the target is four hours. Four." """
        return any(
            slot.quantity.value == quantity.value
            for measure in self.all[-3:]
            if sentence.turn - measure.last_turn <= 2
            for slot in measure.slots.values()
        )

    def varies(self, quantity: Quantity, sentence: Sentence) -> bool:
        """A bare number of the size of one just given by the same speaker: "nine minutes. Nine and a half if I have to search." """
        return any(
            slot.sentence.turn == sentence.turn
            and slot.sentence.speaker == sentence.speaker
            and 0.5 <= quantity.value / (slot.quantity.value or 1) <= 2
            for measure in self.all
            for slot in measure.slots.values()
        )

    def other_view(self, measure: Measure, part: Part, sentence: Sentence) -> Measure:
        """The same measure as another speaker sees it: both stay, with the facts they share."""
        for other in reversed(self.all):
            if other.metric == measure.metric and part in other.slots and other.slots[part].sentence.speaker == sentence.speaker:
                return other
        view = Measure(measure.metric, measure.dimension, measure.unit, sentence.turn, named_in=sentence)
        if part is not Part.BASELINE and Part.BASELINE in measure.slots:
            view.slots[Part.BASELINE] = measure.slots[Part.BASELINE]
        self.all.append(view)
        return view

    def find(self, metric: Metric | None, quantity: Quantity, sentence: Sentence, part: Part) -> Measure | None:
        """The measure met before that this quantity belongs to, latest first."""
        for measure in reversed(self.all):
            fits = quantity.dimension in (Dimension.BARE, measure.dimension) or (
                part is Part.CHANGE and quantity.dimension is Dimension.SHARE
            )
            if not fits:
                continue
            if not same_things(quantity, measure):
                continue
            if metric is not None:
                if overlap(metric.name, measure.metric.name) >= 0.5:
                    return measure
            elif sentence.turn - measure.last_turn <= (REACH if part is not Part.BASELINE else 2) and plausible(quantity, measure, part):
                return measure
        return None
