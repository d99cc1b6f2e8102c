"""The shared objective: one statement made of parts, each of which cites what it stands on or is visibly open."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value


class PartKind(StrEnum):
    """What a part of the objective settles."""

    OUTCOME = "outcome"
    """The business goal: what is different, and for whom."""
    MEANS = "means"
    """An operational goal that serves it."""
    MEASURE = "measure"
    """A KPI with what is known of baseline, target and date."""
    LIMIT = "limit"
    """A constraint that it must keep."""


LONGEST_TEXT = 8000
"""Characters of a statement. What it should have in words is a matter of the rules."""


class ObjectivePart(Value):
    """One part of a draft. It is `open` where stakeholders disagree: then it names both views and settles neither."""

    id: str
    kind: PartKind
    text: str = Field(min_length=1)
    findings: tuple[str, ...] = Field(min_length=1, description="Ids of the findings it stands on.")
    kpi_id: str | None = None
    conflicts: tuple[str, ...] = Field(default=(), description="Ids of conflicts that leave it open.")
    gaps: tuple[str, ...] = Field(default=(), description="For a measure: fields of the KPI that nobody has said yet.")
    settled: tuple[str, ...] = Field(default=(), description="Ids of conflicts about it that the parties have settled.")

    @property
    def open(self) -> bool:
        """Whether stakeholders still disagree on it."""
        return bool(self.conflicts)


class Refusal(Value):
    """Why a rule refuses a statement, in words that tell its author what to change."""

    rule: str = Field(description="Id of the rule, such as `says_less_than_the_kpis`.")
    why: str
    part_id: str | None = Field(default=None, description="The part whose figure is missing: if that is wrong, its findings are corrected.")


class Candidate(Value):
    """A statement that an analyst proposed, and what the rules make of it."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    proposed_by: str
    refusals: tuple[Refusal, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether no rule refuses it."""
        return not self.refusals


class ObjectiveDraft(Value):
    """One draft: the statement in running text, and the parts that it is made of."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    parts: tuple[ObjectivePart, ...] = Field(min_length=1)
    written_by: str = Field(description="`rules`, a model as configured, or the lead's name if a person worded it.")
    candidates: tuple[Candidate, ...] = Field(default=(), description="What else was proposed, refused ones with the reasons.")
    left_out: tuple[str, ...] = Field(default=(), description="What was asked for and is not in the statement, each with the reason.")
