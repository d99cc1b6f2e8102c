"""Simulated stakeholders: who they are, what they know, and by what kind of question each piece of it comes out.

A persona is one YAML file; `docs/schemas/persona.schema.json` is its schema. Write it from the business, not from the questions that the interviewer asks, or its figures mean nothing.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.findings import FindingKind
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.reading import read_yaml


class Manner(StrEnum):
    """How somebody answers."""

    HELPFUL = "helpful"
    """Says what was asked, at most two facts at a time."""
    TERSE = "terse"
    """One fact at a time, and not a word more."""
    TALKATIVE = "talkative"
    """Up to three facts at a time, wrapped in `asides`."""
    EVASIVE = "evasive"
    """Every fact needs a second question that is concrete; before that come `vague` words, or one of `evasions`."""
    SOLUTION_FIRST = "solution_first"
    """Answers with `solutions`, and keeps what lies `behind` them, until asked what the solution is for."""
    CONTRADICTORY = "contradictory"
    """Gives another figure (`later`) when a related subject comes up, until both are put to them (`settles`)."""


class Unlocking(Value):
    """What kind of question a piece of knowledge answers."""

    asked_by: tuple[str, ...] = Field(
        min_length=2, description="Questions that it answers, as different from each other as people would put them."
    )
    cues: tuple[tuple[str, ...], ...] = Field(
        default=(),
        description="Groups of words or phrases. A question that holds one of each group needs less likeness to `asked_by`. Endings do not count.",
    )


class Fact(Unlocking):
    """One thing that the stakeholder knows and nobody else does."""

    id: str = Field(min_length=1)
    kind: FindingKind
    says: str = Field(min_length=5, description="How they say it. Holds the whole fact.")
    vague: str | None = Field(default=None, description="What they say first. Then `says` needs another, more concrete question.")
    behind: bool = Field(default=False, description="Lies behind their solutions: said only once they are asked what those are for.")
    later: str | None = Field(default=None, description="What contradicts `says`, said when one of `related` comes up afterwards.")
    related: tuple[str, ...] = Field(default=(), description="Ids of the facts whose telling brings out `later`.")
    settles: str | None = Field(
        default=None, description="What holds, said when both figures are put to them. Counts as a fact of its own."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.later) != bool(self.settles) or bool(self.later) != bool(self.related):
            raise ValueError("`later`, `related` and `settles` belong together")
        return self


class Elsewhere(Unlocking):
    """Something outside their role, and who would know it."""

    says: str = Field(min_length=5)


class Persona(Value):
    """A simulated stakeholder."""

    provenance: str = Field(min_length=10, description="Who wrote it, from what, and whether anything was tuned to it.")
    name: str = Field(min_length=1)
    role: Role
    department: str
    organisation: str
    business: str = Field(description="What the organisation does, in a line. For the reader; the interviewer does not see it.")
    purpose: str = Field(description="What the discovery is about, as the lead would write it. The interviewer sees it.")
    manner: Manner
    facts: tuple[Fact, ...] = Field(min_length=1)
    elsewhere: tuple[Elsewhere, ...] = ()
    solutions: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    evasions: tuple[str, ...] = ()

    @property
    def hidden(self) -> tuple[str, ...]:
        """Ids of all that can be found out: each fact, and each contradiction settled (`<id>/settled`)."""
        return tuple(one.id for one in self.facts) + tuple(f"{one.id}/settled" for one in self.facts if one.settles)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [one.id for one in self.facts]
        if len(set(ids)) < len(ids):
            raise ValueError("an id is there twice")
        unknown = {name for one in self.facts for name in one.related} - set(ids)
        if unknown:
            raise ValueError(f"`related` names unknown facts: {', '.join(sorted(unknown))}")
        for manner, given, name in (
            (Manner.SOLUTION_FIRST, self.solutions, "solutions"),
            (Manner.TALKATIVE, self.asides, "asides"),
            (Manner.EVASIVE, self.evasions, "evasions"),
        ):
            if self.manner is manner and not given:
                raise ValueError(f"the manner `{manner.value}` needs `{name}`")
        return self


def load_personas(folder: Path) -> list[Persona]:
    """Every persona of a folder of YAML files, or of one such file, in the order of the file names.

    Raises:
        ConfigurationError: a file is wrong, with the field, or there is none.
    """
    files = [folder] if folder.is_file() else sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))
    if not files:
        raise ConfigurationError("No persona was found.", where=str(folder), remedy="Give a folder of YAML files with --personas.")
    return [load_persona(file) for file in files]


def load_persona(file: Path) -> Persona:
    """The persona in a YAML file.

    Raises:
        ConfigurationError: it is wrong; names file, line or field.
    """
    return read_yaml(file, Persona)
