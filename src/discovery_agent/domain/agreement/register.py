"""The register of conflicts: each conflict that was ever found, who looks after it, and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conflicts import Conflict, ConflictKind
from discovery_agent.domain.kept import Kept
from discovery_agent.domain.settlements import Settlement


class ConflictState(StrEnum):
    """Where a conflict stands."""

    OPEN = "open"
    IN_TALKS = "in_talks"
    SETTLED = "settled"
    """The parties agreed; `resolution` says on what."""
    ACCEPTED = "accepted"
    """It stays, and the lead decided to go on with it; `resolution` says why."""
    GONE = "gone"
    """What was said since no longer conflicts."""


_FIELD_OF = {
    ConflictKind.TARGET: "target",
    ConflictKind.FACT: "baseline",
    ConflictKind.BUDGET_OR_TIME: "deadline",
    ConflictKind.DIRECTION: "direction",
    ConflictKind.OWNERSHIP: "owner",
    ConflictKind.METRIC_DEFINITION: "metric",
}


class RegisteredConflict(Kept):
    """A conflict in the register. `id` is the conflict's own, which is the same for the same sides."""

    conflict: Conflict
    state: ConflictState = ConflictState.OPEN
    owner_id: str | None = Field(default=None, description="Stakeholder who is to bring it to an end.")
    apparent: bool | None = Field(default=None, description="A person's word on whether it is only apparent; None leaves the rule's.")
    proposed_owner_id: str | None = Field(default=None, description="Stakeholder whom the rule proposes as owner; None if it knows nobody.")
    resolution: str = Field(default="", max_length=2000)
    chosen: str | None = Field(default=None, description="What the side holds that was agreed on, word for word; None if none of them was.")
    changed_by: str = ""
    changed_at: datetime | None = Field(default=None, description="When a person last changed it.")

    @property
    def group(self) -> str:
        """Its state."""
        return self.state.value

    @property
    def open(self) -> bool:
        """Whether the parties still disagree: also where the lead goes on without their agreement."""
        return self.state in (ConflictState.OPEN, ConflictState.IN_TALKS, ConflictState.ACCEPTED)

    @property
    def real(self) -> bool:
        """Whether both sides cannot hold, as a person or else the rule sees it."""
        return self.conflict.real if self.apparent is None else not self.apparent

    @property
    def field(self) -> str | None:
        """The field of its KPI that it is about, such as `target`; None if it is about no KPI."""
        return _FIELD_OF.get(self.conflict.kind) if self.conflict.kpi_id else None

    @property
    def settlement(self) -> Settlement | None:
        """How people settled it, for the verdict; None while it is open, or if no verdict hangs on it."""
        if self.state is not ConflictState.SETTLED or self.conflict.criterion is None:
            return None
        return Settlement(
            conflict_id=self.id,
            criterion=self.conflict.criterion,
            sides=tuple(side.holds for side in self.conflict.sides),
            chosen=self.chosen,
            words=self.resolution,
            by=self.changed_by,
            at=self.changed_at,
        )
