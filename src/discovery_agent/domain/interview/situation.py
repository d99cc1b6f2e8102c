"""Everything that a move is chosen by, put together once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.moves import Person
from discovery_agent.domain.interview.ranking import LEAST_WORTH, OpenSlot, open_slots
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.domain.interview.subjects import called
from discovery_agent.domain.interview.talk import Talk
from discovery_agent.domain.interview.wording import NO_THING, chance, filled, needs_thing, pick, thing_of


class Situation:
    """Who is interviewed, what was said, what is known, and how many questions are left."""

    def __init__(self, person: Person, budget: int, talk: Talk, known: Known) -> None:
        self.person = person
        self.budget = budget
        self.talk = talk
        self.known = known

    @property
    def table(self) -> SlotTable:
        """What an interview has to find out."""
        return self.talk.table

    @property
    def left(self) -> int:
        """Questions that the budget still allows."""
        return self.budget - self.talk.spent

    @cached_property
    def can_tell(self) -> tuple[OpenSlot, ...]:
        """What this person can tell that could still change a decision, most telling first."""
        ranked = open_slots(self.table, self.known, self.person, self.talk.exchanges)
        return tuple(one for one in ranked if one.for_person and one.worth >= LEAST_WORTH)

    @property
    def called_figure(self) -> str:
        """How a question names the figure that the talk is about; empty if there is none, or it had better not be named."""
        if not self.talk.figure:
            return ""
        return called(self.talk.figure, self.known, self.talk.own_words, figure=True)

    @cached_property
    def _thing(self) -> tuple[str, str]:
        return thing_of(self.table, self.known.subject, self.talk.exchanges)

    def pick(self, wordings: Sequence[str], salt: str) -> str | None:
        """One of the wordings that no question of this interview had yet; None if all had.

        Those with a place for what the work is about go first where a noun for it stands out, and last where none does.
        """
        known = self._thing != NO_THING
        fitting = [one for one in wordings if needs_thing(one) == known]
        return self._pick(fitting, salt, self.talk.questions) or self._pick(wordings, salt, self.talk.questions)

    def reason(self, reasons: Sequence[str], salt: str) -> str:
        """One of the reasons for a question; empty if there are none."""
        return self._pick(reasons, salt, ()) or ""

    def filled(self, wording: str, **words: str) -> str:
        """The wording with the stakeholder's noun for what the work is about, and other words, in place."""
        return filled(wording, self._thing, **words)

    def _pick(self, wordings: Sequence[str], salt: str, used: Iterable[str]) -> str | None:
        last = self.talk.last
        return pick(wordings, used, chance(self.person.name, salt, (last.answer or "")[:500] if last else ""))
