"""What an engagement keeps beside its conversations: values with an id of their own and a version that tells of changes."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from discovery_agent.domain.conversation import Value


class Kept(Value):
    """Base of such values. `at` is when it came about; lists are in its order."""

    engagement_id: str
    id: str = Field(min_length=1, max_length=80)
    at: datetime
    version: int = Field(default=1, ge=1, description="Counts changes, for optimistic locking.")

    @property
    def group(self) -> str:
        """What it is listed under within its kind, such as the section that a comment is on."""
        return ""
