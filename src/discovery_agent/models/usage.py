"""What model calls cost."""

from __future__ import annotations

from discovery_agent.domain.conversation import Value


class Usage(Value):
    """Calls, tokens and price. All zero where no model was called."""

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
