"""What is kept beside the domain's values: analysed windows, assessments, uploads, sessions, spending."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from pydantic import Field

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import AccessKey
from discovery_agent.domain.findings import UnverifiedFinding


class SpentUsage(Protocol):
    """What model calls cost, however it was counted."""

    @property
    def calls(self) -> int:
        """Calls made."""
        ...

    @property
    def cached_calls(self) -> int:
        """Calls answered without a model."""
        ...

    @property
    def input_tokens(self) -> int:
        """Tokens sent."""
        ...

    @property
    def output_tokens(self) -> int:
        """Tokens received."""
        ...

    @property
    def cost_usd(self) -> float | None:
        """US dollars; None if a price is unknown."""
        ...


class Spent(Value):
    """Calls, tokens and price as they are stored."""

    calls: int = 0
    cached_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = Field(default=0.0, description="US dollars; None when a call was made whose price nobody publishes.")

    @classmethod
    def of(cls, usage: SpentUsage) -> Self:
        """The same figures, to be stored."""
        return cls(
            calls=usage.calls,
            cached_calls=usage.cached_calls,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
        )


class ExtractionState(StrEnum):
    """How the reading of a window ended."""

    DONE = "done"
    FAILED = "failed"


class ExtractionRecord(Value):
    """One window of a conversation that an analyst has read, or failed to."""

    engagement_id: str
    conversation_id: str
    window_key: str = Field(description="The same for the same words, prompts and model, so that a window is read once.")
    first: int = Field(ge=0, description="Index of its first utterance.")
    last: int = Field(ge=0, description="Index of its last utterance, included.")
    state: ExtractionState
    analyst: str
    error: str | None = Field(default=None, description="What happened, if it failed.")
    remedy: str | None = None
    usage: Spent = Spent()
    finding_ids: tuple[str, ...] = ()
    unverified: tuple[UnverifiedFinding, ...] = Field(default=(), description="Claims whose quotes did not hold.")


class AssessmentHead(Value):
    """An assessment without what it says."""

    id: str
    engagement_id: str
    basis: str = Field(description="The same for the same findings, tables and analyst; tells whether the assessment is stale.")
    analyst: str
    created_at: datetime


class AssessmentRecord(AssessmentHead):
    """An assessment. `payload` is small and read whole; each of `sections` is a long list that is read in slices. All JSON-able."""

    payload: dict[str, Any]
    sections: dict[str, list[dict[str, Any]]] = Field(default_factory=dict[str, list[dict[str, Any]]])


class Upload(Value):
    """A file as it was uploaded, kept until it is analysed."""

    id: str
    engagement_id: str
    name: str = Field(description="As the sender named it: untrusted, and never a path to write to.")
    data: bytes


class Session(Value):
    """A session that was opened with a key."""

    key: AccessKey
    expires_at: datetime
    signed_in: str | None = Field(default=None, description="E-mail address of whoever signed in; None if they came by a link.")
