"""What a blueprint says, and what each thing stands on."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.findings import Quote


class Evidence(Value):
    """A finding as a blueprint cites it, kept with the blueprint so that a signed one can be read on its own."""

    finding_id: str
    statement: str
    speakers: tuple[str, ...] = ()
    conversation: str = Field(description="Title of the conversation that it comes from.")
    quotes: tuple[Quote, ...] = Field(min_length=1)
    confirmed: bool = Field(description="Whether a person confirmed or corrected it.")


class Assumption(Value):
    """Something that nobody said and the blueprint rests on: listed, and open to change."""

    id: str = Field(min_length=1, max_length=120)
    text: str = Field(min_length=1, max_length=500)
    value: float | None = Field(default=None, description="The likeliest value if it is a figure.")
    low: float | None = None
    high: float | None = None
    unit: str = Field(default="", max_length=40)
    source: str = Field(
        default="",
        max_length=300,
        description="Where it comes from, in words: a table, a knowledge page, or a person's name. `id` holds the table's key.",
    )
    changed_by: str = Field(default="", max_length=120, description="Who changed it last; empty while it is the table's.")


FROM_PLANNING = "assumption from the planning table"
FROM_ECONOMICS = "assumption from the economics table"


class Claim(Value):
    """One statement. It stands on findings, on assumptions, or is computed from them (`how` says by which formula)."""

    text: str = Field(min_length=1, max_length=2000)
    findings: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    how: str = Field(default="", max_length=500, description="The formula or rule, if it is computed or decided by rule.")
    written_by: str = Field(default="rules", max_length=120)

    @property
    def supported(self) -> bool:
        """Whether it stands on anything. One that does not is shown as a defect of the draft."""
        return bool(self.findings or self.assumptions or self.how)


class Row(Value):
    """A row of a table, with what it stands on."""

    cells: tuple[str, ...] = Field(min_length=1)
    findings: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    how: str = ""
    written_by: str = Field(default="rules", max_length=120)

    @property
    def supported(self) -> bool:
        """As for a claim."""
        return bool(self.findings or self.assumptions or self.how)


class Part(Value):
    """A stretch of a section: claims, or a table, under a heading."""

    id: str = Field(min_length=1, max_length=80, description="Unique within its section, and the same from version to version.")
    heading: str = ""
    claims: tuple[Claim, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


class Audience(StrEnum):
    """For whom a version of the blueprint is told."""

    EXECUTIVE = "executive"
    ENGINEERING = "engineering"
    COMPLIANCE = "compliance"
    """Legal and compliance."""


class Severity(StrEnum):
    """How much a defect weighs."""

    BLOCKS = "blocks"
    """The blueprint cannot be signed with it."""
    WARNS = "warns"


class Defect(Value):
    """Something wrong with a draft that a rule finds: an orphan, an unsupported claim, a question that nobody answered."""

    rule: str
    severity: Severity
    section_id: str | None = None
    subject: str = Field(description="Id of the epic, item, task, claim or goal.")
    text: str
    remedy: str = ""
