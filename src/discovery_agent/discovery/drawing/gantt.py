"""The roadmap: each task from its start to its end at the likeliest values, with a line to where four of five runs end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from discovery_agent.discovery.drawing.picture import PHONE, Ink, Picture, inches_of, sheet, shortened
from discovery_agent.domain.blueprint.document import Epic, Plan
from discovery_agent.domain.days import short_day
from discovery_agent.domain.planning.forecast import TaskForecast

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW = 0.24
_MOST_ROWS = 120
_ROWS_OF_PAPER = 38
"""What stands on a page at a size that can be read."""
_LABEL = 46
_LABEL_SIZE = 8
_WIDE, _ABOVE, _BELOW, _RIGHT, _GAP = 8.6, 0.34, 0.34, 0.2, 0.08
# On a phone a name stands over its bar, so that both are seen at once.
_NARROW_ROW, _NARROW_SIDE, _NARROW_ABOVE = 0.36, 0.05, 0.5
_NARROW_SIZE = 9
_OVER_BAR = 0.26
"""How far over its bar a name stands, in rows."""
_DAYS_A_WEEK = 5


@dataclass(frozen=True)
class _Row:
    """A task, or the heading of an epic, whose span is that of its tasks."""

    label: str
    start: float
    end: float
    p80: float | None = None
    critical: bool = False

    @property
    def heading(self) -> bool:
        return self.p80 is None


@dataclass(frozen=True)
class _Scale:
    """The time that is drawn, the same for all parts of a roadmap."""

    start: date
    days_a_month: float
    last: float


def gantt_picture(plan: Plan, epics: Sequence[Epic] = (), *, narrow: bool = False) -> Picture:
    """The roadmap of a plan, by epic; `narrow` for a phone. Of very long plans the first 120 rows are drawn, and the words say so."""
    rows = _rows(plan, epics)
    left_out = f" Only the first {_MOST_ROWS} rows are drawn." if len(rows) > _MOST_ROWS else ""
    words = f"{_told(plan)}{left_out} The task table has every date."
    return _picture("Roadmap", words, rows[:_MOST_ROWS], _scale(plan, rows), _painted_narrow if narrow else _painted)


def gantt_pages(plan: Plan, epics: Sequence[Epic] = ()) -> list[Picture]:
    """The whole roadmap in pictures that can be read on paper, all with the same months."""
    rows = _rows(plan, epics)
    scale = _scale(plan, rows)
    pages = _pages(rows)
    if len(pages) < 2:
        return [gantt_picture(plan, epics)]
    return [
        _picture(
            f"Roadmap, part {number} of {len(pages)}",
            f"{_told(plan)} The task table has every date." if number == 1 else "",
            page,
            scale,
            _painted,
        )
        for number, page in enumerate(pages, start=1)
    ]


def _picture(
    title: str, words: str, rows: Sequence[_Row], scale: _Scale, painted: Callable[[Ink, Sequence[_Row], _Scale], Figure]
) -> Picture:
    def paint(ink: Ink) -> Figure:
        return painted(ink, rows, scale)

    named = ", ".join(row.label for row in rows if row.heading)
    return Picture(title, words or (f"Goes on with: {named}." if named else title), paint, caption=words)


def _told(plan: Plan) -> str:
    tasks = plan.forecast.tasks
    weeks = plan.forecast.duration_days.likely / _DAYS_A_WEEK
    return (
        f"{len(tasks)} tasks over about {weeks:.0f} weeks from {short_day(plan.inputs.starts_on)}; "
        f"{sum(one.critical for one in tasks)} of them cannot slip without moving the end."
    )


def _scale(plan: Plan, rows: Sequence[_Row]) -> _Scale:
    last = max((max(row.end, row.p80 or 0.0) for row in rows), default=0.0)
    return _Scale(plan.inputs.starts_on, plan.inputs.days_a_month, last)


def _pages(rows: Sequence[_Row]) -> list[Sequence[_Row]]:
    """Pages of about the same length; an epic that goes on over a page has its heading there again."""
    count = -(-len(rows) // _ROWS_OF_PAPER)
    most = -(-len(rows) // max(1, count)) + 2  # with the headings that are repeated
    pages: list[Sequence[_Row]] = []
    page: list[_Row] = []
    heading: _Row | None = None
    for row in rows:
        # A heading does not stand alone at the end of a page.
        if len(page) >= most or (row.heading and len(page) >= most - 1):
            pages.append(page)
            page = [] if row.heading or heading is None else [heading]
        if row.heading:
            heading = replace(row, label=f"{shortened(row.label, _LABEL - 10)} (goes on)")
        page.append(row)
    return [*pages, page]


def _rows(plan: Plan, epics: Sequence[Epic]) -> list[_Row]:
    by_id = {task.id: task for task in plan.tasks}
    titles = {epic.id: epic.title for epic in epics}
    groups: dict[str | None, list[TaskForecast]] = {epic.id: [] for epic in epics}
    for one in plan.forecast.tasks:
        if one.task_id in by_id:
            groups.setdefault(by_id[one.task_id].epic_id, []).append(one)
    rows: list[_Row] = []
    for epic_id, forecasts in groups.items():
        if not forecasts:
            continue
        if len(groups) > 1:
            title = titles.get(epic_id or "", "For all of it")
            rows.append(_Row(shortened(title, _LABEL), min(one.start for one in forecasts), max(one.end for one in forecasts)))
        for one in sorted(forecasts, key=lambda forecast: (forecast.start, forecast.end)):
            rows.append(_Row(shortened(by_id[one.task_id].title, _LABEL), one.start, one.end, one.end_p80, one.critical))
    return rows


def _painted(ink: Ink, rows: Sequence[_Row], scale: _Scale) -> Figure:
    left = _GAP * 2 + max(
        inches_of([row.label for row in rows if not row.heading], _LABEL_SIZE),
        inches_of([row.label for row in rows if row.heading], _LABEL_SIZE, bold=True),
    )
    height = _ABOVE + _BELOW + _ROW * max(1, len(rows))
    figure, axes = sheet(ink, _WIDE, height, margins=(min(left, _WIDE / 2), _RIGHT, _ABOVE, _BELOW))
    wide = max(scale.last * 1.02, scale.days_a_month)
    axes.set_xlim(0, wide)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    _bars(ink, axes, rows, wide)
    axes.set_yticks([])
    inside = _WIDE - left - _RIGHT
    for at, row in enumerate(rows):
        axes.text(
            -_GAP / inside,
            at,
            row.label,
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=_LABEL_SIZE,
            fontweight="bold" if row.heading else "normal",
            color=ink.text,
            clip_on=False,
        )
    _months(ink, axes, scale, wide, most=9)
    _key(ink, axes)
    return figure


def _painted_narrow(ink: Ink, rows: Sequence[_Row], scale: _Scale) -> Figure:
    height = _NARROW_ABOVE + _BELOW + _NARROW_ROW * max(1, len(rows))
    figure, axes = sheet(ink, PHONE, height, margins=(_NARROW_SIDE, _NARROW_SIDE, _NARROW_ABOVE, _BELOW))
    wide = max(scale.last * 1.02, scale.days_a_month)
    axes.set_xlim(0, wide)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    # Lines of months run below the names, and leave them readable.
    _months(ink, axes, scale, wide, most=4)
    # Its first month would be cut off at the left edge.
    axes.xaxis.get_majorticklabels()[0].set_horizontalalignment("left")
    _bars(ink, axes, rows, wide, thick=0.16, low=_OVER_BAR)
    axes.set_yticks([])
    for at, row in enumerate(rows):
        axes.text(
            0,
            at - _OVER_BAR / 2,
            f" {row.label}",
            ha="left",
            va="center",
            fontsize=_NARROW_SIZE,
            fontweight="bold" if row.heading else "normal",
            color=ink.text,
        )
    _key(ink, axes, rows_of_two=True)
    return figure


def _months(ink: Ink, axes: Any, scale: _Scale, wide: float, *, most: int) -> None:
    """Months along the lower edge, about as many as `most` of them named."""
    # A label is centred on its line, so none stands at the very end.
    months = int(wide * 0.97 // scale.days_a_month) + 1
    named = range(0, months, max(1, round(months / most)))
    axes.set_xticks([month * scale.days_a_month for month in named], [_month(scale.start, month) for month in named], fontsize=_LABEL_SIZE)
    axes.grid(axis="x", color=ink.grid, linewidth=0.8)


def _bars(ink: Ink, axes: Any, rows: Sequence[_Row], wide: float, *, thick: float = 0.31, low: float = 0.0) -> None:
    """All bars in one collection and all lines in another: one by one they take most of the time.

    `thick` is half the height of a bar, and `low` how far below the middle of its row it stands, both in rows.
    """
    from matplotlib.collections import LineCollection, PolyCollection

    least = wide / 300
    bars: list[list[tuple[float, float]]] = []
    colours: list[str] = []
    lines: list[list[tuple[float, float]]] = []
    for row_at, row in enumerate(rows):
        at = row_at + low
        half = thick / 3 if row.heading else thick
        end = max(row.end, row.start + least)
        bars.append([(row.start, at - half), (end, at - half), (end, at + half), (row.start, at + half)])
        colours.append(ink.quiet if row.heading else ink.accent if row.critical else ink.main)
        if row.p80 is not None and row.p80 > end:
            lines.append([(end, at), (row.p80, at)])
            lines.append([(row.p80, at - 0.8 * thick), (row.p80, at + 0.8 * thick)])
    axes.add_collection(PolyCollection(bars, facecolors=colours, linewidths=0), autolim=False)
    axes.add_collection(LineCollection(lines, colors=ink.quiet, linewidths=1.2), autolim=False)


def _month(start: date, month: int) -> str:
    at = start.month - 1 + month
    return f"{date(start.year + at // 12, at % 12 + 1, 1):%b %y}"


def _key(ink: Ink, axes: Any, *, rows_of_two: bool = False) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks = [
        Patch(color=ink.accent, label="no slack"),
        Patch(color=ink.main, label="has slack"),
        Line2D([], [], color=ink.quiet, linewidth=1.2, label="to where 4 of 5 runs end"),
    ]
    axes.legend(
        handles=marks,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=2 if rows_of_two else 3,
        frameon=False,
        labelcolor=ink.text,
        borderaxespad=0.2,
        fontsize=_LABEL_SIZE,
    )
