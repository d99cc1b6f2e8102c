"""Which slots are open, and what an answer of this person would be worth: the value of information of each question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import Field

from discovery_agent.domain.agenda import AgendaItem, Feeds
from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.decisions import WHOLE
from discovery_agent.domain.interview.answers import brought_up
from discovery_agent.domain.interview.figures import is_name_of_figure
from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.moves import Exchange, Person
from discovery_agent.domain.interview.slots import METRIC, Slot, SlotTable, Wants
from discovery_agent.domain.interview.subjects import called
from discovery_agent.domain.interview.talk import MOST_GIVEN_WAY, Talk, same_subject

# What an answer is worth less than this changes no decision.
LEAST_WORTH = 0.12
# Where a base slot and the agenda ask for the same, the greater worth counts, and a part of the other.
BOTH_ASK = 0.25
# The best role for an agenda item knows it best; the next ones a little less.
BY_PLACE = (1.0, 0.9, 0.8, 0.7)
# The same question about a second figure tires more than it tells.
ASKED_ALREADY = 0.5
MOST_ASKED = 2
NOTHING_TO_BUILD_ON = 0.6
JUST_BROUGHT_UP = 1.35
BROUGHT_UP_BEFORE = 1.1
OTHERS_TOLD = 0.9
# Findings of its kinds make a slot less urgent, step by step.
PER_FINDING = 0.04
MOST_PER_FINDINGS = 0.3
DOES_NOT_KNOW_THE_TOPIC = 0.6
SAME_TOPIC = 1.05
TOPIC_EXHAUSTED = 0.85
A_RUN = 3

# Part of it was told unasked: the rest is worth less.
TOLD_IN_PART = 0.5
NEARLY_TOLD = 0.7
# What was answered with something else is asked once more, later.
MISSED = 0.6
EXCHANGES_BETWEEN_TRIES = 3
# After two answers that gave way, another kind of question: no case, and nothing wanted as in those two.
ANOTHER_KIND = 0.6
# Whoever says that they told it before has had enough of the subject.
ENOUGH_OF_IT = 0.7
AT_THE_BEGINNING = 1.2
THE_BEGINNING = 5
LATER_ON = 0.85

_OF_GOAL = (Feeds.VERDICT, Feeds.READINESS)


class OpenSlot(Value):
    """Something that is still to be found out."""

    id: str = Field(description="Id of the slot, or of the agenda item where its slot was already asked about something else.")
    base: str = Field(default="", description="The slot of the table whose question it puts, where `id` is an agenda item.")
    name: str
    about: str = ""
    question: str = Field(default="", description="The agenda's own question, where the table has none for it.")
    why: str = ""
    feeds: Feeds
    worth: float = Field(ge=0, description="What an answer of this person could change; set beside bits of a verdict.")
    for_person: bool = Field(description="Whether this person can know it.")
    figure: bool = Field(default=False, description="Whether `about` is the name of a figure.")
    called: str = Field(default="", description="How a question to this person names `about`; empty where it had better not.")
    of_goal: bool = Field(default=False, description="Whether `about` is one of several goals, so that the question has to say which.")
    opens: bool = Field(default=False, description="Whether the interview may begin with it.")
    in_part: bool = Field(default=False, description="Whether part of it was told unasked, so that the rest is asked for.")
    words: str | None = Field(default=None, description="The stakeholder's own words that bring it up.")


def open_slots(table: SlotTable, known: Known, person: Person, exchanges: Sequence[Exchange] = ()) -> tuple[OpenSlot, ...]:
    """Everything still open, what this person can tell best first, then what only others can.

    Left out is what this person settled, what others or transcripts settled (unless it is a matter of view), and what was
    already asked here, whatever came of it.
    """
    ranker = _Ranker(Talk.of(exchanges, table), known, person)
    found = [one for slot in table.slots if (one := ranker.slot(slot))]
    found += ranker.items()
    return tuple(sorted(found, key=lambda one: (not one.for_person, -one.worth)))


def _both(base: float, gain: float) -> float:
    return max(base, gain) + BOTH_ASK * min(base, gain)


@dataclass(frozen=True)
class _Ranker:
    talk: Talk
    known: Known
    person: Person

    @cached_property
    def _just_said(self) -> dict[str, str]:
        last = self.talk.last
        return brought_up(last.answer, self.talk.table) if last and last.answer else {}

    @cached_property
    def _said_before(self) -> frozenset[str]:
        return frozenset(slot for one in self.talk.exchanges[:-1] if one.answer for slot in brought_up(one.answer, self.talk.table))

    @cached_property
    def _items(self) -> dict[str, list[AgendaItem]]:
        """Slot of the table -> what the agenda wants to know of it, worthiest first."""
        found: dict[str, list[AgendaItem]] = {}
        for item in self.known.agenda:
            slot = self._slot_of(item)
            if slot:
                found.setdefault(slot.id, []).append(item)
        return {slot: sorted(items, key=lambda item: -item.worth) for slot, items in found.items()}

    @cached_property
    def _several_goals(self) -> bool:
        return len({item.about for item in self.known.agenda if item.feeds in _OF_GOAL}) > 1

    def _slot_of(self, item: AgendaItem) -> Slot | None:
        by_ask = self.talk.table.by_ask
        return by_ask.get((Feeds.KPI, METRIC)) if item.feeds is Feeds.GOAL else by_ask.get((item.feeds, item.asks or ""))

    def slot(self, slot: Slot) -> OpenSlot | None:
        """The slot if it is open, with the agenda item that makes it most worth asking."""
        base = slot.worth_for(self.person.role)
        items = self._items.get(slot.id, [])
        asked = self.talk.asked.get(slot.id, [])
        in_part = not asked and bool(slot.more) and slot.id in self.talk.told
        if (asked and not self._missed(slot)) or (slot.id in self.talk.settled and not in_part):
            return self._again(slot, [item for item in items if self._is_new(item, asked)], base, len(asked))
        base *= MISSED if asked else TOLD_IN_PART if in_part else 1.0
        item = max(items, key=self._worth_of, default=None)
        gain = self._worth_of(item) if item else 0.0
        if item is None and self._settled_by_others(slot):
            return None
        for_person = base > 0 or gain > 0
        about = item.about if item and item.about != WHOLE else ""
        worth = _both(self._adjusted(slot, base), gain) if for_person else (item.worth if item else max(slot.roles.values()))
        return OpenSlot(
            id=slot.id,
            name=slot.name,
            about=about,
            called=self._called(item) if item and about else "",
            of_goal=item is not None and item.feeds in _OF_GOAL and bool(about) and self._several_goals,
            figure=item is not None and item.feeds is Feeds.KPI,
            feeds=item.feeds if item else slot.feeds,
            worth=round(worth, 4),
            for_person=for_person,
            in_part=in_part,
            opens=self.person.role in slot.opens or (self.person.role is Role.UNKNOWN and Role.BUSINESS in slot.opens),
            words=self._just_said.get(slot.id),
        )

    def items(self) -> Iterable[OpenSlot]:
        """Agenda items that no slot of the table asks for, such as a criterion that a consultant has added."""
        for item in self.known.agenda:
            if item.feeds is Feeds.CONFLICT or self._slot_of(item) or item.id in self.talk.asked_ids:
                continue
            gain = self._worth_of(item)
            name = self._called(item)
            question = item.question
            if item.about in question and not self.known.share_quotes:
                if not name:
                    continue
                question = question.replace(f"“{item.about}”", name).replace(item.about, name)
            yield OpenSlot(
                id=item.id,
                name=name or "Something else",
                about=item.about,
                called=name,
                question=question,
                why=item.why,
                feeds=item.feeds,
                worth=round(gain or item.worth, 4),
                for_person=gain > 0,
            )

    def _again(self, slot: Slot, items: Sequence[AgendaItem], base: float, asked: int) -> OpenSlot | None:
        """The same question about another figure, if that can be named and is not too much."""
        if asked >= MOST_ASKED or not slot.named:
            return None
        item = max((one for one in items if one.feeds is Feeds.KPI), key=self._worth_of, default=None)
        if item is None or not self._worth_of(item):
            return None
        worth = _both(self._adjusted(slot, base), self._worth_of(item)) * ASKED_ALREADY
        return OpenSlot(
            id=item.id,
            base=slot.id,
            name=f"{slot.name}: {self._called(item)}",
            about=item.about,
            called=self._called(item),
            figure=True,
            feeds=item.feeds,
            worth=round(worth, 4),
            for_person=True,
        )

    def _is_new(self, item: AgendaItem, asked: Sequence[str]) -> bool:
        """Whether an item is about a figure that was not asked about, under any name."""
        return (
            is_name_of_figure(item.about)
            and bool(self._called(item))
            and item.id not in self.talk.asked_ids
            and not any(not one or same_subject(item.about, one) for one in asked)
        )

    def _called(self, item: AgendaItem) -> str:
        return called(item.about, self.known, self.talk.own_words, figure=item.feeds is Feeds.KPI)

    def _worth_of(self, item: AgendaItem) -> float:
        """What the item is worth when this person answers it; 0 if they cannot."""
        if self.person.name in item.people:
            return item.worth
        roles = (Role.BUSINESS, Role.END_USER, Role.SPONSOR) if self.person.role is Role.UNKNOWN else (self.person.role,)
        places = [item.roles.index(role) for role in roles if role in item.roles]
        return item.worth * BY_PLACE[min(min(places), len(BY_PLACE) - 1)] if places else 0.0

    @cached_property
    def _wanted_in_vain(self) -> frozenset[Wants]:
        slots = [self.talk.table.by_id.get(one.move.base or one.move.slot) for one in self.talk.giving_way[-MOST_GIVEN_WAY:]]
        return frozenset(slot.wants for slot in slots if slot)

    def _missed(self, slot: Slot) -> bool:
        """Whether its question was answered with something else, some time ago, and not put again since."""
        at = [place for place, one in enumerate(self.talk.exchanges) if (one.move.base or one.move.slot) == slot.id]
        if not at or len(self.talk.exchanges) - at[-1] < EXCHANGES_BETWEEN_TRIES:
            return False
        reading = self.talk.exchanges[at[-1]].reading
        return len(at) == 1 and reading is not None and reading.missed

    def _settled_by_others(self, slot: Slot) -> bool:
        if slot.personal:
            return False
        known = self.known
        asks = [*((one, known.kpi) for one in slot.kpi), *((one, known.criteria) for one in slot.criteria)]
        asks += [(one, known.dimensions) for one in slot.dimensions]
        return slot.id in known.settled or (bool(asks) and all(one in told for one, told in asks))

    def _adjusted(self, slot: Slot, worth: float) -> float:
        """The worth of a base slot, given what has been said and what was just asked."""
        if not self.talk.exchanges:
            return worth * self._told(slot)
        if slot.after and not any(one in self.talk.asked or one in self.talk.settled for one in slot.after):
            worth *= NOTHING_TO_BUILD_ON
        if slot.id in self._just_said:
            worth *= JUST_BROUGHT_UP
        elif slot.id in self._said_before:
            worth *= BROUGHT_UP_BEFORE
        if slot.early:
            worth *= AT_THE_BEGINNING if len(self.talk.exchanges) < THE_BEGINNING else LATER_ON
        if any(one in self.talk.settled for one in slot.near):
            worth *= NEARLY_TOLD
        if self.talk.cases_refused and (slot.wants is Wants.EVENT or slot.wants in self._wanted_in_vain):
            worth *= ANOTHER_KIND
        worth *= ENOUGH_OF_IT ** self.talk.repeated.get(slot.topic, 0)
        topics = self.talk.topics
        if topics and slot.topic is topics[-1]:
            worth *= TOPIC_EXHAUSTED if len(topics) >= A_RUN and len(set(topics[-A_RUN:])) == 1 else SAME_TOPIC
        return worth * DOES_NOT_KNOW_THE_TOPIC ** self.talk.stumped.get(slot.topic, 0) * self._told(slot)

    def _told(self, slot: Slot) -> float:
        found = sum(self.known.kinds.get(kind, 0) for kind in slot.kinds)
        if slot.personal:
            return OTHERS_TOLD if found or slot.id in self.known.settled else 1.0
        return 1 - min(MOST_PER_FINDINGS, PER_FINDING * found)
