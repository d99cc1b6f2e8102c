"""Findings: typed claims, each with the sentence that proves it."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value, content_id


class FindingKind(StrEnum):
    """What a finding is about."""

    BUSINESS_GOAL = "business_goal"
    OPERATIONAL_GOAL = "operational_goal"
    KPI = "kpi"
    PAIN_POINT = "pain_point"
    PROCESS_STEP = "process_step"
    DATA_SOURCE = "data_source"
    CONSTRAINT = "constraint"
    RISK = "risk"
    DECISION = "decision"
    ASSUMPTION = "assumption"
    OPEN_QUESTION = "open_question"
    POSITION = "position"
    CRITERION = "criterion"


class FindingStatus(StrEnum):
    """What people have said of a finding so far."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Grounding(StrEnum):
    """How the text of a quote matches its source.

    `normalised` allows differences of Unicode form, letter case, spacing and harmless punctuation only.
    """

    EXACT = "exact"
    NORMALISED = "normalised"


class Direction(StrEnum):
    """Which way a KPI should move."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class Stance(StrEnum):
    """Where a stakeholder stands on the thing a position is about."""

    FOR = "for"
    AGAINST = "against"


class Quote(Value):
    """A verbatim passage of one utterance: `text == utterance.text[start:end]`, always."""

    conversation_id: str
    utterance_id: str
    speaker: str | None
    start: int = Field(ge=0, description="First character, counted in the utterance's text.")
    end: int = Field(gt=0, description="One past the last character.")
    text: str = Field(min_length=1)
    grounding: Grounding


class Amount(Value):
    """A quantity as somebody said it.

    `value` is the number in `unit` ("nine and a half minutes" -> 9.5 minutes; "a third" -> 33.3 %;
    "EUR 1.2m" -> 1200000 EUR). `upper` is set for ranges ("two to three days" -> 2..3), `per` for rates ("96 a month").
    """

    value: float
    upper: float | None = None
    unit: str | None = None
    text: str
    approximate: bool = False
    per: str | None = Field(default=None, description="The stretch of time that it is a rate of, such as `month`.")


class Kpi(Value):
    """A key performance indicator with what was said of it; what nobody said stays None."""

    metric: str = Field(min_length=1)
    unit: str | None = None
    direction: Direction | None = None
    baseline: Amount | None = None
    target: Amount | None = None
    change: Amount | None = Field(default=None, description="A relative target, such as -30 %.")
    deadline: str | None = Field(default=None, description="As it was said.")
    measured_by: str | None = None
    owner: str | None = None

    @property
    def gaps(self) -> tuple[str, ...]:
        """Names of the fields that a complete KPI needs and this one lacks, in reading order."""
        missing: list[str] = []
        if self.baseline is None:
            missing.append("baseline")
        if self.target is None and self.change is None:
            missing.append("target")
        missing.extend(name for name in ("deadline", "measured_by", "owner") if getattr(self, name) is None)
        return tuple(missing)


class CriterionReading(Value):
    """What the words show of a criterion of the ladder: for findings of kind `criterion`."""

    criterion: str = Field(description="Id in the ladder, such as `input`.")
    value: str = Field(description="Id of one of its values, such as `free_text`.")


class Proof(IntEnum):
    """How firmly a claim about data stands."""

    HEARSAY = 1
    """Somebody said so."""
    SHOWN = 2
    """A sample or the structure was seen."""
    TESTED = 3
    """It was checked against the data."""


class DataReading(Value):
    """What the words show of one dimension of data readiness: for findings of kind `criterion` too."""

    dimension: str = Field(description="Id in the readiness table, such as `labels`.")
    level: int = Field(ge=0, le=3)
    proof: Proof = Proof.HEARSAY


class ProposedQuote(Value):
    """What an analyst offers as evidence, before it is checked."""

    utterance_id: str
    text: str
    speaker: str | None = Field(default=None, description="Who is claimed to have said it; None to claim nobody.")


class ProposedFinding(Value):
    """What an analyst proposes: a claim and the words said to prove it. Nothing here is trusted yet."""

    kind: FindingKind
    statement: str = Field(min_length=1)
    confidence: float = Field(ge=0, le=1)
    quotes: tuple[ProposedQuote, ...] = ()
    kpi: Kpi | None = None
    stance: Stance | None = None
    criterion: CriterionReading | None = None
    data: DataReading | None = None
    note: str | None = Field(default=None, description="Why the analyst reads it so, in a line.")


class Finding(Value):
    """A claim that stands on at least one grounded quote."""

    id: str
    kind: FindingKind
    statement: str = Field(min_length=1)
    speakers: tuple[str, ...] = Field(description="Who said it, in order of first mention; empty if the file names nobody.")
    confidence: float = Field(ge=0, le=1)
    status: FindingStatus = FindingStatus.PROPOSED
    quotes: tuple[Quote, ...] = Field(min_length=1)
    kpi: Kpi | None = None
    stance: Stance | None = None
    criterion: CriterionReading | None = None
    data: DataReading | None = None
    note: str | None = None
    proposed_by: str = Field(description="Which analyst proposed it, such as 'rules' or 'openai:some-model'.")


class UnverifiedFinding(Value):
    """A proposed claim none of whose quotes grounded: kept apart, counted, never shown as fact."""

    proposal: ProposedFinding
    conversation_id: str
    reasons: tuple[str, ...] = Field(description="One per quote: why it is no evidence.")
    proposed_by: str


def finding_id(kind: FindingKind, conversation_id: str, quotes: tuple[Quote, ...], statement: str) -> str:
    """Identifier that stays the same when the same claim is found again in the same words."""
    places = ",".join(f"{quote.utterance_id}:{quote.start}-{quote.end}" for quote in quotes)
    return content_id("f", kind.value, conversation_id, places, statement)
