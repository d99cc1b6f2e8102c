"""Plain automation beside the AI option on the same KPI: what each costs, brings, and when it has paid for itself.

Every figure was either said (and carries its quote) or is an assumption (and is listed). Where neither gives the value
of an effect in money, no payback is computed and the missing fact is named: nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import ceil
from typing import Self

from pydantic import Field, model_validator

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.findings import Amount, Kpi, Quote
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.units import SECONDS_IN

MONTHS = 12
_WORKING_DAY_SECONDS = 8 * 3600
_WAITING = re.compile(
    r"\b(?:wait\w*|queue\w*|delay\w*|lead[ -]?times?|turn[ -]?around\w*|response|respond\w*|repl(?:y|ies)|backlog|cycle[ -]?times?"
    r"|through[ -]?put|pass[ -]?through|lying|idle|overdue|late\w*|hold times?|until|warte\w*|durchlauf\w*|liege\w*|reaktion\w*)\b",
    re.IGNORECASE,
)
# A sum for each case ("cost per enquiry") is no sum a year.
_PER_CASE = re.compile(r"\b(?:per|for each|for every)\s+(?!year\b|annum\b|month\b|quarter\b|week\b)(?P<case>[a-z][\w-]*)", re.IGNORECASE)
_MONTHLY = re.compile(r"\b(?:per|a|each|every) month\b|\bmonthly\b", re.IGNORECASE)
_CALLS_A_MODEL = frozenset({SolutionClass.GENERATIVE_AI, SolutionClass.HYBRID})


class Span(Value):
    """An assumption: lowest, likeliest and highest value."""

    low: float = Field(ge=0)
    likely: float = Field(ge=0)
    high: float = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError(f"low, likely and high must rise: {self.low:g}, {self.likely:g}, {self.high:g}")
        return self


class TokenFigures(Value):
    """A figure for what a model reads and one for what it writes."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class EconomicsTable(Value):
    """The assumptions that a consultant edits."""

    currency: str
    day_rate: Span
    hourly_cost: Span
    months_to_effect: dict[SolutionClass, int]
    build_days: dict[SolutionClass, Span]
    run_per_month: dict[SolutionClass, Span]
    gap_closed: dict[SolutionClass, Span]
    tokens_per_case: TokenFigures
    price_per_million_tokens: TokenFigures

    @model_validator(mode="after")
    def _every_class(self) -> Self:
        for name in ("months_to_effect", "build_days", "run_per_month", "gap_closed"):
            if missing := [one.value for one in SolutionClass if one not in getattr(self, name)]:
                raise ValueError(f"`{name}` lacks {', '.join(missing)}")
        return self


class Basis(StrEnum):
    """Where a figure comes from."""

    SAID = "said"
    ASSUMED = "assumed"
    COMPUTED = "computed"


class Figure(Value):
    """One figure of the comparison, likeliest with its ends."""

    name: str
    low: float
    likely: float
    high: float
    unit: str
    basis: Basis
    how: str = Field(description="The formula, the key of the assumption, or the words that were said.")
    quotes: tuple[Quote, ...] = ()


class SaidFigures(Value):
    """Figures of the work that somebody said, with their proof."""

    cases_per_month: Figure | None = None
    hourly_cost: Figure | None = None

    def completed_by(self, other: SaidFigures) -> SaidFigures:
        """The larger number of cases, which is the whole and not a part; what an hour costs by `other` only if not said here."""
        cases = [one.cases_per_month for one in (self, other) if one.cases_per_month]
        return SaidFigures(
            cases_per_month=max(cases, key=lambda figure: figure.likely, default=None), hourly_cost=self.hourly_cost or other.hourly_cost
        )


class OptionEconomics(Value):
    """One option on one KPI."""

    solution: SolutionClass
    build_cost: Figure
    run_cost_per_month: Figure
    effect_per_month: Figure | None = Field(description="Money saved or earned a month once it works; None if it cannot be told.")
    payback_month: int | None = Field(
        description="First month in which all that it brought covers all that it cost, at the likely figures."
    )
    twelve_month_result: float | None = Field(description="What it brought less what it cost after 12 months, at the likely figures.")


class EconomicsComparison(Value):
    """The options beside each other on the KPI of one goal."""

    metric: str | None
    currency: str
    options: tuple[OptionEconomics, ...]
    assumptions: tuple[Figure, ...] = Field(description="Every assumption that was used.")
    missing: tuple[str, ...] = Field(description="What nobody said and no assumption can stand in for.")


def compare(
    table: EconomicsTable, solutions: Sequence[SolutionClass], kpi: Kpi | None, quotes: Sequence[Quote], said: SaidFigures | None = None
) -> EconomicsComparison:
    """The options side by side.

    The effect is the gap between baseline and target, times the share of it that the class is assumed to close, in money:
    directly for a KPI in a currency (read as a sum a year, unless it names a month or a case), or as working hours for a duration of work per case. A shorter wait saves
    no working hours: what it is worth has to be said.
    """
    said = said or SaidFigures()
    currency = kpi.unit if kpi and kpi.unit and _is_currency(kpi.unit) else table.currency
    assumptions: dict[str, Figure] = {}
    gap, missing = _gap_per_month(table, kpi, quotes, said, assumptions)
    options = [_option(table, solution, gap, said, currency, assumptions) for solution in dict.fromkeys(solutions)]
    return EconomicsComparison(
        metric=kpi.metric if kpi else None,
        currency=currency,
        options=tuple(options),
        assumptions=tuple(assumptions.values()),
        missing=tuple(missing),
    )


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isupper()


def _assume(assumptions: dict[str, Figure], name: str, span: Span, unit: str, key: str) -> Figure:
    figure = Figure(name=name, low=span.low, likely=span.likely, high=span.high, unit=unit, basis=Basis.ASSUMED, how=key)
    return assumptions.setdefault(key, figure)


def _gap_per_month(
    table: EconomicsTable, kpi: Kpi | None, quotes: Sequence[Quote], said: SaidFigures, assumptions: dict[str, Figure]
) -> tuple[Figure | None, list[str]]:
    """What closing the whole gap would be worth a month, and what is missing to tell."""
    if kpi is None:
        return None, ["a KPI for this goal"]
    span = _gap(kpi)
    if span is None:
        lacking = [name for name, amount in (("today's value", kpi.baseline), ("the target", kpi.target or kpi.change)) if amount is None]
        return None, [f"{what} of {kpi.metric}" for what in lacking] or [f"a gap between today and target of {kpi.metric}"]
    if kpi.unit and _is_currency(kpi.unit):
        if per := _PER_CASE.search(kpi.metric):
            if said.cases_per_month is None:
                return None, [f"how many cases there are a month ({per['case']})"]
            cases = said.cases_per_month
            return Figure(
                name="Gap a month",
                low=span * cases.low,
                likely=span * cases.likely,
                high=span * cases.high,
                unit=kpi.unit,
                basis=Basis.COMPUTED,
                how=f"gap of {span:,.2f} {kpi.unit} a case x cases a month",
                quotes=(*quotes, *cases.quotes),
            ), []
        a_month = _MONTHLY.search(kpi.metric)
        worth = span if a_month else span / MONTHS
        how = f"gap of {span:,.0f} {kpi.unit} a month" if a_month else f"gap of {span:,.0f} {kpi.unit} a year / 12"
        return Figure(
            name="Gap a month", low=worth, likely=worth, high=worth, unit=kpi.unit, basis=Basis.COMPUTED, how=how, quotes=tuple(quotes)
        ), []
    if kpi.unit in ("seconds", "minutes", "hours"):
        if _is_waiting(kpi):
            return None, [f"what a shorter {kpi.metric} is worth in money: time in which nobody works saves no wages"]
        if said.cases_per_month is None:
            return None, ["how many cases there are a month"]
        cost = said.hourly_cost or _assume(assumptions, "Cost of a working hour", table.hourly_cost, table.currency, "hourly_cost")
        hours = span * SECONDS_IN[kpi.unit] / SECONDS_IN["hours"]
        cases = said.cases_per_month
        return Figure(
            name="Gap a month",
            low=hours * cases.low * cost.low,
            likely=hours * cases.likely * cost.likely,
            high=hours * cases.high * cost.high,
            unit=cost.unit,
            basis=Basis.COMPUTED,
            how=f"{hours:.3g} hours a case x cases a month x cost of an hour",
            quotes=(*quotes, *cases.quotes),
        ), []
    return None, [f"what {kpi.metric} is worth in money"]


def _is_waiting(kpi: Kpi) -> bool:
    """Whether a duration is one in which a case lies or somebody waits, not one in which somebody works on it.

    A single person works on one case for less than a working day at a stretch, so whatever takes longer is waiting for the most part.
    """
    longest = max((_value(one, kpi) for one in (kpi.baseline, kpi.target) if one is not None), default=0.0)
    return bool(_WAITING.search(kpi.metric)) or longest * SECONDS_IN[kpi.unit or "hours"] > _WORKING_DAY_SECONDS


def _gap(kpi: Kpi) -> float | None:
    """Size of the way from today to the target, in the KPI's unit."""
    if kpi.baseline is None:
        return None
    if kpi.target is not None:
        return abs(_value(kpi.baseline, kpi) - _value(kpi.target, kpi)) or None
    if kpi.change is not None and kpi.change.unit == "%":
        return abs(_value(kpi.baseline, kpi) * kpi.change.value / 100) or None
    return None


def _value(amount: Amount, kpi: Kpi) -> float:
    """The middle of an amount, in the KPI's unit of time."""
    value = amount.value if amount.upper is None else (amount.value + amount.upper) / 2
    if amount.unit in SECONDS_IN and kpi.unit in SECONDS_IN:
        return value * SECONDS_IN[amount.unit] / SECONDS_IN[kpi.unit]
    return value


def _option(
    table: EconomicsTable,
    solution: SolutionClass,
    gap: Figure | None,
    said: SaidFigures,
    currency: str,
    assumptions: dict[str, Figure],
) -> OptionEconomics:
    name = solution.value
    days = _assume(assumptions, f"Days to build ({solution.label})", table.build_days[solution], "days", f"build_days.{name}")
    rate = _assume(assumptions, "Rate of a builder a day", table.day_rate, currency, "day_rate")
    build = _product("Cost to build", [days, rate], currency, "days to build x rate a day")
    run = _assume(assumptions, f"Running cost a month ({solution.label})", table.run_per_month[solution], currency, f"run_per_month.{name}")
    if solution in _CALLS_A_MODEL and said.cases_per_month is not None:
        per_case = sum(
            tokens * price / 1e6
            for tokens, price in (
                (table.tokens_per_case.input, table.price_per_million_tokens.input),
                (table.tokens_per_case.output, table.price_per_million_tokens.output),
            )
        )
        cases = said.cases_per_month
        run = Figure(
            name="Running cost a month",
            low=run.low + cases.low * per_case,
            likely=run.likely + cases.likely * per_case,
            high=run.high + cases.high * per_case,
            unit=currency,
            basis=Basis.COMPUTED,
            how=f"run_per_month.{name} + cases a month x {per_case:.4f} for model tokens (tokens_per_case, price_per_million_tokens)",
            quotes=cases.quotes,
        )
    effect = None
    if gap is not None:
        share = _assume(assumptions, f"Share of the gap closed ({solution.label})", table.gap_closed[solution], "", f"gap_closed.{name}")
        effect = _product("Effect a month", [gap, share], gap.unit, f"{gap.how} x gap_closed.{name}")
    start = table.months_to_effect[solution]
    payback, result = (None, None) if effect is None else paid_back(build.likely, run.likely, effect.likely, start)
    return OptionEconomics(
        solution=solution,
        build_cost=build,
        run_cost_per_month=run,
        effect_per_month=effect,
        payback_month=payback,
        twelve_month_result=result,
    )


def _product(name: str, factors: Sequence[Figure], unit: str, how: str) -> Figure:
    low = likely = high = 1.0
    for factor in factors:
        low, likely, high = low * factor.low, likely * factor.likely, high * factor.high
    quotes = tuple(quote for factor in factors for quote in factor.quotes)
    return Figure(name=name, low=low, likely=likely, high=high, unit=unit, basis=Basis.COMPUTED, how=how, quotes=quotes)


def paid_back(build: float, run: float, effect: float, start: int) -> tuple[int | None, float]:
    """Payback month and the result after 12 months: built over the first `start` months, effect and running cost after that."""
    months = max(0, MONTHS - start)
    result = months * (effect - run) - build
    if effect <= run:
        return None, result
    return start + ceil(build / (effect - run)), result


def plain_and_ai(verdict: SolutionClass | None, probabilities: Mapping[SolutionClass, float]) -> tuple[SolutionClass, SolutionClass]:
    """The two options worth comparing: the verdict's side as it stands, and the likeliest class of the other side."""
    plain = [one for one in SolutionClass if not one.needs_ai]
    ai = [one for one in SolutionClass if one.needs_ai]

    def likeliest(classes: Sequence[SolutionClass], default: SolutionClass) -> SolutionClass:
        if verdict in classes and verdict is not None:
            return verdict
        best = max(classes, key=lambda one: probabilities.get(one, 0.0))
        return best if probabilities.get(best, 0.0) > 0 else default

    return likeliest(plain, SolutionClass.RULES_AUTOMATION), likeliest(ai, SolutionClass.HYBRID)
