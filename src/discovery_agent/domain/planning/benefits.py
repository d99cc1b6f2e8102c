"""What an option brings a month and costs to run, from the comparison of options and the assumptions that a person changed.

    effect a month  = what closing the whole gap is worth x share of the gap that is closed
    running cost    = hosting, licences and upkeep + cost of model tokens

What closing the gap is worth comes from what was said (domain/economics.py); its figures are cited, or assumptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import prod

from discovery_agent.domain.blueprint.claims import FROM_ECONOMICS, FROM_PLANNING, Assumption
from discovery_agent.domain.economics import EconomicsComparison, EconomicsTable, Figure, OptionEconomics, Span
from discovery_agent.domain.planning.changes import sound
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.domain.planning.tokens import (
    CALLS_A_MODEL,
    PRICE_READ,
    PRICE_WRITTEN,
    READ,
    WRITTEN,
    PublishedPrice,
    dollar_id,
    token_assumptions,
    token_cost,
)
from discovery_agent.domain.planning.work import Benefit, Driver

HOURLY_COST = "hourly_cost"
_ENDS = ("low", "value", "high")


def benefit_assumptions(
    option: OptionEconomics,
    comparison: EconomicsComparison,
    economics: EconomicsTable,
    planning: PlanningTable,
    *,
    price: PublishedPrice | None = None,
    changed: Iterable[Assumption] = (),
) -> tuple[Assumption, ...]:
    """Every assumption in an option's effect and running cost, as a person changed it or as the tables have it."""
    solution = option.solution
    found = [
        _from_figure(one)
        for one in comparison.assumptions
        if one.how in (_run(option), *(_factors(option) if option.effect_per_month else ()))
    ]
    if option.effect_per_month is not None:
        ramp = planning.ramp_months[solution]
        found.append(
            Assumption(
                id=f"ramp_months.{solution.value}",
                text=f"Months from going live until the effect is whole ({solution.label})",
                value=ramp,
                unit="months",
                source=FROM_PLANNING,
            )
        )
        found += exchange(option.effect_per_month.unit, economics.currency, planning.dollar)
    if solution in CALLS_A_MODEL:
        found += token_assumptions(economics, planning.dollar, price, economics.currency)
    own = {one.id: sound(one) for one in changed if one.value is not None and one.id in {figure.id for figure in found}}
    return tuple(own.get(one.id, one) for one in found)


def benefit_from(
    option: OptionEconomics,
    comparison: EconomicsComparison,
    assumptions: Sequence[Assumption],
    currency: str,
    *,
    cases: Figure | None = None,
    findings: tuple[str, ...] = (),
) -> Benefit:
    """The benefit of an option. `assumptions` are those of `benefit_assumptions`, `currency` is the plan's, `cases` is how many a
    month somebody said, `findings` are those behind the KPI and the cases. An effect in a currency that no rate is known for is unknown.
    """
    known = {one.id: one for one in assumptions}
    foreign = _foreign(option, currency)
    worth = None if foreign and exchange_id(foreign, currency) not in known else _worth(option, comparison)
    factors = [known[one] for one in (*_factors(option), exchange_id(foreign or currency, currency)) if one in known]
    effect = None if worth is None else _span(at * prod(_at(one, end) for one in factors) for at, end in zip(worth, _ENDS, strict=True))
    upkeep = _span(_at(known[_run(option)], end) for end in _ENDS) if _run(option) in known else _upkeep(option)
    tokens = token_cost(assumptions, cases, currency) if option.solution in CALLS_A_MODEL and cases is not None else None
    run = (
        upkeep
        if tokens is None
        else Span(low=upkeep.low + tokens.low, likely=upkeep.likely + tokens.likely, high=upkeep.high + tokens.high)
    )
    ramp = known.get(f"ramp_months.{option.solution.value}")
    return Benefit(
        effect_per_month=effect,
        run_cost_per_month=run,
        ramp_months=round(ramp.value or 0) if ramp else 0,
        missing=comparison.missing if worth is not None or not foreign else (f"what one {foreign} is worth in {currency}",),
        findings=findings,
        assumptions=tuple(one.id for one in assumptions if tokens is not None or one.id not in _of_tokens(currency)),
        how=_how(option, cases, tokens),
        drivers=(*_of_effect(worth, factors, currency), *_of_run(known, option, cases, upkeep, tokens, currency)),
        tokens_per_month=None if tokens is None else tokens.likely,
    )


def _of_tokens(currency: str) -> tuple[str, ...]:
    return READ, WRITTEN, PRICE_READ, PRICE_WRITTEN, dollar_id(currency)


def _run(option: OptionEconomics) -> str:
    return f"run_per_month.{option.solution.value}"


def _factors(option: OptionEconomics) -> tuple[str, str]:
    """Ids of the assumptions that an effect may be a product of."""
    return f"gap_closed.{option.solution.value}", HOURLY_COST


def exchange_id(of: str, into: str) -> str:
    """Id of the assumption of what one unit of a currency is worth in another."""
    return f"exchange.{of}.{into}"


def _foreign(option: OptionEconomics, currency: str) -> str | None:
    """The currency of the effect, if it is another than the plan's."""
    unit = option.effect_per_month.unit if option.effect_per_month else currency
    return None if unit == currency else unit


def exchange(of: str, into: str, dollar: Mapping[str, Span]) -> list[Assumption]:
    """The rate between two currencies, by way of the dollar; nothing if they are the same or one is not in the table."""
    if of == into or of not in dollar or into not in dollar:
        return []
    ends = dollar[into].low / dollar[of].high, dollar[into].likely / dollar[of].likely, dollar[into].high / dollar[of].low
    low, likely, high = (round(one, 4) for one in ends)
    source = f"{FROM_PLANNING}: the dollar in {into} by the dollar in {of}"
    text = f"What one {of} is worth in {into}"
    return [Assumption(id=exchange_id(of, into), text=text, value=likely, low=low, high=high, unit=into, source=source)]


def _from_figure(figure: Figure) -> Assumption:
    return Assumption(
        id=figure.how,
        text=figure.name,
        value=figure.likely,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        source=FROM_ECONOMICS,
    )


def _at(assumption: Assumption, end: str) -> float:
    """An assumption at one of its ends, which never lie on the wrong side of its likeliest value."""
    likely = assumption.value or 0.0
    if end == "low":
        return likely if assumption.low is None else max(0.0, min(assumption.low, likely))
    if end == "high":
        return likely if assumption.high is None else max(assumption.high, likely)
    return likely


def _span(ends: Iterable[float]) -> Span:
    low, likely, high = ends
    return Span(low=min(low, likely), likely=likely, high=max(high, likely))


def _worth(option: OptionEconomics, comparison: EconomicsComparison) -> tuple[float, float, float] | None:
    """What the effect is apart from its assumptions: the comparison multiplied them in, so they are divided out. None if unknown."""
    effect = option.effect_per_month
    if effect is None:
        return None
    factors = [one for one in comparison.assumptions if one.how in _factors(option)]

    def apart(value: float, share: float) -> float | None:
        return value / share if share > 0 else None

    ends = [
        apart(effect.low, prod(one.low for one in factors)),
        apart(effect.likely, prod(one.likely for one in factors)),
        apart(effect.high, prod(one.high for one in factors)),
    ]
    # An end that was multiplied by nothing tells nothing: the next one up stands in, for most often all three are the same.
    high = ends[2] or 0.0
    likely = high if ends[1] is None else ends[1]
    low = likely if ends[0] is None else ends[0]
    return low, likely, high


def _upkeep(option: OptionEconomics) -> Span:
    figure = option.run_cost_per_month
    return Span(low=figure.low, likely=figure.likely, high=figure.high)


def _how(option: OptionEconomics, cases: Figure | None, tokens: Span | None) -> str:
    words: list[str] = []
    if option.effect_per_month is not None:
        words.append(f"Effect: {_in_words(option.effect_per_month.how)}.")
    words.append(f"Running cost: hosting, licences and upkeep of {option.solution.label}, as assumed")
    if tokens is not None and cases is not None:
        words.append("+ cases a month x (tokens read x price + tokens written x price) / 1,000,000 x rate of the dollar.")
    elif option.solution in CALLS_A_MODEL:
        lacking = "nobody said how many cases there are a month" if cases is None else "no rate of the dollar is known for this currency"
        words.append(f"without model tokens, for {lacking}.")
    return " ".join(words)


def _in_words(how: str) -> str:
    """A formula of the economics with words for the keys of its table."""
    return re.sub(r"\bgap_closed\.\w+", "share of the gap that is closed", how.replace(HOURLY_COST, "cost of an hour"))


def _of_effect(worth: tuple[float, float, float] | None, factors: Sequence[Assumption], currency: str) -> list[Driver]:
    """Each factor at its ends, the others at their likeliest."""
    if worth is None:
        return []
    low, likely, high = worth
    others = prod(_at(one, "value") for one in factors)
    found: list[Driver] = []
    if low != high:
        name = "What closing the whole gap is worth a month"
        found.append(
            Driver(assumption="", name=name, low=low, high=high, unit=currency, effect_at_low=low * others, effect_at_high=high * others)
        )
    for one in factors:
        rest = likely * prod(_at(other, "value") for other in factors if other is not one)
        found.append(
            Driver(
                assumption=one.id,
                name=one.text,
                low=_at(one, "low"),
                high=_at(one, "high"),
                unit=one.unit,
                effect_at_low=rest * _at(one, "low"),
                effect_at_high=rest * _at(one, "high"),
            )
        )
    return found


def _of_run(
    known: Mapping[str, Assumption], option: OptionEconomics, cases: Figure | None, upkeep: Span, tokens: Span | None, currency: str
) -> list[Driver]:
    """Upkeep and each assumption about tokens at their ends, the others at their likeliest."""
    own = tokens.likely if tokens else 0.0
    text = known[_run(option)].text if _run(option) in known else "Running cost a month"
    found = [
        Driver(
            assumption=_run(option),
            name=text,
            low=upkeep.low,
            high=upkeep.high,
            unit=currency,
            run_cost_at_low=upkeep.low + own,
            run_cost_at_high=upkeep.high + own,
        )
    ]
    if tokens is None or cases is None:
        return found
    for name in _of_tokens(currency):
        if (one := known.get(name)) is None:
            continue
        at_ends = [_tokens_with(known, one, _at(one, end), cases, currency) for end in ("low", "high")]
        found.append(
            Driver(
                assumption=name,
                name=one.text,
                low=_at(one, "low"),
                high=_at(one, "high"),
                unit=one.unit,
                run_cost_at_low=upkeep.likely + at_ends[0],
                run_cost_at_high=upkeep.likely + at_ends[1],
            )
        )
    return found


def _tokens_with(known: Mapping[str, Assumption], changed: Assumption, value: float, cases: Figure, currency: str) -> float:
    """The likeliest cost of tokens if one assumption had this value."""
    cost = token_cost([one if one is not changed else one.model_copy(update={"value": value}) for one in known.values()], cases, currency)
    return cost.likely if cost else 0.0
