"""What a run will cost, told before any call is made."""

from __future__ import annotations

from discovery_agent.domain.conversation import Value

OUTPUT_SHARE = 2.2
"""Tokens of reply for each token of transcript, on the side of caution: the annotated transcripts of the suite, where
nearly every sentence counts, would take 1.5 to 2.1 with every finding in them found; ordinary meetings take far less."""

SHORTEST_REPLY_TOKENS = 100


class Estimate(Value):
    """Calls, tokens and price of a run; calls that the cache will answer are counted apart and cost nothing."""

    calls: int
    cached_calls: int
    input_tokens: int
    output_tokens: int
    """What the replies would have if nearly every sentence counted."""
    cost_usd: float | None
    """None where nobody publishes the price."""
    tokens_estimated: bool
    """True where the vocabulary of the model could not be had."""

    def describe(self, cap_usd: float | None = None) -> str:
        """In words, for the person who decides; with a cap, also why a run may stop before it is spent."""
        if self.calls == 0:
            why = f"the cache holds all {self.cached_calls} answers" if self.cached_calls > 1 else "the cache holds the answer"
            return f"No call to the model and no cost: {why if self.cached_calls else 'there is nothing to read'}."
        calls = f"{self.calls} call{'' if self.calls == 1 else 's'} to the model"
        if self.cached_calls:
            calls += f" ({self.cached_calls} more are answered from the cache)"
        how = "estimated" if self.tokens_estimated else "counted"
        tokens = f"{self.input_tokens:,} tokens in ({how}), up to {self.output_tokens:,} tokens out if much is said"
        if self.cost_usd is None:
            price = "price unknown: nobody publishes it; set DISCOVERY_INPUT_PRICE_USD and DISCOVERY_OUTPUT_PRICE_USD"
        else:
            price = f"up to about USD {self.cost_usd:.4f}"
        cap = "" if cap_usd is None else f"; the cap of USD {cap_usd:g} reserves the longest reply of each call, so a run may stop below it"
        return f"{calls}, {tokens}, {price}{cap}."
