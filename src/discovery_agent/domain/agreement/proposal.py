"""What is laid before the lead before a round: the rules' own draft, and what else was proposed."""

from __future__ import annotations

from pydantic import Field

from discovery_agent.domain.agreement.objective import ObjectiveDraft
from discovery_agent.domain.kept import Kept


class Proposal(Kept):
    """A draft with its candidates, in a shuffled order. `id` is `d0001`, `d0002`, ..."""

    number: int = Field(ge=1)
    draft: ObjectiveDraft
    seed: int = Field(description="By which the order of the candidates was shuffled.")
    asked_by: str
    after: int = Field(ge=0, description="Number of the round whose critiques were at hand; 0 before the first.")
    note: str | None = Field(default=None, description="Why there is no other candidate than that of the rules, if a model failed.")
