"""An experiment on the terminal: the answer, a table for each suite, and where the report lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from rich.table import Table
from rich.text import Text

from discovery_agent.cli.output import Output
from discovery_agent.discovery.report.wording import plural
from discovery_agent.evals.harness.comparison import ArmSummary, Comparison, Difference, Ruling, SuiteComparison
from discovery_agent.evals.harness.metrics import Metric
from discovery_agent.evals.harness.outcomes import Spent
from discovery_agent.evals.harness.report import PAGE
from discovery_agent.evals.harness.report.wording import (
    CUT,
    chance,
    figure,
    headline,
    is_cut,
    money,
    shown_ends,
    shown_gain_ends,
    signed,
    units_words,
)
from discovery_agent.files.unseen import on_a_line

_STYLES = {Ruling.NOT_WORSE: "green", Ruling.REGRESSION: "red", Ruling.INCONCLUSIVE: "yellow"}


def print_comparison(comparison: Comparison, folder: Path, console: Output, *, details: bool = False) -> None:
    """The whole experiment, in a screen or two: the metrics that decide, and with `details` all."""
    for suite in comparison.suites:
        console.print()
        _print_suite(suite, console, details=details)
        if len(comparison.suites) == 1:
            for one in suite.arms:
                _print_figures(one, console)
    console.print()
    if comparison.ruling is not None or comparison.reasons:
        style = _STYLES[comparison.ruling] if comparison.ruling else ""
        console.say((headline(comparison), f"bold {style}".strip()))
        print_reasons(comparison, console)
    _print_errors(comparison, console)
    _print_labels(comparison, console)
    _print_cost(comparison, console)
    console.say(f"Report: {folder / PAGE}")


def print_reasons(comparison: Comparison, console: Output) -> None:
    """Why, a line each."""
    for reason in comparison.reasons:
        console.say(f"- {reason}")


def _print_suite(suite: SuiteComparison, console: Output, *, details: bool) -> None:
    """A table where it fits; else each metric by itself, in lines that a narrow terminal holds."""
    measured = [metric for metric in suite.table.metrics if any(metric.name in one.means for one in suite.arms)]
    shown = [metric for metric in measured if details or metric.primary]
    table = _table(suite, shown)
    console.say((f"{suite.table.title} ({units_words(suite)})", "bold"))
    if console.measure(table, options=console.options.update(max_width=1000)).maximum <= console.width:
        console.print(table)
    else:
        for metric in shown:
            _print_stacked(suite, metric, console)
    marks = "* decides; intervals are 95 %; a gain is positive where it is better"
    console.say((marks if details else marks.removeprefix("* decides; "), "dim"))
    if is_cut(suite):
        console.say((CUT, "dim"))
    if len(shown) < len(measured):
        console.say((f"{plural(len(measured) - len(shown), 'more metric')}: --details, or the report.", "dim"))


def _gains(suite: SuiteComparison) -> tuple[str, dict[str, Difference]]:
    """What is taken from what, and the differences by metric: head less base, or, with one arm, that less plain automation."""
    two = bool(suite.base and suite.head)
    return f"{suite.head} less {suite.base if two else 'rules'}", {
        one.metric: one for one in (suite.differences if two else suite.baseline)
    }


def _table(suite: SuiteComparison, shown: Sequence[Metric]) -> Table:
    two = bool(suite.base and suite.head)
    table = Table()
    table.add_column("metric", no_wrap=True)
    for one in suite.arms:
        table.add_column(_text(one.arm.name), justify="right", no_wrap=True)
    name, gains = _gains(suite)
    if gains:
        table.add_column(_text(name), justify="right", no_wrap=True)
        table.add_column("p, Holm" if two else "p", justify="right", no_wrap=True)
        if two:
            table.add_column("ruling", no_wrap=True)
    for metric in shown:
        cells = [
            _text(_title(metric, shown)),
            *(_text(_mean(one, metric, alone=not gains)) for one in suite.arms),
        ]
        if gains:
            cells += _gain(metric, gains.get(metric.name))[: 3 if two else 2]
        table.add_row(*cells)
    return table


def _title(metric: Metric, shown: Sequence[Metric]) -> str:
    """Its name; marked as one that decides where others stand beside it."""
    if all(one.primary for one in shown):
        return metric.title
    return f"{'* ' if metric.primary else '  '}{metric.title}"


def _print_stacked(suite: SuiteComparison, metric: Metric, console: Output) -> None:
    name, gains = _gains(suite)
    console.say(f"{'* ' if metric.primary else '  '}{metric.title}")
    console.say("   ".join(f"{one.arm.name} {_mean(one, metric, alone=not gains)}" for one in suite.arms), indent=4)
    if (one := gains.get(metric.name)) is not None:
        gain, p, ruling = _gain(metric, one)
        chances = f"; p {p.plain if p.plain.startswith('<') else f'= {p.plain}'}"
        said = (f": {ruling.plain}", str(ruling.style)) if ruling.plain else ""
        console.say(f"{name} {gain.plain}{chances}", said, indent=4)


def _mean(one: ArmSummary, metric: Metric, *, alone: bool) -> str:
    """The mean; with its interval where no other arm is beside it, since what counts there is the interval of the difference."""
    if metric.name not in one.means:
        return "–"
    mean, found = figure(one.means[metric.name]), one.intervals.get(metric.name)
    if not (alone and found and one.units > 1):
        return mean
    low, high = shown_ends(metric, found)
    return f"{mean} ({figure(low)}..{figure(high)})"


def _gain(metric: Metric, one: Difference | None) -> list[Text]:
    if one is None:
        return [_text("–"), _text(""), _text("")]
    ruling = _text(one.ruling.value, _STYLES[one.ruling]) if one.ruling is not None else _text("")
    p = one.p if one.p_holm is None else one.p_holm
    low, high = shown_gain_ends(metric, one)
    return [_text(f"{signed(one.gain)} ({signed(low)}..{signed(high)})"), _text(chance(p)), ruling]


def _text(text: str, style: str = "") -> Text:
    return Text(on_a_line(text), style=style)


def _print_figures(one: ArmSummary, console: Output) -> None:
    """The pooled figures of a suite that are a table: a row each, with the same figures in each row."""
    for name, value in one.figures.items():
        if not isinstance(value, Mapping):
            continue
        rows = {str(row): cast("Mapping[str, object]", cells) for row, cells in value.items() if isinstance(cells, Mapping)}
        columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
        if not rows or len(rows) < len(value):
            continue
        table = Table(title=_text(f"{one.arm.name}: {name.replace('_', ' ')}"), title_justify="left")
        table.add_column("")
        for column in columns:
            table.add_column(_text(str(column)), justify="right")
        for row, cells in rows.items():
            table.add_row(_text(row.replace("_", " ")), *(_text(_cell(cells.get(column))) for column in columns))
        console.print(table)


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "–" if value is None else str(value)


def _print_errors(comparison: Comparison, console: Output) -> None:
    for suite in comparison.suites:
        for one in suite.arms:
            if one.errors:
                console.say(
                    f"{suite.table.title}, {one.arm.name}: {one.errors} of {plural(one.runs, 'run')} failed; each counts as the worst score."
                )


def _print_labels(comparison: Comparison, console: Output) -> None:
    for label in dict.fromkeys(one.arm.label for suite in comparison.suites for one in suite.arms if one.arm.label):
        console.say((label, "dim"))


def _print_cost(comparison: Comparison, console: Output) -> None:
    for name in ("billed", "replayed"):
        total = Spent()
        for suite in comparison.suites:
            for one in suite.arms:
                total += one.billed if name == "billed" else one.replayed
        if total.calls:
            tokens = f"{total.input_tokens:,} tokens in, {total.output_tokens:,} out"
            console.say(f"{name.capitalize()}: {plural(total.calls, 'call')}, {tokens}, {money(total)}.")
