"""A budget or a date that somebody set for the work itself, and how the plan stands to it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value


class LimitKind(StrEnum):
    """What is limited."""

    MONEY = "money"
    DATE = "date"
    PERIOD = "period"
    """A time in which something must not be touched."""


class LimitState(StrEnum):
    """How the plan stands to a limit."""

    KEPT = "kept"
    EXCEEDED = "exceeded"
    NOT_COMPARED = "not_compared"


class SaidLimit(Value):
    """A budget or a date that somebody set, and how the plan stands to it."""

    kind: LimitKind
    of_pilot: bool = Field(default=False, description="Whether it is about the pilot alone.")
    amount: float | None = None
    currency: str | None = Field(default=None, description="None if none was named.")
    day: date | None = Field(
        default=None, description="The last day on which the date is kept, or of the period; None if the words name none for certain."
    )
    begins: date | None = Field(default=None, description="The first day of a period.")
    words: str = Field(description="As it was said, or as it was settled.")
    speaker: str = ""
    settled: str = Field(default="", description="Who decided it, when, and what, if people had disagreed.")
    findings: tuple[str, ...]
    assumptions: tuple[str, ...] = Field(default=(), description="Ids of the assumptions that the comparison rests on, such as a rate.")
    state: LimitState = LimitState.NOT_COMPARED
    text: str = Field(default="", description="The comparison in a sentence.")
