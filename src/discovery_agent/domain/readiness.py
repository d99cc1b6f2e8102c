"""Is the data ready for the verdict of one operational goal? Gates, gaps, and the next request for each.

Readiness belongs to a goal and its solution class, never to a company. A dimension that nobody spoke of stays
unknown: it is neither guessed nor averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.findings import Proof, Quote
from discovery_agent.domain.ladder import SolutionClass

HIGHEST = 3


class Dimension(Value):
    """One side of readiness, with what each level from 0 to 3 means."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    question: str = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    levels: tuple[str, str, str, str]
    request: str = Field(min_length=1, description="What to ask for next while it is unknown; may hold {data}.")
    action: str = Field(min_length=1, description="What would open the gate when the level is too low.")
    likes: dict[int, tuple[str, ...]] = Field(
        default_factory=dict[int, tuple[str, ...]], description="Level -> sentences as people say them."
    )

    @model_validator(mode="after")
    def _levels_exist(self) -> Self:
        if strange := sorted(level for level in self.likes if not 0 <= level <= HIGHEST):
            raise ValueError(f"dimension `{self.id}` has no level {strange[0]}")
        return self


class ReadinessTable(Value):
    """Dimensions, and the least level of each that a solution class needs."""

    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    gates: dict[SolutionClass, dict[str, int]]
    shown_by: tuple[str, ...] = ()
    tested_by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _gates_are_known(self) -> Self:
        known = {dimension.id for dimension in self.dimensions}
        for solution, gates in self.gates.items():
            for dimension, level in gates.items():
                if dimension not in known:
                    raise ValueError(f"the gates of `{solution.value}` name the unknown dimension `{dimension}`")
                if not 0 <= level <= HIGHEST:
                    raise ValueError(f"the gate `{dimension}` of `{solution.value}` is {level}, not 0 to {HIGHEST}")
        return self


class DataClaim(Value):
    """What somebody said about one dimension of the data."""

    dimension: str
    level: int = Field(ge=0, le=HIGHEST)
    proof: Proof = Proof.HEARSAY
    quotes: tuple[Quote, ...] = Field(min_length=1)


class GateState(StrEnum):
    """How a dimension stands against its gate."""

    OPEN = "open"
    """Good enough."""
    CLOSED = "closed"
    """Known to be too low."""
    UNKNOWN = "unknown"
    """Nobody has said, or what was said disagrees on which side of the gate it is."""


class DimensionReading(Value):
    """One dimension against its gate."""

    dimension: str
    name: str
    least: int = Field(ge=0, le=HIGHEST, description="The level that the solution class needs.")
    level: int | None = Field(description="The lowest of the best proved claims; None if nobody spoke of it.")
    means: str | None = Field(description="What that level means, in words.")
    needs: str = Field(description="What the least level means, in words.")
    proof: Proof | None
    state: GateState
    disputed: bool = Field(description="Whether the best proved claims give different levels.")
    claims: tuple[DataClaim, ...]
    next_step: str | None = Field(description="The request while unknown, the action while closed; None when the gate is open.")
    roles: tuple[Role, ...]


class ReadinessAssessment(Value):
    """Whether the data of one operational goal can carry its solution class."""

    solution: SolutionClass
    dimensions: tuple[DimensionReading, ...] = Field(description="The gating ones: closed first, then unknown, then open.")

    @property
    def ready(self) -> bool | None:
        """True if every gate is open, False if one is known to be closed, None while one is unknown."""
        states = {reading.state for reading in self.dimensions}
        if GateState.CLOSED in states:
            return False
        return None if GateState.UNKNOWN in states else True

    @property
    def gaps(self) -> tuple[DimensionReading, ...]:
        """The gates that are not open."""
        return tuple(reading for reading in self.dimensions if reading.state is not GateState.OPEN)


def assess_readiness(
    table: ReadinessTable, solution: SolutionClass, claims: Sequence[DataClaim], *, data: str | None = None
) -> ReadinessAssessment:
    """Each dimension that gates `solution`, read against what was said.

    Better proof outweighs worse: what was tested stands against what was only said. Among claims of equal proof
    the lowest counts, and the dimension is marked as disputed. `data` names the data source in requests.
    """
    gates = table.gates.get(solution, {})
    readings = [
        _reading(dimension, gates[dimension.id], [claim for claim in claims if claim.dimension == dimension.id], data or "the data")
        for dimension in table.dimensions
        if dimension.id in gates
    ]
    order = (GateState.CLOSED, GateState.UNKNOWN, GateState.OPEN)
    return ReadinessAssessment(solution=solution, dimensions=tuple(sorted(readings, key=lambda one: order.index(one.state))))


def _reading(dimension: Dimension, least: int, claims: Sequence[DataClaim], data: str) -> DimensionReading:
    proof = max((claim.proof for claim in claims), default=None)
    levels = {claim.level for claim in claims if claim.proof is proof}
    level = min(levels, default=None)
    torn = level is None or level < least <= max(levels)
    state = GateState.UNKNOWN if torn else GateState.CLOSED if level is not None and level < least else GateState.OPEN
    step = {
        GateState.OPEN: None,
        GateState.CLOSED: dimension.action,
        GateState.UNKNOWN: dimension.request.replace("{data}", data),
    }[state]
    return DimensionReading(
        dimension=dimension.id,
        name=dimension.name,
        least=least,
        level=level,
        means=dimension.levels[level] if level is not None else None,
        needs=dimension.levels[least],
        proof=proof,
        state=state,
        disputed=len(levels) > 1,
        claims=tuple(claims),
        next_step=step,
        roles=dimension.roles,
    )
