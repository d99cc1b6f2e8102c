"""The metrics that decide by the values of a slice, such as domain or length: where a gain or a loss comes from."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.evals.harness.comparison import Slice, SuiteComparison
from discovery_agent.evals.harness.metrics import Metric
from discovery_agent.evals.harness.report.wording import figure, signed


@dataclass(frozen=True)
class SliceRow:
    """One value of a slice: an entry for each metric shown."""

    value: str
    units: int
    means: tuple[tuple[str, ...], ...]
    """By metric, then by arm."""
    gains: tuple[str, ...]
    """Head less base by metric; empty without both."""


@dataclass(frozen=True)
class SliceTable:
    """The primary metrics by the values of a slice."""

    name: str
    metrics: tuple[str, ...]
    rows: tuple[SliceRow, ...]


def slice_tables(suite: SuiteComparison) -> tuple[SliceTable, ...]:
    """A table for each slice that the suite declares, as far as any case has a value for it."""
    arms = [one.arm.name for one in suite.arms]
    primary = [one for one in suite.table.metrics if one.primary]
    by_place = {(one.slice, one.value, one.metric): one for one in suite.slices}
    tables: list[SliceTable] = []
    for name in suite.table.slices or tuple(dict.fromkeys(one.slice for one in suite.slices)):
        values = list(dict.fromkeys(one.value for one in suite.slices if one.slice == name))
        shown = [metric for metric in primary if any((name, value, metric.name) in by_place for value in values)]
        rows: list[SliceRow] = []
        for value in values:
            cells = [by_place.get((name, value, metric.name)) for metric in shown]
            means = tuple(tuple(figure(cell.means[arm]) if cell and arm in cell.means else "–" for arm in arms) for cell in cells)
            gains = tuple(_slice_gain(metric, cell, suite.base, suite.head) for metric, cell in zip(shown, cells, strict=True))
            rows.append(SliceRow(value, max((cell.units for cell in cells if cell), default=0), means, gains))
        if rows and shown:
            tables.append(SliceTable(name, tuple(metric.title for metric in shown), tuple(rows)))
    return tuple(tables)


def _slice_gain(metric: Metric, cell: Slice | None, base: str | None, head: str | None) -> str:
    if cell is None or base is None or head is None or not {base, head} <= cell.means.keys():
        return ""
    return signed(metric.gain(cell.means[base], cell.means[head]))
