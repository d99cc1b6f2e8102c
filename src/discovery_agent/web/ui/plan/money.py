"""The money of the plan: month by month, the options beside each other, and what the result depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from discovery_agent.discovery.report.wording import sentence_case
from discovery_agent.domain.blueprint.document import Plan
from discovery_agent.domain.planning.forecast import CashMonth, OptionForecast, TornadoBar
from discovery_agent.web.ui.blueprint.marks import Marks
from discovery_agent.web.ui.blueprint.pictures import Pictures
from discovery_agent.web.ui.elements import Piece, badge, div, fold, span
from discovery_agent.web.ui.engagement.result_page import none
from discovery_agent.web.ui.plan.words import money, paid_back

Held = TypeVar("Held")


def show_cash_flow(pictures: Pictures, plan: Plan) -> None:
    """The picture, and each month as a table."""
    pictures.show("cash-flow")
    currency = plan.inputs.currency

    def cells(one: CashMonth) -> Iterable[str]:
        return (money(value, currency) for value in (one.build, one.run, one.effect, one.total))

    with fold("Month by month", f"{len(plan.forecast.months)} months"):
        _table(
            "Cash flow by month",
            ("Month", "To build", "To run", "Effect", "Sum of all months"),
            plan.forecast.months,
            lambda one: str(one.month),
            cells,
        )


def show_options(plan: Plan) -> None:
    """Each option on the same KPI."""
    if not plan.forecast.options:
        none("There is nothing to compare: only one way was worked out.")
        return
    currency = plan.inputs.currency

    def name(one: OptionForecast) -> str:
        return sentence_case(one.solution.label)

    def cells(one: OptionForecast) -> Iterable[str]:
        return (
            f"{money(one.build_cost.p50, currency)} (P50), {money(one.build_cost.p80, currency)} (P80)",
            f"{one.duration_months.p50:.1f} (P50), {one.duration_months.p80:.1f} (P80)",
            money(one.run_cost_per_month, currency),
            "none" if one.tokens_per_month is None else money(one.tokens_per_month, currency),
            money(one.effect_per_month, currency),
            paid_back(one),
            money(one.twelve_month_result, currency),
        )

    heads = ("Option", "To build", "Months", "To run a month", "Of it model tokens", "Effect a month", "Paid back", "After 12 months")
    _table(
        "Options beside each other", heads, plan.forecast.options, name, cells, lambda one: badge("chosen", "good") if one.chosen else None
    )


def show_tornado(pictures: Pictures, plan: Plan, marks: Marks) -> None:
    """What the 12-month result depends on most."""
    if not plan.forecast.tornado:
        none("Nothing can be varied before the effect in money is known.")
        return
    pictures.show("tornado")
    currency = plan.inputs.currency

    def cells(one: TornadoBar) -> Iterable[str]:
        return (
            f"{one.low_input:,.4g} {one.unit}".strip(),
            f"{one.high_input:,.4g} {one.unit}".strip(),
            money(one.at_low, currency),
            money(one.at_high, currency),
        )

    heads = ("Assumption", "From", "To", "Result at low", "Result at high")

    with fold("As a table", str(len(plan.forecast.tornado))):
        _table(
            "What the 12-month result depends on",
            heads,
            plan.forecast.tornado,
            lambda one: one.name,
            cells,
            lambda one: marks.show_ids((), [one.assumption]) if one.assumption else None,
        )


def _table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Held],
    name: Callable[[Held], str],
    cells: Callable[[Held], Iterable[str]],
    beside: Callable[[Held], object] = lambda _: None,
) -> None:
    with div("table stretch", tabindex="0", role="group", aria_label=title), Piece("table", "", "kpis numbers"):
        with Piece("thead"), Piece("tr"):
            for head in heads:
                Piece("th", head, scope="col")
        with Piece("tbody"):
            for one in rows:
                with Piece("tr"):
                    with Piece("th", "", scope="row"):
                        span(name(one))
                        span(" ")
                        beside(one)
                    for head, text in zip(heads[1:], cells(one), strict=True):
                        Piece("td", text, data_label=head)
