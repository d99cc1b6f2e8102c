"""Business value against technical risk: where each epic stands, and which are in the first version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from discovery_agent.discovery.drawing.picture import Ink, Picture, sheet
from discovery_agent.domain.blueprint.document import Epic

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PER_ROW = 4
_MOST_IN_A_CELL = 12


def matrix_picture(epics: Sequence[Epic]) -> Picture:
    """The matrix. Epics bear their number in the order of the backlog."""
    words = "; ".join(
        f"{number} {epic.title}: value {epic.value}, risk {epic.risk}, {'first version' if epic.mvp else 'later'}"
        for number, epic in enumerate(epics, start=1)
    )

    names = "; ".join(f"{number} {epic.title}" for number, epic in enumerate(epics, start=1))

    def paint(ink: Ink) -> Figure:
        return _painted(ink, epics)

    return Picture("Business value against technical risk", words or "There are no epics.", paint, caption=names)


def _painted(ink: Ink, epics: Sequence[Epic]) -> Figure:
    figure, axes = sheet(ink, 5.6, 5.0)
    cells: defaultdict[tuple[int, int], list[tuple[int, Epic]]] = defaultdict(list)
    for number, epic in enumerate(epics, start=1):
        cells[epic.risk, epic.value].append((number, epic))
    for (risk, value), here in cells.items():
        for at, (number, epic) in enumerate(here[:_MOST_IN_A_CELL]):
            wide = min(len(here), _PER_ROW)
            x = risk + (at % _PER_ROW - (wide - 1) / 2) * 0.23
            y = value - (at // _PER_ROW - (min(len(here), _MOST_IN_A_CELL) - 1) // _PER_ROW / 2) * 0.28
            box = {
                "boxstyle": "circle,pad=0.28",
                "facecolor": ink.main if epic.mvp else "none",
                "edgecolor": ink.main if epic.mvp else ink.quiet,
            }
            axes.text(x, y, str(number), ha="center", va="center", fontsize=8, color=ink.ground if epic.mvp else ink.text, bbox=box)
        if len(here) > _MOST_IN_A_CELL:
            axes.text(risk, value - 0.45, f"and {len(here) - _MOST_IN_A_CELL} more", ha="center", fontsize=7, color=ink.quiet)
    axes.set_xlim(0.5, 5.5)
    axes.set_ylim(0.5, 5.5)
    axes.set_xticks(range(1, 6), ["1 low", "2", "3", "4", "5 high"])
    axes.set_yticks(range(1, 6), ["1 low", "2", "3", "4", "5 high"])
    for edge in (1.5, 2.5, 3.5, 4.5):
        axes.axhline(edge, color=ink.grid, linewidth=0.8)
        axes.axvline(edge, color=ink.grid, linewidth=0.8)
    axes.set_xlabel("Technical risk", color=ink.text)
    axes.set_ylabel("Business value", color=ink.text)
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], marker="o", linestyle="", markersize=9, color=ink.main, label="first version"),
        Line2D([], [], marker="o", linestyle="", markersize=9, markerfacecolor="none", color=ink.quiet, label="later"),
    ]
    axes.legend(handles=marks, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, labelcolor=ink.text)
    return figure
