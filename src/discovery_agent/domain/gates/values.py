"""Phases, gates, and what keeps one shut, as values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Role, Value, content_id
from discovery_agent.domain.kept import Kept


class Phase(StrEnum):
    """Phases of an engagement, in order."""

    DISCOVERY = "discovery"
    FEASIBILITY = "feasibility"
    BLUEPRINTING = "blueprinting"
    PLANNING = "planning"
    EXECUTION = "execution"


class Missing(Value):
    """One thing that keeps a gate shut."""

    rule: str = Field(description="Id of the rule, such as `kpi_without_target`.")
    text: str
    subject: str = Field(default="", description="Id of the goal, KPI, conflict, section or task.")
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = Field(default=(), description="Names of stakeholders, reviewers or the lead who can supply it.")
    path: str = Field(default="", description="Page below the engagement's where it is done, such as `/agreement`.")


class Gate(Value):
    """The gate at the end of a phase."""

    phase: Phase
    hands_over: str = Field(description="What the phase must hand over.")
    met: tuple[str, ...] = Field(default=(), description="What is there already, a sentence each.")
    partly: tuple[str, ...] = Field(default=(), description="How much is there of what is not all there yet, a sentence each.")
    missing: tuple[Missing, ...] = ()

    @property
    def open(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


class Gates(Value):
    """Where an engagement stands."""

    current: Phase = Field(description="The first phase whose gate is shut; execution if all are open.")
    gates: tuple[Gate, ...]

    def gate(self, phase: Phase) -> Gate:
        """The gate at the end of a phase."""
        return next(one for one in self.gates if one.phase is phase)


class GapOwner(Kept):
    """Who closes one readiness gap of one operational goal. A goal is known again by any finding that it was made of."""

    goal_id: str | None = Field(description="The goal as it was called then; None for what was described as a whole.")
    goal: str = Field(description="Its statement then.")
    goal_findings: tuple[str, ...] = ()
    dimension: str = Field(description="Id in the readiness table, such as `labels`.")
    owner_id: str | None = Field(description="The stakeholder who closes it; None where nobody does any more.")
    owner: str = Field(default="", description="Their name when they were named.")
    due: date | None = None
    set_by: str = ""

    def is_about(self, goal_id: str | None, findings: frozenset[str], dimension: str) -> bool:
        """Whether it is about a gap of this goal, which may have another id by now."""
        if dimension != self.dimension:
            return False
        return goal_id == self.goal_id or (goal_id is not None and not findings.isdisjoint(self.goal_findings))


def counted(part: int, whole: int, things: tuple[str, str], does: tuple[str, str]) -> str:
    """`2 of 3 goals have a verdict.`: the noun agrees with the whole, the verb with the part; each is given for one and for many."""
    return f"{part} of {whole} {things[whole != 1]} {does[part != 1 and whole != 1]}."


def gap_id(goal_id: str | None, dimension: str) -> str:
    """The id of a gap: the same for the same goal and dimension."""
    return content_id("gap", goal_id or "", dimension)
