"""What the model is asked to rate, how it replies, and how a rating becomes a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.analysts.llm.reply import QuoteReply, proposed_quotes
from discovery_agent.analysts.protocol import Window
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.findings import CriterionReading, DataReading, FindingKind, Proof, ProposedFinding, ProposedQuote
from discovery_agent.domain.ladder import Ladder
from discovery_agent.domain.readiness import ReadinessTable


class _Part(BaseModel):
    # A field that nobody asked for does no harm; it is only left out.
    model_config = ConfigDict(extra="ignore", frozen=True)


class RatingReply(_Part):
    """The value of one criterion that somebody's words show."""

    quotes: list[QuoteReply]
    criterion: str = Field(description="Id of a criterion of the list.")
    value: str = Field(description="Id of one of its values.")
    confidence: float = Field(ge=0, le=1)


class DataReply(_Part):
    """One claim about the state of the data."""

    quotes: list[QuoteReply]
    dimension: str = Field(description="Id of a dimension of the list.")
    level: int = Field(ge=0, le=3)
    proof: Literal["hearsay", "shown", "tested"]
    confidence: float = Field(ge=0, le=1)


class RatingsReply(_Part):
    """Everything the part to read shows; empty lists are a good answer."""

    ratings: list[RatingReply]
    data: list[DataReply]


def criteria_text(ladder: Ladder) -> str:
    """The criteria as the prompt lists them."""
    lines: list[str] = []
    for criterion in ladder.criteria:
        lines.append(f"- {criterion.id}: {criterion.question}")
        lines.extend(f"  - {value.id}: {value.means}" for value in criterion.values)
    return "\n".join(lines)


def dimensions_text(table: ReadinessTable) -> str:
    """The dimensions as the prompt lists them."""
    return "\n".join(
        f"- {dimension.id}: " + "; ".join(f"{level} {means}" for level, means in enumerate(dimension.levels))
        for dimension in table.dimensions
    )


def rated(reply: RatingsReply, conversation: Conversation, window: Window, tables: Tables) -> tuple[ProposedFinding, ...]:
    """The ratings as proposals. What the tables do not know, and what is quoted from outside the window only, is left out."""
    return (*_ratings(reply, conversation, window, tables.ladder), *_claims(reply, conversation, window, tables.readiness))


def _ratings(reply: RatingsReply, conversation: Conversation, window: Window, ladder: Ladder) -> Iterator[ProposedFinding]:
    criteria = {criterion.id: criterion for criterion in ladder.criteria}
    for rating in reply.ratings:
        criterion = criteria.get(rating.criterion.strip())
        value = criterion.value(rating.value.strip()) if criterion else None
        quotes = proposed_quotes(rating.quotes, conversation, window)
        if criterion and value and quotes:
            yield _proposal(f"{criterion.name}: {value.means}", rating.confidence, quotes).model_copy(
                update={"criterion": CriterionReading(criterion=criterion.id, value=value.id)}
            )


def _claims(reply: RatingsReply, conversation: Conversation, window: Window, table: ReadinessTable) -> Iterator[ProposedFinding]:
    dimensions = {dimension.id: dimension for dimension in table.dimensions}
    for claim in reply.data:
        dimension = dimensions.get(claim.dimension.strip())
        quotes = proposed_quotes(claim.quotes, conversation, window)
        if dimension and quotes:
            yield _proposal(f"{dimension.name}: {dimension.levels[claim.level]}", claim.confidence, quotes).model_copy(
                update={"data": DataReading(dimension=dimension.id, level=claim.level, proof=Proof[claim.proof.upper()])}
            )


def _proposal(statement: str, confidence: float, quotes: tuple[ProposedQuote, ...]) -> ProposedFinding:
    return ProposedFinding(kind=FindingKind.CRITERION, statement=statement, confidence=confidence, quotes=quotes)
