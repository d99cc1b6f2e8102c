"""One version of a blueprint. Versions are never changed: an edit makes the next one.

What was approved of a section is kept with the hash of its content, so approvals go on for sections that the next version leaves alone.
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from datetime import date
from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from discovery_agent.domain.blueprint.claims import Assumption, Audience, Claim, Defect, Evidence, Part, Row
from discovery_agent.domain.blueprint.said_limit import SaidLimit
from discovery_agent.domain.blueprint.texts import LONGEST_HOW, short
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.kept import Kept
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.forecast import Forecast
from discovery_agent.domain.planning.work import PlanInputs, Task


class Course(StrEnum):
    """What a blueprint proposes to do about one operational goal, or as a whole."""

    DO_NOT_BUILD = "do_not_build"
    """Neither a change nor a system pays, or nothing suffices: leave it, and say what would change that."""
    CHANGE_PROCESS = "change_process"
    """Nothing is built: the way of working changes."""
    AUTOMATE = "automate"
    """Rules or analytics, without a learned model."""
    PREPARE_FIRST = "prepare_first"
    """AI is justified, but not yet: a readiness gate is closed."""
    BUILD_WITH_AI = "build_with_ai"
    UNDECIDED = "undecided"
    """The verdict is open: first ask what would settle it."""

    @property
    def label(self) -> str:
        """The course in words that a reader knows."""
        return _LABELS[self]


_LABELS = {
    Course.DO_NOT_BUILD: "do not build",
    Course.CHANGE_PROCESS: "do not build: change the process",
    Course.AUTOMATE: "automate without AI",
    Course.PREPARE_FIRST: "AI is justified, but not yet: prepare first",
    Course.BUILD_WITH_AI: "build with AI",
    Course.UNDECIDED: "not decided yet",
}


class GoalCourse(Value):
    """The course for one operational goal."""

    goal_id: str | None
    statement: str
    solution: SolutionClass | None
    course: Course
    why: str
    findings: tuple[str, ...] = ()
    kpi_ids: tuple[str, ...] = ()


class KpiTarget(Value):
    """A KPI as the blueprint commits to it."""

    id: str
    metric: str
    unit: str | None = None
    direction: str | None = None
    baseline: str | None = Field(default=None, description="As it was said.")
    target: str | None = None
    baseline_value: float | None = Field(default=None, description="In `unit`.")
    target_value: float | None = None
    condition: str = Field(default="", description='Under which the settled target holds, such as "once the new system runs".')
    deadline: str | None = None
    due: date | None = Field(
        default=None, description="The last day on which the deadline is kept; None if its words name none for certain."
    )
    measured_by: str | None = None
    owner: str | None = None
    disputed: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    settled: dict[str, str] = Field(
        default_factory=dict[str, str], description="Field that people disagreed on and settled -> who decided it, when, and what."
    )
    accepted: dict[str, str] = Field(
        default_factory=dict[str, str], description="Field that stays disputed and that the lead decided to go on with -> by whom and why."
    )

    @property
    def how(self) -> str:
        """How disagreements on it ended, in a line; empty without any."""
        told = [f"{name.replace('_', ' ')} {how}" for name, how in (*self.settled.items(), *self.accepted.items())]
        return short("; ".join(told), LONGEST_HOW)


class BacklogItem(Value):
    """One thing to make or change."""

    id: str
    title: str
    story: str = Field(description="For whom, what, and to what end.")
    acceptance: tuple[str, ...] = ()
    mvp: bool = True
    kpi_ids: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    planned_with: str = Field(default="", description="Id of the task of another epic that is this very work; empty if it has its own.")


class Epic(Value):
    """Items that serve one operational goal. Ordered by value against risk."""

    id: str
    title: str
    goal_id: str | None
    solution: SolutionClass | None
    course: Course
    value: int = Field(ge=1, le=5, description="Business value; `why_value` says how it was reached.")
    risk: int = Field(ge=1, le=5, description="Technical risk; `why_risk` says how it was reached.")
    why_value: str
    why_risk: str
    mvp: bool = True
    items: tuple[BacklogItem, ...] = ()
    kpi_ids: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


class ChoiceKind(StrEnum):
    """What happens to something that was asked for."""

    DROPPED = "dropped"
    DEFERRED = "deferred"
    PHASED = "phased"
    """Split: a part comes first."""


class Choice(Value):
    """Something that a stakeholder asked for and that this blueprint does not do, or not now: each needs a person's approval."""

    id: str
    kind: ChoiceKind
    asked: str = Field(description="What was asked for, as the finding states it.")
    instead: str = Field(description="What happens to it.")
    why: str
    departs_from: str = Field(default="", description="What was decided or agreed on, if this departs from it: by whom, in which words.")
    findings: tuple[str, ...] = Field(min_length=1)


class SectionId(StrEnum):
    """The sections of a blueprint, in reading order. A version holds those that its course has."""

    MEMO = "memo"
    """Of a blueprint that builds nothing: what to do instead, what it saves, what would have to change for AI to be worth another look."""
    SPONSOR_VISION = "sponsor_vision"
    BUILDER_VISION = "builder_vision"
    NON_GOALS = "non_goals"
    PEOPLE_IN_THE_LOOP = "people_in_the_loop"
    RISKS = "risks"
    MVP = "mvp"
    BACKLOG = "backlog"
    PLAN = "plan"
    ECONOMICS = "economics"
    CHOICES = "choices"
    ASSUMPTIONS = "assumptions"


class BlueprintSection(Value):
    """One section, reviewed on its own."""

    id: SectionId
    title: str
    audiences: tuple[Audience, ...] = tuple(Audience)
    parts: tuple[Part, ...] = ()

    @property
    def content_hash(self) -> str:
        """The same for the same content, whatever the version around it."""
        return content_hash_of(self)


class TextEdit(Value):
    """One claim or row as a person changed it: `was` is None for a new one, `now` for one that was taken out."""

    section_id: SectionId
    part_id: str
    at: int = Field(ge=0, description="Its place in the part.")
    was: Claim | Row | None = None
    now: Claim | Row | None = None
    by: str


class PartHead(Value):
    """The heading of a part, and the names of its columns."""

    heading: str
    columns: tuple[str, ...]


class PartEdit(Value):
    """A part as a person changed its head: `was` is None for a new part, `now` for one that was taken out."""

    section_id: SectionId
    part_id: str
    at: int = Field(ge=0, description="Its place in the section.")
    was: PartHead | None = None
    now: PartHead | None = None
    by: str


class Plan(Value):
    """The delivery plan of a version."""

    inputs: PlanInputs
    tasks: tuple[Task, ...]
    forecast: Forecast


class Blueprint(Kept):
    """One version. `id` is `v0001`, `v0002`, ..."""

    number: int = Field(ge=1)
    parent: int | None = Field(default=None, description="Number of the version that it was made from.")
    made_by: str
    change: str = Field(default="", max_length=300, description="What was done to the parent, in a line.")
    title: str
    organisation: str = ""
    assessment_id: str
    course: Course
    objective: str = Field(default="", description="The shared objective, if one was reached.")
    starts_on: date
    goals: tuple[GoalCourse, ...]
    kpis: tuple[KpiTarget, ...] = ()
    epics: tuple[Epic, ...] = ()
    choices: tuple[Choice, ...] = ()
    plan: Plan | None = None
    limits: tuple[SaidLimit, ...] = Field(default=(), description="Budgets and dates that people set for it, held against the plan.")
    sections: tuple[BlueprintSection, ...]
    assumptions: tuple[Assumption, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    defects: tuple[Defect, ...] = ()
    edits: tuple[TextEdit | PartEdit, ...] = Field(
        default=(), description="What people rewrote since it was drafted; kept when its figures are computed anew."
    )
    notes: tuple[str, ...] = Field(default=(), description="What went otherwise than asked for while it was written, a sentence each.")

    def section(self, section_id: SectionId) -> BlueprintSection | None:
        """A section, or None if this blueprint has none of that kind."""
        return next((one for one in self.sections if one.id is section_id), None)

    @property
    def content_hash(self) -> str:
        """SHA-256 over everything it says: what a sign-off freezes. Who made the version, and when, does not count."""
        return content_hash_of(self, {"version", "at", "made_by", "parent", "number", "id", "change", "edits", "notes"})


def content_hash_of(value: Value, leave_out: AbstractSet[str] = frozenset()) -> str:
    """SHA-256 of what a value says. What has its default value does not count, so a signature outlives fields that later versions of
    this program add with a default."""
    said = value.model_dump(mode="json", exclude=set(leave_out), exclude_defaults=True)
    plain = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def version_id(number: int) -> str:
    """The id of a version, which sorts as its number does."""
    return f"v{number:04d}"
