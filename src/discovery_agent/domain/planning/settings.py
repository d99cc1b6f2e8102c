"""What a lead set for the plans of an engagement; everything left out comes from the table of the knowledge base."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.kept import Kept
from discovery_agent.domain.planning.work import Estimate, RoleRate


class PlanSettings(Kept):
    """`id` is `settings`. They hold for every version that is drafted from now on."""

    starts_on: date | None = None
    roles: tuple[RoleRate, ...] = Field(
        default=(), description="Roles whose rate or number was changed, by id; others stay as in the table."
    )
    estimates: dict[str, Estimate] = Field(default_factory=dict[str, Estimate], description="Task -> the estimate that a person gave.")
    assumptions: tuple[Assumption, ...] = Field(default=(), description="Assumptions that a person changed, by id.")
    changed_by: str = ""
