"""What a model call costs, from the prices that come with genai-prices; nothing is looked up online."""

from __future__ import annotations

from collections.abc import Callable

from discovery_agent.settings import Settings

Price = Callable[[int, int, int], float]
"""Cost in USD of a call with these input tokens, output tokens, and input tokens read from a cache."""


def price_for(settings: Settings, base_url: str | None) -> Price | None:
    """The price of the configured model at this address, or None if nobody publishes one.

    The settings win over what is published. A server at another address than the provider's own
    has the price that is published for that address, if any.
    """
    given_in, given_out = settings.input_price_usd, settings.output_price_usd
    if given_in is not None and given_out is not None:
        return lambda read, written, _reused: (read * given_in + written * given_out) / 1_000_000
    provider, _, name = (settings.model or "").partition(":")

    def published(read: int, written: int, reused: int) -> float:
        from genai_prices import Usage, calc_price

        usage = Usage(input_tokens=read, output_tokens=written, cache_read_tokens=min(reused, read))
        if base_url is None:
            return float(calc_price(usage, name, provider_id=provider).total_price)
        return float(calc_price(usage, name, provider_api_url=base_url).total_price)

    try:
        published(1, 1, 0)
    except LookupError:
        return None
    return published
