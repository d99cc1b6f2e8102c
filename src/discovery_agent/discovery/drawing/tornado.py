"""Sensitivity: how far the 12-month result moves when one assumption is at its low or its high end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from discovery_agent.discovery.drawing.picture import PHONE, Ink, Picture, drawable, inches_of, money, sheet, shortened
from discovery_agent.domain.planning.forecast import Forecast, TornadoBar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 12


def tornado_picture(forecast: Forecast, currency: str, *, narrow: bool = False) -> Picture:
    """The twelve assumptions that matter most, the widest swing on top; `narrow` for a phone, with names over the bars."""
    bars = forecast.tornado[:_MOST]
    words = (
        "; ".join(
            f"{bar.name}: {bar.at_low:,.0f} {currency} at {bar.low_input:g} {bar.unit}, {bar.at_high:,.0f} {currency} at {bar.high_input:g} {bar.unit}"
            for bar in bars
        )
        or "Nothing can be varied yet."
    )

    def paint(ink: Ink) -> Figure:
        return _painted(ink, bars, forecast.twelve_month_result, currency, narrow)

    return Picture("What the 12-month result depends on", words, paint)


def _painted(ink: Ink, bars: Sequence[TornadoBar], middle: float | None, currency: str, narrow: bool) -> Figure:
    names = [shortened(bar.name, 44) for bar in bars]
    count = max(1, len(bars))
    if narrow:
        figure, axes = sheet(ink, PHONE, 0.84 + 0.42 * count, margins=(0.08, 0.2, 0.34, 0.5))
    else:
        figure, axes = sheet(ink, 8.6, 0.84 + 0.34 * count, margins=(inches_of(names, 9) + 0.2, 0.25, 0.34, 0.5))
    centre = middle if middle is not None else 0.0
    rows, thick = [at + (0.24 if narrow else 0.0) for at in range(len(bars))], 0.36 if narrow else 0.62
    axes.barh(rows, [bar.at_low - centre for bar in bars], left=centre, color=ink.accent, height=thick)
    axes.barh(rows, [bar.at_high - centre for bar in bars], left=centre, color=ink.main, height=thick)
    if narrow:
        axes.set_yticks([])
        for at, name in enumerate(names):
            axes.text(0, at - 0.2, name, transform=axes.get_yaxis_transform(), ha="left", va="center", fontsize=9, color=ink.text)
    else:
        axes.set_yticks(rows, names)
    axes.set_ylim(max(len(bars), 1) - 0.4, -0.6)
    if narrow:  # it stops at each name, which it would cross out
        axes.vlines([centre] * len(rows), [at - 0.26 for at in rows], [at + 0.26 for at in rows], color=ink.text, linewidth=1.0)
    else:
        axes.axvline(centre, color=ink.text, linewidth=1.0)
    axes.locator_params(axis="x", nbins=4 if narrow else 6)
    axes.grid(axis="x", color=ink.grid, linewidth=0.8)
    axes.xaxis.set_major_formatter(lambda value, _: money(value))
    axes.set_xlabel(f"12-month result in {drawable(currency)}", color=ink.text)
    from matplotlib.patches import Patch

    marks = [Patch(color=ink.accent, label="at its low end"), Patch(color=ink.main, label="at its high end")]
    axes.legend(handles=marks, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, labelcolor=ink.text)
    return figure
