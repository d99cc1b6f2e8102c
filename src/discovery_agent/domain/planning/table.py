"""The table that plans are made from, as a consultant edits it: roles with their rates, and the work of each course."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Self

from pydantic import Field, field_validator, model_validator

from discovery_agent.domain.blueprint.document import Course
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.economics import Span
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.network import circle
from discovery_agent.domain.planning.work import Estimate, RoleRate, Stage

PLACE = re.compile(r"\{(\w*)\}")
"""A place in a template, where something that a stakeholder named is put."""


class When(StrEnum):
    """How often a work package occurs."""

    ONCE = "once"
    EACH_SYSTEM = "each_system"
    """For each system that a stakeholder named; its templates may hold {system}."""
    NO_SYSTEM = "no_system"
    """Once, if nobody named a system."""
    GAP = "gap"
    """If the gate of the readiness dimension named by `dimension` is known to be closed; its templates may hold {action}."""
    UNKNOWN_GATE = "unknown_gate"
    """For each gate of readiness that nobody has told enough of; its templates may hold {action}, the next request."""
    EACH_KPI_WITHOUT_BASELINE = "each_kpi_without_baseline"
    """Its templates may hold {kpi}."""
    KPIS_WITHOUT_OWNER = "kpis_without_owner"
    """Once for all of them together: who is asked about one is asked about the others in the same breath. Its {kpi} names them, in quotation marks."""
    EACH_OPEN_QUESTION = "each_open_question"
    """For each fact that would settle the verdict; its templates may hold {question}."""


_PLACES = {
    When.EACH_SYSTEM: frozenset({"goal", "system"}),
    When.GAP: frozenset({"goal", "action"}),
    When.UNKNOWN_GATE: frozenset({"goal", "action"}),
    When.EACH_KPI_WITHOUT_BASELINE: frozenset({"goal", "kpi"}),
    When.KPIS_WITHOUT_OWNER: frozenset({"goal", "kpi"}),
    When.EACH_OPEN_QUESTION: frozenset({"goal", "question"}),
}


class WorkPackage(Value):
    """One thing to make or change, with the work that it takes. Templates name, and never claim: they hold no figures and no facts."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    courses: tuple[Course, ...] = Field(min_length=1)
    solutions: tuple[SolutionClass, ...] = Field(default=(), description="Only for these solution classes; for all if empty.")
    when: When = When.ONCE
    dimension: str | None = Field(default=None, description="Of readiness, for `when: gap`.")
    stage: Stage
    role: str
    days: Estimate
    lasts_at_least: float = Field(default=0.0, ge=0, description="Working days from start to end even if the work is less.")
    after: tuple[str, ...] = Field(default=(), description="Ids of packages; one that does not occur hands on what it waits for.")
    mvp: bool = True
    shared: bool = Field(
        default=False, description="Whether it is one piece of work for all epics that need it at once, such as hearing the works council."
    )
    title: str = Field(min_length=1, max_length=200)
    story: str = Field(min_length=1)
    acceptance: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.when is When.GAP) != (self.dimension is not None):
            raise ValueError(f"package `{self.id}`: `dimension` goes with `when: gap`, and only with it")
        allowed = _PLACES.get(self.when, frozenset({"goal"}))
        for text in (self.title, self.story, *self.acceptance):
            for place in PLACE.findall(text):
                if place not in allowed:
                    known = ", ".join(f"{{{one}}}" for one in sorted(allowed))
                    raise ValueError(f"package `{self.id}`: {{{place}}} cannot be filled with `when: {self.when.value}`; use {known}")
        return self

    def belongs_to(self, course: Course, solution: SolutionClass | None) -> bool:
        """Whether it is work of that course with that solution class."""
        return course in self.courses and (not self.solutions or solution in self.solutions)


class PlanningTable(Value):
    """Everything of the table."""

    days_a_month: float = Field(gt=0, le=31)
    horizon_months: int = Field(ge=12, le=120)
    runs: int = Field(ge=100, le=20000)
    seed: int = Field(ge=0)
    correlation: float = Field(ge=0, le=1)
    pilot_by_month: int = Field(ge=1, description="By the end of which month a pilot should have proved itself.")
    ramp_months: dict[SolutionClass, int] = Field(description="Months from going live until the effect is whole.")
    reference_model: str = Field(
        pattern=r"^[^:\s]+:\S+$", description="Whose published price the running cost is computed with, as `provider:model`."
    )
    dollar: dict[str, Span] = Field(description="What a US dollar costs in other currencies, for published prices.")
    roles: tuple[RoleRate, ...] = Field(min_length=1)
    packages: tuple[WorkPackage, ...] = Field(min_length=1)

    @field_validator("ramp_months")
    @classmethod
    def _every_class(cls, ramp: dict[SolutionClass, int]) -> dict[SolutionClass, int]:
        if lacking := [one.value for one in SolutionClass if one not in ramp]:
            raise ValueError(f"it lacks {', '.join(lacking)}")
        if wrong := [one.value for one, months in ramp.items() if months < 0]:
            raise ValueError(f"{wrong[0]} has less than no months")
        return ramp

    @field_validator("dollar")
    @classmethod
    def _worth_something(cls, dollar: dict[str, Span]) -> dict[str, Span]:
        if worthless := [currency for currency, span in dollar.items() if span.low <= 0]:
            raise ValueError(f"the dollar is worth nothing in {worthless[0]}")
        return dollar

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        roles = _each_once("role", [role.id for role in self.roles])
        packages = _each_once("package", [package.id for package in self.packages])
        for package in self.packages:
            if package.role not in roles:
                raise ValueError(f"package `{package.id}` is for the unknown role `{package.role}`")
            if strange := [one for one in package.after if one not in packages]:
                raise ValueError(f"package `{package.id}` waits for the unknown package `{strange[0]}`")
        if cycle := circle({package.id: package.after for package in self.packages}):
            raise ValueError(f"packages wait for each other in a circle: {' -> '.join(f'`{one}`' for one in cycle)}")
        for course in Course:
            if not any(course in package.courses for package in self.packages):
                raise ValueError(f"no package belongs to the course `{course.value}`")
        return self

    def packages_of(self, course: Course, solution: SolutionClass | None) -> tuple[WorkPackage, ...]:
        """The packages that may occur for a course with a solution class, in the order of the table."""
        return tuple(package for package in self.packages if package.belongs_to(course, solution))


def _each_once(kind: str, ids: list[str]) -> set[str]:
    if twice := [one for one in ids if ids.count(one) > 1]:
        raise ValueError(f"the {kind} `{twice[0]}` is defined twice")
    return set(ids)
