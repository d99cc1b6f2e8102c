"""An experiment on the terminal: the answer, a table for each suite, and where the report lies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from rich.table import Table
from rich.text import Text

from discovery_agent.cli.output import Output
from discovery_agent.discovery.report.wording import plural
from discovery_agent.evals.harness.comparison import ArmSummary, Comparison, Difference, Ruling, SuiteComparison
from discovery_agent.evals.harness.outcomes import Spent
from discovery_agent.evals.harness.report import PAGE
from discovery_agent.evals.harness.report.wording import chance, figure, headline, money, signed, units_words
from discovery_agent.files.unseen import on_a_line

_STYLES = {Ruling.NOT_WORSE: "green", Ruling.REGRESSION: "red", Ruling.INCONCLUSIVE: "yellow"}


def print_comparison(comparison: Comparison, folder: Path, console: Output) -> None:
    """The whole experiment, in a screen or two."""
    for suite in comparison.suites:
        console.print()
        console.print(_suite(suite))
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


def _suite(suite: SuiteComparison) -> Table:
    two = bool(suite.base and suite.head)
    table = Table(title=_text(f"{suite.table.title} ({units_words(suite)})"), title_justify="left", title_style="bold")
    table.add_column("metric")
    for one in suite.arms:
        table.add_column(_text(one.arm.name), justify="right", no_wrap=True)
    gains = {one.metric: one for one in (suite.differences if two else suite.baseline)}
    if gains:
        table.add_column(_text(f"{suite.head} less {suite.base if two else 'rules'}"), justify="right", no_wrap=True)
        table.add_column("p, Holm" if two else "p", justify="right", no_wrap=True)
        if two:
            table.add_column("ruling", no_wrap=True)
    for metric in suite.table.metrics:
        if not any(metric.name in one.means for one in suite.arms):
            continue
        cells = [
            _text(f"{'* ' if metric.primary else '  '}{metric.title}"),
            *(_text(_mean(one, metric.name, alone=not gains)) for one in suite.arms),
        ]
        if gains:
            cells += _gain(gains.get(metric.name))[: 3 if two else 2]
        table.add_row(*cells)
    table.caption = Text("* decides; intervals are 95 %; a gain is positive where it is better", style="dim")
    table.caption_justify = "left"
    return table


def _mean(one: ArmSummary, metric: str, *, alone: bool) -> str:
    """The mean; with its interval where no other arm is beside it, since what counts there is the interval of the difference."""
    if metric not in one.means:
        return "–"
    mean, ends = figure(one.means[metric]), one.intervals.get(metric)
    return f"{mean} ({figure(ends[0])}..{figure(ends[1])})" if alone and ends and one.units > 1 else mean


def _gain(one: Difference | None) -> list[Text]:
    if one is None:
        return [_text("–"), _text(""), _text("")]
    ruling = _text(one.ruling.value, _STYLES[one.ruling]) if one.ruling is not None else _text("")
    p = one.p if one.p_holm is None else one.p_holm
    return [_text(f"{signed(one.gain)} ({signed(one.low)}..{signed(one.high)})"), _text(chance(p)), ruling]


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
