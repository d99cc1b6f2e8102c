"""What the gates are computed from, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from discovery_agent.domain.agenda import AgendaItem, Feeds
from discovery_agent.domain.agreement.rounds import AnswerKind, Outcome, Round, RoundAnswer
from discovery_agent.domain.agreement.standing import objections
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.gates.values import GapOwner
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.review import ReviewStanding

MOST_PEOPLE = 12
"""Of a large staff, so many who could supply something are named with it."""


@dataclass(frozen=True)
class Objective:
    """How far the shared objective has come."""

    outcome: Outcome | None = None
    round: Round | None = None
    """The latest round that was opened."""
    answers: Sequence[RoundAnswer] = ()
    """The answers of that round."""

    def not_endorsing(self) -> list[str]:
        """Ids of those who were asked and have not endorsed the latest draft."""
        endorsed = {one.stakeholder_id for one in self.answers if one.answer is AnswerKind.ENDORSE}
        return [one for one in (self.round.asked if self.round else ()) if one not in endorsed]

    def objecting(self) -> list[str]:
        """Ids of those who criticise or veto the latest draft, also of those who were removed since."""
        return [one.stakeholder_id for one in objections(self.round, tuple(self.answers))] if self.round else []


@dataclass(frozen=True)
class GateFacts:
    """Everything that bears on a gate."""

    today: date
    tree: GoalTree | None = None
    """None before the first assessment."""
    decisions: Sequence[GoalDecision] = ()
    agenda: Sequence[AgendaItem] = ()
    speakers: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Finding -> who said it."""
    people: Sequence[Stakeholder] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Stakeholder's id -> name."""
    leads: tuple[str, ...] = ()
    named: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Question, or what it was about -> people whom somebody named as those who would know."""
    objective: Objective = field(default_factory=Objective)
    gap_owners: Sequence[GapOwner] = ()
    blueprint: Blueprint | None = None
    """The newest version."""
    review: ReviewStanding | None = None
    """Where it stands."""
    signed: int | None = None
    """Number of the newest signed version."""
    carried_out: Blueprint | None = None
    """The newest signed version, or else the newest: its KPIs are checked."""
    checked: Mapping[str, date] = field(default_factory=dict[str, date])
    """KPI of the version that is carried out -> day of the latest check-in."""
    next_review: date | None = None
    """The next date at which stakeholders look at how it goes."""

    def of_roles(self, roles: Sequence[Role]) -> tuple[str, ...]:
        """Stakeholders with one of these roles, the best role first; at most a dozen of each."""
        return tuple(name for role in roles for name in self._by_role.get(role, ()))

    def asked_about(self, about: str, feeds: Feeds) -> Sequence[AgendaItem]:
        """Questions of the agenda about a goal or KPI that wait for one kind of decision."""
        return self._agenda.get((about, feeds), ())

    def owners_of(self, dimension: str) -> Sequence[GapOwner]:
        """Who closes gaps of a dimension, of whichever goal."""
        return self._owners.get(dimension, ())

    @cached_property
    def _by_role(self) -> dict[Role, list[str]]:
        found: dict[Role, list[str]] = {}
        for one in self.people:
            names = found.setdefault(one.role, [])
            if len(names) < MOST_PEOPLE:
                names.append(one.name)
        return found

    @cached_property
    def _agenda(self) -> dict[tuple[str, Feeds], list[AgendaItem]]:
        found: dict[tuple[str, Feeds], list[AgendaItem]] = {}
        for one in self.agenda:
            found.setdefault((one.about, one.feeds), []).append(one)
        return found

    @cached_property
    def _owners(self) -> dict[str, list[GapOwner]]:
        found: dict[str, list[GapOwner]] = {}
        for one in self.gap_owners:
            found.setdefault(one.dimension, []).append(one)
        return found

    def who_said(self, findings: Sequence[str]) -> tuple[str, ...]:
        """Everybody who said one of these findings."""
        return tuple(dict.fromkeys(name for one in findings for name in self.speakers.get(one, ())))

    def knowing(self, *about: str | None) -> tuple[str, ...]:
        """People who were named as those who would know, by the question or by what it was about."""
        return tuple(dict.fromkeys(name for one in about if one for name in self.named.get(one, ())))


def some(*names: Sequence[str]) -> tuple[str, ...]:
    """The first of these names, each once."""
    return tuple(dict.fromkeys(name for few in names for name in few if name))[:MOST_PEOPLE]
