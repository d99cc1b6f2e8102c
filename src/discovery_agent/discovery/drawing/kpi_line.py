"""A KPI as it was measured, against the straight way from its baseline to its target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from discovery_agent.discovery.drawing.picture import Ink, Picture, drawable, sheet
from discovery_agent.domain.days import short_day

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def kpi_picture(
    metric: str,
    unit: str,
    measured: Sequence[tuple[date, float]],
    *,
    baseline: tuple[date, float] | None = None,
    target: tuple[date | None, float] | None = None,
) -> Picture:
    """What was measured on which day, oldest first; the way is drawn if both of its ends are known, and a target has its line without a day."""
    told = "; ".join(f"{short_day(day)}: {value:g} {unit}" for day, value in measured) or "Nothing was measured yet."
    ends = "".join(
        f" {name}: {f'{end[1]:g} {unit}'.strip()}{f' on {short_day(end[0])}' if end[0] else ''}."
        for name, end in (("Baseline", baseline), ("Target", target))
        if end is not None
    )

    def paint(ink: Ink) -> Figure:
        return _painted(ink, unit, measured, baseline, target)

    return Picture(metric, f"{told.rstrip('.')}.{ends}", paint)


def _painted(
    ink: Ink,
    unit: str,
    measured: Sequence[tuple[date, float]],
    baseline: tuple[date, float] | None,
    target: tuple[date | None, float] | None,
) -> Figure:
    figure, axes = sheet(ink, 6.4, 2.8)
    way = bool(baseline and target and target[0] and target[0] > baseline[0])
    if way and baseline and target and target[0]:
        axes.plot([baseline[0], target[0]], [baseline[1], target[1]], color=ink.quiet, linestyle="--", linewidth=1.2, label="planned way")
    elif baseline:
        axes.axhline(baseline[1], color=ink.quiet, linestyle="--", linewidth=1.2, label=f"baseline {baseline[1]:g}")
    if target:
        axes.axhline(target[1], color=ink.good, linewidth=1.0, label=f"target {target[1]:g}")
    if measured:
        axes.plot(
            [day for day, _ in measured], [value for _, value in measured], color=ink.main, marker="o", linewidth=1.6, label="measured"
        )
    axes.grid(axis="y", color=ink.grid, linewidth=0.8)
    axes.set_ylabel(drawable(unit), color=ink.text)
    axes.margins(x=0.04, y=0.15)
    if not measured and not way:
        # A line without a day has no place in time to be read off.
        axes.set_xticks([])
        if baseline or target:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, labelcolor=ink.text)
        return figure
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=2, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.xaxis.get_offset_text().set_color(ink.quiet)
    if measured or baseline or target:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, labelcolor=ink.text)
    return figure
