"""The five phases and the gates between them: what is missing for the next one, and who can supply it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Role, Value


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
    missing: tuple[Missing, ...] = ()

    @property
    def open(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


class Gates(Value):
    """Where an engagement stands."""

    current: Phase = Field(description="The first phase whose gate is shut; execution if all are open.")
    gates: tuple[Gate, ...]
