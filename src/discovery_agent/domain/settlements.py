"""How people ended a contradiction on a criterion of the verdict: the verdict is computed with what they chose."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from discovery_agent.domain.conversation import Value


class Settlement(Value):
    """Who settled a contradiction, when, and on what."""

    conflict_id: str = Field(description="The conflict in the register.")
    criterion: str
    sides: tuple[str, ...] = Field(description="What the sides held. With another side on the table the question is another one.")
    chosen: str | None = Field(description="What the side holds that was agreed on; None where it was settled in words alone.")
    words: str = Field(default="", description="The resolution as it was written down.")
    by: str = ""
    at: datetime | None = None
