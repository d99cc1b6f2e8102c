"""The seam between what proposes findings and everything that checks, decides and shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from discovery_agent.domain.conversation import Conversation, Value
from discovery_agent.domain.findings import ProposedFinding


class Window(Value):
    """A run of whole utterances that an analyst reads at once: indices `first` to `last`, both included."""

    first: int
    last: int


class Usage(Value):
    """What model calls cost. All zero for an analyst that calls no model."""

    calls: int = 0
    cached_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    """None when a call was made whose price nobody publishes."""

    def plus(self, other: Usage) -> Usage:
        """The sum of both."""
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            calls=self.calls + other.calls,
            cached_calls=self.cached_calls + other.cached_calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=(self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )


class Extraction(Value):
    """What one window gave."""

    proposals: tuple[ProposedFinding, ...]
    usage: Usage = Usage()


class Analyst(Protocol):
    """Proposes findings; never decides whether they hold."""

    @property
    def name(self) -> str:
        """Shown as the origin of each finding: `rules`, or the model as configured."""
        ...

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        """How the conversation is cut up. Every utterance is in at least one window."""
        ...

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        """Findings proposed from one window.

        Raises:
            ModelError: the call failed for good; the window can be tried again on its own.
            SpendLimitReached: the cap on cost would be passed.
        """
        ...
