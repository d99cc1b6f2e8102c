"""An interview so far, as the policy looks at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from discovery_agent.domain.interview.answers import WHO_KNOWS, solution_head
from discovery_agent.domain.interview.figures import is_name_of_figure
from discovery_agent.domain.interview.moves import AnswerKind, Exchange, MoveKind
from discovery_agent.domain.interview.slots import METRIC, SlotTable, Topic, Wants
from discovery_agent.domain.interview.subjects import OwnWords
from discovery_agent.domain.interview.wording import asks_for_latest_case

_CONTENT = re.compile(r"[^\W_]{3,}")
_FIRST = re.compile(
    r"(?:(?:by|in|mainly|mostly|probably|well|i think|that would be|the|our|it's|it is)\b,? )*(?P<figure>[A-Za-z][A-Za-z -]{2,40})(?:[.,;!]|$)",
    re.IGNORECASE,
)
LONGEST_FIGURE = 4
# Names of figures or goals that share this part of their words are one.
SAME_SUBJECT = 0.5
MOST_GIVEN_WAY = 2
# Who only asks something back, such as why it is asked, does not use up a question; but not without end.
MOST_ASKED_BACK = 3
_GIVES_WAY = (AnswerKind.VAGUE, AnswerKind.REJECTS_WORDING)
_CANNOT_SAY = (AnswerKind.DOES_NOT_KNOW, AnswerKind.DECLINES, AnswerKind.REFERS)


@dataclass(frozen=True)
class Talk:
    """The exchanges of an interview, without its recap."""

    exchanges: tuple[Exchange, ...]
    table: SlotTable
    closed: bool

    @classmethod
    def of(cls, exchanges: Sequence[Exchange], table: SlotTable) -> Talk:
        """The talk that these exchanges make up."""
        asked = tuple(one for one in exchanges if one.move.kind is not MoveKind.RECAP)
        return cls(asked, table, closed=len(asked) < len(exchanges))

    def before(self, one: Exchange) -> Talk:
        """The talk up to an exchange of it, which is left out."""
        at = next((place for place, exchange in enumerate(self.exchanges) if exchange is one), len(self.exchanges))
        return Talk(self.exchanges[:at], self.table, closed=False)

    @property
    def last(self) -> Exchange | None:
        """The latest exchange."""
        return self.exchanges[-1] if self.exchanges else None

    @cached_property
    def spent(self) -> int:
        """How many questions count against the budget."""
        back = sum(one.reading is not None and one.reading.kind is AnswerKind.ASKS_BACK for one in self.exchanges)
        return len(self.exchanges) - min(back, MOST_ASKED_BACK)

    @cached_property
    def own_words(self) -> OwnWords:
        """What the stakeholder said so far."""
        return OwnWords(one.answer or "" for one in self.exchanges)

    @cached_property
    def settled(self) -> frozenset[str]:
        """Slots that this stakeholder's answers settled."""
        return frozenset(slot for one in self.exchanges if one.reading for slot in one.reading.settles)

    @cached_property
    def told(self) -> frozenset[str]:
        """Slots that answers to other questions settled, wholly or in part."""
        found: set[str] = set()
        for one in self.exchanges:
            if one.reading:
                found.update(slot for slot in one.reading.settles if slot != (one.move.base or one.move.slot))
        return frozenset(found)

    @cached_property
    def repeated(self) -> dict[Topic, int]:
        """Topic -> how often the stakeholder had to say that they had told it before."""
        found: dict[Topic, int] = {}
        for one in self.exchanges:
            slot = self.table.by_id.get(one.move.base or one.move.slot)
            if slot and one.reading and one.reading.repeats:
                found[slot.topic] = found.get(slot.topic, 0) + 1
        return found

    @cached_property
    def asked(self) -> dict[str, list[str]]:
        """Slot of the table -> what it was asked about, in order.

        Whoever is asked for the latest case, whatever for, is asked what happened in it. A follow-up asks about one instance, so
        it counts only by what its answer settles.
        """
        found: dict[str, list[str]] = {}
        for one in self.exchanges:
            if one.move.kind is MoveKind.ASK:
                found.setdefault(one.move.base or one.move.slot, []).append(one.move.about)
        if self.latest_case_asked:
            for slot in self.table.slots:
                if slot.wants is Wants.EVENT:
                    found.setdefault(slot.id, [""])
        return found

    @cached_property
    def latest_case_asked(self) -> bool:
        """Whether it was asked what happened in the latest case, under whatever slot."""
        return any(asks_for_latest_case(one.move.question) for one in self.exchanges)

    @cached_property
    def giving_way(self) -> tuple[Exchange, ...]:
        """The exchanges at the end whose answers gave way one after the other."""
        at = len(self.exchanges)
        while at and (reading := self.exchanges[at - 1].reading) and reading.kind in _GIVES_WAY:
            at -= 1
        return self.exchanges[at:]

    @cached_property
    def cases_refused(self) -> bool:
        """Whether two answers in a row gave way, so that one more request for a case would only press."""
        return len(self.giving_way) >= MOST_GIVEN_WAY

    @cached_property
    def asked_ids(self) -> frozenset[str]:
        """Ids of slots and agenda items that were asked."""
        return frozenset(one.move.slot for one in self.exchanges)

    @cached_property
    def questions(self) -> frozenset[str]:
        """Questions as the moves had them."""
        return frozenset(one.move.question for one in self.exchanges)

    @cached_property
    def stumped(self) -> dict[Topic, int]:
        """Topic -> how often the stakeholder did not know, did not want to say, or sent the interviewer to somebody else.

        Who knows nothing more of one instance may still know the topic.
        """
        found: dict[Topic, int] = {}
        for one in self.exchanges:
            slot = self.table.by_id.get(one.move.base or one.move.slot)
            if slot and one.move.kind is not MoveKind.FOLLOW_UP and one.reading and one.reading.kind in _CANNOT_SAY:
                found[slot.topic] = found.get(slot.topic, 0) + 1
        return found

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        """Topics in the order in which they were asked about."""
        slots = [self.table.by_id.get(one.move.base or one.move.slot) for one in self.exchanges if one.move.kind is MoveKind.ASK]
        return tuple(slot.topic for slot in slots if slot)

    @cached_property
    def figure(self) -> str | None:
        """The figure by which this stakeholder would see success, if they named it in so many words: "win rate"."""
        for one in self.exchanges:
            slot = self.table.by_id.get(one.move.base or one.move.slot)
            if slot and METRIC in slot.kpi and one.answer and one.reading and one.reading.kind is AnswerKind.SUBSTANTIAL:
                named = _FIRST.match(one.answer.strip())
                words = named.group("figure").lower() if named else ""
                if named and len(words.split()) <= LONGEST_FIGURE and is_name_of_figure(words):
                    return words if words.endswith("s") or " " not in words else f"the {words}"
        return None

    @property
    def wants_to_stop(self) -> bool:
        """Whether the stakeholder has asked to stop."""
        return any(one.reading and one.reading.kind is AnswerKind.WANTS_TO_STOP for one in self.exchanges)

    def count(self, kind: MoveKind) -> int:
        """How many moves of a kind there were."""
        return sum(one.move.kind is kind for one in self.exchanges)

    def clarified(self, slot: str) -> bool:
        """Whether something was asked for once more after a vague answer."""
        return any(one.move.kind is MoveKind.CLARIFY and one.move.slot == slot for one in self.exchanges)

    @cached_property
    def followed_up(self) -> frozenset[str]:
        """Statements that were asked on, in small letters."""
        return frozenset(one.move.words.lower() for one in self.exchanges if one.move.kind is MoveKind.FOLLOW_UP and one.move.words)

    @cached_property
    def laddered(self) -> frozenset[str]:
        """Solutions whose goal was asked for."""
        return frozenset(solution_head(one.move.words) for one in self.exchanges if one.move.kind is MoveKind.LADDER and one.move.words)

    @property
    def rerouted(self) -> int:
        """How often it was asked who would know."""
        return sum(one.move.slot.startswith(WHO_KNOWS) for one in self.exchanges)

    @cached_property
    def those_who_know(self) -> tuple[str, ...]:
        """Everybody who was named as somebody who would know."""
        return tuple(dict.fromkeys(name for one in self.exchanges if one.reading for name in one.reading.knows))


def same_subject(one: str, other: str) -> bool:
    """Whether two names of a figure or goal mean the same, by the words that they share."""
    mine, theirs = set(_CONTENT.findall(one.lower())), set(_CONTENT.findall(other.lower()))
    if not mine or not theirs:
        return not mine and not theirs
    return len(mine & theirs) / min(len(mine), len(theirs)) >= SAME_SUBJECT
