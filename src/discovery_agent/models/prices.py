"""What a model call costs, from the prices that come with genai-prices; nothing is looked up online."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from discovery_agent.domain.planning.tokens import PublishedPrice
from discovery_agent.settings import Settings

Price = Callable[[int, int, int], float]
"""Cost in USD of a call with these input tokens, output tokens, and input tokens read from a cache."""


BATCH_SHARE = 0.5
"""Of the ordinary price, what a call in a batch costs where nobody publishes a price for batches."""


def price_for(settings: Settings, base_url: str | None, *, in_batch: bool = False) -> Price | None:
    """The price of the configured model at this address, or None if nobody publishes one; `in_batch` through the Batch API.

    The settings win over what is published. A server at another address than the provider's own
    has the price that is published for that address, if any.
    """
    given_in, given_out = settings.input_price_usd, settings.output_price_usd
    if given_in is not None and given_out is not None:
        share = BATCH_SHARE if in_batch else 1.0
        return lambda read, written, _reused: share * (read * given_in + written * given_out) / 1_000_000
    provider, _, name = (settings.model or "").partition(":")

    def listed(usage: object, processing: str | None) -> float:
        from genai_prices import calc_price

        where = {"provider_id": provider} if base_url is None else {"provider_api_url": base_url}
        context = {"processing": processing} if processing else None
        return float(calc_price(usage, name, price_context=context, **where).total_price)  # type: ignore[arg-type]

    def published(read: int, written: int, reused: int) -> float:
        from genai_prices import Usage

        usage = Usage(input_tokens=read, output_tokens=written, cache_read_tokens=min(reused, read))
        ordinary = listed(usage, None)
        if not in_batch:
            return ordinary
        batch = listed(usage, "batch")
        return batch if batch < ordinary else BATCH_SHARE * ordinary

    try:
        published(1, 1, 0)
    except LookupError:
        return None
    return published


def published_price(model: str, as_of: date) -> PublishedPrice | None:
    """What the provider of a model (`provider:model`) asks for it on a day, or None if no price is published."""
    from importlib.metadata import version

    from genai_prices import Usage, calc_price

    provider, _, name = model.partition(":")
    # Noon of that day: a price that ends or begins on it is taken as its provider dates it.
    at = datetime.combine(as_of, time(12), tzinfo=UTC)
    # A thousand tokens: a price that rises with long input is asked for at a usual length.
    try:
        read = calc_price(Usage(input_tokens=1000), name, provider_id=provider, genai_request_timestamp=at)
        written = calc_price(Usage(output_tokens=1000), name, provider_id=provider, genai_request_timestamp=at)
    except LookupError:
        return None
    address = next(iter(read.provider.pricing_urls or ()), None)
    return PublishedPrice(
        model=model,
        read=float(read.total_price) * 1000,
        written=float(written.total_price) * 1000,
        source=f"{f'published at {address}, ' if address else ''}taken from genai-prices {version('genai-prices')}",
        as_of=as_of,
    )


def price_for_plans(settings: Settings, reference_model: str, as_of: date) -> PublishedPrice | None:
    """The price that running cost is computed with: of the configured model if it has one, else of the planning table's reference model."""
    given_in, given_out = settings.input_price_usd, settings.output_price_usd
    if settings.model and given_in is not None and given_out is not None:
        source = "set in DISCOVERY_INPUT_PRICE_USD and DISCOVERY_OUTPUT_PRICE_USD"
        return PublishedPrice(model=settings.model, read=given_in, written=given_out, source=source, as_of=as_of)
    configured = published_price(settings.model, as_of) if settings.model else None
    return configured or published_price(reference_model, as_of)
