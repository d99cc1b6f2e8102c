"""What a language model costs in running: tokens a case x cases a month x published price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import Field

from discovery_agent.domain.blueprint.claims import FROM_ECONOMICS, FROM_PLANNING, Assumption
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.economics import EconomicsTable, Figure, Span
from discovery_agent.domain.ladder import SolutionClass

CALLS_A_MODEL = frozenset({SolutionClass.GENERATIVE_AI, SolutionClass.HYBRID})
READ, WRITTEN = "tokens_per_case.input", "tokens_per_case.output"
PRICE_READ, PRICE_WRITTEN = "price_per_million_tokens.input", "price_per_million_tokens.output"


class PublishedPrice(Value):
    """What a provider asks for a million tokens, in US dollars."""

    model: str = Field(description="As `provider:model`.")
    read: float = Field(ge=0, description="A million tokens that the model reads.")
    written: float = Field(ge=0, description="A million tokens that it writes.")
    source: str = Field(description="Where the price is published and how it came here.")
    as_of: date = Field(description="The day on which the price holds.")


def dollar_id(currency: str) -> str:
    """Id of the assumption of what a US dollar costs."""
    return f"dollar.{currency}"


def token_assumptions(
    economics: EconomicsTable, dollar: Mapping[str, Span], price: PublishedPrice | None, currency: str
) -> tuple[Assumption, ...]:
    """What the cost of tokens stands on. Without a published price, the order of magnitude in economics.yaml stands in for it."""
    tokens, rough = economics.tokens_per_case, economics.price_per_million_tokens
    found = [
        _figure(READ, "Tokens that a model reads for a case", tokens.input, "tokens", FROM_ECONOMICS),
        _figure(WRITTEN, "Tokens that a model writes for a case", tokens.output, "tokens", FROM_ECONOMICS),
    ]
    if price is None:
        read, written, unit, source = rough.input, rough.output, currency, f"{FROM_ECONOMICS}, an order of magnitude"
    else:
        read, written, unit = price.read, price.written, "USD"
        source = f"{price.model}: {price.source}, in force on {price.as_of.isoformat()}"
    found.append(_figure(PRICE_READ, "Price of a million tokens that a model reads", read, unit, source))
    found.append(_figure(PRICE_WRITTEN, "Price of a million tokens that a model writes", written, unit, source))
    if price is not None and currency != "USD" and currency in dollar:
        span = dollar[currency]
        found.append(
            Assumption(
                id=dollar_id(currency),
                text=f"What a US dollar costs in {currency}",
                value=span.likely,
                low=span.low,
                high=span.high,
                unit=currency,
                source=FROM_PLANNING,
            )
        )
    return tuple(found)


def _figure(name: str, text: str, value: float, unit: str, source: str) -> Assumption:
    return Assumption(id=name, text=text, value=value, low=value, high=value, unit=unit, source=source[:300])


def token_cost(assumptions: Sequence[Assumption], cases: Figure, currency: str) -> Span | None:
    """Cost of tokens a month at the low, likely and high ends; None if the price is in dollars and no rate is known.

    cases a month x (tokens read x price + tokens written x price) / 1,000,000 x rate of the dollar
    """
    known = {one.id: one for one in assumptions}
    if any(name not in known for name in (READ, WRITTEN, PRICE_READ, PRICE_WRITTEN)):
        return None
    rate = known.get(dollar_id(currency))
    if rate is None and known[PRICE_READ].unit != currency:
        return None

    def at(end: str, count: float) -> float:
        tokens = sum(_at(known[one], end) * _at(known[price], end) for one, price in ((READ, PRICE_READ), (WRITTEN, PRICE_WRITTEN)))
        return count * tokens / 1e6 * (_at(rate, end) if rate else 1.0)

    return Span(low=at("low", cases.low), likely=at("value", cases.likely), high=at("high", cases.high))


def _at(assumption: Assumption, end: str) -> float:
    """An assumption at one of its ends; the likeliest value where it has none."""
    value: float | None = {"low": assumption.low, "value": assumption.value, "high": assumption.high}[end]
    likely = assumption.value or 0.0
    if value is None:
        return likely
    return min(value, likely) if end == "low" else max(value, likely) if end == "high" else value
