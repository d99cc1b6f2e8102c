"""Measures in the making: a metric with the quantities found for it so far, and the KPI it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from discovery_agent.analysts.rules.metric_traits import overlap, usual_direction, usual_direction_of_count
from discovery_agent.analysts.rules.metrics import Metric
from discovery_agent.analysts.rules.parts import Part
from discovery_agent.analysts.rules.quantities import Dimension, Quantity
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.findings import Direction, Kpi
from discovery_agent.domain.units import comparable, magnitude

_DOWN_TO = re.compile(r"\bdown (?:to|under|below)\s*(?:under |below |about |around |roughly |maybe |at most |less than )*$")
_UP_TO = re.compile(
    r"\b(?:back up|it up|that up|rise|raise it|grow|climb) to\s*(?:over |above |about |around |roughly |maybe |at least |more than )*$"
)
# Numbers alone do not raise a cost: somebody has to say so.
_RAISED = re.compile(
    r"\b(?:rais\w+|ris(?:e|es|ing)|increas\w+|grow\w*|higher|more|go(?:es)? up|up (?:to|from|by)|upwards?|climb\w*|doubl\w+|tripl\w+|lift\w*|boost\w*|expand\w*|longer)\b"
)
_PERIOD = re.compile(r"\b(?:hour|shift|day|night|morning|week|month|quarter|season|year)$")


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

    @property
    def is_amount_of_work(self) -> bool:
        """True if it only says how many come in a day or a month, and neither what comes nor anybody's wish says which way to go."""
        now = self.slots.get(Part.BASELINE)
        if now is None or now.quantity.dimension not in (Dimension.COUNT, Dimension.BARE) or not _PERIOD.search(now.quantity.per or ""):
            return False
        return not self.aims and self.direction is None and usual_direction_of_count(self.metric.name) is None

    def take_fuller_name(self, name: Metric) -> None:
        """Go by this name where the one so far was makeshift, or a part of it ("handling time", "handling time of claims")."""
        if not self.metric.strong or re.fullmatch(re.escape(self.metric.name) + r" (?:of|for|per) .+", name.name):
            self.metric = name

    def target_sentence(self) -> Sentence:
        """The sentence that says where it should go."""
        return (self.slots.get(Part.TARGET) or self.slots[Part.CHANGE]).sentence

    def sentences(self) -> list[Sentence]:
        """The sentences that prove it, in reading order, each once."""
        said = [slot.sentence for slot in self.slots.values()]
        said += [pair[1] for pair in (self.deadline, self.owner, self.measured_by) if pair]
        return sorted({sentence.position: sentence for sentence in said}.values(), key=lambda one: one.position)


def size_of(quantity: Quantity) -> float:
    """The value for comparison: durations in seconds."""
    return magnitude(quantity.value, quantity.unit)


def plausible(quantity: Quantity, measure: Measure, part: Part) -> bool:
    """Whether a number that names no measure can be this one's: of a like size, and a share at most the whole."""
    if measure.dimension is Dimension.SHARE and quantity.value > 100:
        return False
    other = measure.slots.get(Part.TARGET if part is Part.BASELINE else Part.BASELINE)
    if other is None or part is Part.CHANGE:
        return part is not Part.BASELINE or Part.BASELINE not in measure.slots
    left, right = size_of(quantity), size_of(other.quantity)
    if quantity.dimension is Dimension.BARE:
        left, right = quantity.value, other.quantity.value
        if right >= 1000 and left < right / 100:
            left *= 1_000 if right < 1_000_000 or left * 1_000 > right / 20 else 1_000_000
    return left == 0 or right == 0 or 1 / 60 <= left / right <= 60


def same_things(quantity: Quantity, measure: Measure) -> bool:
    """Whether a quantity may count the same as a measure: "80 a month" is no price of one trip, and ten complaints are no orders."""
    said = [slot.quantity for part, slot in measure.slots.items() if part is not Part.CHANGE]
    if quantity.dimension is Dimension.BARE and _PERIOD.search(quantity.per or ""):
        if measure.dimension in (Dimension.SHARE, Dimension.DURATION):
            return False
        if measure.dimension is Dimension.MONEY:
            return any(_PERIOD.search(one.per or "") for one in said)
    if quantity.dimension is Dimension.COUNT and measure.dimension is Dimension.COUNT and quantity.noun:
        nouns = [one.noun for one in said if one.noun]
        return not nouns or overlap(quantity.noun, measure.metric.name) > 0 or any(overlap(quantity.noun, noun) > 0 for noun in nouns)
    return True


def against_its_words(now: Slot, then: Slot) -> bool:
    """Whether "down to 80" would be an aim above where things stand, or "up to 5" one below: then it is about something else."""
    low = then.sentence.low[: then.quantity.start]
    here, there = size_of(now.quantity), size_of(then.quantity)
    return bool((_DOWN_TO.search(low) and there > here) or (_UP_TO.search(low) and there < here))


def without_strangers(measure: Measure) -> None:
    """Take out of a measure the figure that cannot be compared with the others; the one of its own dimension stays."""
    now, then = measure.slots.get(Part.BASELINE), measure.slots.get(Part.TARGET)
    if now is None or then is None or Dimension.BARE in (now.quantity.dimension, then.quantity.dimension):
        return
    counts = now.quantity.dimension is then.quantity.dimension is Dimension.COUNT
    if counts or comparable(now.quantity.unit, then.quantity.unit):
        return
    del measure.slots[Part.TARGET if now.quantity.dimension is measure.dimension else Part.BASELINE]


def same_size(left: Quantity, right: Quantity) -> bool:
    """True if both are the same quantity, whatever the unit of time."""
    return abs(size_of(left) - size_of(right)) <= 1e-9 * max(1.0, abs(size_of(left)))


def direction_of(measure: Measure) -> Direction | None:
    """Which way the KPI should move: from its numbers first, then from the words, then from the name."""
    baseline, target = measure.slots.get(Part.BASELINE), measure.slots.get(Part.TARGET)
    usual = usual_direction(measure.metric.name)
    if baseline and target and not same_size(baseline.quantity, target.quantity):
        if size_of(target.quantity) < size_of(baseline.quantity):
            return Direction.DECREASE
        together = baseline.sentence.position == target.sentence.position
        # A cost that may be a little higher than it is, is kept within a limit.
        return Direction.MAINTAIN if usual is Direction.DECREASE and not together and not _is_raised(target) else Direction.INCREASE
    if baseline and target:
        return Direction.MAINTAIN
    change = measure.slots.get(Part.CHANGE)
    if measure.direction is Direction.INCREASE and usual is Direction.DECREASE and not any(map(_is_raised, filter(None, (target, change)))):
        return usual  # "Better waiting times": shorter ones
    return measure.direction or usual


def _is_raised(slot: Slot) -> bool:
    return bool(_RAISED.search(re.sub(r"\bno (?:more|longer|higher)\b|\bnot (?:be )?(?:more|longer|higher)\b", "", slot.sentence.low)))


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
