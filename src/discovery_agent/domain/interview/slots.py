"""What an interview has to find out: slots, who can know each, and the wordings to ask for them.

The table itself is data: `knowledge/interview.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Self

from pydantic import Field, field_validator, model_validator

from discovery_agent.domain.agenda import Feeds
from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.interview.moves import StrongKind
from discovery_agent.domain.interview.phrases import Phrase, compile_phrase

KPI_FIELDS = ("baseline", "target", "deadline", "measured_by", "owner")
METRIC = "metric"
"""Stands among the fields of a KPI for the KPI itself: a goal that has none asks for it."""
# Somebody whose role nobody stated is asked what a business owner or a person at the desk would be, a little less surely.
UNKNOWN_ROLE = 0.95
THING = {"case", "cases", "a_case"}
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class Topic(StrEnum):
    """What a slot is about; a talk stays with a topic for a while, and somebody who knows nothing of it is asked less."""

    GOAL = "goal"
    FIGURES = "figures"
    WORK = "work"
    DECISIONS = "decisions"
    DATA = "data"
    LAW = "law"
    PEOPLE = "people"
    MONEY = "money"


class Wants(StrEnum):
    """What a usable answer holds."""

    ACCOUNT = "account"
    EVENT = "event"
    FIGURE = "figure"
    TIME = "time"
    MONEY = "money"
    DATE = "date"
    NAME = "name"


class Slot(Value):
    """One thing to find out."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1, description="The subject, as progress shows it.")
    topic: Topic
    feeds: Feeds
    roles: dict[Role, float] = Field(
        min_length=1, description="Role -> how much an answer of that role is worth, 0..1. Others are not asked."
    )
    wants: Wants = Wants.ACCOUNT
    personal: bool = Field(default=False, description="A view or an experience: that others told theirs does not settle it.")
    opens: tuple[Role, ...] = Field(default=(), description="Roles whose interview may begin with it.")
    after: tuple[str, ...] = Field(default=(), description="Slots that it builds on: worth less before one of them was asked.")
    near: tuple[str, ...] = Field(default=(), description="Slots whose answer tells part of it: worth less once one of them was answered.")
    implied_by: tuple[str, ...] = Field(default=(), description="Slots whose answer settles it as well.")
    early: bool = Field(default=False, description="Belongs near the beginning: worth more there, and less towards the end.")
    kpi: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    kinds: tuple[FindingKind, ...] = Field(default=(), description="Findings of these kinds make it less urgent.")
    questions: tuple[str, ...] = Field(min_length=2, description="Wordings; {cases}, {case} and {a_case} become what the work is about.")
    by_role: dict[Role, tuple[str, ...]] = Field(default_factory=dict[Role, tuple[str, ...]])
    named: tuple[str, ...] = Field(default=(), description="Wordings that hold {about}: the figure that is asked for.")
    more: tuple[str, ...] = Field(
        default=(), description="Wordings that ask for the rest, once part of it was told unasked; until then it stays open."
    )
    clarify: tuple[str, ...] = Field(default=(), description="What to ask once where the answer was vague.")
    why: tuple[str, ...] = Field(default=(), description="What the answer is needed for: a short sentence to the stakeholder.")
    says: tuple[str, ...] = Field(default=(), description="Phrases that settle it wherever they are said.")
    cues: tuple[str, ...] = Field(default=(), description="Phrases that bring it up without settling it.")

    @field_validator("says", "cues")
    @classmethod
    def _phrases_compile(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            compile_phrase(phrase)
        return phrases

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if strange := sorted(set(self.kpi) - {*KPI_FIELDS, METRIC}):
            raise ValueError(f"slot `{self.id}`: a KPI has no field `{strange[0]}`")
        for wording in (
            *self.questions,
            *self.named,
            *self.more,
            *self.clarify,
            *(one for wordings in self.by_role.values() for one in wordings),
        ):
            _check_question(wording, {*THING, "about"} if wording in self.named else THING, f"slot `{self.id}`")
        for role, wordings in self.by_role.items():
            if len(wordings) < 2:
                raise ValueError(f"slot `{self.id}`: `{role.value}` needs two wordings, since a question may have to be put again")
        return self

    def worth_for(self, role: Role) -> float:
        """What an answer of that role is worth before anything is known; 0 if it cannot know."""
        if role is Role.UNKNOWN:
            return UNKNOWN_ROLE * max(self.roles.get(Role.BUSINESS, 0.0), self.roles.get(Role.END_USER, 0.0))
        return self.roles.get(role, 0.0)

    def wordings_for(self, role: Role) -> tuple[str, ...]:
        """The wordings of the question for that role."""
        return self.by_role.get(role) or self.questions

    @cached_property
    def said_by(self) -> tuple[Phrase, ...]:
        """`says`, compiled."""
        return tuple(compile_phrase(phrase) for phrase in self.says)

    @cached_property
    def brought_up_by(self) -> tuple[Phrase, ...]:
        """`cues`, compiled."""
        return tuple(compile_phrase(phrase) for phrase in self.cues)


class MoveWordings(Value):
    """How a move that belongs to no slot is put; each wording is used once in an interview."""

    questions: tuple[str, ...] = Field(min_length=2)
    why: tuple[str, ...] = ()
    settles: tuple[str, ...] = Field(default=(), description="Slots that a usable answer settles.")


class ClarifyWords(Value):
    """How to ask on where somebody used such words."""

    says: tuple[str, ...] = Field(min_length=1)
    ask: tuple[str, ...] = Field(min_length=1)

    @field_validator("says")
    @classmethod
    def _phrases_compile(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            compile_phrase(phrase)
        return phrases

    @cached_property
    def said_by(self) -> tuple[Phrase, ...]:
        """`says`, compiled."""
        return tuple(compile_phrase(phrase) for phrase in self.says)


class FollowUp(Value):
    """How to ask on after a strong statement. The turn says the statement back, so the question may point at it."""

    statement: StrongKind
    slot: str = Field(default="", description="The slot that it asks for in this one instance; empty: the slot that was asked.")
    questions: tuple[str, ...] = Field(min_length=2)
    why: tuple[str, ...] = ()


class Moves(Value):
    """Wordings of everything that is not a plain question."""

    ladder: MoveWordings = Field(description="May hold {solution}.")
    clarify_words: tuple[ClarifyWords, ...] = Field(default=(), description="Asks about the vague word itself; tried before all others.")
    clarify_account: tuple[str, ...] = Field(min_length=2, description="For slots without wordings of their own: asks for an example.")
    clarify_figure: tuple[str, ...] = Field(min_length=2, description="Asks for a number.")
    clarify_event: tuple[str, ...] = Field(min_length=2, description="Asks for one dated event.")
    clarify_name: tuple[str, ...] = Field(min_length=2)
    clarify_date: tuple[str, ...] = Field(min_length=2)
    reword: tuple[str, ...] = Field(default=(), description="Where the words of the question were not accepted: how they would put it.")
    follow_up: tuple[FollowUp, ...] = Field(default=(), description="Asks on after a strong statement.")
    contradiction: MoveWordings = Field(description="Follows two statements of the stakeholder, or their own and that others differ.")
    heard: MoveWordings = Field(description="Where others differ and the stakeholder has said nothing on it yet.")
    offer: MoveWordings
    who_knows: MoveWordings


_MOVE_PLACEHOLDERS = {"ladder": {"solution"}, "heard": {"about"}}


class SlotTable(Value):
    """All slots, in the order in which equally worthy ones are asked."""

    things: dict[str, str] = Field(description="What work consists of: one -> many, such as invoice -> invoices.")
    slots: tuple[Slot, ...] = Field(min_length=1)
    moves: Moves

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        known = {slot.id for slot in self.slots}
        if len(known) != len(self.slots):
            raise ValueError("a slot is defined twice")
        for slot in self.slots:
            if strange := sorted({*slot.after, *slot.near, *slot.implied_by} - known):
                raise ValueError(f"slot `{slot.id}` builds on the unknown slot `{strange[0]}`")
        if strange := sorted({one.slot for one in self.moves.follow_up if one.slot} - known):
            raise ValueError(f"a follow-up asks for the unknown slot `{strange[0]}`")
        for name, wordings in self.moves:
            for question in _questions_of(wordings):
                _check_question(question, THING | _MOVE_PLACEHOLDERS.get(name, set()), f"move `{name}`")
        return self

    @cached_property
    def by_id(self) -> Mapping[str, Slot]:
        """Slots by their ids."""
        return {slot.id: slot for slot in self.slots}

    @cached_property
    def by_ask(self) -> Mapping[tuple[Feeds, str], Slot]:
        """What an agenda item asks for -> the slot that asks for it."""
        found: dict[tuple[Feeds, str], Slot] = {}
        for slot in self.slots:
            for feeds, names in ((Feeds.KPI, slot.kpi), (Feeds.VERDICT, slot.criteria), (Feeds.READINESS, slot.dimensions)):
                for name in names:
                    found.setdefault((feeds, name), slot)
        return found


def _questions_of(wordings: MoveWordings | tuple[str | ClarifyWords | FollowUp, ...]) -> tuple[str, ...]:
    if isinstance(wordings, MoveWordings):
        return wordings.questions
    return tuple(question for one in wordings for question in _questions_in(one))


def _questions_in(one: str | ClarifyWords | FollowUp) -> tuple[str, ...]:
    match one:
        case ClarifyWords():
            return one.ask
        case FollowUp():
            return one.questions
        case _:
            return (one,)


def _check_question(wording: str, placeholders: set[str], where: str) -> None:
    if wording.count("?") > 1:
        raise ValueError(f"{where} asks more than one question: {wording}")
    if strange := sorted(set(_PLACEHOLDER.findall(wording)) - placeholders):
        raise ValueError(f"{where}: nothing is known of {{{strange[0]}}} in: {wording}")
