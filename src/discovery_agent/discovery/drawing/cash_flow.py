"""The money month by month: what it costs, what it brings, and where the sum of all stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discovery_agent.discovery.drawing.picture import PHONE, Ink, Picture, drawable, money, sheet
from discovery_agent.domain.planning.forecast import Forecast

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def cash_flow_picture(forecast: Forecast, currency: str, *, narrow: bool = False) -> Picture:
    """The cash flow at the likeliest values; `narrow` for a phone."""
    last = forecast.months[-1].total if forecast.months else 0.0
    lowest = min((one.total for one in forecast.months), default=0.0)
    back = f"It has paid back in month {forecast.payback_month}." if forecast.payback_month else "It does not pay back in this time."
    if forecast.missing:
        back = "What it brings cannot be told yet, so only costs are shown."
    words = (
        "There are no months to show yet."
        if not forecast.months
        else f"Over {len(forecast.months)} months the sum is lowest at {lowest:,.0f} {currency} and ends at {last:,.0f} {currency}. {back}"
    )

    def paint(ink: Ink) -> Figure:
        return _painted(ink, forecast, currency, narrow)

    return Picture("Cash flow by month", words, paint, caption=words)


def _painted(ink: Ink, forecast: Forecast, currency: str, narrow: bool) -> Figure:
    if narrow:
        figure, axes = sheet(ink, PHONE, 3.6, margins=(0.5, 0.08, 0.72, 0.5))
    else:
        figure, axes = sheet(ink, 8.6, 3.6, margins=(0.9, 0.12, 0.34, 0.5))
    months = [one.month for one in forecast.months]
    axes.bar(months, [-one.build for one in forecast.months], color=ink.accent, width=0.72, label="build")
    axes.bar(
        months,
        [-one.run for one in forecast.months],
        bottom=[-one.build for one in forecast.months],
        color=ink.soft,
        width=0.72,
        label="run",
    )
    if any(one.effect for one in forecast.months):
        axes.bar(months, [one.effect for one in forecast.months], color=ink.good, width=0.72, label="effect")
    axes.plot(months, [one.total for one in forecast.months], color=ink.text, linewidth=1.6, label="sum of all months")
    axes.axhline(0, color=ink.quiet, linewidth=0.8)
    if forecast.payback_month and forecast.payback_month <= len(forecast.months):
        axes.axvline(
            forecast.payback_month, color=ink.good, linewidth=1.0, linestyle="--", label=f"paid back: month {forecast.payback_month}"
        )
    axes.grid(axis="y", color=ink.grid, linewidth=0.8)
    count = max(len(months), 1)
    axes.set_xlim(0.3, count + 0.7)
    axes.set_xticks([month for month in range(1, count + 1) if month == 1 or month % (6 if count > 12 else 1) == 0])
    if narrow:  # what stands beside the axis takes room from the months
        axes.set_xlabel(f"Month; sums in {drawable(currency)}", color=ink.text)
    else:
        axes.set_xlabel("Month", color=ink.text)
        axes.set_ylabel(drawable(currency), color=ink.text)
    axes.yaxis.set_major_formatter(lambda value, _: money(value))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2 if narrow else 5, frameon=False, labelcolor=ink.text, fontsize=8)
    return figure
